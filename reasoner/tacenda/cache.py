"""What is worked out once per content and kept for the next run, in the user's cache folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse, serialize

_KEPT_FILES = 24


def cached(key: str, make: Callable[[], Iterable[Triple]]) -> list[Triple]:
    """The triples kept under *key* from an earlier run, or those that *make* gives, kept for the next."""
    kept = read(f"{key}.nt")
    if kept is not None:
        try:
            return [quad.triple for quad in parse(kept, format=RdfFormat.N_TRIPLES)]
        except SyntaxError:
            pass
    triples = list(make())
    write(f"{key}.nt", serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    return triples


def read(name: str) -> bytes | None:
    """What is kept under a name; nothing when there is none, or when it cannot be read."""
    try:
        return (_folder() / name).read_bytes()
    except OSError:
        return None


def write(name: str, content: bytes) -> None:
    """Keep something under a name, whole or not at all; a cache that cannot be written is as good as none."""
    path = _folder() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        os.replace(file.name, path)
        for old in sorted(path.parent.glob("*.*"), key=lambda other: other.stat().st_mtime)[:-_KEPT_FILES]:
            old.unlink(missing_ok=True)
    except OSError:
        pass


def _folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not home and os.path.expanduser("~") == "~":
        home = tempfile.gettempdir()
    return (Path(home) if home else Path("~/.cache").expanduser()) / "tacenda"

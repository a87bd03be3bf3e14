"""What is worked out once per content and kept for the next run, in the user's cache folder."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_KEPT_FILES = 120
"""Three for each law base; more than all states, so that a comparison of all finds each of them again."""


def read(name: str) -> bytes | None:
    """What is kept under a name; nothing when there is none, or when it cannot be read."""
    path = _folder() / name
    try:
        content = path.read_bytes()
    except OSError:
        return None
    with suppress(OSError):
        os.utime(path)  # what is used stays longest
    return content


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


@functools.cache
def code_digest() -> str:
    """A fingerprint of the package's code: what one version keeps, another does not trust."""
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    return code.hexdigest()

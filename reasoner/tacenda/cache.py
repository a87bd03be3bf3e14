"""What is worked out once per content and kept for the next run, in the user's cache folder."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_KEPT_BYTES = 500_000_000
"""Room for what a comparison of all states needs, several times over; what was used longest ago goes first."""


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
        _make_room(path.parent)
    except OSError:
        pass


def _make_room(folder: Path) -> None:
    left = _KEPT_BYTES
    found = [(path.stat(), path) for path in folder.glob("*.*")]
    for stat, path in sorted(found, key=lambda one: one[0].st_mtime, reverse=True):
        left -= stat.st_size
        if left < 0:
            path.unlink(missing_ok=True)


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

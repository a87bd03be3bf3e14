"""Text files read safely: bounded in size, UTF-8 and nothing else, each refusal told in one line."""

from __future__ import annotations

import os
from pathlib import Path

from tacenda.errors import Problem, SourceError, nearest

LARGEST = 1_000_000


def read_text(path: Path, kind: str) -> str:
    """The text of a file; *kind* says in messages what it should be, such as `a scenario`.

    Raises `SourceError` when there is none, and for a folder, a file that is too large, or one that is not UTF-8 text.
    """
    name = str(path)
    try:
        if path.is_dir():
            raise SourceError(Problem(f"this is a folder, not {kind}", name))
        with path.open("rb") as file:
            # one byte more than allowed tells a file that is too large, however large it is
            return decode(file.read(LARGEST + 1), name, kind)
    except FileNotFoundError as error:
        raise SourceError(Problem("no such file", name, _nearest_file(path))) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(Problem(f"cannot be read: {reason.lower()}", name)) from error


def decode(data: bytes, name: str, kind: str) -> str:
    """The text in the bytes of a file or of standard input, without a byte order mark; raises `SourceError`.

    >>> decode(b"\\xef\\xbb\\xbfjurisdiction: us-ma\\r\\n", "client.yaml", "a scenario")
    'jurisdiction: us-ma\\r\\n'
    """
    if len(data) > LARGEST:
        raise SourceError(Problem(f"too large for {kind}", name, f"the largest is {LARGEST // 1_000_000} MB"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(Problem("not UTF-8 but UTF-16 text", name, "save the file as UTF-8"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(Problem("not UTF-8 text", f"{name}:{line}", "save the file as UTF-8")) from error
    return whole(text, name)


def whole(text: str, name: str) -> str:
    """The text itself; raises `SourceError` for one that is empty, or that no person wrote."""
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise SourceError(Problem("not a text file", f"{name}:{line}"))
    if not text.strip():
        raise SourceError(Problem("the file is empty", name))
    return text


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file whole, text as UTF-8, or leave what was there; raises `SourceError` when it cannot be written."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            part.write_bytes(data)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(Problem(f"cannot be written: {(error.strerror or str(error)).lower()}", str(path))) from error


def _nearest_file(path: Path) -> str:
    try:
        return nearest(path.name, (other.name for other in path.parent.iterdir() if other.name != path.name))
    except OSError:
        return ""

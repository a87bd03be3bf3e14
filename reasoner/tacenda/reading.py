"""Scenario files read safely: YAML-LD, JSON-LD or Turtle, from a path or from text, bounded in size."""

from __future__ import annotations

import re
from pathlib import Path

from tacenda.draft import Draft, draft_of_tree
from tacenda.draft_rdf import draft_of_json_ld, draft_of_turtle, is_phrase_form, refuse_remote_contexts
from tacenda.errors import Problem, SourceError, nearest
from tacenda.tree import json_tree, yaml_tree

LARGEST = 1_000_000
_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonld": "json", ".ttl": "turtle", ".turtle": "turtle"}
_BEGINNING = re.compile(r"(?:\s|#[^\n]*\n)*(?:(?P<turtle>@prefix|@base|PREFIX\s|BASE\s|<)|(?P<json>\{\s*[\"}]|\[))")


def read_draft(path: Path | str, text: str | None = None) -> Draft:
    """The draft in a file, or in *text* with *path* as its name.

    The name's ending says what it is; without a known one, its beginning does. Raises `SourceError` when it
    cannot be read at all; what can be read but not understood is in `problems`.
    """
    name = str(path)
    if text is None:
        text = _contents(Path(path), name)
    if "\x00" in text:
        raise SourceError(Problem("not a text file", f"{name}:{text.count(chr(10), 0, text.index(chr(0))) + 1}"))
    if not text.strip():
        raise SourceError(Problem("the file is empty", name))
    return _draft(name, text).bounded()


def decode(data: bytes, name: str) -> str:
    """The text in the bytes of a file or of standard input; raises `SourceError` when it is too large or not UTF-8."""
    if len(data) > LARGEST:
        raise SourceError(Problem("too large for one scenario", name, f"the largest is {LARGEST // 1_000_000} MB"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(Problem("not UTF-8 but UTF-16 text", name, "save the file as UTF-8"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(Problem("not UTF-8 text", f"{name}:{line}", "save the file as UTF-8")) from error


def _draft(name: str, text: str) -> Draft:
    kind = _SUFFIXES.get(Path(name).suffix.casefold()) or _sniffed(text)
    if kind == "turtle":
        return draft_of_turtle(name, text)
    tree = json_tree(name, text) if kind == "json" else yaml_tree(name, text)
    if tree is None:
        raise SourceError(Problem("the file is empty", name))
    refuse_remote_contexts(name, tree)
    if kind == "json" and not is_phrase_form(tree):
        return draft_of_json_ld(name, text, tree)
    return draft_of_tree(name, tree)


def _sniffed(text: str) -> str:
    found = _BEGINNING.match(text)
    return (found.lastgroup or "yaml") if found else "yaml"


def _contents(path: Path, name: str) -> str:
    try:
        if path.is_dir():
            raise SourceError(Problem("this is a folder, not a scenario file", name))
        with path.open("rb") as file:
            # one byte more than allowed tells a file that is too large, however large it is
            return decode(file.read(LARGEST + 1), name)
    except FileNotFoundError as error:
        raise SourceError(Problem("no such file", name, _nearest_file(path))) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(Problem(f"cannot be read: {reason.lower()}", name)) from error


def _nearest_file(path: Path) -> str:
    try:
        return nearest(path.name, (other.name for other in path.parent.iterdir() if other.name != path.name))
    except OSError:
        return ""

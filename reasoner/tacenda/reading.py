"""Scenario files read: YAML-LD, JSON-LD or Turtle, from a path or from text."""

from __future__ import annotations

import re
from pathlib import Path

from tacenda.draft import Draft, draft_of_tree
from tacenda.draft_rdf import draft_of_linked_data, draft_of_turtle, is_phrase_form, refuse_remote_contexts
from tacenda.errors import Problem, SourceError
from tacenda.textfile import read_text, whole
from tacenda.tree import json_tree, yaml_tree

_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonld": "json", ".ttl": "turtle", ".turtle": "turtle"}
_BEGINNING = re.compile(r"(?:\s|#[^\n]*\n)*(?:(?P<turtle>@prefix|@base|PREFIX\s|BASE\s|<)|(?P<json>\{\s*[\"}]|\[))")


def read_draft(path: Path | str, text: str | None = None) -> Draft:
    """The draft in a file, or in *text* with *path* as its name.

    The name's ending says what it is; without a known one, its beginning does. Raises `SourceError` when it
    cannot be read at all; what can be read but not understood is in `problems`.
    """
    name = str(path)
    text = read_text(Path(path), "a scenario") if text is None else whole(text, name)
    return _draft(name, text).bounded()


def _draft(name: str, text: str) -> Draft:
    kind = _SUFFIXES.get(Path(name).suffix.casefold()) or _sniffed(text)
    if kind == "turtle":
        return draft_of_turtle(name, text)
    tree = json_tree(name, text) if kind == "json" else yaml_tree(name, text)
    if tree is None:
        raise SourceError(Problem("the file is empty", name))
    refuse_remote_contexts(name, tree)
    return draft_of_tree(name, tree) if is_phrase_form(tree) else draft_of_linked_data(name, text, tree)


def _sniffed(text: str) -> str:
    found = _BEGINNING.match(text)
    return (found.lastgroup or "yaml") if found else "yaml"

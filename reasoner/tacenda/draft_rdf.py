"""Scenarios written as RDF: Turtle, and JSON-LD with its own context. Nothing is fetched, nothing is imported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from tacenda import vocabulary as v
from tacenda.draft import CONTEXT, MANY, SINGLE, Draft, Entry
from tacenda.errors import Problem, SourceError, nearest
from tacenda.tree import Items, Leaf, Node, Pairs

_BASE = v.BASE + "scenario/"
_PROPERTIES = {
    v.DCT_TITLE: "title",
    v.tac("jurisdiction"): "jurisdiction",
    **{iri: key for key, (iri, _) in v.PLACES.items()},
    v.tac("asOf"): "as_of",
    v.tac("context"): "context",
    v.tac("closed"): "closed",
    **{iri: role for role, iri in v.ROLE_PROPERTIES.items()},
}
_KEY_OF = {value: key for key, value in v.CONTEXTS.items()}
_PREFIX = re.compile(r"(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^>\s]*)>", re.IGNORECASE)
_WORD = re.compile(r'<[^>\s]*>|"[^"]*"|[\w.-]*:[\w.%-]*[\w%-]')


class _Places:
    """Where each IRI is first written, in whatever way the file shortens it."""

    def __init__(self, name: str, text: str, prefixes: Mapping[str, str]) -> None:
        self._name = name
        self._lines: dict[str, int] = {}
        for number, line in enumerate(text.split("\n"), 1):
            for word in _WORD.findall(line):
                iri = _expand(word.strip('"<>'), prefixes)
                self._lines.setdefault(iri, number)
                self._lines.setdefault(_BASE + iri, number)

    def __call__(self, iri: str) -> str:
        return f"{self._name}:{self._lines[iri]}" if iri in self._lines else self._name


def _expand(word: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = word.partition(":")
    if not colon:
        return prefixes.get(word) or prefixes.get("@vocab", "") + word
    return prefixes[prefix] + local if prefix in prefixes else v.expand(word)


def draft_of_turtle(name: str, text: str) -> Draft:
    """The draft in a Turtle file; raises `SourceError` with the line where it is not Turtle."""
    try:
        quads = list(parse(text, format=RdfFormat.TURTLE, base_iri=_BASE))
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        raise SourceError(Problem(f"not Turtle: {_told(error.msg)}", f"{name}{line}")) from error
    return _draft(name, quads, _Places(name, text, dict(_PREFIX.findall(text))))


def draft_of_linked_data(name: str, text: str, tree: Node) -> Draft:
    """The draft in a JSON-LD or YAML-LD file, of which *tree* is what the text says."""
    try:
        quads = list(parse(json.dumps(as_json(tree)), format=RdfFormat.JSON_LD, base_iri=_BASE))
    except (SyntaxError, ValueError) as error:
        raise SourceError(Problem(f"not JSON-LD: {_told(str(error))}", name)) from error
    return _draft(name, quads, _Places(name, text, dict(_terms(tree))))


def _told(message: str) -> str:
    """A parser's message without the place, which stands before it, and without capitals."""
    message = re.sub(r"^Parser error at .*?: ", "", message.removesuffix(")").partition(" (line ")[0])
    return message[:1].lower() + message[1:]


def refuse_remote_contexts(name: str, tree: Node) -> None:
    """Raise `SourceError` for a context that would have to be fetched, wherever in the file it stands."""
    pending: list[Node] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, Items):
            pending.extend(node.items)
        elif isinstance(node, Pairs):
            for key, value in node.pairs:
                pending.append(value)
                if key.text == "@context":
                    for context in value.items if isinstance(value, Items) else [value]:
                        _refuse_remote(name, context)


def _refuse_remote(name: str, context: Node) -> None:
    leaves = [context] if isinstance(context, Leaf) else []
    if isinstance(context, Pairs):
        leaves = [value for key, value in context.pairs if key.text == "@import" and isinstance(value, Leaf)]
    for leaf in leaves:
        if leaf.kind == "text" and leaf.text != CONTEXT:
            hint = "write the context into the file, or leave it out"
            raise SourceError(Problem(f"the context `{leaf.text}` is not fetched", f"{name}:{leaf.line}", hint))


def _terms(tree: Node) -> Iterator[tuple[str, str]]:
    """Each short name that the top context of a JSON-LD file declares, with what it stands for."""
    contexts = [value for key, value in tree.pairs if key.text == "@context"] if isinstance(tree, Pairs) else []
    for outer in contexts:
        for context in outer.items if isinstance(outer, Items) else [outer]:
            for key, value in context.pairs if isinstance(context, Pairs) else ():
                found = (
                    [inner for name, inner in value.pairs if name.text == "@id"]
                    if isinstance(value, Pairs)
                    else [value]
                )
                for leaf in found:
                    if isinstance(leaf, Leaf):
                        yield key.text, v.expand(leaf.text)


def _draft(name: str, quads: list[Quad], place: _Places) -> Draft:
    for quad in quads:
        if quad.predicate.value == v.PREFIXES["owl"] + "imports":
            hint = "leave it out; the ontology is there anyway"
            message = f"`owl:imports <{_text(quad.object)}>` is not followed"
            raise SourceError(Problem(message, place(quad.predicate.value), hint))
    kind = NamedNode(v.tac("Scenario"))
    roots = list(dict.fromkeys(q.subject for q in quads if q.predicate.value == v.RDF_TYPE and q.object == kind))
    if len(roots) != 1:
        found = "no" if not roots else "more than one"
        where = place(v.tac("Scenario")) if roots else name
        raise SourceError(Problem(f"{found} node of type `tac:Scenario`; a file is exactly one scenario", where))
    draft = Draft(name)
    players = {quad.object for quad in quads if quad.subject == roots[0]}
    for quad in dict.fromkeys(quads):
        if quad.subject == roots[0]:
            _state(draft, quad, quads, place)
        elif quad.subject not in players:
            subject = _text(quad.subject)
            shown = f"<{subject.removeprefix(_BASE)}>" if subject.startswith(_BASE) else v.shorten(subject)
            told = f"`{shown}` is" if subject else "something without a name is"
            draft.problems.append(Problem(f"{told} no part of the scenario", place(subject)))
        elif quad.predicate.value not in (v.RDF_TYPE, v.RDFS_LABEL, v.DCT_TITLE):
            draft.problems.append(_unknown_property(quad.predicate.value, place))
    draft.problems[:] = dict.fromkeys(draft.problems)
    return draft


def _state(draft: Draft, quad: Quad, quads: Iterable[Quad], place: _Places) -> None:
    predicate, value = quad.predicate.value, _text(quad.object)
    if predicate == v.RDF_TYPE:
        if value != v.tac("Scenario"):
            draft.many["facts"].append(Entry(value, place(value)))
    elif predicate == v.tac("excludes"):
        draft.many["not"].append(Entry(value, place(value)))
    elif predicate not in _PROPERTIES:
        draft.problems.append(_unknown_property(predicate, place))
    else:
        key, where = _PROPERTIES[predicate], place(predicate)
        for found in _values(key, quad.object, quads):
            if key in draft.single:
                draft.problems.append(Problem(f"`{key}` is given twice", where))
            elif found:
                draft.single[key] = Entry(found, where)
            else:
                hint = f"such as `{v.shorten(predicate)} [ a {v.shorten(v.ROLES[key])} ]`" if key in v.ROLES else ""
                draft.problems.append(Problem(f"`{key}` has no value", where, hint))


def _values(key: str, node: object, quads: Iterable[Quad]) -> list[str]:
    value = _text(node)
    if key in v.ROLES:
        kinds = [_text(q.object) for q in quads if q.subject == node and q.predicate.value == v.RDF_TYPE]
        return kinds or [value]
    if isinstance(node, Literal):
        return [value]
    return [_KEY_OF.get(value, value.removeprefix(v.PREFIXES["jurisdiction"]))]


def _text(node: object) -> str:
    return node.value if isinstance(node, NamedNode | Literal) else ""


def _unknown_property(iri: str, place: _Places) -> Problem:
    known = map(v.shorten, [*_PROPERTIES, v.tac("excludes")])
    return Problem(f"unknown property `{v.shorten(iri)}`", place(iri), nearest(v.shorten(iri), known))


def is_phrase_form(tree: Node) -> bool:
    """Whether a file is written in keys and phrases, and not as linked data with terms of its own.

    Linked data says somewhere that it is a `tac:Scenario`: by an `@` key, or by one that its own context declares.
    """
    if isinstance(tree, Items):
        return not any(isinstance(item, Pairs) and not is_phrase_form(item) for item in tree.items)
    if not isinstance(tree, Pairs):
        return True
    keys = {key.text for key, _ in tree.pairs}
    own = any(key.text == "@context" and not isinstance(value, Leaf) for key, value in tree.pairs)
    foreign = keys - {"@context", *SINGLE, *MANY}
    return not foreign or not (own or any(key.startswith("@") for key in foreign))


def as_json(node: Node) -> object:
    """The plain value that a tree stands for, as JSON reads it."""
    if isinstance(node, Items):
        return [as_json(item) for item in node.items]
    if isinstance(node, Pairs):
        return {key.text: as_json(value) for key, value in node.pairs}
    if node.kind == "truth":
        return node.text.casefold() in ("true", "yes", "on")
    if node.kind == "number":
        with suppress(ValueError):
            number: object = json.loads(node.text)
            return number
    return None if node.kind == "nothing" else node.text

"""Scenario files as they are written: YAML-LD, JSON-LD or Turtle, read safely, not yet understood.

Nothing is fetched or executed: a remote context and `owl:imports` are refused, and so are YAML aliases, by which
a small file can stand for an enormous one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from tacenda import vocabulary as v
from tacenda.errors import Problem, ScenarioError, SourceError, nearest

CONTEXT = v.BASE + "scenario"
LARGEST = 1_000_000
SINGLE = ("title", "jurisdiction", "as_of", "context", *v.ROLES, "closed")
MANY = ("facts", "not")
_PROPERTIES = {
    v.DCT_TITLE: "title",
    v.tac("jurisdiction"): "jurisdiction",
    v.tac("asOf"): "as_of",
    v.tac("context"): "context",
    v.tac("closed"): "closed",
    **{iri: role for role, iri in v.ROLE_PROPERTIES.items()},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one place of a scenario file."""

    value: str
    where: str


@dataclass
class Draft:
    """A scenario file's entries, each with its place."""

    where: str
    single: dict[str, Entry] = field(default_factory=dict)
    many: dict[str, list[Entry]] = field(default_factory=lambda: {key: [] for key in MANY})
    problems: list[Problem] = field(default_factory=list)

    def text(self, key: str) -> str:
        """The value of a key, or nothing."""
        return self.single[key].value if key in self.single else ""


def read_draft(path: Path | str, text: str | None = None) -> Draft:
    """The draft in a file, or in *text* with *path* as its name.

    Raises `SourceError` when it cannot be read at all. What can be read but not understood is in `problems`.
    """
    name = str(path)
    if text is None:
        text = _contents(Path(path), name)
    if "\x00" in text:
        raise SourceError(Problem("not a text file", name))
    if not text.strip():
        raise SourceError(Problem("the file is empty", name))
    suffix = Path(name).suffix.casefold()
    if suffix in {".ttl", ".turtle"} or (not suffix and text.lstrip().startswith(("@prefix", "PREFIX", "@base"))):
        return _from_turtle(name, text)
    if suffix in {".json", ".jsonld"} or (not suffix and text.lstrip().startswith("{")):
        return _from_json(name, text)
    return _from_yaml(name, text)


def _contents(path: Path, name: str) -> str:
    try:
        if path.is_dir():
            raise SourceError(Problem("this is a folder, not a scenario file", name))
        size = path.stat().st_size
        if size > LARGEST:
            raise SourceError(
                Problem(f"{size / 1e6:.0f} MB is too large for one scenario", name, "the largest is 1 MB")
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(Problem(f"not UTF-8 text (byte {error.start})", name)) from error
    except FileNotFoundError as error:
        near = nearest(path.name, (other.name for other in path.parent.glob("*"))) if path.parent.is_dir() else ""
        raise SourceError(Problem("no such file", name, near)) from error
    except (OSError, ValueError) as error:
        raise SourceError(Problem(f"cannot be read: {getattr(error, 'strerror', None) or error}", name)) from error


def _from_yaml(name: str, text: str) -> Draft:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                place = f"{name}:{event.start_mark.line + 1}"
                raise SourceError(Problem(f"the alias `*{event.anchor}` is not allowed", place, "write the value out"))
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SourceError(Problem(f"not YAML: {error.problem or error.context}", f"{name}{line}")) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise SourceError(Problem(f"not YAML: {str(error).splitlines()[0]}", name)) from error
    if not isinstance(root, yaml.MappingNode):
        raise SourceError(Problem("a scenario is a list of `key: value` lines, beginning with `jurisdiction:`", name))
    draft = Draft(name)
    for key_node, value in root.value:
        where = f"{name}:{key_node.start_mark.line + 1}"
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        if key == "@context":
            _check_context(value.value, where)
        elif key in draft.single or (key in MANY and draft.many[key]):
            draft.problems.append(Problem(f"`{key}` is given twice", where))
        elif key in SINGLE:
            if isinstance(value, yaml.ScalarNode):
                draft.single[key] = Entry(value.value.strip(), where)
            else:
                draft.problems.append(Problem(f"`{key}` takes one value", where))
        elif key in MANY:
            draft.many[key] = list(_items(draft, name, key, value))
        else:
            hint = nearest(key, (*SINGLE, *MANY)) or "the keys are " + ", ".join((*SINGLE, *MANY))
            draft.problems.append(Problem(f"unknown key `{key}`", where, hint))
    return draft


def _items(draft: Draft, name: str, key: str, node: yaml.Node) -> Iterator[Entry]:
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return
    if not isinstance(node, yaml.SequenceNode):
        draft.problems.append(
            Problem(f"`{key}` takes a list, one `- phrase` a line", f"{name}:{node.start_mark.line + 1}")
        )
        return
    for item in node.value:
        where = f"{name}:{item.start_mark.line + 1}"
        if isinstance(item, yaml.ScalarNode) and item.value.strip():
            yield Entry(" ".join(item.value.split()), where)
        else:
            draft.problems.append(Problem(f"`{key}` takes phrases, one a line, without a colon in them", where))


def _from_json(name: str, text: str) -> Draft:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(Problem(f"not JSON: {error.msg}", f"{name}:{error.lineno}")) from error
    except RecursionError as error:
        raise SourceError(Problem("not JSON that one can read: nested too deep", name)) from error
    for context in _contexts(data):
        _check_context(context, name)
    if isinstance(data, dict) and (set(data) - {"@context"}) <= {*SINGLE, *MANY}:
        return _from_yaml(name, text)
    if isinstance(data, dict) and "@context" not in data and "@graph" not in data:
        return _from_yaml(name, text)
    try:
        quads = list(parse(text, format=RdfFormat.JSON_LD, base_iri=v.BASE + "scenario/"))
    except (SyntaxError, ValueError) as error:
        raise SourceError(Problem(f"not JSON-LD: {getattr(error, 'msg', None) or error}", name)) from error
    return _from_quads(name, quads, lines={})


def _contexts(data: Any) -> Iterator[object]:
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            if "@context" in value:
                found = value["@context"]
                yield from found if isinstance(found, list) else [found]
            pending.extend(value.values())


def _check_context(context: object, where: str) -> None:
    remote = context if isinstance(context, str) else None
    if isinstance(context, Mapping) and isinstance(context.get("@import"), str):
        remote = context["@import"]
    if remote is not None and remote != CONTEXT:
        raise SourceError(
            Problem(f"the context `{remote}` is not fetched", where, "write the context into the file, or leave it out")
        )


def _from_turtle(name: str, text: str) -> Draft:
    try:
        quads = list(parse(text, format=RdfFormat.TURTLE, base_iri=v.BASE + "scenario/"))
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        raise SourceError(Problem(f"not Turtle: {error.msg}", f"{name}{line}")) from error
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.replace(",", " ").replace(";", " ").split():
            lines.setdefault(v.expand(word), number)
    return _from_quads(name, quads, lines)


def _from_quads(name: str, quads: list[Quad], lines: Mapping[str, int]) -> Draft:
    def where(iri: str) -> str:
        return f"{name}:{lines[iri]}" if iri in lines else name

    for quad in quads:
        if quad.predicate.value == v.PREFIXES["owl"] + "imports":
            target = getattr(quad.object, "value", "")
            raise SourceError(Problem(f"`owl:imports <{target}>` is not followed", name, "leave it out"))
    roots = {q.subject for q in quads if q.predicate.value == v.RDF_TYPE and q.object == NamedNode(v.tac("Scenario"))}
    if len(roots) != 1:
        found = "no" if not roots else "more than one"
        raise SourceError(Problem(f"{found} node of type `tac:Scenario` in the file; a scenario is exactly one", name))
    root = roots.pop()
    draft = Draft(name)
    types = {q.subject: q.object.value for q in quads if q.predicate.value == v.RDF_TYPE and isinstance(q.object, NamedNode)}
    for quad in quads:
        if quad.subject != root:
            continue
        value = getattr(quad.object, "value", "")
        predicate = quad.predicate.value
        if predicate == v.RDF_TYPE:
            if value != v.tac("Scenario"):
                draft.many["facts"].append(Entry(value, where(value)))
        elif predicate == v.tac("excludes"):
            draft.many["not"].append(Entry(value, where(value)))
        elif predicate in _PROPERTIES:
            key = _PROPERTIES[predicate]
            place = where(predicate)
            if key in v.ROLES:
                value = types.get(quad.object, value if isinstance(quad.object, NamedNode) else "")  # type: ignore[call-overload]
            elif key in ("jurisdiction", "context"):
                value = value.removeprefix(v.PREFIXES["jurisdiction"]).removeprefix(v.BASE).casefold()
            if key in draft.single:
                draft.problems.append(Problem(f"`{key}` is given twice", place))
            draft.single[key] = Entry(value, place)
        elif not isinstance(quad.object, Literal) or not predicate.startswith(v.PREFIXES["dcterms"]):
            hint = nearest(v.shorten(predicate), map(v.shorten, [*_PROPERTIES, v.tac("excludes")]))
            draft.problems.append(Problem(f"unknown property `{v.shorten(predicate)}`", where(predicate), hint))
    return draft


def refuse(problems: list[Problem]) -> None:
    """Raise `ScenarioError` with all *problems*, if there are any."""
    if problems:
        raise ScenarioError(*problems)

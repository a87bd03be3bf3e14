"""YAML and JSON as plain trees: every value with its line, nothing constructed, nothing followed.

What makes these formats dangerous is refused here: aliases, by which a small YAML file can stand for an enormous
one, tags, which ask a loader to make objects, and bottomless nesting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from tacenda.errors import Problem, SourceError

DEEPEST = 100
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()
_KINDS = {"int": "number", "float": "number", "bool": "truth", "null": "nothing"}
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value as it is written; `kind` says whether an unquoted one is more than text."""

    text: str
    line: int
    kind: str = "text"


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Pairs:
    """A mapping; a key that is given twice is there twice."""

    line: int
    pairs: list[tuple[Leaf, Node]] = field(default_factory=list)


Node = Leaf | Items | Pairs


class _Builder:
    """A tree made of events, without recursion."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[Items | Pairs] = []
        self._keys: list[Leaf | None] = []
        self.root: Node | None = None

    def add(self, node: Node, *, opens: bool = True) -> None:
        if not self._open:
            self.root = node
        elif isinstance(parent := self._open[-1], Items):
            parent.items.append(node)
        elif (key := self._keys[-1]) is not None:
            parent.pairs.append((key, node))
            self._keys[-1] = None
        elif isinstance(node, Leaf):
            self._keys[-1] = node
        else:
            raise SourceError(Problem("a key is a word, not a list or a mapping", f"{self._name}:{node.line}"))
        if opens and not isinstance(node, Leaf):
            if len(self._open) == DEEPEST:
                raise SourceError(Problem(f"nested more than {DEEPEST} deep", f"{self._name}:{node.line}"))
            self._open.append(node)
            self._keys.append(None)

    def close(self) -> None:
        self._open.pop()
        self._keys.pop()


def yaml_data(text: str) -> Any:
    """What a YAML document says, as lists, mappings and plain values; for a text whose tree has been looked at.

    >>> yaml_data("facts: [a, 2026-11-22]")
    {'facts': ['a', datetime.date(2026, 11, 22)]}
    """
    loader = _LOADER(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def yaml_tree(name: str, text: str, *, aliases: bool = False) -> Node | None:
    """The tree of a YAML document, or nothing when it is empty; *name* is for messages.

    Raises `SourceError` with the line for what is not YAML, and for tags, a second document, and *aliases* unless
    they are allowed; an allowed one is the very node that it names.

    >>> yaml_tree("x", "facts: [a]").pairs[0][1].items
    [Leaf(text='a', line=1, kind='text')]
    """
    builder = _Builder(name)
    named: dict[str, Node] = {}
    documents = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 0
            where = f"{name}:{line}"
            if isinstance(event, yaml.AliasEvent) and event.anchor in named:
                builder.add(named[event.anchor], opens=False)
            elif isinstance(event, yaml.AliasEvent):
                raise SourceError(Problem(f"the alias `*{event.anchor}` is not allowed", where, "write the value out"))
            if tag := getattr(event, "tag", None):
                tag = tag.replace("tag:yaml.org,2002:", "!!")
                raise SourceError(Problem(f"the tag `{tag}` is not allowed", where, "write the plain value"))
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    raise SourceError(Problem("a second document begins here; one file is one scenario", where))
            elif isinstance(event, yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent):
                node = _yaml_node(event, line)
                builder.add(node)
                if aliases and event.anchor:
                    named[event.anchor] = node
            elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                builder.close()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _not_yaml(name, text, mark.line + 1 if mark else 0, error.problem or error.context or "") from error
    except yaml.reader.ReaderError as error:
        at = text.encode("utf-8").count(b"\n", 0, error.position) + 1
        raise _not_yaml(name, text, at, error.reason) from error
    except yaml.YAMLError as error:
        raise SourceError(Problem(f"not YAML: {str(error).splitlines()[0]}", name)) from error
    return builder.root


def _yaml_node(event: yaml.NodeEvent, line: int) -> Node:
    if isinstance(event, yaml.ScalarEvent):
        resolved = ""
        if event.implicit[0]:
            resolved = _RESOLVER.resolve(yaml.ScalarNode, event.value, (True, False))  # type: ignore[no-untyped-call]
        return Leaf(event.value, line, _KINDS.get(resolved.rpartition(":")[2], "text"))
    return Items(line) if isinstance(event, yaml.SequenceStartEvent) else Pairs(line)


def repeats(tree: Node | None) -> Iterator[Leaf]:
    """Every key that a mapping in the tree has already had."""
    pending = [tree] if tree is not None else []
    visited: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, Items):
            pending.extend(node.items)
        elif isinstance(node, Pairs):
            seen: set[str] = set()
            for key, value in node.pairs:
                if key.text in seen:
                    yield key
                seen.add(key.text)
                pending.append(value)


def _not_yaml(name: str, text: str, line: int, reason: str) -> SourceError:
    lines = text.split("\n")
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    near = f" near `{written.strip()[:60]}`" if written.strip() else ""
    hint = "indent with spaces, not with tabs" if "\t" in written[: len(written) - len(written.lstrip())] else ""
    return SourceError(Problem(f"not YAML{near}: {reason}", f"{name}:{line}" if line else name, hint))


def json_tree(name: str, text: str) -> Node:
    """The tree of a JSON text; *name* is for messages.

    Raises `SourceError` with the line for what is not JSON.

    >>> json_tree("x", '{"facts":\\n ["a", 1]}').pairs[0][1].items
    [Leaf(text='a', line=2, kind='text'), Leaf(text='1', line=2, kind='number')]
    """
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise SourceError(Problem(f"not JSON: {error.msg.lower()}", f"{name}:{error.lineno}")) from error
    except ValueError as error:
        raise SourceError(Problem(f"not JSON: {error}", name)) from error
    except RecursionError as error:
        raise SourceError(Problem(f"nested more than {DEEPEST} deep", name)) from error
    builder = _Builder(name)
    for word, line in _words(text):
        if word == "{":
            builder.add(Pairs(line))
        elif word == "[":
            builder.add(Items(line))
        elif word in "]}":
            builder.close()
        elif word not in ",:":
            builder.add(_json_leaf(name, word, line))
    assert builder.root is not None
    return builder.root


def _no_constant(text: str) -> None:
    raise ValueError(f"`{text}` is no value")


def _words(text: str) -> Iterator[tuple[str, int]]:
    line, seen = 1, 0
    for match in _WORD.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        yield match.group(), line


def _json_leaf(name: str, word: str, line: int) -> Leaf:
    value = json.loads(word, parse_int=str, parse_float=str)
    if word.startswith('"'):
        if _SURROGATE.search(value):
            raise SourceError(Problem("half a character (a lone surrogate) is no text", f"{name}:{line}"))
        return Leaf(value, line)
    kinds = {"true": "truth", "false": "truth", "null": "nothing"}
    return Leaf("" if word == "null" else word, line, kinds.get(word, "number"))

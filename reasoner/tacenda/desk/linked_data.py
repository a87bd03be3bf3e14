"""Turtle as JSON-LD that people can read: prefixes kept, lists as lists, what has no name in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from tacenda import vocabulary as v

_PREFIX = re.compile(r"^@prefix\s+([\w-]+):\s+<([^>]*)>\s*\.", re.MULTILINE)
_STRING = v.PREFIXES["xsd"] + "string"


def to_jsonld(turtle: str) -> str:
    """The same statements as JSON-LD.

    >>> print(to_jsonld('@prefix tac: <https://w3id.org/tacenda/> . tac:a tac:needs ( tac:b "c"@en ) .'))
    {
     "@context": {
      "tac": "https://w3id.org/tacenda/"
     },
     "@id": "tac:a",
     "tac:needs": {
      "@list": [
       {
        "@id": "tac:b"
       },
       {
        "@value": "c",
        "@language": "en"
       }
      ]
     }
    }
    <BLANKLINE>
    """
    prefixes = {found[1]: found[2] for found in _PREFIX.finditer(turtle)}
    nodes = _Nodes(prefixes)
    for quad in parse(turtle.encode(), format=RdfFormat.TURTLE):
        nodes.add(quad.triple)
    found = nodes.named()
    content = found[0] if len(found) == 1 else {"@graph": found}
    return json.dumps({"@context": prefixes, **content}, indent=1, ensure_ascii=False) + "\n"


class _Nodes:
    def __init__(self, prefixes: Mapping[str, str]) -> None:
        # the longest first: one namespace may lie within another
        self._prefixes = sorted(prefixes.items(), key=lambda one: -len(one[1]))
        self._said: dict[NamedNode | BlankNode, dict[str, list[Any]]] = {}

    def add(self, triple: Triple) -> None:
        assert not isinstance(triple.subject, Triple)
        said = self._said.setdefault(triple.subject, {})
        said.setdefault(triple.predicate.value, []).append(triple.object)

    def named(self) -> list[dict[str, Any]]:
        """What is said of each thing that has a name, in the order in which it is first spoken of."""
        return [{"@id": self._short(one.value), **self._about(one)} for one in self._said if isinstance(one, NamedNode)]

    def _about(self, node: NamedNode | BlankNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for predicate, values in self._said.get(node, {}).items():
            if predicate == v.RDF_TYPE:
                told: list[Any] = [self._short(value.value) for value in values]
                name = "@type"
            else:
                told, name = [self._value(value) for value in values], self._short(predicate)
            found[name] = told[0] if len(told) == 1 else told
        return found

    def _value(self, value: Any) -> Any:
        if isinstance(value, Literal):
            if value.language:
                return {"@value": value.value, "@language": value.language}
            kind = value.datatype.value
            return value.value if kind == _STRING else {"@value": value.value, "@type": self._short(kind)}
        if isinstance(value, BlankNode):
            members = self._members(value)
            return self._about(value) if members is None else {"@list": members}
        if value.value == v.RDF_NIL:
            return {"@list": []}
        return {"@id": self._short(value.value)}

    def _members(self, head: BlankNode) -> list[Any] | None:
        """The members of a list; nothing for what is none."""
        found: list[Any] = []
        node: Any = head
        while node in self._said and v.RDF_FIRST in self._said[node]:
            found.append(self._value(self._said[node][v.RDF_FIRST][0]))
            node = self._said[node][v.RDF_REST][0]
        return found or None

    def _short(self, iri: str) -> str:
        for name, space in self._prefixes:
            if iri.startswith(space) and not iri.startswith("//", len(space)):
                return f"{name}:{iri[len(space) :]}"
        return iri

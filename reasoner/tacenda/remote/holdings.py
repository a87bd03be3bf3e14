"""What a store holds of the law and of scenarios, as the last push to it wrote down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from tacenda import vocabulary as v
from tacenda.errors import Problem, QueryError
from tacenda.knowledge import GRAPHS, KnowledgeBase
from tacenda.remote.answers import read_table
from tacenda.remote.connection import Connection
from tacenda.remote.graphs import Case, Content, law_graphs
from tacenda.terms import value_of

CATALOGUE = GRAPHS + "catalogue"
_DERIVED = NamedNode(v.PREFIXES["prov"] + "wasDerivedFrom")
_TRIPLES = NamedNode("http://rdfs.org/ns/void#triples")
_HASH = "urn:sha256:"
_LISTED = f"""SELECT ?graph ?digest ?statements {{
  GRAPH <{CATALOGUE}> {{ ?graph <{_DERIVED.value}> ?digest ; <{_TRIPLES.value}> ?statements }}
}}"""


@dataclass(frozen=True, slots=True)
class Holding:
    """A graph that was put whole: from what it was worked out, and how many statements it has."""

    digest: str
    statements: int


def holdings(connection: Connection, seconds: float) -> dict[str, Holding]:
    """What the catalogue of a store lists; nothing where no push has ended."""
    table = read_table(connection, _LISTED, seconds=seconds)
    return {
        value_of(graph): Holding(value_of(digest).removeprefix(_HASH), int(value_of(statements)))
        for graph, digest, statements in table.rows
    }


def catalogue(found: Mapping[str, Holding]) -> Content:
    """The graph in which a store keeps what it holds."""
    return Content.of(CATALOGUE, _listing(found))


def _listing(found: Mapping[str, Holding]) -> Iterable[Triple]:
    for graph, holding in sorted(found.items()):
        yield Triple(NamedNode(graph), _DERIVED, NamedNode(_HASH + holding.digest))
        yield Triple(NamedNode(graph), _TRIPLES, Literal(holding.statements))


def compare(connection: Connection, kb: KnowledgeBase, case: Case | None, *, seconds: float) -> list[Problem]:
    """What differs between the law here and in the store, as warnings.

    Raises `QueryError` where the store holds no law, or other conclusions than those of this scenario.
    """
    place, found = connection.place.query, holdings(connection, seconds)
    push = f"tacenda push --endpoint {place}"
    law = law_graphs(kb)
    missing = [graph for graph in law if graph not in found]
    if missing:
        missing = _empty(connection, missing, seconds)
    if missing:
        names = ", ".join(f"`{graph.removeprefix(GRAPHS)}`" for graph in missing)
        raise QueryError(
            Problem(f"the store does not hold the law whole: {names} missing", place, f"put it there: {push}")
        )
    if case:
        digest = case.digest(kb)
        states = {found[graph].digest if graph in found else "" for graph in case.graphs}
        if states != {digest}:
            stale = bool(states - {"", digest})
            message = (
                "the store holds another state of this scenario, or its day or law is another"
                if stale
                else ("the store does not hold this scenario with its conclusions")
            )
            raise QueryError(Problem(message, case.name, f"put it there: {push} --scenario FILE"))
    if any(graph in found and found[graph].digest != kb.digest for graph in law):
        return [
            Problem(
                "the store holds another law base than the one here, and answers from it", place, f"renew it: {push}"
            )
        ]
    return []


def _empty(connection: Connection, graphs: Sequence[str], seconds: float) -> list[str]:
    """Those of the graphs in which the store has nothing."""
    parts = " UNION ".join(
        f"{{ SELECT (<{graph}> AS ?graph) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT 1 }}" for graph in graphs
    )
    there = {value_of(row[0]) for row in read_table(connection, f"SELECT ?graph {{ {parts} }}", seconds=seconds).rows}
    return [graph for graph in graphs if graph not in there]

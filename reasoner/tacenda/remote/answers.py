"""Queries answered by a store elsewhere, read back into the same tables and graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from tacenda import vocabulary as v
from tacenda.errors import Problem, QueryError
from tacenda.knowledge import KnowledgeBase
from tacenda.queries import Query
from tacenda.querytext import declared, names_graphs, syntax_problem
from tacenda.remote.connection import Answer, Connection
from tacenda.remote.graphs import Case, law_graphs
from tacenda.sparql import ROWS, SECONDS, Graph, Table, asked, limited, prefixes

_TABLES = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_GRAPHS = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_BOOLEAN = NamedNode(v.PREFIXES["xsd"] + "boolean")
_SHORTEST, _ROW = 1 << 24, 1 << 13
"""The longest answer that is read to its end, in bytes: some, and more for each row that is allowed."""
Term = NamedNode | BlankNode | Literal
_TRUTHS = {"1": Literal(True), "0": Literal(False)}


@dataclass(frozen=True)
class Question:
    """A query made ready for a store that holds the same law, and the scenario's graphs."""

    query: Query
    text: str
    graphs: tuple[str, ...]
    gives_graph: bool
    prefixes: Mapping[str, str]

    @classmethod
    def of(
        cls, kb: KnowledgeBase, query: Query, parameters: Mapping[str, str] | None = None, case: Case | None = None
    ) -> Question:
        """The question that `run_query` would answer here; raises `QueryError` for what that refuses.

        A query that names no graphs is put to those of the law and of the scenario, whatever else the store holds:
        what a default graph is differs between stores.
        """
        text = asked(kb, query, parameters, over_scenario=case is not None)
        known = prefixes(kb)
        try:
            empty = Store().query(text, prefixes=known)
        except SyntaxError as error:
            raise QueryError(syntax_problem(error, query.name, query.text, known)) from error
        graphs = () if names_graphs(text) else (*law_graphs(kb), *(case.graphs if case else ()))
        return cls(query, declared(text, known), graphs, isinstance(empty, QueryTriples), known)

    def put(self, connection: Connection, *, seconds: float = SECONDS, rows: int = ROWS) -> Table | Graph:
        """What the store answers; raises `QueryError` when it does not, or exceeds a limit."""
        if not self.gives_graph:
            return read_table(connection, self.text, self.graphs, query=self.query, seconds=seconds, rows=rows)
        answer = _answer(connection, self.text, self.graphs, _GRAPHS, seconds, rows)
        kind = RdfFormat.from_media_type(answer.media_type) or RdfFormat.N_TRIPLES
        with _understood(connection, self.query):
            triples = (quad.triple for quad in parse(answer.content, kind))
            return Graph(tuple(dict.fromkeys(limited(triples, rows, self.query))), self.prefixes)


def read_table(
    connection: Connection,
    text: str,
    graphs: Sequence[str] = (),
    *,
    query: Query | None = None,
    seconds: float = SECONDS,
    rows: int = ROWS,
) -> Table:
    """The rows of a SELECT, or the answer to an ASK, over the *graphs* of a store."""
    query = query or Query("a question to the store", text)
    answer = _answer(connection, text, graphs, _TABLES, seconds, rows)
    kind = QueryResultsFormat.from_media_type(answer.media_type) or QueryResultsFormat.JSON
    with _understood(connection, query):
        found = parse_query_results(answer.content, kind)
        if isinstance(found, QueryBoolean):
            table = Table(("answer",), ((Literal(bool(found)),),), bool(found))
        else:
            columns = tuple(variable.value for variable in found.variables)
            solutions = limited(found, rows, query)
            table = Table(columns, tuple(tuple(_plain(row[name]) for name in columns) for row in solutions))
    if answer.headers.get("x-sparql-maxrows") == str(len(table.rows)) or "x-sql-state" in answer.headers:
        count = f"{len(table.rows)} row{'' if len(table.rows) == 1 else 's'}"
        message = f"the store gave only a part of the answer, {count}"
        raise QueryError(Problem(message, query.name, "add LIMIT, or let the store give more"))
    return table


def _answer(connection: Connection, text: str, graphs: Sequence[str], accept: str, seconds: float, rows: int) -> Answer:
    form = [("query", text)]
    form += [(name, graph) for name in ("default-graph-uri", "named-graph-uri") for graph in graphs]
    return connection.ask(form, accept, seconds=seconds, longest=_SHORTEST + rows * _ROW)


@contextmanager
def _understood(connection: Connection, query: Query) -> Iterator[None]:
    try:
        yield
    except (SyntaxError, ValueError) as error:
        message = f"the store's answer cannot be read: {error}"
        raise QueryError(Problem(message, connection.place.query, f"asked was `{query.name}`")) from error


def _plain(value: Term | None) -> Term | None:
    """The value as tacenda writes it: some stores say 1 for true."""
    if isinstance(value, Literal) and value.datatype == _BOOLEAN:
        return _TRUTHS.get(value.value, value)
    return value

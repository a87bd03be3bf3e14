"""SPARQL over law, scenario and conclusions: read-only, local, bounded in time and rows."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    Variable,
    serialize,
)

from tacenda import vocabulary as v
from tacenda.errors import Problem, QueryError, nearest
from tacenda.inference import CONCLUSIONS_GRAPH, PROOF_GRAPH, SCENARIO_GRAPH
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.proof import prove
from tacenda.queries import Query

SECONDS = 10.0
ROWS = 10_000
_NOT_CODE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""' r"|'''(?:[^'\\]|\\.|'(?!''))*'''" r'|"(?:[^"\\\n]|\\.)*"' r"|'(?:[^'\\\n]|\\.)*'"
    r'|<[^<>"{}|^`\\\s]*>' r"|#[^\n]*"
)
_REFUSED = re.compile(r"(?<![:?$\w-])(SERVICE|LOAD|INSERT|DELETE|CLEAR|DROP|CREATE|COPY|MOVE|ADD)\b(?!\s*:)", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """The rows of a SELECT, or the one row of an ASK; IRIs as `NamedNode`, absent values as `None`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[NamedNode | BlankNode | Literal | None, ...], ...]

    def cells(self) -> Iterator[tuple[str, ...]]:
        """The rows as people read them: IRIs shortened, literals without quotation marks."""
        for row in self.rows:
            yield tuple(_cell(value) for value in row)

    def to_csv(self) -> str:
        """The table as CSV, IRIs shortened."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.cells())
        return out.getvalue()

    def to_json(self) -> str:
        """The table in the SPARQL 1.1 Query Results JSON Format."""
        bindings = [
            {name: _term(value) for name, value in zip(self.columns, row, strict=True) if value is not None}
            for row in self.rows
        ]
        return json.dumps({"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}, indent=1, ensure_ascii=False)


@dataclass(frozen=True)
class Graph:
    """The triples of a CONSTRUCT or DESCRIBE."""

    triples: tuple[Triple, ...]
    prefixes: Mapping[str, str]

    def to_turtle(self) -> str:
        """The graph as Turtle."""
        text = serialize(self.triples, format=RdfFormat.TURTLE, prefixes=dict(self.prefixes))
        return text.decode() if text else ""


def run_query(
    kb: KnowledgeBase,
    query: Query,
    parameters: Mapping[str, str] | None = None,
    *,
    scenario: Scenario | None = None,
    seconds: float = SECONDS,
    rows: int = ROWS,
) -> Table | Graph:
    """The answer to a query over the law base and, with a scenario, over its conclusions and proof too.

    A parameter takes the place of the variable of its name: a compact name stands for an IRI, the label of a term
    for that term, anything else for a text. Raises `QueryError` when the query is wrong, refused, or exceeds a limit.
    """
    refuse_outside(query.text)
    values = dict(query.parameters) | dict(parameters or {})
    for name in parameters or {}:
        if query.parameters and name not in dict(query.parameters):
            raise QueryError(
                Problem(f"`{query.name}` has no parameter `{name}`", hint=nearest(name, dict(query.parameters)))
            )
    if query.needs_scenario and scenario is None:
        raise QueryError(Problem(f"`{query.name}` asks about a scenario", hint="add `--scenario FILE`"))
    graphs = (SCENARIO_GRAPH, CONCLUSIONS_GRAPH, PROOF_GRAPH)
    if scenario is not None:
        kb.store.extend(prove(kb, scenario))
    try:
        return _bounded(kb, query, {name: _value(kb, text) for name, text in values.items()}, seconds, rows)
    finally:
        if scenario is not None:
            for graph in graphs:
                kb.store.remove_graph(graph)


def refuse_outside(text: str) -> None:
    """Raise `QueryError` for a query that would reach out of the store or change it.

    >>> refuse_outside("SELECT * { ?service <http://x/LOAD> 'SERVICE' } # INSERT")
    """
    code = _NOT_CODE.sub(" ", text)
    found = _REFUSED.search(code)
    if found:
        word = found.group(1).upper()
        why = "queries stay in the local store" if word in ("SERVICE", "LOAD") else "only queries are answered, never updates"
        raise QueryError(Problem(f"`{word}` is refused: {why}"))


def prefixes(kb: KnowledgeBase) -> dict[str, str]:
    """The prefixes that queries may use without declaring them."""
    return dict(v.PREFIXES) | {pack.code: f"{v.BASE}{pack.code}/" for pack in kb.packs}


def _bounded(
    kb: KnowledgeBase, query: Query, values: Mapping[str, NamedNode | Literal], seconds: float, rows: int
) -> Table | Graph:
    outcome: list[Table | Graph | Exception] = []

    def work() -> None:
        try:
            outcome.append(_evaluate(kb, query, values, rows))
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise QueryError(Problem(f"no answer within {seconds:g} seconds", query.name, "make it more selective, or allow more with `--seconds`"))
    found = outcome[0]
    if isinstance(found, SyntaxError):
        raise QueryError(_syntax(found, query))
    if isinstance(found, Exception):
        raise found if isinstance(found, QueryError) else QueryError(Problem(str(found), query.name))
    return found


def _evaluate(kb: KnowledgeBase, query: Query, values: Mapping[str, NamedNode | Literal], rows: int) -> Table | Graph:
    result = kb.store.query(
        query.text,
        prefixes=prefixes(kb),
        use_default_graph_as_union=True,
        substitutions={Variable(name): value for name, value in values.items()},
    )
    if isinstance(result, QueryBoolean):
        return Table(("answer",), ((Literal(bool(result)),),))
    if isinstance(result, QueryTriples):
        return Graph(tuple(_limited(result, rows, query)), prefixes(kb))
    solutions = cast("QuerySolutions", result)
    columns = tuple(variable.value for variable in solutions.variables)
    return Table(columns, tuple(tuple(row[name] for name in columns) for row in _limited(solutions, rows, query)))


def _limited(found: Any, rows: int, query: Query) -> Iterator[Any]:
    for number, row in enumerate(found):
        if number == rows:
            raise QueryError(Problem(f"more than {rows} rows", query.name, "add LIMIT, or allow more with `--rows`"))
        yield row


def _value(kb: KnowledgeBase, text: str) -> NamedNode | Literal:
    iri = v.expand(text)
    if iri != text or text.startswith("http"):
        return NamedNode(iri)
    for term in kb.taxonomy.terms.values():
        if term.label.casefold() == text.casefold():
            return NamedNode(term.iri)
    return Literal(text)


def _syntax(error: SyntaxError, query: Query) -> Problem:
    message = str(error)
    place = re.search(r"at (\d+):(\d+)", message)
    where = f"{query.name}:{place.group(1)}:{place.group(2)}" if place else query.name
    lines = query.text.splitlines()
    shown = ""
    if place and int(place.group(1)) <= len(lines):
        shown = f" near `{lines[int(place.group(1)) - 1].strip()[:80]}`"
    return Problem(f"not a SPARQL query{shown}", where)


def _cell(value: NamedNode | BlankNode | Literal | None) -> str:
    if value is None:
        return ""
    return v.shorten(value.value) if isinstance(value, NamedNode) else str(value.value)


def _term(value: NamedNode | BlankNode | Literal) -> dict[str, str]:
    if isinstance(value, NamedNode):
        return {"type": "uri", "value": value.value}
    if isinstance(value, BlankNode):
        return {"type": "bnode", "value": value.value}
    found = {"type": "literal", "value": value.value}
    if value.language:
        found["xml:lang"] = value.language
    elif value.datatype.value != v.PREFIXES["xsd"] + "string":
        found["datatype"] = value.datatype.value
    return found

"""SPARQL over law, scenario and conclusions: read-only, local, bounded in time and rows."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from tacenda import vocabulary as v
from tacenda.errors import Problem, QueryError, SourceError, nearest
from tacenda.inference import CONCLUSIONS_GRAPH, PROOF_GRAPH, SCENARIO_GRAPH
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import Shown, element, grid, link, shown, unfolding
from tacenda.model import Scenario
from tacenda.proof import prove
from tacenda.queries import Query
from tacenda.querytext import fill, names_graphs, refuse_outside, syntax_problem, variables

SECONDS = 10.0
ROWS = 10_000
_INSTALL = "pip install 'tacenda[notebook]'"
_SHOWN = 100
"""How many rows, or lines of Turtle, a notebook shows."""
_NUMBERS = {v.PREFIXES["xsd"] + name: kind for name, kind in (("integer", int), ("decimal", float), ("double", float))}


@dataclass(frozen=True)
class Table(Shown):
    """The rows of a SELECT; IRIs as `NamedNode`, absent values as `None`. The answer to an ASK is in `answer`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[NamedNode | BlankNode | Literal | None, ...], ...]
    answer: bool | None = None

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
        if self.answer is not None:
            return json.dumps({"head": {}, "boolean": self.answer}, indent=1)
        bindings = [
            {name: _term(value) for name, value in zip(self.columns, row, strict=True) if value is not None}
            for row in self.rows
        ]
        found = {"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}
        return json.dumps(found, indent=1, ensure_ascii=False)

    def to_pandas(self) -> Any:
        """The table as a pandas data frame: numbers and truth values as such, IRIs shortened, `None` where absent.

        Raises `SourceError` when pandas is not installed.
        """
        try:
            from pandas import DataFrame
        except ImportError as error:
            raise SourceError(Problem("data frames need pandas, which is not installed", hint=_INSTALL)) from error
        return DataFrame([tuple(map(_plain, row)) for row in self.rows], columns=list(self.columns))

    def __str__(self) -> str:
        return self.to_csv()

    def _repr_html_(self) -> str:
        if self.answer is not None:
            return shown(element("p", "yes" if self.answer else "no"))
        rows = ([_cell_html(value) for value in row] for row in self.rows[:_SHOWN])
        count = f"{len(self.rows):,} row{'' if len(self.rows) == 1 else 's'}"
        more = f", of which {_SHOWN} are shown: `.to_pandas()` and `.to_csv()` have all" * (len(self.rows) > _SHOWN)
        return shown(grid(self.columns, rows), element("p", element("small", count + more)))


@dataclass(frozen=True)
class Graph(Shown):
    """The triples of a CONSTRUCT or DESCRIBE."""

    triples: tuple[Triple, ...]
    prefixes: Mapping[str, str]

    def to_turtle(self) -> str:
        """The graph as Turtle."""
        ordered = sorted(self.triples, key=str)
        whole = "\n".join(map(str, ordered))
        used = {name: iri for name, iri in self.prefixes.items() if f"<{iri}" in whole}
        text = serialize(ordered, format=RdfFormat.TURTLE, prefixes=used)
        # the prefixes come in no order
        lines = text.decode().splitlines(keepends=True) if text else []
        return "".join([*sorted(lines[: len(used)]), *lines[len(used) :]])

    def to_json(self) -> str:
        """The graph as JSON-LD, expanded."""
        text = serialize(self.triples, format=RdfFormat.JSON_LD)
        return f"{text.decode()}\n" if text else "[]\n"

    def __str__(self) -> str:
        return self.to_turtle()

    def _repr_html_(self) -> str:
        lines = self.to_turtle().splitlines()
        count = f"{len(self.triples):,} statement{'' if len(self.triples) == 1 else 's'}"
        more = "\n…" * (len(lines) > _SHOWN)
        return shown(unfolding(count, element("pre", "\n".join(lines[:_SHOWN]).expandtabs(4) + more), is_open=True))


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
    for that term, anything else for a text; an empty one leaves the variable free. Raises `QueryError` when the
    query is wrong, refused, or exceeds a limit.
    """
    text = asked(kb, query, parameters, over_scenario=scenario is not None)
    graphs = (SCENARIO_GRAPH, CONCLUSIONS_GRAPH, PROOF_GRAPH)
    if scenario is not None:
        kb.store.extend(prove(kb, scenario))
    try:
        return _bounded(kb, query, text, seconds, rows)
    finally:
        if scenario is not None:
            for graph in graphs:
                kb.store.remove_graph(graph)


def asked(
    kb: KnowledgeBase, query: Query, parameters: Mapping[str, str] | None = None, *, over_scenario: bool = False
) -> str:
    """The text of a query with its parameters in place; raises `QueryError` for what is refused or names nothing."""
    refuse_outside(query.text)
    values = {name: default for name, default in query.parameters if default} | dict(parameters or {})
    known = variables(query.text)
    for name in values:
        if name not in known:
            hint = nearest(name, dict(query.parameters) or known)
            raise QueryError(Problem(f"`{query.name}` has no parameter `{name}`", hint=hint))
    if query.needs_scenario and not over_scenario:
        raise QueryError(Problem(f"`{query.name}` asks about a scenario", hint="add `--scenario FILE`"))
    meant = {name: _value(kb, name, text) for name, text in values.items() if text}
    for name, default in query.parameters:
        if name in meant:
            _refuse_unknown(kb, name, values[name], meant[name], default)
    return fill(query.text, {name: str(value) for name, value in meant.items()})


def prefixes(kb: KnowledgeBase) -> dict[str, str]:
    """The prefixes that queries may use without declaring them."""
    return dict(v.PREFIXES) | {pack.code: f"{v.BASE}{pack.code}/" for pack in kb.packs}


def _bounded(kb: KnowledgeBase, query: Query, text: str, seconds: float, rows: int) -> Table | Graph:
    outcome: list[Table | Graph | Exception] = []

    def work() -> None:
        try:
            outcome.append(_evaluate(kb, query, text, rows))
        except Exception as error:
            # without its frames, whose results must be let go of in the thread that made them
            outcome.append(error.with_traceback(None))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise QueryError(
            Problem(
                f"no answer within {seconds:g} seconds",
                query.name,
                "make it more selective, or allow more with `--seconds`",
            )
        )
    found = outcome[0]
    if isinstance(found, SyntaxError):
        raise QueryError(syntax_problem(found, query.name, query.text, prefixes(kb)))
    if isinstance(found, Exception):
        raise found if isinstance(found, QueryError) else QueryError(Problem(str(found), query.name))
    return found


def _evaluate(kb: KnowledgeBase, query: Query, text: str, rows: int) -> Table | Graph:
    result = kb.store.query(text, prefixes=prefixes(kb), use_default_graph_as_union=not names_graphs(text))
    if isinstance(result, QueryBoolean):
        return Table(("answer",), ((Literal(bool(result)),),), bool(result))
    if isinstance(result, QueryTriples):
        return Graph(tuple(limited(result, rows, query)), prefixes(kb))
    columns = tuple(variable.value for variable in result.variables)
    return Table(columns, tuple(tuple(row[name] for name in columns) for row in limited(result, rows, query)))


def limited(found: Iterable[Any], rows: int, query: Query) -> Iterator[Any]:
    """What is found; raises `QueryError` when it is more than so many rows."""
    for number, row in enumerate(found):
        if number == rows:
            raise QueryError(Problem(f"more than {rows} rows", query.name, "add LIMIT, or allow more with `--rows`"))
        yield row


def _value(kb: KnowledgeBase, name: str, text: str) -> NamedNode | Literal:
    codes = {pack.code: pack.iri for pack in kb.packs}
    labels = {term.label.casefold(): term.iri for term in kb.taxonomy.terms.values() if term.label}
    iri = codes.get(text) or v.expand(text)
    if iri == text and "://" not in text:
        iri = labels.get(" ".join(text.split()).casefold(), "")
    try:
        return NamedNode(iri) if iri else Literal(text)
    except ValueError as error:
        raise QueryError(Problem(f"`{text}` is no IRI", name)) from error


def _refuse_unknown(kb: KnowledgeBase, name: str, text: str, value: NamedNode | Literal, default: str) -> None:
    """Raise `QueryError` for a word that should name something and names nothing: the answer would be empty."""
    if isinstance(value, NamedNode):
        if not value.value.startswith(v.BASE) or any(kb.store.quads_for_pattern(value, None, None)):
            return
        known = [v.shorten(iri) for iri in (*kb.norms, *kb.sources, *kb.taxonomy.terms)]
    elif default and isinstance(_value(kb, name, default), NamedNode):
        known = [*(pack.code for pack in kb.packs), *(term.label for term in kb.taxonomy.terms.values())]
    else:
        return
    raise QueryError(Problem(f"`{text}` names nothing in the law base", name, nearest(text, known)))


def _cell(value: NamedNode | BlankNode | Literal | None) -> str:
    if value is None:
        return ""
    return v.shorten(value.value) if isinstance(value, NamedNode) else str(value.value)


def _plain(value: NamedNode | BlankNode | Literal | None) -> object:
    """A value as Python and pandas know it."""
    if isinstance(value, Literal):
        if value.datatype.value in _NUMBERS:
            return _NUMBERS[value.datatype.value](value.value)
        if value.datatype.value == v.PREFIXES["xsd"] + "boolean":
            return value.value in ("true", "1")
    return None if value is None else _cell(value)


def _cell_html(value: NamedNode | BlankNode | Literal | None) -> str:
    """A value as a cell: what lies outside tacenda leads there, and what has a short name says its long one."""
    text = _cell(value)
    if isinstance(value, NamedNode) and value.value != text:
        return element("span", text, title=value.value)
    return link(text, text)


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

"""What a query came to, as a page shows it: a table whose names lead somewhere, a chart or a picture where one fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
)

from tacenda import vocabulary as v
from tacenda.desk.addresses import address
from tacenda.desk.desk import Desk
from tacenda.desk.links import place
from tacenda.sparql import Graph, Table, prefixes
from tacenda.terms import value_of

SHOWN = 500
"""How many rows a page shows; the files to be had hold all."""
_BARS = 40
_CATEGORIES = 12
_ARROWS = 150
_NUMBERS = {v.PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float", "int", "long")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table: what is shown, where it leads, and what is told on demand."""

    text: str
    href: str = ""
    title: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, its length in hundredths of the longest."""

    label: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar for each row, or for each of the values in a column that has few."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What a page shows of the answer to a query."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    count: int = 0
    answer: bool | None = None
    chart: Chart | None = None
    picture: str = ""
    turtle: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are shown."""
        return self.count > len(self.rows) and not self.turtle


def table_of(content: bytes) -> Table:
    """The table in SPARQL results in JSON."""
    found = parse_query_results(content, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return Table(("answer",), ((Literal(bool(found)),),), bool(found))
    columns = tuple(variable.value for variable in found.variables)
    return Table(columns, tuple(tuple(row[name] for name in columns) for row in found))


def graph_of(desk: Desk, content: bytes) -> Graph:
    """The graph in N-Triples."""
    triples = dict.fromkeys(quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES))
    return Graph(tuple(triples), prefixes(desk.kb))


def show(desk: Desk, found: Table | Graph) -> Results:
    """What a page shows of a table or a graph."""
    if isinstance(found, Graph):
        arrows = [(one.subject, v.shorten(one.predicate.value), one.object) for one in found.triples]
        return Results(count=len(found.triples), picture=_picture(desk, arrows), turtle=found.to_turtle())
    rows = tuple(tuple(_cell(desk, value) for value in row) for row in found.rows[:SHOWN])
    return Results(
        columns=found.columns,
        rows=rows,
        count=len(found.rows),
        answer=found.answer,
        chart=_chart(found, rows) if found.answer is None else None,
        picture=_picture(desk, list(_arrows(found))),
    )


def _cell(desk: Desk, value: object) -> Cell:
    if value is None:
        return Cell("")
    if isinstance(value, NamedNode):
        term = desk.kb.term(value.value)
        norm = desk.kb.norms.get(value.value)
        about = term.label if term else norm.label if norm else ""
        is_elsewhere = value.value.startswith(("http://", "https://")) and not place(value.value)
        href = value.value if is_elsewhere else address(desk)(value.value)
        return Cell(v.shorten(value.value), href, about)
    if isinstance(value, Literal):
        kind = value.datatype.value
        told = f"@{value.language}" if value.language else "" if kind.endswith("#string") else v.shorten(kind)
        return Cell(value.value, title=told, is_number=kind in _NUMBERS)
    return Cell(str(value))


def _chart(table: Table, rows: Sequence[Sequence[Cell]]) -> Chart | None:
    """The numbers of a table that has one column of them; else how many rows share a value, where few values do."""
    if len(rows) < 2 or len(rows) < len(table.rows):
        return None
    columns = list(zip(*rows, strict=True))
    numeric = [place for place, cells in enumerate(columns) if all(cell.is_number for cell in cells)]
    if len(numeric) == 1 and len(columns) > 1 and len(rows) <= _BARS:
        number = numeric[0]
        label = next(place for place in range(len(columns)) if place != number)
        pairs = [(row[label].title or row[label].text, float(row[number].text)) for row in rows]
        return _bars(table.columns[number], pairs)
    if len(rows) < 2 * _CATEGORIES or numeric:
        return None
    for name, cells in zip(table.columns, columns, strict=True):
        counts = Counter(cell.text or "(none)" for cell in cells)
        if 2 <= len(counts) <= _CATEGORIES:
            return _bars(f"rows by {name}", [(text, float(number)) for text, number in counts.most_common()])
    return None


def _bars(title: str, pairs: Iterable[tuple[str, float]]) -> Chart | None:
    found = list(pairs)
    most = max(value for _, value in found)
    if most <= 0 or min(value for _, value in found) < 0:
        return None
    return Chart(title, tuple(Bar(label, f"{value:,g}", round(100 * value / most, 1)) for label, value in found))


def _arrows(table: Table) -> Iterable[tuple[object, str, object]]:
    """The rows of a table that has two columns of names, or three, as arrows."""
    if len(table.columns) not in (2, 3) or len(table.rows) < 2:
        return
    if any(not isinstance(value, NamedNode) for row in table.rows for value in row):
        return
    for row in table.rows:
        yield row[0], v.shorten(value_of(row[1])) if len(row) == 3 else table.columns[1], row[-1]


def _picture(desk: Desk, arrows: Sequence[tuple[object, str, object]]) -> str:
    """The arrows as an `<svg>` element; nothing where there are none, or too many to be read."""
    if not 1 <= len(arrows) <= _ARROWS:
        return ""
    from tacenda.graph.layout import to_svg

    names = {str(end): end for start, _, finish in arrows for end in (start, finish)}
    numbers = {name: number for number, name in enumerate(names)}
    lines = ["digraph {", "rankdir=LR; bgcolor=transparent"]
    lines.append('node [shape=box, style=rounded, fontname="Helvetica", fontsize=11]')
    lines.append('edge [fontname="Helvetica", fontsize=9, color="#808890", fontcolor="#566073"]')
    for name, end in names.items():
        cell = _cell(desk, end)
        link = f', URL="{_quoted(cell.href)}"' if cell.href else ""
        lines.append(f'n{numbers[name]} [label="{_quoted(_folded(cell.title or cell.text))}"{link}]')
    for start, label, finish in arrows:
        lines.append(f'n{numbers[str(start)]} -> n{numbers[str(finish)]} [label="{_quoted(label)}"]')
    drawn = to_svg("\n".join([*lines, "}"]))
    return drawn[drawn.index("<svg") :]


def _folded(text: str, width: int = 28) -> str:
    lines = wrap(text, width) or [""]
    return "\n".join([*lines[:4], "…"] if len(lines) > 4 else lines)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

"""`tacenda query`: research questions in SPARQL, from the library, a file or standard input."""

from __future__ import annotations

import io
import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tacenda.cli import options
from tacenda.errors import Problem, QueryError, visible

if TYPE_CHECKING:
    from tacenda.knowledge import KnowledgeBase
    from tacenda.queries import Query
    from tacenda.sparql import Graph, Table

_WIDTH = 160


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda query who-may-assert-each-privilege --format table")
    def query(
        name: Annotated[
            str | None,
            typer.Argument(
                help="A query of the library, a .rq file, or - for stdin. Without it: the list.", metavar="QUERY"
            ),
        ] = None,
        parameter: Annotated[
            list[str] | None,
            typer.Option(
                "-p", "--parameter", help="A value for a variable of the query; may be repeated.", metavar="NAME=VALUE"
            ),
        ] = None,
        scenario: Annotated[
            str | None,
            typer.Option(help="A scenario whose conclusions and proof are asked about too.", metavar="SCENARIO"),
        ] = None,
        endpoint: Annotated[
            str | None,
            typer.Option(help="A SPARQL store that answers instead, filled by `tacenda push`.", metavar="URL"),
        ] = None,
        format: Annotated[str | None, typer.Option(help="table, csv, json or ttl.", metavar="FORMAT")] = None,
        seconds: Annotated[
            float, typer.Option(help="The longest the query may take.", min=0.1, max=600, metavar="SECONDS")
        ] = 10.0,
        rows: Annotated[int, typer.Option(help="The most rows it may give.", min=1, metavar="ROWS")] = 10_000,
        kb: options.KbOption = None,
    ) -> None:
        """Run a SPARQL query over the law base and, with a scenario, over its conclusions."""
        from tacenda.knowledge import KnowledgeBase
        from tacenda.queries import library
        from tacenda.scenario import read_scenario
        from tacenda.sparql import run_query

        wanted = options.chosen_format(format, ("table", "csv", "json", "ttl"))
        values = _values(parameter or ())
        if name is None:
            _put_list(library().values(), wanted)
            return
        if name == "-" == scenario:
            raise typer.BadParameter(
                "only one of the query and the scenario can be standard input", param_hint="--scenario"
            )
        chosen = _query(name)
        folders = options.law_folders(kb)
        if endpoint:
            base = KnowledgeBase.open(folders=folders)
            _put_found(_asked_there(endpoint, base, chosen, values, scenario, seconds=seconds, rows=rows), wanted)
            return
        asked = None
        if scenario:
            path, text = options.find_scenario(scenario)
            asked, base = read_scenario(path, text, folders=folders)
            asked = asked if asked.as_of else replace(asked, as_of=date.today())
        else:
            base = KnowledgeBase.open(folders=folders)
        _put_found(run_query(base, chosen, values, scenario=asked, seconds=seconds, rows=rows), wanted)


def _asked_there(
    endpoint: str,
    base: KnowledgeBase,
    query: Query,
    values: dict[str, str],
    scenario: str | None,
    *,
    seconds: float,
    rows: int,
) -> Table | Graph:
    """What the store answers; how its law differs from the one here is told beside it."""
    from tacenda.cli.remote import cases, connected

    with connected(endpoint, seconds=seconds) as connection:
        from tacenda.remote.answers import Question
        from tacenda.remote.holdings import compare

        case = cases([scenario], base)[0] if scenario else None
        question = Question.of(base, query, values, case)
        for problem in compare(connection, base, case, seconds=seconds):
            print(problem, file=sys.stderr)
        return question.put(connection, seconds=seconds, rows=rows)


def _put_found(found: Table | Graph, wanted: str) -> None:
    from tacenda.sparql import Graph

    if isinstance(found, Graph):
        _put_graph(found, wanted)
    else:
        _put_table(found, wanted)


def _values(pairs: Sequence[str]) -> dict[str, str]:
    values = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip().lstrip("?$").isidentifier():
            raise typer.BadParameter(f"`{pair}` is not NAME=VALUE, such as state=us-ma", param_hint="-p")
        values[key.strip().lstrip("?$")] = value.strip()
    return values


def _query(name: str) -> Query:
    from tacenda.queries import named, parse_query, read_query

    if name == "-":
        return parse_query("standard input", options.standard_input("a query"))
    if name.endswith(".rq") or Path(name).name != name or Path(name).is_file():
        return read_query(Path(name))
    return named(name)


def _put_graph(graph: Graph, wanted: str) -> None:
    if wanted == "csv":
        raise QueryError(Problem("a graph cannot be written as csv", hint="use `--format ttl`"))
    options.put_data(graph.to_json() if wanted == "json" else graph.to_turtle())


def _put_table(table: Table, wanted: str) -> None:
    if wanted == "ttl":
        raise QueryError(
            Problem("a table cannot be written as Turtle", hint="use `--format csv`, or a CONSTRUCT query")
        )
    if wanted == "csv":
        options.put(table.to_csv())
    elif wanted == "json":
        options.put_data(table.to_json() + "\n")
    else:
        cells = list(table.cells())
        _put_columns(table.columns, cells)
        print(f"{len(cells)} row{'' if len(cells) == 1 else 's'}", file=sys.stderr)


def _put_list(found: Iterable[Query], wanted: str) -> None:
    if wanted == "json":
        options.put_json([{"name": q.name, "summary": q.summary, "parameters": dict(q.parameters)} for q in found])
        return
    if wanted != "table":
        raise typer.BadParameter("the list of queries is a table or json", param_hint="--format")
    cells = [(q.name, q.summary, " ".join(_asked_with(q))) for q in found]
    _put_columns(("query", "what it answers", "parameters"), cells)


def _asked_with(query: Query) -> Iterable[str]:
    if query.needs_scenario:
        yield "--scenario FILE"
    yield from (f"-p {shlex.quote(f'{key}={value}')}" for key, value in query.parameters)


def _put_columns(columns: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table as Columns
    from rich.text import Text

    table = Columns(header_style="bold")
    for column in columns:
        table.add_column(Text(visible(column)))
    for row in cells:
        table.add_row(*(Text("\n".join(map(visible, cell.split("\n")))) for cell in row))
    terminal = sys.stdout.isatty()
    width = max(shutil.get_terminal_size((_WIDTH, 40)).columns, 40) if terminal else _WIDTH
    console = Console(
        file=io.TextIOWrapper(io.BytesIO(), encoding=sys.stdout.encoding),
        width=width,
        force_terminal=terminal,
        highlight=False,
    )
    with console.capture() as capture:
        console.print(table)
    options.put_raw("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))

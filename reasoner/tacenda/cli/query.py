"""`tacenda query`: research questions in SPARQL, from the library, a file or standard input."""

from __future__ import annotations

import sys
from datetime import date
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tacenda.cli.options import KbOption, chosen_format, find_scenario, print_json
from tacenda.errors import Problem, QueryError


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda query who-may-assert-each-privilege -p state=us-ma --format table")
    def query(
        name: Annotated[str | None, typer.Argument(help="A query of the library, a .rq file, or - for standard input. Without it: the list.")] = None,
        parameter: Annotated[list[str] | None, typer.Option("-p", "--parameter", help="name=value; may be repeated.", metavar="NAME=VALUE")] = None,
        scenario: Annotated[str | None, typer.Option(help="A scenario whose conclusions and proof are asked about too.", metavar="FILE")] = None,
        format: Annotated[str | None, typer.Option(help="table, csv, json or ttl.")] = None,
        seconds: Annotated[float, typer.Option(help="The longest the query may take.", min=0.1, max=600)] = 10.0,
        rows: Annotated[int, typer.Option(help="The most rows it may give.", min=1)] = 10_000,
        kb: KbOption = None,
    ) -> None:
        """Run a SPARQL query over the law base and, with a scenario, over its conclusions."""
        from tacenda.knowledge import KnowledgeBase
        from tacenda.queries import library, named, parse_query, read_query
        from tacenda.scenario import read_scenario
        from tacenda.sparql import Graph, run_query

        wanted = chosen_format(format, ("table", "csv", "json", "ttl"))
        if name is None:
            _list([(q.name, q.summary, " ".join(f"-p {key}={value}" for key, value in q.parameters)) for q in library().values()], wanted)
            return
        values = {}
        for pair in parameter or ():
            key, equals, value = pair.partition("=")
            if not equals:
                raise typer.BadParameter(f"`{pair}` is not NAME=VALUE", param_hint="-p")
            values[key.strip()] = value.strip()
        if name == "-":
            chosen = parse_query("standard input", sys.stdin.read())
        elif name.endswith(".rq") or "/" in name:
            chosen = read_query(Path(name))
        else:
            chosen = named(name)
        folders = tuple(kb or ())
        asked = None
        if scenario:
            path, text = find_scenario(scenario)
            asked, base = read_scenario(path, text, folders=folders)
            asked = asked if asked.as_of else replace(asked, as_of=date.today())
        else:
            base = KnowledgeBase.open(folders=folders)
        result = run_query(base, chosen, values, scenario=asked, seconds=seconds, rows=rows)
        if isinstance(result, Graph):
            if wanted == "csv":
                raise QueryError(Problem("a graph cannot be written as csv", hint="use `--format ttl`"))
            print(result.to_turtle(), end="")
        elif wanted == "ttl":
            raise QueryError(Problem("a table cannot be written as Turtle", hint="use `--format csv`, or a CONSTRUCT query"))
        elif wanted == "csv":
            print(result.to_csv(), end="")
        elif wanted == "json":
            print(result.to_json())
        else:
            _table(result.columns, list(result.cells()))


def _list(found: list[tuple[str, str, str]], wanted: str) -> None:
    if wanted == "json":
        print_json([{"name": name, "summary": summary, "parameters": parameters} for name, summary, parameters in found])
    else:
        _table(("query", "what it answers", "parameters"), found)


def _table(columns: tuple[str, ...], cells: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    table = RichTable(*columns, show_lines=False, header_style="bold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(table)
    print(f"{len(cells)} row{'' if len(cells) == 1 else 's'}", file=sys.stderr)

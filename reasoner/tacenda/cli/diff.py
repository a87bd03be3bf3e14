"""`tacenda diff`: what differs between the law of two days, or of two states, and scenarios that come out otherwise."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tacenda.cli import options
from tacenda.cli.progress import Progress

if TYPE_CHECKING:
    from tacenda.comparison import Side


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda diff us-ma@2025-06-01 us-ma@2026-11-22 --examples 1")
    def diff(
        one: Annotated[str, typer.Argument(help="A jurisdiction and a day, such as us-ma@2010-01-01.", metavar="LAW")],
        other: Annotated[str, typer.Argument(help="Another; today, without a day.", metavar="LAW")],
        examples: Annotated[
            int, typer.Option(min=0, help="How many example scenarios to search for.", metavar="N")
        ] = 6,
        format: Annotated[str | None, typer.Option(help="text, json or html.", metavar="FORMAT")] = None,
        output: Annotated[
            Path | None,
            typer.Option("-o", "--output", help="A file to write; its ending is the format.", metavar="FILE"),
        ] = None,
        kb: options.KbOption = None,
    ) -> None:
        """List the norms in which two laws differ, what each change means, and scenarios that come out otherwise."""
        import json

        from tacenda.cli.compare import put
        from tacenda.comparison import diff as compared
        from tacenda.comparison.page import as_page
        from tacenda.comparison.report import revision_text
        from tacenda.knowledge import KnowledgeBase

        formats = ("text", "json", "html")
        ending = output.suffix.removeprefix(".").replace("txt", "text") if output and format is None else format
        wanted = options.chosen_format(ending, formats)
        sides = [_side(text) for text in (one, other)]
        base = KnowledgeBase.open(*dict.fromkeys(side.code for side in sides), folders=options.law_folders(kb))
        with Progress(sys.stderr) as progress:
            found = compared(base, *sides, examples=examples, progress=progress.step)
        match wanted:
            case "text":
                put(revision_text(found, width=options.terminal_width()), output)
            case "html":
                put(as_page(found), output)
            case _:
                put(json.dumps(found.to_dict(), indent=1, ensure_ascii=False) + "\n", output)


def _side(text: str) -> Side:
    from tacenda.comparison import Side
    from tacenda.scenario import parse_day

    code, at, day = text.partition("@")
    if not at:
        print(f"no date is given for `{code}`, so the law of today, {date.today()}, is meant", file=sys.stderr)
        return Side(code, date.today())
    try:
        return Side(code, parse_day(day))
    except ValueError as error:
        raise typer.BadParameter(f"`{day}` is not a date; write it as us-ma@2026-11-22", param_hint="LAW") from error

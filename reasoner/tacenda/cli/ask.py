"""`tacenda ask`: the positions, reasons and citations, what is open and on what it depends."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import typer

from tacenda.cli.options import KbOption, chosen_format, find_scenario, parse_day, print_json

_EPILOG = """Example: tacenda ask suspected-child-abuse --explain --suppose-not "learned in a professional capacity" """


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog=_EPILOG)
    def ask(
        scenario: Annotated[str, typer.Argument(help="A scenario file (YAML, JSON-LD or Turtle), the name of one that comes with tacenda, or - for standard input.")],
        as_of: Annotated[str | None, typer.Option(help="The day whose law is asked about; today, unless the scenario says.", metavar="DATE")] = None,
        closed: Annotated[bool, typer.Option("--closed", help="Read what is not stated as false.")] = False,
        where: Annotated[str | None, typer.Option("--in", help="Another jurisdiction, such as us-ma.", metavar="CODE")] = None,
        context: Annotated[str | None, typer.Option(help="practice or court; both, unless named.")] = None,
        engine: Annotated[str, typer.Option(help="The engine: sparql.")] = "sparql",
        explain: Annotated[bool, typer.Option("--explain", help="Print the proof: conditions, exceptions tried, words and pinpoints.")] = False,
        suppose: Annotated[list[str] | None, typer.Option(help="A fact to suppose true; may be repeated.", metavar="FACT")] = None,
        suppose_not: Annotated[list[str] | None, typer.Option(help="A fact to suppose false; may be repeated.", metavar="FACT")] = None,
        everything: Annotated[bool, typer.Option("--all", help="List every position.")] = False,
        format: Annotated[str | None, typer.Option(help="text, json or ttl.")] = None,
        kb: KbOption = None,
    ) -> None:
        """Ask what the law makes of a scenario: what is required, forbidden, privileged, permitted, open."""
        from tacenda.assessment import assess, change
        from tacenda.scenario import read_scenario
        from tacenda.scenario import suppose as supposing

        wanted = chosen_format(format, ("text", "json", "ttl"))
        if engine != "sparql":
            raise typer.BadParameter(f"`{engine}` is not an engine of this version; the engine is sparql", param_hint="--engine")
        if context not in (None, "practice", "court"):
            raise typer.BadParameter(f"`{context}` is neither practice nor court", param_hint="--context")
        day = parse_day(as_of, "--as-of")
        path, text = find_scenario(scenario)
        asked, base = read_scenario(path, text, folders=tuple(kb or ()), jurisdiction=where)
        asked = replace(asked, as_of=day or asked.as_of, closed=closed or asked.closed, context=context or asked.context)
        if asked.as_of is None:
            asked = replace(asked, as_of=date.today())
            print(f"no date is given, so the law of today, {asked.as_of}, is asked about", file=sys.stderr)
        before = None
        if suppose or suppose_not:
            before = assess(base, asked)
            asked = supposing(base, asked, suppose or (), suppose_not or ())
        answer = assess(base, asked)
        moved = change(before, answer) if before else []
        if wanted == "json":
            found = answer.to_dict()
            if before:
                found["supposed"] = {"true": suppose or [], "false": suppose_not or []}
                found["moved"] = moved
            print_json(found)
        elif wanted == "ttl":
            print(answer.to_turtle(), end="")
        else:
            _print_text(answer, everything, explain, moved if before else None, suppose or [], suppose_not or [])


def _print_text(
    answer: Any, everything: bool, proof: bool, moved: list[dict[str, Any]] | None, true: Sequence[str], false: Sequence[str]
) -> None:
    from tacenda.report import to_text

    width = min(shutil.get_terminal_size((120, 40)).columns, 160) if sys.stdout.isatty() else 120
    lines = []
    if moved is not None:
        facts = " and ".join([*true, *(f"not {fact}" for fact in false)])
        lines.append(f"SUPPOSING {facts}")
        lines += [f"  {m['context']}: {m['label']}: {m['before'] or 'nothing'} → {m['after'] or 'nothing'}" for m in moved]
        lines += ["  nothing moves"] if not moved else []
        lines.append("")
    text = "\n".join(lines) + ("\n" if lines else "") + to_text(answer, everything=everything, proof=proof, width=width)
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.console import Console
    from rich.text import Text

    styled = Text(text)
    for pattern, style in (
        (r"\b(REQUIRED|CONFLICT)\b", "bold red"),
        (r"\bFORBIDDEN\b", "bold yellow"),
        (r"\bPRIVILEGED\b", "bold magenta"),
        (r"\bPERMITTED\b", "bold green"),
        (r"(?m)^(IN PRACTICE|STILL OPEN|PROOF|SUPPOSING).*$", "bold"),
    ):
        styled.highlight_regex(pattern, style)
    Console(width=width, highlight=False, soft_wrap=True).print(styled, end="")

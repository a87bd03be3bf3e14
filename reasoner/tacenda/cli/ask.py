"""`tacenda ask`: the positions, reasons and citations, what is open and on what it depends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tacenda.cli import options

if TYPE_CHECKING:
    from tacenda.assessment import Assessment
    from tacenda.knowledge import KnowledgeBase
    from tacenda.model import Scenario

_EPILOG = 'Example: tacenda ask suspected-child-abuse --suppose-not "learned in a professional capacity"'
_STYLES = (
    (r"\b(REQUIRED|CONFLICT)\b", "bold red"),
    (r"\bFORBIDDEN\b", "bold yellow"),
    (r"\bPRIVILEGED\b", "bold magenta"),
    (r"\bPERMITTED\b", "bold green"),
    (r"(?m)^(IN PRACTICE|IN COURT|STILL OPEN|PROOF|SUPPOSING|WHAT WOULD CHANGE).*$", "bold"),
)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog=_EPILOG)
    def ask(
        scenario: Annotated[
            str,
            typer.Argument(
                help="A scenario file (YAML, JSON-LD, Turtle), the name of one shipped with tacenda, or - for stdin.",
                metavar="SCENARIO",
            ),
        ],
        as_of: Annotated[
            str | None,
            typer.Option(help="The day whose law is asked about; else the scenario's, else today.", metavar="DATE"),
        ] = None,
        closed: Annotated[bool, typer.Option("--closed", help="Read what is not stated as false.")] = False,
        where: Annotated[
            str | None, typer.Option("--in", help="Another jurisdiction, such as us-ma.", metavar="CODE")
        ] = None,
        context: Annotated[
            str | None, typer.Option(help="practice or court; both, unless named.", metavar="CONTEXT")
        ] = None,
        engine: Annotated[
            str, typer.Option(help="compiled, or sparql: the rules, slower, to the same end.", metavar="ENGINE")
        ] = "compiled",
        explain: Annotated[
            bool, typer.Option("--explain", help="Print the proof: conditions, exceptions tried, words and pinpoints.")
        ] = False,
        suppose: Annotated[
            list[str] | None, typer.Option(help="A fact to suppose true; may be repeated.", metavar="FACT")
        ] = None,
        suppose_not: Annotated[
            list[str] | None, typer.Option(help="A fact to suppose false; may be repeated.", metavar="FACT")
        ] = None,
        otherwise: Annotated[
            bool,
            typer.Option("--what-would-change", help="Tell which stated facts, had they been otherwise, would matter."),
        ] = False,
        about: Annotated[
            list[str] | None,
            typer.Option(help="An act of which alone to tell what would change; may be repeated.", metavar="ACT"),
        ] = None,
        everything: Annotated[
            bool, typer.Option("--all", help="List every position, and work out even what turns on very many facts.")
        ] = False,
        format: Annotated[str | None, typer.Option(help="text, json or ttl.", metavar="FORMAT")] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Ask what the law makes of a scenario: what is required, forbidden, privileged, permitted, open."""
        from tacenda.assessment import ENGINES, assess, change
        from tacenda.scenario import read_scenario
        from tacenda.scenario import suppose as supposing

        wanted = options.chosen_format(format, ("text", "json", "ttl"))
        options.one_of(engine, tuple(ENGINES), "--engine")
        options.one_of(context or "practice", ("practice", "court"), "--context")
        day = options.day_option(as_of, "--as-of")
        path, text = options.find_scenario(scenario)
        asked, base = read_scenario(path, text, folders=options.law_folders(kb), jurisdiction=where)
        asked = _settled(asked, day, closed, context)
        if len(asked.touched()) > 1:
            if suppose or suppose_not:
                asked = supposing(base, asked, suppose or (), suppose_not or ())
            _put_places(base, asked, wanted, everything)
            return
        acts = options.find_acts(base, about or (), "--about") or None
        otherwise = otherwise or bool(acts)
        before = assess(base, asked, engine=engine) if suppose or suppose_not else None
        if before:
            asked = supposing(base, asked, suppose or (), suppose_not or ())
        answer = assess(base, asked, engine=engine)
        moved = change(before, answer) if before else []
        broad = sum(position.is_broad for context in answer.contexts for position in context.positions)
        if everything and broad and wanted != "ttl":
            print(f"{broad} positions may turn on very many facts: this can take minutes", file=sys.stderr)
        if wanted == "json":
            found = answer.to_dict(everything=everything)
            if before:
                found["supposed"] = {"true": suppose or [], "false": suppose_not or []}
                found["moved"] = moved
            if otherwise:
                from tacenda.counterfactual import counterfactuals

                found["counterfactuals"] = [one.to_dict() for one in counterfactuals(answer, acts)]
            options.put_json(found)
        elif wanted == "ttl":
            options.put_data(answer.to_turtle())
        else:
            head = _moved_lines(base, moved, suppose or [], suppose_not or []) if before else []
            if otherwise:
                from tacenda.counterfactual import counterfactuals
                from tacenda.otherwise import otherwise_lines

                changes = counterfactuals(answer, acts)
                head += otherwise_lines(answer, changes, options.terminal_width(), everything=everything)
            _put_text(answer, head, everything=everything, proof=explain)


def _put_places(base: KnowledgeBase, asked: Scenario, wanted: str, everything: bool) -> None:
    """The answers of every jurisdiction that a scenario touches, and what they disagree on."""
    from tacenda.comparison import compare
    from tacenda.comparison.report import places_text

    found = compare(base, asked, list(asked.touched()))
    if wanted == "json":
        answers = {code: answer.to_dict(everything=everything) for code, answer in found.answers.items()}
        options.put_json({"comparison": found.to_dict(everything=everything), "answers": answers})
    elif wanted == "ttl":
        options.put_data(found.to_turtle())
    else:
        options.put(places_text(found, everything=everything, width=options.terminal_width()))


def _settled(asked: Scenario, day: date | None, closed: bool, context: str | None) -> Scenario:
    asked = replace(asked, as_of=day or asked.as_of, closed=closed or asked.closed, context=context or asked.context)
    if asked.as_of is None:
        asked = replace(asked, as_of=date.today())
        print(f"no date is given, so the law of today, {asked.as_of}, is asked about", file=sys.stderr)
    return asked


def _moved_lines(
    base: KnowledgeBase, moved: Sequence[dict[str, Any]], true: Sequence[str], false: Sequence[str]
) -> list[str]:
    """What moved, act by act; a narrower act that moved just as a wider one did is only counted."""
    from tacenda.vocabulary import expand

    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for m in moved:
        groups.setdefault((m["context"], m["before"], m["after"]), []).append(m)
    lines = [f"SUPPOSING {' and '.join([*true, *(f'not {fact}' for fact in false)])}"]
    for (context, before, after), members in groups.items():
        acts = {expand(m["act"]): m["label"] for m in members}
        widest = [act for act in acts if not any(act != o and base.taxonomy.is_a(act, o) for o in acts)]
        lines += [f"  {context}: {acts[act]}: {before or 'nothing'} → {after or 'nothing'}" for act in widest]
        if narrower := len(acts) - len(widest):
            lines.append(f"  {context}: {narrower} narrower act{'s' if narrower > 1 else ''} likewise")
    return [*lines, *([] if moved else ["  nothing moves"]), ""]


def _put_text(answer: Assessment, head: list[str], *, everything: bool, proof: bool) -> None:
    from tacenda.report import to_text

    width = options.terminal_width()
    text = "".join(f"{line}\n" for line in head)
    text += to_text(answer, everything=everything, proof=proof, width=width)
    if not sys.stdout.isatty():
        options.put(text)
        return
    from rich.console import Console
    from rich.text import Text

    from tacenda.errors import visible

    styled = Text("\n".join(map(visible, text.split("\n"))))
    for pattern, style in _STYLES:
        styled.highlight_regex(pattern, style)
    console = Console(width=width, highlight=False)
    with console.capture() as capture:
        console.print(styled, end="", soft_wrap=True)
    options.put_raw(capture.get())

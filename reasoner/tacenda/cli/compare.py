"""`tacenda compare`: one scenario, or one topic, under the law of several jurisdictions, with the reasons."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tacenda.cli import options

if TYPE_CHECKING:
    from tacenda.comparison import Comparison, TopicComparison

FORMATS = ("text", "json", "csv", "html", "ttl", "svg")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda compare suspected-child-abuse --in us-ma,us")
    def compare(
        scenario: Annotated[
            str | None,
            typer.Argument(
                help="A scenario file, the name of one shipped with tacenda, or - for stdin.", metavar="SCENARIO"
            ),
        ] = None,
        where: Annotated[
            str, typer.Option("--in", help="The jurisdictions, such as us-ma,us-ca; or all states.", metavar="CODES")
        ] = "all",
        topic: Annotated[
            str | None,
            typer.Option(help="Compare the law itself on a topic, such as duty-to-protect.", metavar="TOPIC"),
        ] = None,
        act: Annotated[
            list[str] | None, typer.Option(help="An act to which to keep; may be repeated.", metavar="ACT")
        ] = None,
        as_of: Annotated[
            str | None,
            typer.Option(help="The day whose law is asked about; else the scenario's, else today.", metavar="DATE"),
        ] = None,
        closed: Annotated[bool, typer.Option("--closed", help="Read what is not stated as false.")] = False,
        context: Annotated[
            str | None, typer.Option(help="practice or court; both, unless named.", metavar="CONTEXT")
        ] = None,
        everything: Annotated[bool, typer.Option("--all", help="Leave nothing out.")] = False,
        format: Annotated[str | None, typer.Option(help="text, json, csv, html, ttl or svg.", metavar="FORMAT")] = None,
        output: Annotated[
            Path | None,
            typer.Option("-o", "--output", help="A file to write; its ending is the format.", metavar="FILE"),
        ] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Compare jurisdictions: what each says of a scenario, or of a topic, and why they differ."""
        wanted = _format(format, output)
        if (scenario is None) == (topic is None):
            raise typer.BadParameter("name a scenario, or a topic with --topic, and not both", param_hint="SCENARIO")
        day = options.day_option(as_of, "--as-of")
        folders = options.law_folders(kb)
        if topic:
            found = _topic(topic, where, day, folders)
            put(_topic_as(found, wanted, everything), output)
            return
        options.one_of(context or "practice", ("practice", "court"), "--context")
        compared = _compared(scenario or "", where, day, closed, context, act or (), folders)
        put(_comparison_as(compared, wanted, everything, context, act or ()), output)


def _format(wanted: str | None, output: Path | None) -> str:
    """The format asked for, or that of the file's ending."""
    if wanted is None and output is not None:
        return options.chosen_format(output.suffix.removeprefix(".").replace("txt", "text"), FORMATS)
    return options.chosen_format(wanted, FORMATS)


def put(text: str, output: Path | None) -> None:
    """Text into a file, whole or not at all, else on stdout."""
    if output is None:
        (options.put_data if text.startswith(("{", "@")) else options.put)(text)
        return
    from tacenda.textfile import write_whole

    write_whole(output, text)
    print(f"{output} is written", file=sys.stderr)


def _topic(name: str, where: str, day: date | None, folders: tuple[Path, ...]) -> TopicComparison:
    from tacenda.comparison import compare_topic
    from tacenda.knowledge import KnowledgeBase

    named = options.codes(where)
    base = KnowledgeBase.open(*named, folders=folders)
    return compare_topic(base, name, named or options.states(base), day or date.today())


def _topic_as(found: TopicComparison, wanted: str, everything: bool) -> str:
    import json

    from tacenda.comparison.page import as_page, topic_map
    from tacenda.comparison.report import topic_text

    match wanted:
        case "text":
            return topic_text(found, everything=everything, width=options.terminal_width())
        case "csv":
            return found.to_csv()
        case "html":
            return as_page(found)
        case "ttl":
            return found.to_turtle()
        case "svg":
            return topic_map(found)
    return json.dumps(found.to_dict(), indent=1, ensure_ascii=False) + "\n"


def _compared(
    name: str,
    where: str,
    day: date | None,
    closed: bool,
    context: str | None,
    acts: Sequence[str],
    folders: tuple[Path, ...],
) -> Comparison:
    from tacenda.comparison import compare
    from tacenda.knowledge import KnowledgeBase
    from tacenda.reading import read_draft
    from tacenda.scenario import understand

    path, text = options.find_scenario(name)
    draft = read_draft(path, text)
    own = draft.text("jurisdiction")
    named = options.codes(where)
    base = KnowledgeBase.open(*(dict.fromkeys([*named, *([own] if own else [])]) if named else ()), folders=folders)
    asked = understand(draft, base)
    asked = replace(asked, as_of=day or asked.as_of, closed=closed or asked.closed, context=context or asked.context)
    if asked.as_of is None:
        asked = replace(asked, as_of=date.today())
        print(f"no date is given, so the law of today, {asked.as_of}, is asked about", file=sys.stderr)
    wanted = options.find_acts(base, acts, "--act")
    chosen = named or sorted(options.states(base), key=lambda code: code != asked.jurisdiction)
    return compare(base, asked, chosen, acts=wanted)


def _comparison_as(found: Comparison, wanted: str, everything: bool, context: str | None, acts: Sequence[str]) -> str:
    import json

    from tacenda.comparison.page import as_page, comparison_map
    from tacenda.comparison.report import comparison_text

    match wanted:
        case "text":
            return comparison_text(found, everything=everything, width=options.terminal_width())
        case "csv":
            return found.to_csv()
        case "html":
            return as_page(found)
        case "ttl":
            return found.to_turtle()
        case "svg":
            rows = [row for row in found.rows if context in (None, row.context)]
            if len(acts) != 1 or not rows:
                raise typer.BadParameter("a map shows one act: name it with --act", param_hint="--act")
            return comparison_map(found, rows[0].context, rows[0].act)
    return json.dumps(found.to_dict(everything=everything), indent=1, ensure_ascii=False) + "\n"

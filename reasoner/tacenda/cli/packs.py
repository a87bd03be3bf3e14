"""`tacenda packs`: how much of the law of each jurisdiction is encoded, topic by topic, and what comes next."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from tacenda.cli import options

_USUAL = Path("tests/law")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda packs us-ma")
    def packs(
        code: Annotated[
            str | None, typer.Argument(help="One jurisdiction, such as us-ma; all, without.", metavar="CODE")
        ] = None,
        then: Annotated[bool, typer.Option("--next", help="Tell what an author of the pack does next.")] = False,
        tests: Annotated[
            Path | None, typer.Option(help="The folder of law tests; tests/law, where there is one.", metavar="FOLDER")
        ] = None,
        format: Annotated[str | None, typer.Option(help="text, json, csv or markdown.", metavar="FORMAT")] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Show the packs: what of each topic is encoded, searched in vain or not looked at, and how it was read."""
        from tacenda.knowledge import KnowledgeBase
        from tacenda.survey import next_steps, survey, to_markdown, to_text

        wanted = options.chosen_format(format, ("text", "json", "csv", "markdown"))
        if then and not code:
            raise typer.BadParameter("say of which pack: tacenda packs us-vt --next", param_hint="CODE")
        base = KnowledgeBase.open(*([code] if code else []), folders=options.law_folders(kb))
        place = tests or (_USUAL if _USUAL.is_dir() else None)
        if then and code:
            steps = list(next_steps(base, code, place))
            options.put(
                "".join(f"{step}\n" for step in steps) or "every topic was looked at, and every provision has a test\n"
            )
            return
        found = survey(base, place)
        if wanted == "json":
            options.put_json([one.to_dict() for one in found])
        elif wanted == "csv":
            out = io.StringIO()
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(("jurisdiction", "topic", "answer", "norms", "read", "absences"))
            for one in found:
                for entry in one.entries:
                    answer = (entry.answer.value, entry.norms, entry.read, entry.absences)
                    writer.writerow((one.pack.code, entry.topic.name, *answer))
            options.put_raw(out.getvalue())
        else:
            options.put(to_markdown(found) if wanted == "markdown" else to_text(found))

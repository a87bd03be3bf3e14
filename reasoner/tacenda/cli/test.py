"""`tacenda test`: the law tests that lawyers write, and what they cover."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tacenda.cli import guidance, options
from tacenda.errors import Problem, SourceError
from tacenda.vocabulary import shorten

_USUAL = Path("tests/law")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("test", epilog="Example: tacenda test tests/law/scenarios/ordinary-therapy.yaml")
    def run_tests(
        paths: Annotated[
            list[Path] | None,
            typer.Argument(help="Law tests, or folders of them; tests/law without any.", metavar="PATH..."),
        ] = None,
        uncovered: Annotated[
            bool, typer.Option("--uncovered", help="List every norm that no test decides, and why.")
        ] = False,
        format: Annotated[str | None, typer.Option(help="text or json.", metavar="FORMAT")] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Run law tests: statuses and reasons. Exit code 1 when one fails."""
        from tacenda.lawtest import run, summary

        wanted = options.chosen_format(format, ("text", "json"))
        if not paths and not _USUAL.exists():
            raise SourceError(Problem("no law tests in `tests/law`", hint="name a file of them, or a folder"))
        report = run(paths or [_USUAL], folders=options.law_folders(kb))
        if wanted == "json":
            options.put_json(report.to_dict())
        else:
            options.put(summary(report, uncovered=uncovered))
        pack = _pack_of(paths[0], kb or []) if paths and len(paths) == 1 and not report.failures else None
        if pack and report.uncovered() and not uncovered:
            norm, reasons = report.uncovered()[0]
            print(f"next: {shorten(norm.iri)}: {reasons[0]}", file=sys.stderr)
        elif pack:
            guidance.tell(pack)
        raise typer.Exit(1 if report.failures else 0)


def _pack_of(tests: Path, folders: list[Path]) -> Path | None:
    """The pack that a folder of law tests is about, if it is in one of the folders of packs."""
    found = [folder / tests.name for folder in folders if (folder / tests.name / "jurisdiction.ttl").is_file()]
    return found[0].resolve() if found else None

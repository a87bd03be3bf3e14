"""`tacenda test`: the law tests that lawyers write, and what they cover."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacenda.cli.options import KbOption, chosen_format, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("test", epilog="Example: tacenda test tests/law")
    def run_tests(
        paths: Annotated[list[Path] | None, typer.Argument(help="Law tests, or folders of them; tests/law without any.")] = None,
        uncovered: Annotated[bool, typer.Option("--uncovered", help="List every norm that no test decides, and why.")] = False,
        format: Annotated[str | None, typer.Option(help="text or json.")] = None,
        kb: KbOption = None,
    ) -> None:
        """Run law tests: statuses and reasons. Exit code 1 when one fails."""
        from tacenda.lawtest import run, summary

        wanted = chosen_format(format, ("text", "json"))
        report = run(paths or [Path("tests/law")], folders=tuple(kb or ()))
        if wanted == "json":
            print_json(report.to_dict())
        else:
            print(summary(report, uncovered=uncovered), end="")
        raise typer.Exit(1 if report.failures else 0)

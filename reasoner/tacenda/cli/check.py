"""`tacenda check`: what is wrong with the law base."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacenda.cli.options import chosen_format, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda check kb/us-ma")
    def check(
        paths: Annotated[list[Path] | None, typer.Argument(help="Folders of packs, or packs; the shipped law base without any.", exists=True)] = None,
        format: Annotated[str | None, typer.Option(help="text or json.")] = None,
    ) -> None:
        """Check law files against the shapes, for dangling references and for cycles. Exit code 1 when something is wrong."""
        from tacenda.checking import check_law

        wanted = chosen_format(format, ("text", "json"))
        problems = check_law(paths or [])
        if wanted == "json":
            print_json([{"where": p.where, "message": p.message, "hint": p.hint} for p in problems])
        else:
            for problem in problems:
                print(problem)
            if not problems:
                print("nothing wrong")
        raise typer.Exit(1 if problems else 0)

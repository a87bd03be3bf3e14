"""`tacenda validate`: everything that is wrong with scenario files, in a lawyer's words."""

from __future__ import annotations

from typing import Annotated

import typer

from tacenda.cli import options
from tacenda.errors import Problem, SourceError


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda validate suspected-child-abuse")
    def validate(
        scenarios: Annotated[
            list[str],
            typer.Argument(help="Scenario files, names of those that come with tacenda, or -.", metavar="SCENARIO..."),
        ],
        format: Annotated[str | None, typer.Option(help="text or json.", metavar="FORMAT")] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Check scenario files: every problem at once. Exit code 1 when there are any, 3 when one cannot be read."""
        from tacenda.validation import validate_scenario

        wanted = options.chosen_format(format, ("text", "json"))
        folders = options.law_folders(kb)
        found: dict[str, list[Problem]] = {}
        unreadable = False
        for name in scenarios:
            try:
                path, text = options.find_scenario(name)
                found[name] = validate_scenario(path, text, folders=folders)
            except SourceError as error:
                found[name] = list(error.problems)
                unreadable = True
        if wanted == "json":
            options.put_json(
                [{"scenario": name, "problems": options.problems_as_json(problems)} for name, problems in found.items()]
            )
        else:
            told = [list(map(str, problems)) or [f"{name}: nothing wrong"] for name, problems in found.items()]
            options.put("".join(f"{line}\n" for lines in told for line in lines))
        raise typer.Exit(3 if unreadable else 1 if any(found.values()) else 0)

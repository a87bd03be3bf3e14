"""`tacenda validate`: everything that is wrong with scenario files, in a lawyer's words."""

from __future__ import annotations

from typing import Annotated

import typer

from tacenda.cli.options import KbOption, chosen_format, find_scenario, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda validate suspected-child-abuse")
    def validate(
        scenarios: Annotated[list[str], typer.Argument(help="Scenario files, names of those that come with tacenda, or -.")],
        format: Annotated[str | None, typer.Option(help="text or json.")] = None,
        kb: KbOption = None,
    ) -> None:
        """Check scenario files: every problem at once. Exit code 1 when there are any."""
        from tacenda.validation import validate_scenario

        wanted = chosen_format(format, ("text", "json"))
        found = {}
        for name in scenarios:
            path, text = find_scenario(name)
            found[name] = validate_scenario(path, text, folders=tuple(kb or ()))
        if wanted == "json":
            rows = [{"scenario": name, "problems": [{"where": p.where, "message": p.message, "hint": p.hint} for p in problems]} for name, problems in found.items()]
            print_json(rows)
        else:
            for name, problems in found.items():
                for problem in problems:
                    print(problem)
                if not problems:
                    print(f"{name}: nothing wrong")
        raise typer.Exit(1 if any(found.values()) else 0)

"""Options that several commands share, and how they print."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tacenda.errors import Problem, SourceError, nearest
from tacenda.resources import folder

KbOption = Annotated[
    list[Path] | None,
    typer.Option("--kb", help="A folder of further packs; may be repeated.", exists=True, file_okay=False),
]


def chosen_format(wanted: str | None, allowed: tuple[str, ...]) -> str:
    """The format asked for, else text on a terminal and JSON in a pipe; a wrong one is wrong usage."""
    if wanted is None:
        return allowed[0] if sys.stdout.isatty() else "json"
    if wanted not in allowed:
        hint = nearest(wanted, allowed)
        raise typer.BadParameter(f"`{wanted}` is none of {', '.join(allowed)}" + (f" · {hint}" if hint else ""))
    return wanted


def find_scenario(name: str) -> tuple[Path | str, str | None]:
    """A scenario's path and, for standard input, its text; a bare name is looked for in `kb/scenarios/` too."""
    if name == "-":
        try:
            return "standard input", sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(Problem(f"not UTF-8 text (byte {error.start})", "standard input")) from error
    path = Path(name)
    if not path.exists() and "/" not in name:
        shipped = folder("kb") / "scenarios"
        for candidate in (shipped / name, shipped / f"{name}.yaml"):
            if candidate.is_file():
                return candidate, None
        if not path.suffix:
            names = [found.stem for found in shipped.glob("*.yaml")]
            raise SourceError(Problem(f"no file and no scenario that comes with tacenda is called `{name}`", hint=nearest(name, names)))
    return path, None


def parse_day(text: str | None, option: str) -> date | None:
    """A date as an option gives it; wrong usage otherwise."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"`{text}` is not a date; write it as 2026-11-22", param_hint=option) from error


def print_json(value: Any) -> None:
    """A value as JSON on stdout."""
    print(json.dumps(value, indent=1, ensure_ascii=False))

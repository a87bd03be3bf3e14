"""What several commands share: options, where a scenario is found, and how results are put out."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tacenda.errors import Problem, SourceError, nearest, visible
from tacenda.resources import folder
from tacenda.textfile import LARGEST, decode

if TYPE_CHECKING:
    from tacenda.knowledge import KnowledgeBase

WIDTH = 120
_NARROWEST, _WIDEST = 40, 160
_UNSEEN = re.compile(r"[^\x20-\x7e\n\t]")

KbOption = Annotated[
    list[Path] | None, typer.Option("--kb", help="A folder of further packs; may be repeated.", metavar="FOLDER")
]


def law_folders(given: list[Path] | None) -> tuple[Path, ...]:
    """The folders of further packs; raises `SourceError` for one that is not there."""
    missing = [path for path in given or () if not path.is_dir()]
    if missing:
        raise SourceError(*(Problem("no such folder of packs", str(path)) for path in missing))
    return tuple(given or ())


def chosen_format(wanted: str | None, allowed: tuple[str, ...]) -> str:
    """The format asked for, else the first on a terminal and JSON in a pipe; a wrong one is wrong usage."""
    if wanted is None:
        return allowed[0] if sys.stdout.isatty() else "json"
    if wanted not in allowed:
        hint = nearest(wanted, allowed)
        known = ", ".join(allowed)
        raise typer.BadParameter(
            f"`{wanted}` is none of {known}" + (f" · {hint}" if hint else ""), param_hint="--format"
        )
    return wanted


def find_scenario(name: str) -> tuple[Path | str, str | None]:
    """A scenario's path and, for standard input, its text; a bare name is looked for in `kb/scenarios/` too."""
    if name == "-":
        return "standard input", standard_input("a scenario")
    path = Path(name)
    if os.path.exists(name) or os.path.lexists(name) or path.name != name:
        return path, None
    shipped = folder("kb") / "scenarios"
    for candidate in (shipped / name, shipped / f"{name}.yaml"):
        if candidate.is_file():
            return candidate, None
    if path.suffix:
        return path, None
    names = [found.stem for found in shipped.glob("*.yaml")]
    message = f"no file and no scenario that comes with tacenda is called `{name}`"
    raise SourceError(Problem(message, hint=nearest(name, names)))


def standard_input(kind: str) -> str:
    """The text of standard input; raises `SourceError` when it is none, or too long."""
    return decode(sys.stdin.buffer.read(LARGEST + 1), "standard input", kind)


def day_option(text: str | None, option: str) -> date | None:
    """A date as an option gives it; wrong usage otherwise."""
    from tacenda.scenario import parse_day

    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(f"`{text}` is not a date; write it as 2026-11-22", param_hint=option) from error


def find_acts(base: KnowledgeBase, names: Iterable[str], option: str) -> list[str]:
    """The acts that are meant, each by its label or compact name; wrong usage for one that is not known."""
    from tacenda import vocabulary as v

    known = {term.label.casefold(): term.iri for term in base.taxonomy.kinds_of(v.tac("Act"))}
    shown = [term.label for term in base.taxonomy.kinds_of(v.tac("Act"))]
    found = []
    for name in names:
        iri = known.get(" ".join(name.split()).casefold()) or v.expand(name)
        if iri not in known.values():
            hint = nearest(name, [*shown, *map(v.shorten, known.values())])
            raise typer.BadParameter(f"unknown act `{name}`" + (f" · {hint}" if hint else ""), param_hint=option)
        found.append(iri)
    return found


def one_of(value: str, known: tuple[str, ...], option: str) -> None:
    """Refuse a value that is none of those known, as wrong usage."""
    if value not in known:
        hint = nearest(value, known) or "write " + " or ".join(known)
        raise typer.BadParameter(f"`{value}` is not known · {hint}", param_hint=option)


def codes(where: str) -> list[str]:
    """The jurisdictions that an option names; none for `all`."""
    named = [part.strip() for part in where.split(",") if part.strip()]
    return [] if named == ["all"] else named


def states(base: KnowledgeBase) -> list[str]:
    """The jurisdictions that lie within another."""
    return [pack.code for pack in base.packs if pack.within]


def terminal_width() -> int:
    """The width to write text for: the terminal's, within reason; 120 when it goes elsewhere."""
    if not sys.stdout.isatty():
        return WIDTH
    return min(max(shutil.get_terminal_size((WIDTH, 40)).columns, _NARROWEST), _WIDEST)


def put(text: str) -> None:
    """Text on stdout, as it is in a pipe; on a terminal without anything that could steer it."""
    if sys.stdout.isatty():
        text = "\n".join(map(visible, text.split("\n")))
    put_raw(text)


def put_data(text: str) -> None:
    r"""JSON or Turtle on stdout, with `\u` in place of what a terminal would obey or stdout could not encode."""
    ascii_only = (sys.stdout.encoding or "").replace("-", "").casefold() != "utf8"

    def escaped(match: re.Match[str]) -> str:
        char = match.group()
        if char.isprintable() and not ascii_only:
            return char
        return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else _astral(char, turtle=not text.startswith(("{", "[")))

    put_raw(_UNSEEN.sub(escaped, text))


def _astral(char: str, *, turtle: bool) -> str:
    return f"\\U{ord(char):08x}" if turtle else json.dumps(char)[1:-1]


def put_json(value: Any) -> None:
    """A value as JSON on stdout."""
    put_data(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def put_raw(text: str) -> None:
    """Text on stdout, written out at once; a reader who has gone away is no mistake."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # what is still in the buffer must not be tried again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit from error
        raise


def problems_as_json(problems: list[Problem]) -> list[dict[str, str]]:
    """Problems as JSON."""
    return [{"where": p.where, "message": p.message, "hint": p.hint} for p in problems]

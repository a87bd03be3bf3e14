"""What the commands that speak with a store elsewhere share: its address, who one is, which scenario is meant."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tacenda.cli import options
from tacenda.errors import Problem, SourceError

if TYPE_CHECKING:
    from tacenda.knowledge import KnowledgeBase
    from tacenda.remote.connection import Connection
    from tacenda.remote.graphs import Case


@contextmanager
def connected(
    endpoint: str, *, update: str | None = None, graphs: str | None = None, seconds: float
) -> Iterator[Connection]:
    """The store at these addresses, as the user and with the password that the environment names."""
    need_library()
    from tacenda.remote.connection import LOGIN, Connection
    from tacenda.remote.place import Place

    place = Place.of(endpoint, update, graphs)
    with Connection(place, login=os.environ.get(LOGIN), seconds=seconds) as connection:
        yield connection


def need_library() -> None:
    """Raise `SourceError` when what speaks HTTP is not installed."""
    try:
        import httpx  # noqa: F401
    except ImportError as error:
        message = "stores are spoken with by httpx, which is not installed"
        raise SourceError(Problem(message, hint="pip install 'tacenda[remote]'")) from error


def cases(names: Iterable[str], base: KnowledgeBase) -> list[Case]:
    """The scenarios of these files, each under its own name; one without a day is of today."""
    from tacenda.reading import read_draft
    from tacenda.remote.graphs import Case
    from tacenda.scenario import understand

    found: dict[str, tuple[Path | str, Case]] = {}
    for name in names:
        path, text = options.find_scenario(name)
        scenario = understand(read_draft(path, text), base)
        case = Case.of(str(path), scenario if scenario.as_of else replace(scenario, as_of=date.today()))
        if case.name in found:
            message = f"the graphs of this scenario would be those of `{found[case.name][0]}` too"
            raise SourceError(Problem(message, str(path), "give the file another name"))
        found[case.name] = (path, case)
    return [case for _, case in found.values()]

"""Ask in one line: a scenario file, or its text, in; an assessment out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from tacenda.assessment import Assessment, assess
from tacenda.resources import folder
from tacenda.scenario import read_scenario, suppose


def ask(
    scenario: Path | str,
    *,
    as_of: date | None = None,
    closed: bool = False,
    suppose_true: Iterable[str] = (),
    suppose_false: Iterable[str] = (),
) -> Assessment:
    """The answer of the law to a scenario: a file, the name of one that comes with tacenda, or YAML text.

    The law is that of *as_of*, else of the scenario's own date, else of today. Raises `SourceError` and
    `ScenarioError`, each with all its problems.

    >>> print(ask("ordinary-therapy", closed=True).position("practice", "act:Disclose").status)
    forbidden
    """
    text = scenario if isinstance(scenario, str) and "\n" in scenario else None
    path: Path | str = "scenario" if text else scenario
    shipped = folder("kb") / "scenarios" / f"{path}.yaml"
    if text is None and not Path(path).exists() and shipped.is_file():
        path = shipped
    read, kb = read_scenario(path, text)
    read = replace(read, as_of=as_of or read.as_of or date.today(), closed=closed or read.closed)
    true, false = list(suppose_true), list(suppose_false)
    return assess(kb, suppose(kb, read, true, false) if true or false else read)

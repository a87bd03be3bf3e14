"""Every law test under tests/law comes out as the lawyer who wrote it says, with the same reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tacenda.lawtest import cases, check_case

LAW = Path(__file__).parent / "law"
CASES = [(file, case) for file in sorted(LAW.rglob("*.yaml")) for case in cases(file)]


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{f.relative_to(LAW)}: {c['name']}" for f, c in CASES])
def test_case(file: Path, case: dict[str, Any]) -> None:
    _, messages = check_case(file, case)
    assert messages == []


def test_names_are_unique_in_the_suite() -> None:
    names = [case["name"] for _, case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_every_scenario_has_a_law_test() -> None:
    home = Path(__file__).parents[1] / "kb" / "scenarios"
    assert {file.stem for file in home.glob("*.yaml")} == {file.stem for file in (LAW / "scenarios").glob("*.yaml")}

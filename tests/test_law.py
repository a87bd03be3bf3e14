"""Every law test comes out as the lawyer who wrote it says, with the same reasons, and together they cover the law.

`tests/law/` mirrors `kb/` path for path: the law test of a provision alone shows every norm of it holding, every
exception holding and failing one fact apart, and every operand of every condition deciding.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tacenda.knowledge import KnowledgeBase
from tacenda.lawtest import cases, run
from tacenda.vocabulary import shorten

LAW = Path(__file__).parent / "law"
KB = Path(__file__).parents[1] / "kb"
FILES = sorted(LAW.rglob("*.yaml"))


@cache
def provisions() -> list[str]:
    """Every source with a norm, as the path of its law test without the ending."""
    kb = KnowledgeBase.open()
    return sorted({shorten(norm.source).replace(":", "/") for norm in kb.norms.values()})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(LAW).with_suffix("").as_posix())
def test_law(file: Path) -> None:
    report = run([file])
    assert [str(failure) for failure in report.failures] == []
    if file.parent.name != "scenarios":
        assert {norm.iri.rpartition("/")[2]: reasons for norm, reasons in report.uncovered()} == {}


def test_every_provision_has_a_law_test_and_every_law_test_a_provision() -> None:
    found = [file.relative_to(LAW).with_suffix("").as_posix() for file in FILES if file.parent.name != "scenarios"]
    assert sorted(found) == provisions()


def test_names_are_unique_in_the_suite() -> None:
    names = Counter(case["name"] for file in FILES for case in cases(file))
    assert [name for name, count in names.items() if count > 1] == []


def test_every_scenario_has_a_law_test() -> None:
    slugs = {file.stem for file in (KB / "scenarios").glob("*.yaml")}
    assert slugs == {file.stem for file in (LAW / "scenarios").glob("*.yaml")}

"""What an answer warns of on the days on which the law changes: the whole list, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from tacenda.assessment import assess
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.reading import read_draft
from tacenda.resources import folder
from tacenda.scenario import understand

PATIENT_IN_COURT = """\
jurisdiction: us-ma
professional: psychologist
proceeding: civil claim for damages
facts: [client told it in therapy]
closed: true
"""
LAWFUL_ABORTION = """\
jurisdiction: us
professional: psychologist
context: court
facts:
  - HIPAA covered entity
  - protected health information
  - in a civil proceeding
  - evidence is sought by lawful process
  - the covered entity reasonably determined that the reproductive health care was lawful, protected or presumed lawful
  - the reproductive health care was lawful where provided
closed: true
"""
PART_2_RECORD = """\
jurisdiction: us
professional: mental health counselor
context: practice
facts: [record of a Part 2 program]
closed: true
"""

BOARD = "258 CMR 22.03"
PURL = (
    "Purl v. U.S. Dep't of Health & Human Servs., No. 2:24-cv-228-Z, 2025 U.S. Dist. LEXIS 116234"
    " (N.D. Tex. June 18, 2025)"
)
VACATED = f"89 Fed. Reg. 32976 (Apr. 26, 2024) was later vacated as unlawful on 2025-06-18 by {PURL}"
FORBIDS = "89 Fed. Reg. 32976 (Apr. 26, 2024), former 45 C.F.R. § 164.502(a)(5)(iii)(A)-(D)"
RESTRICTS = "42 C.F.R. § 2.12(a)(1), with §§ 2.2(b)(1) and 2.13(a), (b)"


@cache
def law(code: str) -> KnowledgeBase:
    return KnowledgeBase.open(code)


@cache
def scenario(text: str) -> Scenario:
    draft = read_draft("inline.yaml", text)
    return understand(draft, law(draft.text("jurisdiction")))


def warnings(asked: Scenario, day: str) -> list[str]:
    return list(assess(law(asked.jurisdiction), replace(asked, as_of=date.fromisoformat(day))).warnings)


def unknown_beginning(day: str, names: str) -> str:
    return f"not known since when these are law, taken to be so on {day}: {names}"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            "1950-01-01",
            [
                "1950-01-01 is before anything whose beginning the law base knows; older law is not in it",
                unknown_beginning("1950-01-01", BOARD),
            ],
        ),
        ("1974-06-01", [unknown_beginning("1974-06-01", BOARD)]),
        (
            "1985-06-01",
            [
                unknown_beginning("1985-06-01", BOARD),
                "G.L. c. 112, § 135, as inserted by St. 1977, c. 818, § 2 was later superseded in 1989"
                " by G.L. c. 112, § 135, G.L. c. 112, § 135A and G.L. c. 112, § 135B",
            ],
        ),
        ("1989-01-01", [unknown_beginning("1989-01-01", BOARD)]),
        (
            "2003-04-13",
            [
                unknown_beginning("2003-04-13", BOARD),
                "45 C.F.R. § 164.502(a); 45 C.F.R. § 164.530(c) are law on 2003-04-13, but need not be obeyed before"
                " 2003-04-14",
            ],
        ),
        ("2003-04-14", [unknown_beginning("2003-04-14", BOARD)]),
        ("2024-07-01", [unknown_beginning("2024-07-01", BOARD)]),
        ("2026-11-23", []),
        (
            "2026-11-24",
            ["the law was last read on 2026-11-23; what changed between then and 2026-11-24 is not in the law base"],
        ),
    ],
)
def test_ordinary_therapy(day: str, expected: list[str]) -> None:
    text = (folder("kb") / "scenarios" / "ordinary-therapy.yaml").read_text(encoding="utf-8")
    assert warnings(scenario(text), day) == expected


@pytest.mark.parametrize("day", ["1967-12-31", "1968-01-01", "1974-06-01"])
def test_a_psychologists_patient_before_and_since_the_privilege(day: str) -> None:
    assert warnings(scenario(PATIENT_IN_COURT), day) == [unknown_beginning(day, "G.L. c. 112, § 129A")]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-06-24", []),
        ("2024-06-25", [VACATED, f"{FORBIDS} is law on 2024-06-25, but need not be obeyed before 2024-12-23"]),
        ("2024-07-01", [VACATED, f"{FORBIDS} is law on 2024-07-01, but need not be obeyed before 2024-12-23"]),
        ("2024-12-22", [VACATED, f"{FORBIDS} is law on 2024-12-22, but need not be obeyed before 2024-12-23"]),
        ("2024-12-23", [VACATED]),
        ("2025-06-17", [VACATED]),
        ("2025-06-18", []),
    ],
)
def test_the_rule_on_reproductive_health_care(day: str, expected: list[str]) -> None:
    assert warnings(scenario(LAWFUL_ABORTION), day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-04-15", []),
        ("2024-04-16", [f"{RESTRICTS} is law on 2024-04-16, but need not be obeyed before 2026-02-16"]),
        ("2026-02-15", [f"{RESTRICTS} is law on 2026-02-15, but need not be obeyed before 2026-02-16"]),
        ("2026-02-16", []),
    ],
)
def test_the_rule_on_substance_use_records(day: str, expected: list[str]) -> None:
    assert warnings(scenario(PART_2_RECORD), day) == expected

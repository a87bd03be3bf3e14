"""An answer says what its law was worth on the day: too old, not yet read, vacated since, not yet to be obeyed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from commands import LAW
from tacenda import vocabulary as v
from tacenda.assessment import assess
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario

RULING = """
us-zz:ruling
    a tac:Decision ;
    tac:jurisdiction jurisdiction:us-zz ;
    tac:citation     "Roe v. Doe, 1 Z. 1 (2020)" ;
    rdfs:label       "sets § 1 aside"@en .
"""


def warnings(home: Path, day: date, changes: dict[str, str]) -> list[str]:
    """What is said beside the answer for a social worker on a day, the law of § 1 changed as given."""
    shutil.copytree(LAW / "us-zz", home / "us-zz")
    path = home / "us-zz" / "s1.ttl"
    text = path.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text + RULING)
    kb = KnowledgeBase.open("us-zz", folders=[home])
    scenario = Scenario(
        "us-zz",
        as_of=day,
        professional=v.expand("prof:SocialWorker"),
        facts=(v.expand("fact:ClientRelationship"),),
        closed=True,
    )
    return list(assess(kb, scenario).warnings)


SINCE = '    tac:inForceFrom  "2001-05-01"^^xsd:date ;\n'


@pytest.mark.parametrize(
    ("day", "changes", "expected"),
    [
        (date(2026, 11, 22), {}, []),
        (
            date(1974, 6, 1),
            {},
            ["1974-06-01 is before anything whose beginning the law base knows; older law is not in it"],
        ),
        (
            date(2027, 1, 1),
            {},
            [
                "the law was last read on 2026-11-22; what changed between then and 2027-01-01 is not in the law base",
            ],
        ),
        (
            date(2015, 1, 1),
            {SINCE: ""},
            ["not known since when these are law, taken to be so on 2015-01-01: Z.C. § 1"],
        ),
        (date(2026, 11, 22), {SINCE: ""}, []),
        (
            date(2015, 1, 1),
            {
                SINCE: SINCE + '    tac:inForceUntil "2020-03-01"^^xsd:date ;\n'
                "    tac:authorityState tac:Vacated ;\n    tac:endedBy us-zz:ruling ;\n"
            },
            ["Z.C. § 1 was later vacated as unlawful on 2020-03-01 by Roe v. Doe, 1 Z. 1 (2020)"],
        ),
        (
            date(2015, 1, 1),
            {SINCE: SINCE + '    tac:complianceFrom "2016-01-01"^^xsd:date ;\n'},
            ["Z.C. § 1(a) is law on 2015-01-01, but need not be obeyed before 2016-01-01"],
        ),
        (
            date(2015, 1, 1),
            {
                SINCE: SINCE + '    tac:inForceUntil "2020"^^xsd:gYear ;\n'
                "    tac:authorityState tac:Superseded ;\n    tac:endedBy us-zz:ruling , us-zz:s2 ;\n"
            },
            ["Z.C. § 1 was later superseded in 2020 by Roe v. Doe, 1 Z. 1 (2020) and Z.C. § 2"],
        ),
    ],
    ids=[
        "today",
        "too early",
        "not yet read",
        "no beginning",
        "no beginning, today",
        "vacated",
        "not yet obeyed",
        "superseded",
    ],
)
def test_notes(tmp_path: Path, day: date, changes: dict[str, str], expected: list[str]) -> None:
    assert warnings(tmp_path, day, changes) == expected

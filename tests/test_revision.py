"""Two laws norm by norm: what changed, what each change means for secrecy, and the smallest scenarios that flip."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from commands import tacenda
from tacenda.assessment import assess
from tacenda.comparison import Revision, Side, diff
from tacenda.comparison.page import as_page
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Status
from test_comparison import SECRECY, WARNING, write

EARLY, LATE = date(2010, 1, 1), date(2026, 1, 1)
BEFORE, FROM = (f'{name} "2020-01-01"^^xsd:date' for name in ("tac:inForceUntil", "tac:inForceFrom"))
WARN = """
    a tac:Obligation ; rdfs:label "warn the victim"@en ; tac:pinpoint "(a)" ; tac:context tac:Practice ;
    tac:bearer role:Therapist ; tac:holder role:PotentialVictim ; tac:act act:WarnVictim ; tac:status tac:Read"""
PRIVILEGE = """
    a tac:Privilege ; rdfs:label "keep it out of court"@en ; tac:pinpoint "(p)" ; tac:context tac:Court ;
    tac:bearer role:AnyWitness ; tac:holder role:Client ; tac:act act:DiscloseInCourt ; tac:status tac:Read"""
NOTE = """
    a tac:Obligation ; rdfs:label "keep a record"@en ; tac:pinpoint "(n)" ; tac:context tac:Practice ;
    tac:bearer role:Therapist ; tac:act act:KeepClinicalRecord ; tac:status tac:Read"""
GAMMA = {
    "secrecy": SECRECY,
    "warning": f"{WARNING} ; tac:lifts OWN:s1.secrecy ; tac:allOf ( fact:VictimIdentified ) ; {FROM}",
    "warn-before-2020": f"{WARN} ; tac:allOf ( fact:VictimIdentified fact:ExplicitThreat ) ; {BEFORE}",
    "warn": f"{WARN} ; tac:allOf ( fact:VictimIdentified ) ; {FROM}",
    "privilege": f"{PRIVILEGE} ; {BEFORE}",
    "record": f"{NOTE} ; {FROM}",
}
DELTA = {
    "secrecy": SECRECY,
    "warn": f"{WARN} ; tac:allOf ( fact:VictimIdentified fact:SeriousDangerToOthers )",
    "privilege": f"{PRIVILEGE} ; tac:noneOf ( fact:PatientLitigant )".replace("PatientLitigant", "WrittenConsent"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the two states."""
    found = tmp_path_factory.mktemp("packs")
    write(found, "us-gg", "Gamma", GAMMA)
    write(found, "us-dd", "Delta", DELTA)
    return found


@pytest.fixture(scope="module")
def law(home: Path) -> KnowledgeBase:
    """Both in one law base."""
    return KnowledgeBase.open("us-gg", "us-dd", folders=[home])


@pytest.fixture(scope="module")
def revision(law: KnowledgeBase) -> Revision:
    """What changed in Gamma."""
    return diff(law, Side("us-gg", EARLY), Side("us-gg", LATE))


def told(found: Revision) -> set[tuple[str | None, str | None, str]]:
    """The changes by the names of their norms."""

    def name(norm: object) -> str | None:
        return str(getattr(norm, "iri", "")).rpartition("s1.")[2] or None

    return {(name(change.before), name(change.after), change.judgement) for change in found.changes}


def test_every_change_is_judged(revision: Revision) -> None:
    assert told(revision) == {
        ("warn-before-2020", "warn", "less protective"),
        (None, "warning", "less protective"),
        ("privilege", None, "less protective"),
        (None, "record", "neither"),
    }


def test_a_pair_is_shown_with_a_smallest_scenario_in_which_one_alone_holds(revision: Revision) -> None:
    change = next(change for change in revision.changes if change.before and change.after)
    assert change.only_before is None
    assert change.only_after is not None
    assert [iri.rpartition("/")[2] for iri in change.only_after.facts] == ["VictimIdentified"]


def test_every_example_comes_out_otherwise_and_is_smallest(law: KnowledgeBase, revision: Revision) -> None:
    assert {(flip.act.rpartition("/")[2], str(flip.before), str(flip.after)) for flip in revision.flips} >= {
        ("WarnVictim", "forbidden", "required"),
        ("DiscloseInCourt", "privileged", "permitted"),
    }
    for flip in revision.flips:
        for facts in [
            flip.scenario.facts,
            *([f for f in flip.scenario.facts if f != one] for one in flip.scenario.facts),
        ]:
            statuses = []
            for day in (EARLY, LATE):
                put = replace(flip.scenario, jurisdiction="us-gg", as_of=day, facts=tuple(facts))
                found = {one.act: one.status for one in assess(law, put).context(flip.context).positions}
                statuses.append(found.get(flip.act, Status.PERMITTED))
            is_whole = facts == flip.scenario.facts
            assert ((statuses[0], statuses[1]) == (flip.before, flip.after)) == is_whole or statuses[0] == statuses[1]


def test_two_states_where_their_norms_correspond(law: KnowledgeBase) -> None:
    found = diff(law, Side("us-gg", LATE), Side("us-dd", LATE))
    assert told(found) == {
        ("secrecy", "secrecy", "equivalent"),
        ("warn", "warn", "more protective"),
        ("warning", None, "more protective"),
        (None, "privilege", "more protective"),
        ("record", None, "neither"),
    }


def test_the_same_day_is_no_difference(law: KnowledgeBase) -> None:
    found = diff(law, Side("us-gg", LATE), Side("us-gg", LATE))
    assert (found.changes, found.flips) == ((), ())
    assert "no norm differs" in str(found)


def test_every_form_says_the_same(revision: Revision) -> None:
    text = " ".join(str(revision).split())
    assert "LESS PROTECTIVE of what the client confided (3)" in text
    assert "practice: warn the identified victim: forbidden → required if reasonably identified victim" in text
    found = revision.to_dict()
    assert found["from"] == "us-gg@2010-01-01"
    assert len(found["changes"]) == len(revision.changes)
    page = as_page(revision)
    assert page.count("keep it out of court") >= 1


def test_the_command(home: Path) -> None:
    out = tacenda(
        "diff", "us-gg@2010-01-01", "us-gg@2026-01-01", "--kb", str(home), "--examples", "1", "--format", "json"
    )
    assert (out.code, out.err) == (0, "")
    found = json.loads(out.out)
    assert len(found["flips"]) == 1
    wrong = tacenda("diff", "us-gg@2010-13-01", "us-gg", "--kb", str(home))
    assert wrong.code == 2
    assert "`2010-13-01` is not a date; write it as us-ma@2026-11-22" in wrong.err
    assert tacenda("diff", "us-gh@2010-01-01", "us-gg@2010-01-01", "--kb", str(home)).code == 3

"""Supposing one fact changes that fact, and leaves the rest of what was said standing."""

from __future__ import annotations

from datetime import date

import pytest

from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.scenario import suppose
from tacenda.vocabulary import expand, shorten

KB = KnowledgeBase.open("us-ma")


def supposed(facts: list[str], true: tuple[str, ...] = (), false: tuple[str, ...] = ()) -> tuple[set[str], set[str]]:
    scenario = Scenario("us-ma", as_of=date(2026, 11, 22), facts=tuple(map(expand, facts)))
    found = suppose(KB, scenario, true, false)
    return set(map(shorten, found.facts)), set(map(shorten, found.excluded))


SUSPICIONS = {
    "fact:ChildMayBeAbused",
    "fact:ReasonToSuspectAbuseOrNeglect",
    "fact:ReasonToSuspectChildAbuse",
    "fact:ReasonableCauseToSuspectChildAbuse",
    "fact:ReasonablySuspectsChildAbuse",
}
"""What cause to believe implies and is not made of: to deny the cause leaves them."""


def test_of_a_fact_that_is_several_the_others_stay() -> None:
    facts, denied = supposed(["fact:ReasonableCauseChildAbuse"], false=("a child under eighteen is concerned",))
    parts = {"fact:ReasonableCauseAboutChild", "fact:ChildSuffersInjury", "fact:InjuryFromAbuse"}
    assert facts == parts | SUSPICIONS
    assert denied == {"fact:ChildUnderEighteen"}


def test_of_a_narrower_fact_what_does_not_imply_the_denied_one_stays() -> None:
    facts, _ = supposed(["fact:ToldInTherapy"], false=("learned in a professional capacity",))
    assert facts == {
        "fact:AcquiredInAttending",
        "fact:ClientRelationship",
        "fact:Communication",
        "fact:ConfidentialMedicalInformation",
        "fact:ConsultsAboutMentalCondition",
        "fact:InProfessionalEmployment",
        "fact:NeededToActProfessionally",
        "fact:RelatesToDiagnosisOrTreatment",
    }


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ((), ("reasonable cause to believe that a child is being abused",)),
        (("the only ground is an indication of prenatal substance exposure",), ()),
    ],
)
def test_a_fact_denied_as_a_whole_leaves_none_of_its_parts(true: tuple[str, ...], false: tuple[str, ...]) -> None:
    facts, _ = supposed(["fact:ReasonableCauseChildAbuse", "fact:HipaaCoveredEntity"], true, false)
    assert facts - {"fact:OnlyPrenatalExposure"} == {"fact:HipaaCoveredEntity"} | SUSPICIONS


def test_what_is_not_contrary_stays_as_it_was_said() -> None:
    facts, _ = supposed(["fact:ToldInTherapy"], ("client consents in writing",))
    assert facts == {"fact:ToldInTherapy", "fact:WrittenConsent"}

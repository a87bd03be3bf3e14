"""What would change if a stated fact had been otherwise: by lanes, by a solver, and by asking each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings

import tacenda
from commands import ask
from strategies import LAWS, knowledge_base, law, scenarios
from tacenda.assessment import Assessment, assess
from tacenda.counterfactual import Counterfactual, counterfactuals
from tacenda.errors import ScenarioError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario, Status
from tacenda.resources import folder
from tacenda.vocabulary import expand

Move = tuple[str, str, frozenset[tuple[str, bool]], Status]
DEEPEST = 3


@pytest.mark.parametrize("seed", range(LAWS))
def test_changes_are_the_least_that_lead_to_another_status(seed: int) -> None:
    kb = knowledge_base(seed)

    @settings(max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(scenarios(law(seed)))
    def agree(scenario: Scenario) -> None:
        before = assess(kb, scenario)
        found = counterfactuals(before, deepest=DEEPEST)
        assert set(map(move, found)) == set(least(tried(kb, before)))
        assert found == counterfactuals(before, deepest=DEEPEST, lanes=0)

    agree()


def move(one: Counterfactual) -> Move:
    """A counterfactual as a plain value."""
    return one.position.context, one.position.act, frozenset(one.changes), one.status


def tried(kb: KnowledgeBase, before: Assessment) -> dict[Move, None]:
    """Every change of some statements after which a settled act has another status, the smallest changes first."""
    scenario = before.scenario
    statements = [*((fact, True) for fact in scenario.facts), *((fact, False) for fact in scenario.excluded)]
    found: dict[Move, None] = {}
    for size in range(1, DEEPEST + 1):
        for changed in combinations(statements, size):
            said = [(fact, value is not ((fact, value) in changed)) for fact, value in statements]
            facts = tuple(fact for fact, value in said if value)
            excluded = tuple(fact for fact, value in said if not value)
            try:
                after = assess(kb, replace(scenario, facts=facts, excluded=excluded))
            except ScenarioError:
                continue
            changes = frozenset((fact, not value) for fact, value in changed)
            for answer in before.contexts:
                for position in answer.positions:
                    status = after.position(answer.context, position.act).status
                    if position.status not in (Status.UNSETTLED, status):
                        found[answer.context, position.act, changes, status] = None
    return found


def least(moves: dict[Move, None]) -> Iterator[Move]:
    """The moves of which no part leads to the same."""
    for context, act, changes, status in moves:
        if not any((context, act, changes - {one}, status) in moves for one in changes) and not any(
            its < changes for where, which, its, then in moves if (where, which, then) == (context, act, status)
        ):
            yield context, act, changes, status


@pytest.mark.parametrize("name", sorted(path.stem for path in (folder("kb") / "scenarios").glob("*.yaml")))
def test_on_real_law_the_solver_finds_what_the_lanes_show(name: str) -> None:
    answer = tacenda.ask(name)
    assert counterfactuals(answer, lanes=0) == counterfactuals(answer)


def test_an_act_may_be_asked_about_alone() -> None:
    answer = tacenda.ask("suspected-child-abuse")
    report = expand("act:ReportToChildProtection")
    of_all = [one for one in counterfactuals(answer) if one.position.act == report]
    assert counterfactuals(answer, [report]) == of_all
    assert [one.changes for one in of_all] == [
        ((expand("fact:ToldInTherapy"), False),),
        ((expand("fact:ReasonableCauseChildAbuse"), False),),
    ]


def test_ask_tells_what_would_change() -> None:
    found = json.loads(ask("--what-would-change", "--about", "act:ReportToChildProtection").out)["counterfactuals"]
    assert found[0] == {
        "context": "practice",
        "act": "act:ReportToChildProtection",
        "label": "report child abuse to the child-protection agency",
        "before": "required",
        "changes": {"fact:LearnedInProfessionalCapacity": False},
        "after": "forbidden",
    }
    assert [(list(one["changes"].items()), one["after"]) for one in found] == [
        ([("fact:LearnedInProfessionalCapacity", False)], "forbidden"),
        ([("fact:ReasonableCauseAboutChild", False)], "forbidden"),
        ([("fact:ClientRelationship", False), ("fact:LearnedInProfessionalCapacity", False)], "permitted"),
        ([("fact:ClientRelationship", False), ("fact:ReasonableCauseAboutChild", False)], "permitted"),
        ([("fact:LearnedInProfessionalCapacity", False), ("fact:WrittenConsent", True)], "permitted"),
        ([("fact:ReasonableCauseAboutChild", False), ("fact:WrittenConsent", True)], "permitted"),
    ]


def test_the_text_of_what_would_change_comes_first() -> None:
    text = ask("--about", "report child abuse to the child-protection agency", "--format", "text").out
    report = "    report child abuse to the child-protection agency: required → "
    assert text.splitlines()[:8] == [
        "WHAT WOULD CHANGE if what is stated were otherwise",
        "  practice: if not learned in a professional capacity",
        f"{report}forbidden",
        "  practice: if not reasonable cause to believe that a child is harmed",
        f"{report}forbidden",
        "  practice: if not client relationship and not learned in a professional capacity",
        f"{report}permitted",
        "  practice: if not client relationship and not reasonable cause to believe that a child is harmed",
    ]


def test_an_unknown_act_is_named_with_the_nearest() -> None:
    result = ask("--about", "act:ReportToChildProtecton")
    assert (result.code, result.err) == (
        2,
        "tacenda ask: invalid value for --about: unknown act `act:ReportToChildProtecton`"
        " · did you mean `act:ReportToChildProtection`?\n",
    )

"""The next best question, against every answer put to the law by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

import tacenda
from strategies import LAWS, knowledge_base, law, scenarios
from tacenda import vocabulary as v
from tacenda.assessment import Assessment, Position, assess
from tacenda.errors import ScenarioError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario, Status
from tacenda.next_question import NextQuestion, best_questions

MANY = 1000


@pytest.mark.parametrize("seed", range(LAWS))
def test_an_answer_settles_what_it_settles_when_it_is_given(seed: int) -> None:
    kb = knowledge_base(seed)

    @settings(max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(scenarios(law(seed)))
    def agree(scenario: Scenario) -> None:
        answer = assess(kb, scenario)
        questions = best_questions(answer, few=MANY)
        asked = {question.subject: settled(question) for question in questions}
        assert asked == {subject: dict(by_trying(kb, answer, subject)) for subject in asked}
        assert questions == sorted(questions, key=lambda one: (-one.expected, -one.rests))
        depended = {fact for position in opened(answer) for fact in position.depends_on}
        facts = {iri for iri in depended if iri in law(seed).words.facts}
        questionable = {iri for iri in facts if not kb.taxonomy.terms[iri].is_open_question}
        assert {one for one in asked if one not in v.ROLES} == questionable

    agree()


def opened(answer: Assessment) -> Iterator[Position]:
    """The open positions of an answer."""
    for context in answer.contexts:
        yield from (position for position in context.positions if position.status is Status.UNSETTLED)


def settled(question: NextQuestion) -> dict[bool | str, set[tuple[str, str, Status]]]:
    """What each answer to a question settles."""
    return {
        one.value: {(position.context, position.act, status) for position, status in one.settles}
        for one in question.answers
    }


def by_trying(
    kb: KnowledgeBase, before: Assessment, subject: str
) -> Iterator[tuple[bool | str, set[tuple[str, str, Status]]]]:
    """What each possible answer settles when the law is asked again with it."""
    scenario = before.scenario
    if subject in v.ROLES:
        known = scenario.role_values().get(subject, v.ROLES[subject])
        values: list[bool | str] = [term.iri for term in kb.taxonomy.kinds_of(known) if term.iri != known]
    else:
        values = [True, False]
    for value in values:
        try:
            after = assess(kb, given_answer(scenario, subject, value))
        except ScenarioError:
            continue
        found = set()
        for position in opened(before):
            status = after.position(position.context, position.act).status
            if status is not Status.UNSETTLED:
                found.add((position.context, position.act, status))
        yield value, found


def given_answer(scenario: Scenario, subject: str, value: bool | str) -> Scenario:
    """The scenario that states the answer too."""
    if value is True:
        return replace(scenario, facts=(*scenario.facts, subject))
    if value is False:
        return replace(scenario, excluded=(*scenario.excluded, subject))
    if subject == "professional":
        return replace(scenario, professional=str(value))
    return replace(scenario, roles={**scenario.roles, subject: str(value)})


def test_the_question_is_said_with_what_its_answers_settle() -> None:
    first = best_questions(tacenda.ask("condition-put-in-issue"))[0]
    found = first.to_dict()
    assert str(first) == f"{found['label']} (yes settles {found['yes']}, no settles {found['no']})"
    assert found["fact"] == v.shorten(first.subject)
    assert found["role"] is None


def test_what_is_closed_or_put_aside_is_not_asked() -> None:
    answer = tacenda.ask("suspected-child-abuse")
    first, second = best_questions(answer, few=2)
    assert best_questions(answer, few=1, besides=[first.subject]) == [second]
    assert best_questions(tacenda.ask("suspected-child-abuse", closed=True)) == []


def test_with_nothing_known_the_roles_are_asked_too() -> None:
    kb = KnowledgeBase.open("us-ma")
    answer = assess(kb, Scenario("us-ma", as_of=date(2026, 11, 22), facts=(v.expand("fact:ClientRelationship"),)))
    labels = {question.subject: question.label for question in best_questions(answer, few=MANY, among=v.ROLES)}
    assert labels["professional"] == "what is the professional?"
    assert labels["proceeding"] == "what is the proceeding?"


def test_one_act_alone_may_be_asked_about() -> None:
    disclosure = v.expand("act:DiscloseInCourt")
    answer = tacenda.ask("condition-put-in-issue")
    questions = best_questions(answer, few=MANY, acts=[disclosure])
    assert {position.act for question in questions for position in question.bears_on} == {disclosure}
    depended = {*answer.position("court", disclosure).depends_on}
    assert {one.subject for one in questions if not one.is_role} <= depended

"""What must hold of every answer, whatever the law and the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oracle import Law, Oracle
from packs import NARROW, opened, own
from strategies import LAWS, knowledge_base, law, scenarios
from tacenda import vocabulary as v
from tacenda.inference import VERDICTS, View, infer, prove
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm, Operand, Scenario, Truth

few = settings(max_examples=30, deadline=None, derandomize=True, database=None)
seeds = st.integers(0, LAWS - 1)


def answers(kb: KnowledgeBase, law: Law, scenario: Scenario) -> list[dict[str, Truth]]:
    """The truth of every norm, and every flag of every act, in each context."""
    return [truths(law, view) for view in infer(kb, scenario).views]


def truths(law: Law, view: View) -> dict[str, Truth]:
    """The truth of every norm, and every flag of every act, by name."""
    found = {iri: view.truth(iri) for iri in law.norms}
    for act in law.words.acts:
        found |= {f"{flag} {act}": view.verdict(flag, act) for flag in VERDICTS}
    return found


@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_statements_and_files_is_irrelevant(seed: int) -> None:
    kb, shuffled, its_law = knowledge_base(seed), opened(law(seed), Random(seed)), law(seed)

    @settings(few, max_examples=12)
    @given(scenarios(its_law))
    def same(scenario: Scenario) -> None:
        assert answers(shuffled, its_law, scenario) == answers(kb, its_law, scenario)

    same()


@few
@given(seeds, st.data())
def test_the_order_of_facts_is_irrelevant(seed: int, data: st.DataObject) -> None:
    kb, its_law = knowledge_base(seed), law(seed)
    scenario = data.draw(scenarios(its_law))
    turned = replace(
        scenario,
        facts=tuple(data.draw(st.permutations(scenario.facts))),
        excluded=tuple(data.draw(st.permutations(scenario.excluded))),
        roles=dict(reversed(list(scenario.roles.items()))),
    )
    assert infer(kb, turned).views == infer(kb, scenario).views


@few
@given(seeds, st.data())
def test_facts_that_no_norm_mentions_change_nothing(seed: int, data: st.DataObject) -> None:
    kb, its_law = knowledge_base(seed), law(seed)
    words = its_law.words
    leaves = {str(leaf) for norm in its_law.norms.values() for leaf in norm.condition.leaves()}
    mentioned = leaves & set(words.facts)

    def bears(fact: str, other: str) -> bool:
        return words.is_a(fact, other) or words.is_a(other, fact) or words.apart(fact, other)

    idle = [fact for fact in words.facts if not any(bears(fact, other) for other in mentioned)]
    idle.append(own("Idle"))
    scenario = data.draw(scenarios(its_law))
    said = [fact for fact in idle if fact in words.facts and Oracle(its_law, scenario, "").fact(fact) is None]
    true: list[str] = []
    false: list[str] = []
    for fact in [*said, idle[-1]]:
        (true if data.draw(st.booleans()) else false).append(fact)
    more = replace(scenario, facts=(*scenario.facts, *true), excluded=(*scenario.excluded, *false))
    assume(not Oracle(its_law, only_words(its_law, more), "").contradictory())
    assert answers(kb, its_law, more) == answers(kb, its_law, scenario)


def only_words(law: Law, scenario: Scenario) -> Scenario:
    """The scenario without facts that the law base does not know."""
    known = set(law.words.facts)
    return replace(
        scenario,
        facts=tuple(fact for fact in scenario.facts if fact in known),
        excluded=tuple(fact for fact in scenario.excluded if fact in known),
    )


@few
@given(seeds, st.data())
def test_learning_a_fact_never_flips_what_is_settled(seed: int, data: st.DataObject) -> None:
    kb, its_law = knowledge_base(seed), law(seed)
    scenario = replace(data.draw(scenarios(its_law)), closed=False)
    oracle = Oracle(its_law, scenario, "")
    unknown = [fact for fact in its_law.words.facts if oracle.fact(fact) is None]
    assume(unknown)
    learned = data.draw(st.sampled_from(unknown))
    for more in (
        replace(scenario, facts=(*scenario.facts, learned)),
        replace(scenario, excluded=(*scenario.excluded, learned)),
    ):
        if not Oracle(its_law, more, "").contradictory():
            for before, after in zip(answers(kb, its_law, scenario), answers(kb, its_law, more), strict=True):
                assert {name: after[name] for name, truth in before.items() if truth is not None} == {
                    name: truth for name, truth in before.items() if truth is not None
                }


@few
@given(seeds, st.data())
def test_what_a_proof_rests_on_proves_it_again(seed: int, data: st.DataObject) -> None:
    kb, its_law = knowledge_base(seed), law(seed)
    scenario = replace(
        data.draw(scenarios(its_law)), closed=False, context=data.draw(st.sampled_from(list(v.CONTEXTS)))
    )
    conclusions = infer(kb, scenario)
    (view,) = conclusions.views
    rests: dict[str, set[str]] = {}
    steps: dict[str, str] = {}
    for quad in prove(kb, scenario, conclusions):
        if quad.predicate.value == v.tac("concludes"):
            steps[quad.object.value] = quad.subject.value  # type: ignore[union-attr]
        elif quad.predicate.value == v.tac("restsOn"):
            rests.setdefault(quad.subject.value, set()).add(quad.object.value)  # type: ignore[union-attr]
    reached = sorted(view.reached)
    assert set(steps) == set(reached)
    assume(reached)
    norm = data.draw(st.sampled_from(reached))
    grounds = rests.get(steps[norm], set())
    facts = grounds & set(its_law.words.facts)
    replayed = replace(
        scenario,
        facts=tuple(sorted(fact for fact in facts if view.truth(fact))),
        excluded=tuple(sorted(fact for fact in facts if view.truth(fact) is False)),
        professional=scenario.professional if grounds - facts - set(its_law.norms) else None,
        roles={},
    )
    assert infer(kb, replayed).views[0].truth(norm) == view.truth(norm)


@pytest.mark.parametrize("seed", range(LAWS))
def test_a_norm_survives_turtle(seed: int) -> None:
    """What the law base reads is what was written, and reading again gives the same."""
    kb, again = knowledge_base(seed), opened(law(seed))
    assert {iri: plain(norm) for iri, norm in kb.norms.items()} == {iri: plain(n) for iri, n in law(seed).norms.items()}
    assert kb.norms == again.norms
    assert kb.sources == again.sources
    assert {iri: replace(source, where="") for iri, source in kb.sources.items()} == law(seed).sources
    assert kb.digest == again.digest


def plain(norm: Norm) -> Norm:
    """The norm without what only its file gives: its place, and the names of its groups."""
    return replace(
        norm,
        where="",
        condition=_unnamed(norm.condition),
        discharge=norm.discharge and _unnamed(norm.discharge),
    )


def _unnamed(condition: Condition) -> Condition:
    def member(operand: Operand) -> Operand:
        if isinstance(operand, Condition):
            return _unnamed(operand)
        return replace(operand, iri="") if isinstance(operand, KindHolds) else operand

    lists = (condition.all_of, condition.any_of, condition.none_of)
    return Condition("", *(tuple(map(member, members)) for members in lists))


def test_answers_differ_between_law_bases() -> None:
    """The random law is not so dull that the properties above would hold of anything."""
    seen: set[Truth] = set()
    for seed, closed in product(range(LAWS), (False, True)):
        facts = law(seed).words.facts[:3]
        scenario = Scenario(NARROW, as_of=date(2026, 11, 22), facts=facts, closed=closed)
        seen |= {truth for answer in answers(knowledge_base(seed), law(seed), scenario) for truth in answer.values()}
    assert seen == {True, False, None}

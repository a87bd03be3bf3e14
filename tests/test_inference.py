"""The engine says what the oracle says of every fact, condition, norm, application and act, on random law."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle import Law, Oracle
from strategies import LAWS, knowledge_base, law, scenarios
from tacenda import vocabulary as v
from tacenda.compiled import conclude as conclude_compiled
from tacenda.consistency import contradictions
from tacenda.errors import ScenarioError
from tacenda.inference import Conclusions, View, infer, prove
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, Scenario, Truth

Truths = dict[str, Truth]
DAY = date(2026, 11, 22)


def expected(oracle: Oracle, kb: KnowledgeBase) -> Truths:
    """Every truth value by the oracle, under the name by which the engine has it."""
    law = oracle.law
    found: Truths = {fact: oracle.fact(fact) for fact in law.words.facts}
    for norm in law.norms.values():
        found[norm.iri] = oracle.holds(norm)
        for group in _groups(kb.norms[norm.iri].condition):
            found[group.iri] = oracle.condition(group, norm)
    for (norm_iri, act), application in kb.network.applications.items():
        found[application] = oracle.applies(law.norms[norm_iri], act)
    for act in _acts(law):
        found |= {f"{flag} {act}": truth for flag, truth in oracle.flags(act).items()}
    return found


def concluded(view: View, names: Truths) -> Truths:
    """The engine's truth values under the same names."""
    return {name: view.verdict(*name.split(" ")) if " " in name else view.truth(name) for name in names}


def _groups(condition: Condition) -> Iterator[Condition]:
    for member in condition.members():
        if isinstance(member, Condition):
            yield member
            yield from _groups(member)


def _acts(law: Law) -> set[str]:
    return {norm.act for norm in law.norms.values() if norm.act}


@pytest.mark.parametrize("conclude", [infer, conclude_compiled], ids=["sparql", "compiled"])
@pytest.mark.parametrize("seed", range(LAWS))
def test_the_engine_and_the_oracle_agree(seed: int, conclude: Callable[[KnowledgeBase, Scenario], Conclusions]) -> None:
    kb, its_law = knowledge_base(seed), law(seed)

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(scenarios(its_law))
    def agree(scenario: Scenario) -> None:
        for view in conclude(kb, scenario).views:
            oracle = expected(Oracle(its_law, scenario, v.CONTEXTS[view.context]), kb)
            assert concluded(view, oracle) == oracle

    agree()


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, LAWS - 1), st.data())
def test_a_scenario_is_refused_just_when_a_fact_is_both_true_and_false(seed: int, data: st.DataObject) -> None:
    scenario = data.draw(scenarios(law(seed), consistent=False))
    problems = contradictions(knowledge_base(seed).taxonomy, scenario)
    assert bool(problems) == Oracle(law(seed), scenario, "").contradictory()


def test_a_contradictory_scenario_is_not_reasoned_about() -> None:
    fact = law(0).words.facts[0]
    with pytest.raises(ScenarioError, match="`Fact0` is stated, but `Fact0` is denied"):
        infer(knowledge_base(0), Scenario("xb", as_of=DAY, facts=(fact,), excluded=(fact,)))


def test_a_scenario_needs_a_day() -> None:
    with pytest.raises(ScenarioError, match="`as_of`"):
        infer(knowledge_base(0), Scenario("xb"))


def test_what_one_scenario_leaves_behind_never_reaches_the_next() -> None:
    kb = knowledge_base(1)
    empty = Scenario("xb", as_of=DAY)
    before = infer(kb, empty)
    other = Scenario("xb", as_of=DAY, facts=law(1).words.facts[:1], closed=True)
    prove(kb, other, infer(kb, other))
    assert infer(kb, empty).views == before.views

"""What an open answer depends on, and what would settle it, against every completion tried one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from oracle import Law, Oracle, Words
from strategies import LAWS, knowledge_base, law, scenarios
from tacenda import vocabulary as v
from tacenda.analysis import LIMIT
from tacenda.assessment import assess
from tacenda.model import Scenario, Status, status_of

MOST = 6
"""How many facts and professions a scenario leaves open at most, so that all completions can be tried."""

Completion = dict[str, bool]
Way = frozenset[tuple[str, bool]]


@pytest.mark.parametrize("seed", range(LAWS))
def test_outlooks_are_those_of_all_completions(seed: int) -> None:
    kb, its_law = knowledge_base(seed), law(seed)

    @settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(nearly_complete(its_law))
    def agree(scenario: Scenario) -> None:
        for answer in assess(kb, scenario).contexts:
            oracle = Oracle(its_law, scenario, v.CONTEXTS[answer.context])
            completed = [(one, completion(oracle, one)) for one in all_ways(leaves(oracle))]
            for position in answer.positions:
                settled = {frozenset(one.items()): status_in(its, position.act) for one, its in completed}
                if position.outlook is None:
                    assert set(settled.values()) == {position.status}
                    continue
                variables = sorted(turning(settled))
                among = {frozenset(one.items()): settled_as(one, settled) for one in possible(oracle, variables)}
                assert set(position.outlook.depends_on) == turning(among)
                for status in Status:
                    expected = smallest_ways(variables, among, status)
                    found = [frozenset(way.items()) for way in position.outlook.would_be.get(status, ())]
                    assert len(found) == len(set(found)) == min(LIMIT, len(expected))
                    assert set(found) <= expected

    agree()


@st.composite
def nearly_complete(draw: st.DrawFn, law: Law) -> Scenario:
    """A scenario that leaves few things open."""
    scenario = replace(draw(scenarios(law)), closed=False, context=draw(st.sampled_from(list(v.CONTEXTS))))
    for fact in draw(st.permutations(law.words.facts)):
        oracle = Oracle(law, scenario, "")
        if len(leaves(oracle)) <= MOST:
            break
        if oracle.fact(fact) is None:
            stated = replace(scenario, facts=(*scenario.facts, fact))
            denied = replace(scenario, excluded=(*scenario.excluded, fact))
            choices = [stated, denied] if draw(st.booleans()) else [denied, stated]
            scenario = next((one for one in choices if not Oracle(law, one, "").contradictory()), scenario)
    assume(len(leaves(Oracle(law, scenario, ""))) <= MOST)
    return scenario


def leaves(oracle: Oracle) -> list[str]:
    """The unknown facts and professions that norms speak of."""
    norms = oracle.law.norms.values()
    mentioned = {str(leaf) for norm in norms for leaf in norm.condition.leaves()}
    wholes = oracle.law.words.wholes
    facts = {part for fact in mentioned for part in wholes.get(fact, (fact,)) if part in oracle.law.words.facts}
    professions = {kind for norm in norms for kind in norm.binds}
    unknown = [fact for fact in facts if oracle.fact(fact) is None]
    return sorted(unknown + [kind for kind in professions if oracle.role("professional", kind) is None])


def all_ways(names: Sequence[str]) -> Iterator[Completion]:
    """Every choice of true and false for the names."""
    for values in product((False, True), repeat=len(names)):
        yield dict(zip(names, values, strict=True))


def possible(oracle: Oracle, names: Sequence[str]) -> Iterator[Completion]:
    """Every choice that keeps kinds within wider kinds, excluded things apart, and denied sums incomplete."""
    words = oracle.law.words
    denied = [set(parts) for whole, parts in words.wholes.items() if oracle.fact(whole) is False]
    known = {part for parts in denied for part in parts if oracle.fact(part)}
    sums = [parts - known for parts in denied if (parts - known) <= set(names)]
    implied = [(a, b) for a in names for b in names if a != b and implies(words, a, b)]
    apart = [(a, b) for a, b in combinations(names, 2) if exclude(words, a, b)]
    for one in all_ways(names):
        wrong = any(one[a] and not one[b] for a, b in implied) or any(one[a] and one[b] for a, b in apart)
        if not wrong and not any(all(one[part] for part in parts) for parts in sums):
            yield one


def completion(oracle: Oracle, settled: Completion) -> Oracle:
    """The oracle that knows this too."""
    return Oracle(oracle.law, oracle.scenario, oracle.context, settled)


def status_in(oracle: Oracle, act: str) -> Status:
    """The status of an act where all that matters is known."""
    flags = oracle.flags(act)
    return status_of(flags["required"], flags["forbidden"], flags["privileged"])


def roles(words: Words, leaf: str) -> list[tuple[str, str]]:
    """The roles of which a leaf says what kind of thing plays them."""
    if leaf not in words.facts:
        return [("professional", leaf)]
    return [words.by_role[wide] for wide in words.above[leaf] if wide in words.by_role]


def implies(words: Words, one: str, other: str) -> bool:
    """Whether *one* is a kind of *other*, or says of a role what makes *other* true."""
    if words.is_a(one, other):
        return True
    defines = [words.by_role[other]] if other in words.by_role else [] if other in words.facts else roles(words, other)
    return any(role == its and words.is_a(kind, wider) for role, kind in roles(words, one) for its, wider in defines)


def exclude(words: Words, one: str, other: str) -> bool:
    """Whether two leaves cannot both be true."""
    return words.apart(one, other) or any(
        role == its and not words.kinds(kind) & words.kinds(another)
        for role, kind in roles(words, one)
        for its, another in roles(words, other)
    )


def turning(settled: Mapping[Way, Status]) -> set[str]:
    """The names that, changed alone, change the status somewhere."""
    return {
        name
        for way, status in settled.items()
        for name, value in way
        if settled.get(way ^ {(name, value), (name, not value)}, status) != status
    }


def settled_as(one: Completion, settled: Mapping[Way, Status]) -> Status:
    """The status where *one* is the case, whatever else is."""
    return next(status for way, status in settled.items() if way.issuperset(one.items()))


def smallest_ways(names: Sequence[str], settled: Mapping[Way, Status], status: Status) -> set[Way]:
    """Every smallest choice of names that leaves this status and no other possible."""
    for size in range(len(names) + 1):
        outcomes: dict[Way, set[Status]] = {}
        for way, its in settled.items():
            for part in combinations(sorted(way), size):
                outcomes.setdefault(frozenset(part), set()).add(its)
        found = {way for way, its in outcomes.items() if its == {status}}
        if found:
            return found
    return set()

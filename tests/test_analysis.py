"""What an open answer depends on, and what would settle it: by diagrams, a solver, and every completion tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, islice, product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import tacenda
from oracle import Law, Oracle, Words
from strategies import LAWS, knowledge_base, law, scenarios
from tacenda import vocabulary as v
from tacenda.analysis import LIMIT, Completions
from tacenda.assessment import Position, assess
from tacenda.drawing import Drawing
from tacenda.formula import Formula, Verdicts
from tacenda.model import Scenario, Status, status_of
from tacenda.resources import folder
from tacenda.satisfiability import Search

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
            order = {iri: place for place, iri in enumerate(kb.taxonomy.terms)}
            completed = [(one, completion(oracle, one)) for one in all_ways(leaves(oracle))]
            for position in answer.positions:
                settled = {frozenset(one.items()): status_in(its, position.act) for one, its in completed}
                if position.outlook is None:
                    assert set(settled.values()) == {position.status}
                    continue
                variables = sorted(turning(settled))
                among = {frozenset(one.items()): settled_as(one, settled) for one in possible(oracle, variables)}
                depends = tuple(sorted(turning(among), key=order.__getitem__))
                expected = {status: least_ways(variables, among, status, order) for status in Status}
                assert position.outlook.depends_on == depends
                assert position.outlook.would_be == {one: tuple(ways[:LIMIT]) for one, ways in expected.items() if ways}
                assert position.outlook.would_be_complete is all(len(ways) <= LIMIT for ways in expected.values())
                for method in (Drawing(formula(position)), Search(formula(position))):
                    verdicts = verdicts_of(position)
                    assert method.turning(verdicts) == depends
                    found = {status: [*map(in_order, ways)] for status, ways in method.ways(verdicts).items()}
                    assert found == {status: [*map(in_order, ways)] for status, ways in expected.items() if ways}

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


def least_ways(
    names: Sequence[str], settled: Mapping[Way, Status], status: Status, order: Mapping[str, int]
) -> list[Completion]:
    """Every choice of names that leaves this status and no other possible, and that could not do with fewer."""
    outcomes: dict[Way, set[Status]] = {}
    for way, its in settled.items():
        for size in range(len(names) + 1):
            for part in combinations(sorted(way), size):
                outcomes.setdefault(frozenset(part), set()).add(its)
    enough = {way for way, its in outcomes.items() if its == {status}}
    least = [way for way in enough if not any(way - {one} in enough for one in way)]
    spelled = [sorted(way, key=lambda one: order[one[0]]) for way in least]
    return [
        dict(way)
        for way in sorted(
            spelled, key=lambda way: (len(way), sum(value for _, value in way), [(order[a], b) for a, b in way])
        )
    ]


def in_order(way: Completion) -> list[tuple[str, bool]]:
    """A way as it is spelled."""
    return list(way.items())


def formula(position: Position) -> Formula:
    """The formulas behind an open position."""
    return completions(position)._formula


def completions(position: Position) -> Completions:
    """What works out the outlook of an open position."""
    assert isinstance(position.look, partial)
    found = position.look.func.__self__  # type: ignore[attr-defined]
    assert isinstance(found, Completions)
    return found


def verdicts_of(position: Position) -> Verdicts:
    """What the status of an open position rests on."""
    assert isinstance(position.look, partial)
    return formula(position).verdicts(*position.look.args)


SHIPPED = sorted(path.stem for path in (folder("kb") / "scenarios").glob("*.yaml"))
BROADEST = 60
"""How many unknown facts a position may have at most for both methods to be tried on it."""
SHOWN = 6


@pytest.mark.parametrize("name", SHIPPED)
def test_on_real_law_the_solver_says_what_the_diagrams_say(name: str) -> None:
    positions = [one for answer in tacenda.ask(name).contexts for one in answer.positions if one.look]
    opened = {(one.context, verdicts_of(one)): one for one in positions}
    for (_, verdicts), position in opened.items():
        if position.breadth <= BROADEST:
            drawing, search = Drawing(formula(position)), Search(formula(position))
            assert search.turning(verdicts) == drawing.turning(verdicts)
            assert shown(search.ways(verdicts)) == shown(drawing.ways(verdicts))


def test_of_many_ways_the_first_are_kept_and_all_can_be_listed() -> None:
    outlook = tacenda.ask("suspected-child-abuse").position("practice", "act:InformClientOfReport").outlook
    assert outlook is not None
    found = {status: tuple(outlook.ways(status)) for status in Status}
    assert outlook.would_be == {status: ways[:LIMIT] for status, ways in found.items() if ways}
    assert outlook.would_be_complete is False
    assert any(len(ways) > LIMIT for ways in found.values())


def shown(ways: Mapping[Status, Iterator[Completion]]) -> dict[Status, list[list[tuple[str, bool]]]]:
    """The first few ways to each status."""
    return {status: [in_order(way) for way in islice(found, SHOWN)] for status, found in ways.items()}


def test_what_is_too_large_to_draw_is_answered_all_the_same() -> None:
    answer = tacenda.ask("ordinary-therapy")
    for position in answer.context("court").positions:
        if position.look and position.breadth <= BROADEST:
            assert isinstance(position.look, partial)
            undrawn = Completions(answer.kb, answer.context("court").view, steps=0)
            assert undrawn.outlook(*position.look.args) == position.outlook

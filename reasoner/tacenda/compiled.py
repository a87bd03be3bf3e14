"""The compiled engine: one scenario through the program of the law in its reach.

It comes to the same conclusions as the rules of inference, and writes them as the same statements; the proof of them
is made by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from pyoxigraph import NamedNode, Quad

from tacenda import vocabulary as v
from tacenda.compiler import compile_law
from tacenda.errors import Problem, ScenarioError
from tacenda.fact_gates import FALSE_VALUE, Value, false_of, given, true_of
from tacenda.inference import CONCLUSIONS_GRAPH, VERDICTS, Conclusions, Correlative, View, contexts_of, situation_of
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario, Truth
from tacenda.program import Program
from tacenda.reach import Reach, reach
from tacenda.scenario import refuse_contradictions

_MAY = {"forbidden": "mayForbid", "privileged": "mayPrivilege", "limited": "mayLimit"}


def conclude(kb: KnowledgeBase, scenario: Scenario) -> Conclusions:
    """Everything that follows from the law and the scenario, by the compiled program.

    Raises `ScenarioError` when the scenario has no date or its statements contradict each other.
    """
    refuse_contradictions(kb.taxonomy, scenario)
    reached = reach_of(kb, scenario)
    program = compile_law(kb, reached)
    values = program.run_one(frozenset(stated(kb, scenario)))
    views = tuple(
        _view(kb, scenario, context, norms, Truths(_index(kb, reached, context), values))
        for context, norms in reached.contexts
    )
    return Conclusions(views, lambda: [quad for view in views for quad in _statements(kb, program, view, values)])


def reach_of(kb: KnowledgeBase, scenario: Scenario) -> Reach:
    """The norms that reach a scenario; raises `ScenarioError` when it has no date."""
    if scenario.as_of is None:
        raise ScenarioError(Problem("say on which day the law is asked about: `as_of`", scenario.where))
    return reach(kb, scenario.jurisdiction, scenario.as_of, contexts_of(scenario), scenario.closed)


def stated(kb: KnowledgeBase, scenario: Scenario) -> Iterator[str]:
    """The inputs of a program that are set in a scenario."""
    yield from map(true_of, scenario.facts)
    yield from map(false_of, scenario.excluded)
    for role, kind in scenario.role_values().items():
        yield from role_inputs(kb, role, kind)


@lru_cache(maxsize=4096)
def role_inputs(kb: KnowledgeBase, role: str, kind: str) -> tuple[str, ...]:
    """The inputs of a program that are set where a role has a value of this class."""
    taxonomy = kb.taxonomy
    denied = (false_of(other) for other in taxonomy.kinds(v.ROLES[role]) if not taxonomy.can_be(kind, other))
    return (given(v.ROLE_PROPERTIES[role]), *map(true_of, taxonomy.wider(kind)), *denied)


class Truths(Mapping[str, Truth]):
    """The truth of everything in one context, read off the planes of a run."""

    def __init__(self, slots: Mapping[str, Value], values: Sequence[int]) -> None:
        self._slots = slots
        self._values = values

    def __getitem__(self, name: str) -> Truth:
        true, false = self._slots[name]
        if self._values[true]:
            return True
        return False if self._values[false] else None

    def get(self, name: str, default: Truth = None) -> Truth:  # type: ignore[override]
        """The truth of what is called so; unknown for what the law does not speak of."""
        slots = self._slots.get(name)
        if slots is None:
            return default
        if self._values[slots[0]]:
            return True
        return False if self._values[slots[1]] else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)


@lru_cache(maxsize=128)
def _index(kb: KnowledgeBase, reached: Reach, context: str) -> dict[str, Value]:
    """The slots of everything that has a truth in a context, by its own name."""
    program = compile_law(kb, reached)
    norms = dict(reached.contexts)[context]
    found: dict[str, Value] = dict.fromkeys(kb.norms.keys() - norms, FALSE_VALUE)
    found |= {iri: FALSE_VALUE for (norm, _), iri in kb.network.applications.items() if norm not in norms}
    start = f"{context} "
    for name, slots in program.outputs.items():
        if len(slots) == 2:
            true, false = slots
            if name.startswith(start):
                found[name.removeprefix(start)] = (true, false)
            elif " " not in name:
                found[name] = (true, false)
    return found


def _view(
    kb: KnowledgeBase, scenario: Scenario, context: str, norms: frozenset[str], truths: Mapping[str, Truth]
) -> View:
    return View(
        context=context,
        situation=situation_of(scenario, context),
        reached=norms,
        truths=truths,
        derive=lambda: (one for _, one in _correlatives(kb, norms, truths)),
    )


def _correlatives(
    kb: KnowledgeBase, norms: Iterable[str], truths: Mapping[str, Truth]
) -> Iterator[tuple[str, Correlative]]:
    """The other side of every norm that holds, after Hohfeld's table; with the last part of its IRI."""
    taxonomy = kb.taxonomy
    for iri in norms:
        norm = kb.norms[iri]
        if not (norm.act and norm.holder and norm.bearer and truths.get(iri)):
            continue
        above = taxonomy.wider(v.tac(norm.kind))
        is_duty = v.tac("Duty") in above
        for kind in {one for wide in above for one in taxonomy.correlatives.get(wide, ())}:
            for holder in norm.holder:
                for bearer in norm.bearer:
                    other, person = (holder, bearer) if is_duty else (bearer, holder)
                    name = _last(kind)
                    place = f"{_last(iri)}/{name.lower()}/{_last(other)}/{_last(person)}"
                    yield place, Correlative(name, other, person, norm.act, iri)


def _last(iri: str) -> str:
    return iri.rpartition("/")[2]


def _statements(kb: KnowledgeBase, program: Program, view: View, values: Sequence[int]) -> Iterator[Quad]:
    """What a view says, as the rules of inference would write it; no step that only serves the rules."""
    situation, taxonomy, network = NamedNode(view.situation), kb.taxonomy, kb.network

    def one(predicate: str, value: str) -> Quad:
        return Quad(situation, NamedNode(predicate), NamedNode(value), CONCLUSIONS_GRAPH)

    scenarios = v.tac("Scenario")
    of_type, excludes, satisfies, fails = v.RDF_TYPE, v.tac("excludes"), v.tac("satisfies"), v.tac("fails")
    for term in taxonomy.facts():
        truth = view.truth(term.iri)
        if truth is None:
            continue
        said = program.outputs.get(f"itself {term.iri}", program.outputs[term.iri])
        by_parts = not values[said[0 if truth else 1]]
        yield one((satisfies if truth else fails) if by_parts else (of_type if truth else excludes), term.iri)
        if truth and not by_parts and scenarios in taxonomy.above.get(scenarios, ()):
            yield one(of_type, scenarios)
    for root in v.ROLES.values():
        for kind in taxonomy.kinds(root):
            if (truth := view.truth(kind)) is not None:
                yield one(satisfies if truth else fails, kind)
    for iri in kb.norms:
        truth = view.truth(iri)
        if iri in view.reached:
            yield one(v.tac("reaches"), iri)
            if truth is not False:
                yield one(v.tac("mayBeGovernedBy"), iri)
        if truth is not None:
            yield one(v.tac("governedBy" if truth else "notGovernedBy"), iri)
    for act in network.regulated:
        for name, (yes, no) in VERDICTS.items():
            truth = view.verdict(name, act)
            if truth is not None:
                yield one(v.tac(yes if truth else no), act)
            if truth is not False and name in _MAY:
                yield one(v.tac(_MAY[name]), act)
    for place, correlative in _correlatives(kb, view.reached, view.truths):
        derived = NamedNode(f"{view.situation}/{place}")
        for predicate, value in (
            (of_type, v.tac(correlative.kind)),
            (v.tac("inSituation"), view.situation),
            (v.tac("holder"), correlative.holder),
            (v.tac("against"), correlative.against),
            (v.tac("act"), correlative.act),
            (v.PREFIXES["prov"] + "wasDerivedFrom", correlative.norm),
        ):
            yield Quad(derived, NamedNode(predicate), NamedNode(value), CONCLUSIONS_GRAPH)

"""What holds in a scenario, node by node: the truth of facts, and whether norms hold, are defeated, or are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tacenda.assessment import Assessment, ContextAnswer
from tacenda.errors import Problem, ScenarioError, nearest
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, Norm, Source, Truth
from tacenda.network import Gate

HOLDS, DEFEATED, FAILS, OPEN, OUT = "holds", "defeated", "does not hold", "open", "out of reach"
TRUTHS: dict[Truth, str] = {True: "true", False: "false", None: "unknown"}
STATES: dict[str, tuple[str, str]] = {
    HOLDS: ("✓", "the norm holds"),
    DEFEATED: ("⊘", "its conditions are met, but an exception defeats it"),
    FAILS: ("✗", "its conditions are not met"),
    OPEN: ("?", "it turns on what is not known"),
    OUT: ("–", "its place, setting or date is not the scenario's"),
    "true": ("✓", "stated, or it follows from what is stated"),
    "false": ("✗", "denied, or excluded by what is stated"),
    "unknown": ("?", "neither stated nor denied"),
}
"""The states of norms, then of facts and conditions: each with its mark and what it means."""
DISCLAIMER = "Research, not legal advice."
_FIRST = (HOLDS, OPEN, DEFEATED, FAILS, OUT)


@dataclass(frozen=True)
class Standing:
    """The state of one node, and more about it in a few words."""

    state: str = ""
    note: str = ""


def answers_of(assessment: Assessment, context: str | None) -> tuple[ContextAnswer, ...]:
    """The answers asked about: of one context, or all; raises `ScenarioError` for a context that was not assessed."""
    if context is None:
        return assessment.contexts
    known = [answer.context for answer in assessment.contexts]
    if context not in known:
        hint = nearest(context, known) or f"write {' or '.join(known)}"
        raise ScenarioError(Problem(f"the scenario is not asked about in the context `{context}`", hint=hint))
    return (assessment.context(context),)


class States:
    """What an assessment says of each element of the law, in one context or in all of them together."""

    def __init__(self, assessment: Assessment, context: str | None = None) -> None:
        self.assessment = assessment
        self.kb: KnowledgeBase = assessment.kb
        self.answers = answers_of(assessment, context)

    def description(self) -> str:
        """Of which scenario, day and context this is."""
        scenario = self.assessment.scenario
        parts = [f"Scenario: {scenario.title or scenario.where or 'untitled'}"]
        parts += [f"law of {scenario.as_of}"] if scenario.as_of else []
        parts += [" and ".join(f"in {answer.context}" for answer in self.answers)]
        parts += ["what is not stated is false"] if scenario.closed else []
        return f"{' · '.join(parts)}. {DISCLAIMER}"

    def truth(self, iri: str) -> Standing:
        """Whether a fact or a condition is true; where contexts differ, what is known in any of them."""
        truths = [answer.view.truth(iri) for answer in self.answers]
        known = next((truth for truth in truths if truth is not None), None)
        return Standing(TRUTHS[known])

    def fact(self, iri: str) -> Standing:
        """Whether a fact is true, and how that is known."""
        scenario = self.assessment.scenario
        found = self.truth(iri)
        if iri in scenario.facts:
            return Standing(found.state, "stated")
        if iri in scenario.excluded:
            return Standing(found.state, "denied")
        if found.state != "unknown":
            closed = scenario.closed and found.state == "false"
            return Standing(found.state, "not stated, so false" if closed else "it follows")
        return found

    def norm(self, norm: Norm) -> Standing:
        """Whether a norm holds; where contexts differ, both are told."""
        found = {answer.context: self._in_context(norm, answer.view) for answer in self.answers}
        reaching = {context: standing for context, standing in found.items() if standing.state != OUT} or found
        first = min(reaching.values(), key=lambda standing: _FIRST.index(standing.state))
        if len({standing.state for standing in reaching.values()}) == 1:
            return first
        return Standing(first.state, " · ".join(f"in {context}: {one.state}" for context, one in reaching.items()))

    def _in_context(self, norm: Norm, view: View) -> Standing:
        if norm.iri not in view.reached:
            return Standing(OUT)
        truth = view.truth(norm.iri)
        if truth is not False:
            return Standing(HOLDS if truth else OPEN)
        by = list(self.defeating(norm, view))
        if not by or self.fails(norm, view):
            return Standing(FAILS)
        return Standing(DEFEATED, "by " + "; ".join(dict.fromkeys(self.kb.cite(other) for other in by)))

    def defeating(self, norm: Norm, view: View) -> Iterator[Norm]:
        """The norms that hold and bar this one: its exceptions, and law that displaces its kind."""
        gate = self.kb.network.gates.get(norm.iri)
        for iri in gate.barred_by if gate else ():
            other = self.kb.norms.get(iri)
            if other and view.truth(iri) and (norm.iri in other.defeats or other.displaces):
                yield other

    def fails(self, norm: Norm, view: View) -> bool:
        """Whether the conditions of a norm are false, whatever its exceptions do."""
        gate = self.kb.network.gates.get(norm.iri, Gate())
        if any(view.truth(iri) is False for iri in gate.needs):
            return True
        if gate.needs_one_of and all(view.truth(iri) is False for iri in gate.needs_one_of):
            return True
        barring = (iri for iri in gate.barred_by if iri in (*norm.condition.none_of, *_inner(norm)))
        return any(view.truth(iri) for iri in barring)

    def profession(self, iri: str) -> Standing:
        """Whether the professional is of a profession; unknown where a wider one is given, or none."""
        return self._role(self.assessment.scenario.professional, iri)

    def _role(self, given: str | None, wanted: str) -> Standing:
        taxonomy = self.kb.taxonomy
        if given is None:
            return Standing(TRUTHS[False if self.assessment.scenario.closed else None])
        if taxonomy.is_a(given, wanted):
            return Standing("true", "" if given == wanted else f"{self.kb.label(given)} is one")
        return Standing(TRUTHS[None if taxonomy.can_be(given, wanted) else False])

    def act(self, iri: str) -> Standing:
        """What the law says of an act, context by context."""
        found = {
            answer.context: position.status.value
            for answer in self.answers
            for position in answer.positions
            if position.act == iri
        }
        if len(set(found.values())) == 1:
            return Standing(next(iter(found.values())), " and ".join(f"in {context}" for context in found))
        return Standing("", " · ".join(f"in {context}: {status}" for context, status in found.items()))

    def source(self, source: Source) -> Standing:
        """Whether a provision is law on the scenario's day."""
        day = self.assessment.scenario.as_of
        first, last = source.in_force_from, source.in_force_until
        if day is None or ((first is None or first <= day) and (last is None or day < last)):
            return Standing("", "in force")
        return Standing(OUT, "not in force on that day")


def denied_wholes(kb: KnowledgeBase, condition: Condition, truth: Callable[[str], Truth]) -> list[str]:
    """The facts that fail a condition though it does not name them: each is the sum of some that it needs, none of
    which is itself false."""
    gate = kb.network.gates.get(condition.iri)
    parts = kb.taxonomy.composites
    return [
        iri
        for iri in (gate.needs if gate else ())
        if iri in parts and iri not in condition.all_of and truth(iri) is False
        if all(truth(part) is not False for part in parts[iri])
    ]


def _inner(norm: Norm) -> tuple[str, ...]:
    return tuple(getattr(member, "iri", "") for member in norm.condition.none_of)

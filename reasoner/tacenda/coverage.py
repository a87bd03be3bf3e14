"""What the law tests show of the law: which norms decide a case, and on which of their operands a case turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, Position
from tacenda.draft import SINGLE
from tacenda.markup import Shown, element, grid, shown, unfolding
from tacenda.model import Norm, Truth
from tacenda.operands import Leaf, operand_phrase, operand_truths


@dataclass(frozen=True)
class Observation:
    """What one case says of norms: which it asserts to hold, which not, and by how much it differs from its base."""

    name: str
    base: str
    changes: int
    holding: frozenset[str]
    failing: frozenset[str]
    leaves: Mapping[str, Mapping[Leaf, Truth]]


def observe(case: Mapping[str, Any], answer: Assessment) -> Observation:
    """What a case that came out as written asserts, norm by norm."""
    holding: set[str] = set()
    failing: set[str] = set()
    leaves: dict[str, dict[Leaf, Truth]] = {}
    for expected in case["expect"]:
        if "norm" in expected:
            iri = answer.kb.norm(str(expected["norm"])).iri
            {True: holding, False: failing}.get(expected.get("holds"), set()).add(iri)
        else:
            name = str(expected["act"])
            position = answer.position(str(expected["in"]), answer.kb.acts.get(name, name))
            asserted = _asserted(position, expected)
            holding |= asserted
            failing |= _left_standing(answer, str(expected["in"]), asserted)
    for iri in holding | failing:
        views = [context.view for context in answer.contexts if iri in context.view.reached]
        if views:
            leaves[iri] = operand_truths(answer.kb, answer.kb.norms[iri], views[0])
    return Observation(
        name=case["name"],
        base=case.get("like", ""),
        changes=_changes(case),
        holding=frozenset(holding),
        failing=frozenset(failing - holding),
        leaves=leaves,
    )


def _asserted(position: Position, expected: Mapping[str, Any]) -> set[str]:
    """The norms of a position that its expectation names."""
    found = {norm.iri for norm in position.because} if "because" in expected else set()
    if "freed by" in expected:
        found |= {norm.iri for lift in position.lifted for norm in lift.by}
    if "limited by" in expected:
        found |= {norm.iri for norm in position.limited_by}
    return found


def _left_standing(answer: Assessment, context: str, asserted: Iterable[str]) -> set[str]:
    """The norms that would have taken away a ground that the case asserts, and that do not hold."""
    view, kb = answer.context(context).view, answer.kb
    return {
        norm.iri
        for norm in kb.norms.values()
        if not {*norm.defeats, *norm.lifts}.isdisjoint(asserted) and view.truth(norm.iri) is False
    }


def _changes(case: Mapping[str, Any]) -> int:
    """By how many facts, roles or dates a variant differs from its base."""
    stated = [*(case.get("and") or ()), *(case.get("and not") or ())]
    return len(stated) + len(set(case) & {"date", *SINGLE})


@dataclass(frozen=True, slots=True)
class Count:
    """How many are covered, and how many there are."""

    covered: int
    whole: int

    def __str__(self) -> str:
        return f"{self.covered} of {self.whole}" if self.whole else "none"

    def __add__(self, other: Count) -> Count:
        return Count(self.covered + other.covered, self.whole + other.whole)


@dataclass(frozen=True, slots=True)
class Provision:
    """How much of one source the cases show: its norms, its exceptions holding and failing, the operands of both."""

    source: str
    norms: Count
    exceptions: Count
    operands: Count


@dataclass
class Coverage(Shown):
    """What a run of law tests shows of each norm of some provisions, or of all of them."""

    provisions: frozenset[str] = frozenset()
    norms: dict[str, Norm] = field(default_factory=dict)
    seen: dict[str, set[Truth]] = field(default_factory=lambda: defaultdict(set))
    observations: dict[str, Observation] = field(default_factory=dict)
    flipped: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    phrases: dict[str, list[str]] = field(default_factory=dict)

    def add(self, case: Mapping[str, Any], answer: Assessment) -> None:
        """Take in a case that came out as written."""
        for iri, norm in answer.kb.norms.items():
            if iri not in self.norms and (not self.provisions or norm.source in self.provisions):
                self.norms[iri] = norm
                self.phrases[iri] = [operand_phrase(answer.kb, leaf) for leaf in norm.condition.leaves()]
        for context in answer.contexts:
            for norm, truth in context.norms:
                self.seen[norm.iri].add(truth)
        observation = observe(case, answer)
        self.observations[observation.name] = observation
        for expected in case["expect"]:
            if "turns on" in expected:
                self.flipped[answer.kb.norm(str(expected["norm"])).iri] |= set(expected["turns on"])
        for iri, leaf in self._changed_leaves(observation):
            self.flipped[iri].add(operand_phrase(answer.kb, leaf))

    def _pair(self, case: Observation) -> frozenset[str]:
        """The norms that a case and its base, one fact apart, assert to hold and not to hold."""
        base = self.observations.get(case.base)
        if base is None or case.changes != 1:
            return frozenset()
        return (case.holding & base.failing) | (case.failing & base.holding)

    def _changed_leaves(self, case: Observation) -> Iterator[tuple[str, Leaf]]:
        """Each norm that a case and its base assert differently, with the one operand that differs."""
        for iri in self._pair(case):
            ours, theirs = case.leaves.get(iri, {}), self.observations[case.base].leaves.get(iri, {})
            changed = [leaf for leaf, truth in ours.items() if leaf in theirs and theirs[leaf] != truth]
            if len(changed) == 1:
                yield iri, changed[0]

    def _shown(self) -> set[str]:
        """The norms that hold in some case and that some case names as a reason."""
        held = {iri for case in self.observations.values() for iri in case.holding}
        return {iri for iri in held if True in self.seen.get(iri, ())}

    def _shown_both_ways(self) -> set[str]:
        """The norms that a pair of cases shows holding and failing, and those without an operand to change."""
        paired = {iri for case in self.observations.values() for iri in self._pair(case)}
        return paired | {iri for iri, phrases in self.phrases.items() if not phrases}

    def _left(self, iri: str) -> list[str]:
        """The operands of a norm on which no case turns."""
        return [phrase for phrase in dict.fromkeys(self.phrases[iri]) if phrase not in self.flipped.get(iri, ())]

    def missing(self) -> dict[str, list[str]]:
        """For each norm that is not covered, why not, in sentences."""
        shown, both = self._shown(), self._shown_both_ways()
        found = {
            iri: list(self._reasons(iri, norm, shown=iri in shown, both=iri in both))
            for iri, norm in self.norms.items()
        }
        return {iri: reasons for iri, reasons in found.items() if reasons}

    def __str__(self) -> str:
        return "\n".join(
            f"{v.shorten(one.source)}: norms {one.norms}, exceptions {one.exceptions}, operands {one.operands}"
            for one in self.by_provision()
        )

    def _repr_html_(self) -> str:
        rows = [
            (v.shorten(one.source), str(one.norms), str(one.exceptions), str(one.operands))
            for one in self.by_provision()
        ]
        heads = ("provision", "norms shown", "exceptions shown both ways", "operands that decide a case")
        gaps = [element("li", f"{v.shorten(iri)}: {'; '.join(reasons)}") for iri, reasons in self.missing().items()]
        left = [unfolding(f"not covered ({len(gaps)})", element("ul", *gaps))] if gaps else []
        return shown(grid(heads, rows), *left)

    def _reasons(self, iri: str, norm: Norm, *, shown: bool, both: bool) -> Iterator[str]:
        truths = self.seen.get(iri, set())
        if not truths:
            yield "no case reaches it"
        elif True not in truths:
            yield "it holds in no case"
        elif not shown:
            yield "it holds in cases, but none names it as a reason"
        if norm.kind == "Exception" and not both:
            yield "no pair of cases, one fact apart, shows it holding and failing"
        if left := self._left(iri):
            yield "no case turns on " + "; ".join(f"`{phrase}`" for phrase in left)

    def by_provision(self) -> Iterator[Provision]:
        """How much of each provision is covered, in the order of their names."""
        shown, both = self._shown(), self._shown_both_ways()
        homes: dict[str, list[str]] = defaultdict(list)
        for iri, norm in self.norms.items():
            homes[norm.source].append(iri)
        for source, norms in sorted(homes.items()):
            exceptions = [iri for iri in norms if self.norms[iri].kind == "Exception"]
            operands = sum(len(set(self.phrases[iri])) for iri in norms)
            yield Provision(
                source,
                norms=Count(sum(iri in shown for iri in norms), len(norms)),
                exceptions=Count(sum(iri in shown and iri in both for iri in exceptions), len(exceptions)),
                operands=Count(operands - sum(len(self._left(iri)) for iri in norms), operands),
            )

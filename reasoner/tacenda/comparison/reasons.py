"""Why the law of one jurisdiction says something of an act that the law of another does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tacenda import vocabulary as v
from tacenda.assessment import ContextAnswer
from tacenda.comparison.correspondence import counterparts, professions
from tacenda.explanation import fact_phrase
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, Norm, Operand, Truth
from tacenda.operands import Leaf, met, operand_phrase, operand_truths
from tacenda.topics import Absence, Topics

_BOUND = v.tac("bound/")
_TRIED = 2
"""How many counterparts are told of for each norm, the nearest first."""
_NAMED = 6
"""How many facts or professions a sentence names."""


@dataclass(frozen=True)
class Side:
    """One jurisdiction's answer to a scenario in one context."""

    code: str
    name: str
    answer: ContextAnswer
    day: date

    @property
    def view(self) -> View:
        return self.answer.view


@dataclass(frozen=True)
class Reason:
    """Why two jurisdictions differ on an act: what one has, and what becomes of it in the other."""

    kind: str
    """`not encoded`, `no counterpart`, `profession`, `condition`, `exception`, `date`, `open`, or a detail.

    Details are `deadline`, `recipient`, `holder`, `asserted by`, `waived by` and `discharge`.
    """
    text: str
    norm: Norm | None = None
    """What decides in the one."""
    counterpart: Norm | None = None
    """What answers to it in the other."""
    absence: Absence | None = None
    facts: tuple[str, ...] = ()
    """The facts or professions, as phrases, on which the other norm fails or turns."""

    def __str__(self) -> str:
        return self.text


class Reasons:
    """Tells the reasons for the differences between the sides of one comparison."""

    def __init__(self, kb: KnowledgeBase, topics: Topics) -> None:
        self._kb = kb
        self._topics = topics

    def why_not(self, act: str, deciding: Sequence[Norm], here: Side, there: Side) -> Iterator[Reason]:
        """Why what the *deciding* norms say of an act *here* is not said of it *there*."""
        seen: set[str] = set()
        for norm in deciding:
            if self._kb.sources[norm.source].jurisdiction != here.code:
                reasons = self._same_norm(act, norm, there)
            else:
                reasons = self._answering(act, norm, here, there)
            for reason in reasons:
                if reason.text not in seen:
                    seen.add(reason.text)
                    yield reason

    def _same_norm(self, act: str, norm: Norm, there: Side) -> Iterator[Reason]:
        """A norm that both share, such as one of federal law, and what becomes of it there."""
        if norm.iri in there.view.reached:
            yield from self._fate(act, norm, norm, there)

    def _answering(self, act: str, norm: Norm, here: Side, there: Side) -> Iterator[Reason]:
        others = counterparts(self._kb, norm, there.code, about=act)
        current = [other for other in others if self._why_out_of_time(other, there) is None]
        # of norms of this day those that speak to this professional tell more than those for others
        bound = [other for other in current if self._bound(other, there.view) is not False]
        if not others:
            yield self._none(act, norm, here, there)
        for other in (bound or current or others)[:_TRIED]:
            found = list(self._fate(act, norm, other, there))
            yield from found
            if any(reason.kind == "exception" for reason in found):
                return

    def _none(self, act: str, norm: Norm, here: Side, there: Side) -> Reason:
        own = f"{here.name}: {norm.label} ({self._kb.cite(norm)})"
        said = self._absence(act, norm, there)
        if said:
            text = f"{own}; {there.name} has none: {said.label} ({self._topics.cite(said)})"
            return Reason("no counterpart", text, norm, absence=said)
        topics = self._topics.of_norm.get(norm.iri, ())
        searched = [topic for topic in topics if topic in self._topics.without_authority.get(there.code, ())]
        if searched:
            label = self._topics.known[searched[0]].label
            return Reason("no counterpart", f"{own}; no authority on {label} was found in {there.name}", norm)
        return Reason("not encoded", f"{own}; no such {norm.kind.lower()} of {there.name} is encoded", norm)

    def _absence(self, act: str, norm: Norm, there: Side) -> Absence | None:
        taxonomy, bound = self._kb.taxonomy, professions(self._kb, norm)
        for topic in self._topics.of_norm.get(norm.iri, ()):
            for absence in self._topics.absent(there.code, topic):
                fits = not absence.act or taxonomy.is_a(act, absence.act) or taxonomy.is_a(absence.act, act)
                for_them = (
                    not absence.binds
                    or not bound
                    or any(taxonomy.can_be(one, other) for one in absence.binds for other in bound)
                )
                if fits and for_them and taxonomy.is_a(v.tac(norm.kind), v.tac(absence.lacks)):
                    return absence
        return None

    def _fate(self, act: str, norm: Norm, other: Norm, there: Side) -> Iterator[Reason]:
        """What becomes there of a norm that would do the same."""
        kb, view = self._kb, there.view
        named = f"{there.name}: {other.label} ({kb.cite(other)})"
        if late := self._why_out_of_time(other, there):
            yield Reason("date", f"{named} {late}", norm, other)
            return
        if other.iri not in view.reached:
            return
        truth = view.truth(other.iri)
        bound = self._bound(other, view)
        if bound is False:
            names = tuple(sorted(kb.label(one) for one in professions(kb, other)))
            yield Reason("profession", f"{named} speaks to {listed(names)} only", norm, other, facts=names)
        elif truth is True:
            for lifter in self._lifting(act, other, view):
                yield self._by_exception(named, norm, other, lifter)
        elif truth is False:
            if beaten := [one for one in self._defeating(other) if view.truth(one.iri)]:
                yield self._by_exception(named, norm, other, beaten[0])
            else:
                yield self._condition(named, norm, other, there)
        else:
            unknown = [leaf for leaf, value in operand_truths(kb, other, view).items() if value is None]
            if bound is None:
                names = tuple(sorted(kb.label(one) for one in professions(kb, other)))
                text = f"{named} turns on whether the professional is one of {listed(names)}"
                yield Reason("open", text, norm, other, facts=names)
            elif unknown:
                phrases = tuple(self._phrase(leaf) for leaf in unknown)
                yield Reason("open", f"{named} turns on: {listed(phrases)}", norm, other, facts=phrases)
            else:
                tried = [one.label for one in self._defeating(other) if view.truth(one.iri) is None]
                yield Reason("open", f"{named} stands unless: {listed(tried)}", norm, other, facts=tuple(tried))

    def _condition(self, named: str, norm: Norm, other: Norm, there: Side) -> Reason:
        truths = operand_truths(self._kb, other, there.view)
        wanting, barring = _failing(other.condition, truths)
        parts = [f"asks for: {listed([self._phrase(leaf) for leaf in wanting])}"] if wanting else []
        parts += [f"does not hold where: {listed([self._phrase(leaf) for leaf in barring])}"] if barring else []
        phrases = tuple(self._phrase(leaf) for leaf in (*wanting, *barring))
        return Reason("condition", f"{named} {' and '.join(parts) or 'is not met'}", norm, other, facts=phrases)

    def _by_exception(self, named: str, norm: Norm, other: Norm, exception: Norm) -> Reason:
        text = f"{named} gives way: {exception.label} ({self._kb.cite(exception)})"
        return Reason("exception", text, norm, exception)

    def _bound(self, norm: Norm, view: View) -> Truth:
        """Whether the professional is one to whom the norm speaks."""
        gate = self._kb.network.gates.get(norm.iri)
        for need in gate.needs if gate else ():
            if need.startswith(_BOUND):
                return view.truth(need)
        return True

    def _lifting(self, act: str, norm: Norm, view: View) -> Iterator[Norm]:
        for other in self._kb.lifting.get(norm.iri, ()):
            gate = self._kb.network.applications.get((other.iri, act))
            if gate and view.truth(gate):
                yield other

    def _defeating(self, norm: Norm) -> list[Norm]:
        return [other for other in self._kb.norms.values() if norm.iri in other.defeats]

    def _why_out_of_time(self, norm: Norm, there: Side) -> str | None:
        first, last = norm.in_force(self._kb.sources[norm.source])
        if first and there.day < first:
            return f"is law only from {first}"
        if last and there.day >= last:
            return f"was law until {last}"
        return None

    def _phrase(self, leaf: Leaf) -> str:
        if isinstance(leaf, str) and leaf in self._kb.taxonomy.terms:
            return fact_phrase(self._kb, leaf)
        if isinstance(leaf, str) and leaf in self._kb.norms:
            return self._kb.norms[leaf].label
        return operand_phrase(self._kb, leaf)


def _failing(operand: Operand, truths: dict[Leaf, Truth]) -> tuple[list[Leaf], list[Leaf]]:
    """Of a condition that is not met the operands that are wanting, and those that bar it."""
    if not isinstance(operand, Condition):
        return ([operand], []) if truths.get(operand) is False else ([], [])
    wanting: list[Leaf] = []
    barring: list[Leaf] = []
    members = list(operand.all_of)
    if operand.any_of and all(met(member, truths) is False for member in operand.any_of):
        members += operand.any_of
    for member in members:
        if met(member, truths) is False:
            more, against = _failing(member, truths)
            wanting += more
            barring += against
    for member in operand.none_of:
        if met(member, truths) is True:
            barring += [member] if not isinstance(member, Condition) else _leaves(member)
    return wanting, barring


def _leaves(condition: Condition) -> list[Leaf]:
    return list(condition.leaves())


def listed(phrases: Sequence[str]) -> str:
    """Phrases one after the other; of very many the first, and how many more there are."""
    shown = list(phrases[:_NAMED])
    more = len(phrases) - len(shown)
    return "; ".join([*shown, *([f"{more} more"] if more else [])])

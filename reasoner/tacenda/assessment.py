"""What the law says of each act in a scenario: the positions, their reasons, and what is still open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from typing import Any

from tacenda import vocabulary as v
from tacenda.analysis import BROAD, Completions, Outlook
from tacenda.authority import notes
from tacenda.compiled import conclude
from tacenda.inference import Conclusions, View, infer
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import Shown
from tacenda.model import WEIGHTIEST_FIRST, Condition, Norm, Scenario, Status, Truth, status_of
from tacenda.scenario import brought_under

ENGINES: Mapping[str, Callable[[KnowledgeBase, Scenario], Conclusions]] = {"compiled": conclude, "sparql": infer}
"""What draws the conclusions, by the name that `--engine` takes."""

_FLAGS = (("required", "Obligation"), ("forbidden", "Prohibition"), ("privileged", "Privilege"))
_BEARING = (*(kind for _, kind in _FLAGS), "Limitation")
_DECIDING = {
    Status.CONFLICT: ("Obligation", "Prohibition"),
    Status.REQUIRED: ("Obligation",),
    Status.FORBIDDEN: ("Prohibition",),
    Status.PRIVILEGED: ("Privilege",),
    Status.UNSETTLED: ("Obligation", "Prohibition", "Privilege"),
    Status.PERMITTED: (),
}
"""The kinds of norm on which each status rests."""


@dataclass(frozen=True)
class Lift:
    """A norm that would reach an act, and what that holds frees the act from it."""

    norm: Norm
    by: tuple[Norm, ...]


@dataclass(frozen=True)
class Position(Shown):
    """What the law says of one act in one context."""

    act: str
    label: str
    context: str
    status: Status
    required: Truth
    forbidden: Truth
    privileged: Truth
    because: tuple[Norm, ...] = ()
    lifted: tuple[Lift, ...] = ()
    limited_by: tuple[Norm, ...] = ()
    look: Callable[[], Outlook] | None = field(default=None, repr=False, compare=False)
    """How to work out what an open position depends on; nothing for a settled one."""
    measure: Callable[[], int] | None = field(default=None, repr=False, compare=False)
    reckon: Callable[[], tuple[str, ...]] | None = field(default=None, repr=False, compare=False)
    kb: KnowledgeBase | None = field(default=None, repr=False, compare=False)
    """The law that it is a position of."""

    @cached_property
    def outlook(self) -> Outlook | None:
        """What the position depends on and what would settle it, worked out when first asked for."""
        return self.look() if self.look else None

    @cached_property
    def breadth(self) -> int:
        """How many unknown facts an open position may turn on at most; none for a settled one."""
        return self.measure() if self.measure else 0

    @property
    def is_broad(self) -> bool:
        """Whether so many facts may matter that on which of them it turns takes seconds to work out."""
        return self.breadth > BROAD

    @cached_property
    def may_depend_on(self) -> tuple[str, ...]:
        """The unknown facts on which an open position may turn: those on which it does, and perhaps some others."""
        return self.reckon() if self.reckon else ()

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The unknown facts on which the status turns."""
        return self.outlook.depends_on if self.outlook else ()

    def proof(self) -> Iterator[Norm]:
        """Every norm that the answer rests on."""
        yield from self.because
        for lift in self.lifted:
            yield from lift.by

    @property
    def review(self) -> str:
        """The weakest review status on the proof."""
        return min((norm.status for norm in self.proof()), key=v.REVIEW.index, default="")

    def __str__(self) -> str:
        return f"{self.status.upper()} in {self.context}: {self.label}"

    def _repr_html_(self) -> str:
        from tacenda.notebook import position_html

        return position_html(self)


@dataclass(frozen=True)
class ContextAnswer:
    """All positions in one context, and the truth of every norm that reaches the scenario there."""

    context: str
    positions: tuple[Position, ...]
    reached: tuple[Norm, ...] = field(repr=False)
    view: View = field(repr=False)

    @cached_property
    def norms(self) -> tuple[tuple[Norm, Truth], ...]:
        """The norms that reach the scenario, each with whether it holds."""
        return tuple((norm, self.view.truth(norm.iri)) for norm in self.reached)

    def position(self, act: str) -> Position:
        """The position on an act, given as a compact name or IRI; raises `KeyError` when no norm speaks of it."""
        iri = v.expand(act)
        for position in self.positions:
            if position.act == iri:
                return position
        raise KeyError(f"no norm in {self.context} speaks of {act}")

    def holding(self, *kinds: str) -> Iterator[Norm]:
        """The norms of these kinds that hold."""
        return (norm for norm, holds in self.norms if holds and norm.kind in kinds)


@dataclass(frozen=True)
class Assessment(Shown):
    """The answer of the law to a scenario.

    In a notebook it shows itself; `print` gives the text that the command line gives; `to_dict` is the JSON contract.
    """

    scenario: Scenario
    kb: KnowledgeBase = field(repr=False, compare=False)
    contexts: tuple[ContextAnswer, ...]
    conclusions: Conclusions = field(repr=False, compare=False)
    engine: str = "compiled"
    warnings: tuple[str, ...] = ()

    def context(self, name: str) -> ContextAnswer:
        """The answer in `practice` or in `court`; raises `KeyError` when that was not asked."""
        return {answer.context: answer for answer in self.contexts}[name]

    def position(self, context: str, act: str) -> Position:
        """The position on an act in a context."""
        return self.context(context).position(act)

    def to_dict(self, *, everything: bool = False) -> dict[str, Any]:
        """The JSON contract; its keys are stable.

        What would settle a position on which very many facts may bear is worked out only with *everything*.
        """
        from tacenda.contract import assessment_to_dict

        return assessment_to_dict(self, everything=everything)

    def to_turtle(self) -> str:
        """The conclusions and the proof as Turtle."""
        from tacenda.proof import to_turtle

        return to_turtle(self)

    def __str__(self) -> str:
        from tacenda.report import to_text

        return to_text(self)

    def _repr_html_(self) -> str:
        from tacenda.notebook import assessment_html

        return assessment_html(self)


def assess(kb: KnowledgeBase, scenario: Scenario, *, engine: str = "compiled") -> Assessment:
    """The positions that the law takes in a scenario, with reasons.

    The engine is `compiled`, the program of the law in reach, or `sparql`, the rules of inference, which take longer
    and come to the same. Of a law base that holds more only the law of the scenario's jurisdiction is asked. Raises
    `ScenarioError` when the scenario has no date or contradicts itself.

    >>> from datetime import date
    >>> kb = KnowledgeBase.open("us-ma")
    >>> scenario = Scenario("us-ma", as_of=date(2026, 11, 22), professional=v.expand("prof:Psychologist"), closed=True)
    >>> [answer.context for answer in assess(kb, scenario).contexts]
    ['practice', 'court']
    """
    if (narrower := kb.under(scenario.jurisdiction)) is not kb:
        scenario, _ = brought_under(kb, scenario, scenario.jurisdiction)
        kb = narrower
    conclusions = ENGINES[engine](kb, scenario)
    answers = tuple(_answer(kb, view) for view in conclusions.views)
    proof = (norm for answer in answers for position in answer.positions for norm in position.proof())
    return Assessment(scenario, kb, answers, conclusions, engine, warnings=tuple(notes(kb, scenario, proof)))


@dataclass(frozen=True, slots=True)
class _Bearing:
    """What the law in reach may say of one act: the norms of each kind, with the name of what tells whether it does."""

    act: str
    label: str
    norms: dict[str, list[Norm]]
    deciding: dict[str, tuple[tuple[Norm, str], ...]]
    limits: tuple[tuple[Norm, str], ...]
    liftable: tuple[tuple[Norm, tuple[tuple[Norm, str], ...]], ...]
    """The prohibitions and privileges that something may lift, each with those norms and their applications."""


@lru_cache(maxsize=64)
def _reached(kb: KnowledgeBase, reached: frozenset[str]) -> tuple[Norm, ...]:
    return tuple(norm for iri, norm in kb.norms.items() if iri in reached)


@lru_cache(maxsize=64)
def acts_judged(kb: KnowledgeBase, reached: frozenset[str], context: str) -> tuple[str, ...]:
    """The acts on which the norms in reach take a position, in the order of the vocabulary."""
    norms = _reached(kb, reached)
    acts = dict.fromkeys(norm.act for norm in norms if norm.act and norm.kind not in ("Power", "Immunity", "Right"))
    for norm in norms:
        if norm.act and norm.kind in ("Prohibition", "Privilege"):
            acts |= dict.fromkeys(kb.taxonomy.kinds(norm.act))
        if norm.discharge and norm.kind == "Obligation":
            acts |= dict.fromkeys(leaf for leaf in norm.discharge.leaves() if isinstance(leaf, str))
    order = {iri: place for place, iri in enumerate(kb.taxonomy.terms)}
    return tuple(
        act
        for act in sorted(acts, key=lambda act: order.get(act, 0))
        if (context == "court") == (act in kb.acts_in_court)
    )


@lru_cache(maxsize=64)
def _bearings(kb: KnowledgeBase, reached: frozenset[str], context: str) -> tuple[_Bearing, ...]:
    """What the law in reach may say of each act that it judges."""
    norms = _reached(kb, reached)
    return tuple(_bearing(kb, norms, act) for act in acts_judged(kb, reached, context))


def _bearing(kb: KnowledgeBase, norms: Sequence[Norm], act: str) -> _Bearing:
    found = bearing_on(kb, norms, act)
    applications = kb.network.applications
    deciding = {
        kind: tuple((norm, norm.iri if kind == "Obligation" else applications[norm.iri, act]) for norm in norms)
        for kind, norms in found.items()
    }
    liftable = ((norm, tuple(_lifters(kb, norm, act))) for kind in ("Prohibition", "Privilege") for norm in found[kind])
    lifts = tuple((norm, by) for norm, by in liftable if by)
    return _Bearing(act, kb.label(act), found, deciding, deciding["Limitation"], lifts)


def _lifters(kb: KnowledgeBase, norm: Norm, act: str) -> Iterator[tuple[Norm, str]]:
    """The norms that may free an act from a norm, each with its application to the act."""
    for other in kb.lifting.get(norm.iri, ()):
        gate = kb.network.applications.get((other.iri, act))
        if gate:
            yield other, gate


def _answer(kb: KnowledgeBase, view: View) -> ContextAnswer:
    completions = Completions(kb, view)
    positions = tuple([_position(kb, view, one, completions) for one in _bearings(kb, view.reached, view.context)])
    return ContextAnswer(view.context, positions, _reached(kb, view.reached), view)


def _position(kb: KnowledgeBase, view: View, about: _Bearing, completions: Completions) -> Position:
    truth, act, norms = view.truths.get, about.act, about.norms
    required = truth(f"required {act}") if norms["Obligation"] else False
    forbidden = truth(f"forbidden {act}") if norms["Prohibition"] else False
    privileged = truth(f"privileged {act}") if norms["Privilege"] else False
    status = status_of(required, forbidden, privileged)
    is_open = status is Status.UNSETTLED or (status is Status.REQUIRED and forbidden is None)
    return Position(
        act=act,
        label=about.label,
        context=view.context,
        status=status,
        required=required,
        forbidden=forbidden,
        privileged=privileged,
        because=_because(truth, status, about),
        lifted=tuple(_lifted(truth, about)) if about.liftable else (),
        limited_by=tuple([norm for norm, gate in about.limits if truth(gate)]) if about.limits else (),
        look=partial(completions.outlook, act, norms) if is_open else None,
        measure=partial(completions.breadth, act, norms) if is_open else None,
        reckon=partial(completions.facts, act, norms) if is_open else None,
        kb=kb,
    )


def deciding(kb: KnowledgeBase, answer: ContextAnswer) -> Mapping[str, dict[str, list[Norm]]]:
    """For each act on which the law takes a position in one context, the norms that speak of it, by kind."""
    return {one.act: one.norms for one in _bearings(kb, answer.view.reached, answer.context)}


def bearing_on(kb: KnowledgeBase, reached: Sequence[Norm], act: str) -> dict[str, list[Norm]]:
    """Of the norms that reach a scenario those that speak of an act, by kind: duties, bans, privileges and limits."""
    wider = kb.taxonomy.wider(act)
    found: dict[str, list[Norm]] = {kind: [] for kind in _BEARING}
    for norm in reached:
        if norm.kind in found and (norm.act == act if norm.kind == "Obligation" else norm.act in wider):
            found[norm.kind].append(norm)
    return found


def _because(truth: Callable[[str], Truth], status: Status, about: _Bearing) -> tuple[Norm, ...]:
    wanted = None if status is Status.UNSETTLED else True
    return tuple([n for kind in _DECIDING[status] for n, gate in about.deciding[kind] if truth(gate) is wanted])


def _lifted(truth: Callable[[str], Truth], about: _Bearing) -> Iterator[Lift]:
    for norm, lifters in about.liftable:
        if truth(norm.iri) and (by := tuple([other for other, gate in lifters if truth(gate)])):
            yield Lift(norm, by)


def change(before: Assessment, after: Assessment) -> list[dict[str, str | None]]:
    """The positions whose status differs between two answers, with both statuses, the weightiest moves first."""
    found: list[tuple[int, dict[str, str | None]]] = []
    for answer in after.contexts:
        new = {position.act: position for position in answer.positions}
        earlier = [other for other in before.contexts if other.context == answer.context]
        old = {position.act: position for other in earlier for position in other.positions}
        for act in dict.fromkeys([*new, *old]):
            was, now = (positions[act].status if act in positions else None for positions in (old, new))
            if was != now:
                weight = min(WEIGHTIEST_FIRST.index(status) for status in (was, now) if status)
                move: dict[str, str | None] = {
                    "context": answer.context,
                    "act": v.shorten(act),
                    "label": (new.get(act) or old[act]).label,
                    "before": str(was) if was else None,
                    "after": str(now) if now else None,
                }
                found.append((weight, move))
    return [move for _, move in sorted(found, key=lambda one: one[0])]


def means_excused(kb: KnowledgeBase, view: View, norm: Norm) -> tuple[tuple[str, Norm], ...]:
    """The ways to fulfil a duty that are not asked of its bearer here, each with the exception that says so."""
    means = norm.discharge.leaves() if norm.discharge else ()
    return tuple(
        (act, other)
        for act in means
        if isinstance(act, str)
        for other, gate in _lifters(kb, norm, act)
        if view.truth(gate)
    )


def discharge_text(kb: KnowledgeBase, condition: Condition) -> str:
    """The ways to fulfil a duty as a phrase: `any one of: warn the victim; notify the police`."""

    def one(member: object) -> str:
        return f"({discharge_text(kb, member)})" if isinstance(member, Condition) else kb.label(str(member))

    parts = []
    if condition.all_of:
        parts.append(" and ".join(map(one, condition.all_of)))
    if condition.any_of:
        parts.append("any one of: " + "; ".join(map(one, condition.any_of)))
    return ", and ".join(parts)

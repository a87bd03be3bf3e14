"""What the law says of each act in a scenario: the positions, their reasons, and what is still open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from tacenda import vocabulary as v
from tacenda.analysis import Completions, Outlook
from tacenda.authority import notes
from tacenda.inference import Conclusions, View, infer
from tacenda.knowledge import KnowledgeBase
from tacenda.model import WEIGHTIEST_FIRST, Condition, Norm, Scenario, Status, Truth, status_of

_BEARING = ("Obligation", "Prohibition", "Privilege", "Limitation")


@dataclass(frozen=True)
class Lift:
    """A norm that would reach an act, and what that holds frees the act from it."""

    norm: Norm
    by: tuple[Norm, ...]


@dataclass(frozen=True)
class Position:
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
    breadth: int = 0
    """How many unknown facts an open position may turn on at most."""

    @cached_property
    def outlook(self) -> Outlook | None:
        """What the position depends on and what would settle it, worked out when first asked for."""
        return self.look() if self.look else None

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


@dataclass(frozen=True)
class ContextAnswer:
    """All positions in one context, and the truth of every norm that reaches the scenario there."""

    context: str
    positions: tuple[Position, ...]
    norms: tuple[tuple[Norm, Truth], ...]
    view: View = field(repr=False)

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
class Assessment:
    """The answer of the law to a scenario.

    In a notebook it shows itself; `print` gives the text that the command line gives; `to_dict` is the JSON contract.
    """

    scenario: Scenario
    kb: KnowledgeBase = field(repr=False, compare=False)
    contexts: tuple[ContextAnswer, ...]
    conclusions: Conclusions = field(repr=False, compare=False)
    engine: str = "sparql"
    warnings: tuple[str, ...] = ()

    def context(self, name: str) -> ContextAnswer:
        """The answer in `practice` or in `court`; raises `KeyError` when that was not asked."""
        return {answer.context: answer for answer in self.contexts}[name]

    def position(self, context: str, act: str) -> Position:
        """The position on an act in a context."""
        return self.context(context).position(act)

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract; its keys are stable."""
        from tacenda.contract import assessment_to_dict

        return assessment_to_dict(self)

    def to_turtle(self) -> str:
        """The conclusions and the proof as Turtle."""
        from tacenda.proof import to_turtle

        return to_turtle(self)

    def __str__(self) -> str:
        from tacenda.report import to_text

        return to_text(self)

    def _repr_html_(self) -> str:
        from tacenda.report import to_html

        return to_html(self)


def assess(
    kb: KnowledgeBase,
    scenario: Scenario,
    *,
    conclude: Callable[[KnowledgeBase, Scenario], Conclusions] = infer,
) -> Assessment:
    """The positions that the law takes in a scenario, with reasons.

    *conclude* draws the conclusions: the rules of inference, or `tacenda.evaluation.evaluate`, which comes to the
    same without a proof.

    >>> from datetime import date
    >>> kb = KnowledgeBase.open("us-ma")
    >>> scenario = Scenario("us-ma", as_of=date(2026, 11, 22), professional=v.expand("prof:Psychologist"), closed=True)
    >>> [answer.context for answer in assess(kb, scenario).contexts]
    ['practice', 'court']
    """
    conclusions = conclude(kb, scenario)
    answers = tuple(_answer(kb, view) for view in conclusions.views)
    proof = (norm for answer in answers for position in answer.positions for norm in position.proof())
    engine = "sparql" if conclude is infer else conclude.__name__
    return Assessment(scenario, kb, answers, conclusions, engine, warnings=tuple(notes(kb, scenario, proof)))


def _answer(kb: KnowledgeBase, view: View) -> ContextAnswer:
    reached = [norm for norm in kb.norms.values() if norm.iri in view.reached]
    acts = dict.fromkeys(norm.act for norm in reached if norm.act and norm.kind not in ("Power", "Immunity", "Right"))
    for norm in reached:
        if norm.act and norm.kind in ("Prohibition", "Privilege"):
            acts |= dict.fromkeys(kb.taxonomy.kinds(norm.act))
        if norm.discharge and norm.kind == "Obligation":
            acts |= dict.fromkeys(leaf for leaf in norm.discharge.leaves() if isinstance(leaf, str))
    completions = Completions(kb, view)
    order = {iri: place for place, iri in enumerate(kb.taxonomy.terms)}
    positions = tuple(
        _position(kb, view, reached, act, completions)
        for act in sorted(acts, key=lambda act: order.get(act, 0))
        if (view.context == "court") == _is_conduct_in_court(kb, act)
    )
    norms = tuple((norm, view.truth(norm.iri)) for norm in reached)
    return ContextAnswer(view.context, positions, norms, view)


def _is_conduct_in_court(kb: KnowledgeBase, act: str) -> bool:
    """Whether an act is done in a proceeding: a kind of disclosure there, or an act that only courtroom norms name.

    Norms that work in both contexts would otherwise show every report and warning in court too, where none is made.
    """
    if kb.taxonomy.is_a(act, v.COURT_CONDUCT):
        return True
    court = frozenset([v.CONTEXTS["court"]])
    naming = [kb.effective_contexts.get(norm.iri, frozenset()) for norm in kb.norms.values() if norm.act == act]
    return bool(naming) and all(contexts == court for contexts in naming)


def _position(kb: KnowledgeBase, view: View, reached: Sequence[Norm], act: str, completions: Completions) -> Position:
    bearing = bearing_on(kb, reached, act)
    flags = {name: view.verdict(name, act) for name in ("required", "forbidden", "privileged")}
    for name, kind in (("required", "Obligation"), ("forbidden", "Prohibition"), ("privileged", "Privilege")):
        if not bearing[kind]:
            flags[name] = False
    status = status_of(**flags)
    reaching = {norm.iri: _reaches(kb, view, norm, act) for norms in bearing.values() for norm in norms}
    because = tuple(_because(status, bearing, reaching))
    lifted = tuple(_lifted(kb, view, [*bearing["Prohibition"], *bearing["Privilege"]], act))
    is_open = status is Status.UNSETTLED or (status is Status.REQUIRED and flags["forbidden"] is None)
    return Position(
        act=act,
        label=kb.label(act),
        context=view.context,
        status=status,
        required=flags["required"],
        forbidden=flags["forbidden"],
        privileged=flags["privileged"],
        because=because,
        lifted=lifted,
        limited_by=tuple(norm for norm in bearing["Limitation"] if reaching[norm.iri]),
        look=partial(completions.outlook, act, bearing) if is_open else None,
        breadth=completions.breadth(act, bearing) if is_open else 0,
    )


def bearing_on(kb: KnowledgeBase, reached: Sequence[Norm], act: str) -> dict[str, list[Norm]]:
    """Of the norms that reach a scenario those that speak of an act, by kind: duties, bans, privileges and limits."""
    return {kind: _bearing(kb, reached, kind, act) for kind in _BEARING}


def _bearing(kb: KnowledgeBase, reached: Iterable[Norm], kind: str, act: str) -> list[Norm]:
    if kind == "Obligation":
        return [norm for norm in reached if norm.kind == kind and norm.act == act]
    return [norm for norm in reached if norm.kind == kind and norm.act and kb.taxonomy.is_a(act, norm.act)]


def _reaches(kb: KnowledgeBase, view: View, norm: Norm, act: str) -> Truth:
    if norm.kind == "Obligation":
        return view.truth(norm.iri)
    gate = kb.network.applications.get((norm.iri, act))
    return view.truth(gate) if gate else view.truth(norm.iri)


def _because(status: Status, bearing: dict[str, list[Norm]], reaching: dict[str, Truth]) -> Iterator[Norm]:
    wanted = {
        Status.CONFLICT: ("Obligation", "Prohibition"),
        Status.REQUIRED: ("Obligation",),
        Status.FORBIDDEN: ("Prohibition",),
        Status.PRIVILEGED: ("Privilege",),
        Status.UNSETTLED: ("Obligation", "Prohibition", "Privilege"),
        Status.PERMITTED: (),
    }[status]
    truth = None if status is Status.UNSETTLED else True
    for kind in wanted:
        yield from (norm for norm in bearing[kind] if reaching[norm.iri] is truth)


def _lifted(kb: KnowledgeBase, view: View, norms: Iterable[Norm], act: str) -> Iterator[Lift]:
    for norm in norms:
        if view.truth(norm.iri) and (by := tuple(_lifting(kb, view, norm, act))):
            yield Lift(norm, by)


def _lifting(kb: KnowledgeBase, view: View, norm: Norm, act: str) -> Iterator[Norm]:
    """The norms that hold and free an act from a norm."""
    for other in kb.norms.values():
        if norm.iri in other.lifts and view.truth(kb.network.applications.get((other.iri, act), "")):
            yield other


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
    return tuple((act, other) for act in means if isinstance(act, str) for other in _lifting(kb, view, norm, act))


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

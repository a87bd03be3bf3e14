"""How the laws of two days or two states differ: norms changed, what it means, scenarios that come out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product

from tacenda import vocabulary as v
from tacenda.assessment import acts_judged, assess, discharge_text
from tacenda.comparison.correspondence import counterparts, facts, professions
from tacenda.comparison.search import Pair
from tacenda.compiled import reach_of
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import Shown
from tacenda.model import Norm, Scenario, Status

_EXAMPLES = 12
_ALIKE = 1 / 3
"""How alike two norms must be, in facts and professions, to answer to each other."""
_FLAGS = ("required", "forbidden", "privileged")
_GUARDING = ("Prohibition", "Privilege", "Limitation")
"""The kinds of norm by which more is kept from others the more often they hold."""


@dataclass(frozen=True, slots=True)
class Side:
    """The law of a jurisdiction on a day, written `us-ma@2010-01-01`."""

    code: str
    day: date

    def __str__(self) -> str:
        return f"{self.code}@{self.day}"


@dataclass(frozen=True)
class Change:
    """A norm that only one of two laws has, or two that answer to each other and are not the same."""

    before: Norm | None
    after: Norm | None
    judgement: str
    """`equivalent`, `more protective`, `less protective`, `incomparable`, or `neither`, of what the client confided."""
    details: tuple[str, ...] = ()
    """What else changed: the deadline, who is bound, whose it is."""
    only_before: Scenario | None = None
    """A smallest scenario in which the earlier holds and the later does not."""
    only_after: Scenario | None = None


@dataclass(frozen=True)
class Flip:
    """A smallest scenario in which an act has one status under one law and another under the other."""

    scenario: Scenario
    context: str
    act: str
    before: Status
    after: Status
    because_before: tuple[Norm, ...]
    because_after: tuple[Norm, ...]


@dataclass(frozen=True)
class Revision(Shown):
    """How one law differs from another."""

    kb: KnowledgeBase = field(repr=False, compare=False)
    one: Side
    other: Side
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]

    def to_dict(self) -> dict[str, object]:
        """The difference as JSON."""
        from tacenda.comparison.contract import revision_to_dict

        return revision_to_dict(self)

    def __str__(self) -> str:
        from tacenda.comparison.report import revision_text

        return revision_text(self)

    def _repr_html_(self) -> str:
        from tacenda.comparison.page import revision_html

        return revision_html(self)


def diff(
    kb: KnowledgeBase,
    one: Side,
    other: Side,
    *,
    examples: int = _EXAMPLES,
    progress: Callable[[str], None] = lambda _: None,
) -> Revision:
    """The norms in which the law of one side differs from that of the other, each judged, and examples that flip.

    Norms of two days are one while they are one in the law base, and otherwise answer to each other as those of two
    states do: by kind, act, professions and facts. Each pair is judged by the scenarios in which they hold, exceptions
    and all, read as closed: *equivalent* when in the same, *more* or *less protective* of what the client confided when
    one holds wherever the other does, *incomparable* when each holds where the other does not. An example is a smallest
    scenario, found by search and shown only if the engine answers it as the search said.
    """
    before, after = _in_force(kb, one), _in_force(kb, other)
    gone = [norm for iri, norm in before.items() if iri not in after]
    new = [norm for iri, norm in after.items() if iri not in before]
    pairs = _paired(kb, gone, new, one, other)
    contexts = tuple(v.CONTEXTS)
    names = [f"{context} {iri}" for context in contexts for iri in (*before, *after)]
    touched = sorted((norm for norm in (*gone, *new) if norm.act), key=lambda norm: not _is_own(kb, norm, one, other))
    acts = list(dict.fromkeys(act for norm in touched for act in _reachable(kb, norm)))
    names += [f"{context} {flag} {act}" for context in contexts for flag in _FLAGS for act in acts]
    frames = [_frame(kb, side) for side in (one, other)]
    progress("comparing")
    search = Pair(kb, frames[0], frames[1], names) if touched else None
    changes = [
        _judged(kb, search, earlier, later, one, other) for earlier, later in [*pairs, *_alone(gone, new, pairs)]
    ]
    flips = list(_flips(kb, search, frames, acts, examples, progress)) if search else []
    order = {"less protective": 0, "more protective": 1, "incomparable": 2, "neither": 3, "equivalent": 4}
    changes.sort(key=lambda change: (not _is_own(kb, _either(change), one, other), order[change.judgement]))
    return Revision(kb, one, other, tuple(changes), tuple(flips))


def _either(change: Change) -> Norm:
    found = change.after or change.before
    assert found is not None
    return found


def _in_force(kb: KnowledgeBase, side: Side) -> dict[str, Norm]:
    """The norms of the jurisdiction itself, and of those it lies within, that are law on the day."""
    codes = {side.code, *kb.pack(side.code).within}
    found = {}
    for iri, norm in kb.norms.items():
        source = kb.sources[norm.source]
        first, last = norm.in_force(source)
        if source.jurisdiction in codes and (not first or first <= side.day) and (not last or side.day < last):
            found[iri] = norm
    return found


def _frame(kb: KnowledgeBase, side: Side) -> Scenario:
    roles = {"court": v.STATE_COURT} if kb.pack(side.code).within else {}
    return Scenario(side.code, as_of=side.day, roles=roles, closed=True)


def _paired(
    kb: KnowledgeBase, gone: Sequence[Norm], new: Sequence[Norm], one: Side, other: Side
) -> list[tuple[Norm, Norm]]:
    """The norms that answer to each other, each to one, the nearest first."""
    late = {norm.iri: norm for norm in new}
    offers = []
    for norm in gone:
        places = {kb.sources[norm.source].jurisdiction} if one.code == other.code else {other.code}
        for place in places:
            for rank, candidate in enumerate(counterparts(kb, norm, place)):
                if candidate.iri in late and candidate.act == norm.act and candidate.kind == norm.kind:
                    likeness = _likeness(kb, norm, candidate)
                    if likeness >= _ALIKE:
                        offers.append((-likeness, rank, norm.iri, candidate.iri))
    pairs: list[tuple[Norm, Norm]] = []
    taken: set[str] = set()
    for _, _, earlier, later in sorted(offers):
        if not {earlier, later} & taken:
            taken |= {earlier, later}
            pairs.append((kb.norms[earlier], kb.norms[later]))
    return pairs


def _likeness(kb: KnowledgeBase, norm: Norm, other: Norm) -> float:
    """How alike the facts and professions of two norms are, from nothing to one."""
    shared = []
    for one, two in ((facts(kb, norm), facts(kb, other)), (professions(kb, norm), professions(kb, other))):
        if one or two:
            shared.append(len(one & two) / len(one | two))
    slug = norm.iri.rpartition(".")[2] == other.iri.rpartition(".")[2]
    return (sum(shared) / len(shared) if shared else 1.0) + (0.5 if slug else 0.0)


def _alone(
    gone: Sequence[Norm], new: Sequence[Norm], pairs: Sequence[tuple[Norm, Norm]]
) -> Iterator[tuple[Norm | None, Norm | None]]:
    taken = {norm.iri for pair in pairs for norm in pair}
    yield from ((norm, None) for norm in gone if norm.iri not in taken)
    yield from ((None, norm) for norm in new if norm.iri not in taken)


def _is_own(kb: KnowledgeBase, norm: Norm, *sides: Side) -> bool:
    """Whether a norm is of one of the jurisdictions themselves, not of one that they lie within."""
    return kb.sources[norm.source].jurisdiction in {side.code for side in sides}


def _reachable(kb: KnowledgeBase, norm: Norm) -> Iterator[str]:
    """The acts of which a norm says something: for a duty its own, else every kind of it."""
    if norm.act:
        yield norm.act
        if norm.kind != "Obligation":
            yield from sorted(kb.taxonomy.kinds(norm.act))


def _judged(
    kb: KnowledgeBase, search: Pair | None, before: Norm | None, after: Norm | None, one: Side, other: Side
) -> Change:
    if before and after and search:
        lost, gained = _holding_apart(kb, search, before, after)
        details = tuple(_details(kb, before, after))
        if lost and gained:
            return Change(before, after, "incomparable", details, lost, gained)
        if lost or gained:
            return Change(before, after, _worth(kb, after, grows=gained is not None), details, lost, gained)
        return Change(before, after, "equivalent" if not _weighty(details) else "incomparable", details)
    worth = _worth(kb, _either(Change(before, after, "")), grows=after is not None)
    return Change(before, after, worth)


def _holding_apart(
    kb: KnowledgeBase, search: Pair, before: Norm, after: Norm
) -> tuple[Scenario | None, Scenario | None]:
    """A smallest scenario for each norm in which it alone holds, in whichever context that is smaller."""
    contexts = [name for name, iri in v.CONTEXTS.items() if iri in kb.network.contexts.get(before.iri, ())]
    lost: list[Scenario] = []
    gained: list[Scenario] = []
    for context in contexts:
        names = [f"{context} {before.iri}"], [f"{context} {after.iri}"]
        for found, scenario in ((lost, search.holds_only(*names)), (gained, search.other_only(*names))):
            if scenario:
                found.append(replace(scenario, context=context))
    return (min(lost, key=_size, default=None), min(gained, key=_size, default=None))


def _size(scenario: Scenario) -> int:
    return len(scenario.facts) + len(scenario.excluded) + len(scenario.role_values())


def _worth(kb: KnowledgeBase, norm: Norm, *, grows: bool) -> str:
    """What it means for secrecy that a norm holds in more scenarios, or in fewer."""
    sense = _sense(kb, norm)
    if sense == 0:
        return "neither"
    return "more protective" if (sense > 0) is grows else "less protective"


def _sense(kb: KnowledgeBase, norm: Norm, depth: int = 0) -> int:
    """Whether a norm keeps what was confided (1), lets it out (-1), or does neither (0)."""
    discloses = bool(norm.act) and any(kb.taxonomy.is_a(norm.act or "", wide) for wide in _DISCLOSING)
    if norm.kind in _GUARDING:
        return 1 if discloses else 0
    if norm.kind in ("Obligation", "Permission", "Power", "Immunity") and not (norm.defeats or norm.lifts):
        return -1 if discloses and norm.kind != "Immunity" else 0
    targets = (
        {_sense(kb, kb.norms[iri], depth + 1) for iri in (*norm.defeats, *norm.lifts) if iri in kb.norms}
        if depth < 8
        else set()
    )
    return -targets.pop() if len(targets) == 1 else (-1 if discloses and norm.kind != "Exception" else 0)


_DISCLOSING = (v.expand("act:Disclose"), v.expand("act:DiscloseInCourt"))


def _details(kb: KnowledgeBase, before: Norm, after: Norm) -> Iterator[str]:
    """What changed beside the scenarios in which the norm holds."""

    def people(values: Sequence[str]) -> str:
        return ", ".join(sorted(map(kb.label, values))) or "none"

    def due(norm: Norm) -> str:
        return ", ".join(f"{one.manner} {one.within}".strip() for one in norm.deadlines) or "none"

    def ways(norm: Norm) -> str:
        return discharge_text(kb, norm.discharge) if norm.discharge else "the act itself"

    told: tuple[tuple[str, Callable[[Norm], str]], ...] = (
        ("binds", lambda norm: people(norm.binds)),
        ("deadline", due),
        ("recipient", lambda norm: people(norm.recipient)),
        ("discharged by", ways),
        ("holder", lambda norm: people(norm.holder)),
        ("asserted by", lambda norm: people(norm.asserted_by)),
        ("waived by", lambda norm: people(norm.waived_by)),
        ("consequence", lambda norm: norm.consequence or "none"),
    )
    for name, value in told:
        if value(before) != value(after):
            yield f"{name}: {value(before)} → {value(after)}"


def _weighty(details: Sequence[str]) -> bool:
    """Whether what changed beside the reach bears on how much is kept secret."""
    return any(
        detail.startswith(("deadline", "recipient", "discharged by", "holder", "asserted", "waived"))
        for detail in details
    )


def _flips(
    kb: KnowledgeBase,
    search: Pair,
    frames: Sequence[Scenario],
    acts: Sequence[str],
    examples: int,
    progress: Callable[[str], None],
) -> Iterator[Flip]:
    """Examples act by act; what flips for reasons that were shown already is passed over."""
    reasons: set[tuple[object, ...]] = set()
    order = {act: place for place, act in enumerate(acts)}
    for context in v.CONTEXTS:
        reached = (dict(reach_of(kb, frame).contexts)[context] for frame in frames)
        judged = {act for norms in reached for act in acts_judged(kb, norms, context)}
        for act in sorted(judged & order.keys(), key=order.__getitem__):
            progress(f"{context}: {kb.label(act)}")
            for flag, find in product(_FLAGS, (search.holds_only, search.other_only)):
                scenario = find([f"{context} {flag} {act}"], [f"{context} {flag} {act}"])
                flip = _replayed(kb, scenario, frames, context, act) if scenario else None
                if flip and (why := _reasons(flip)) not in reasons:
                    reasons.add(why)
                    yield flip
                    if len(reasons) >= examples:
                        return


def _replayed(kb: KnowledgeBase, scenario: Scenario, frames: Sequence[Scenario], context: str, act: str) -> Flip | None:
    """The flip, if the engine answers as the search said."""
    answers = []
    for frame in frames:
        put = replace(scenario, jurisdiction=frame.jurisdiction, as_of=frame.as_of, context=context)
        found = {position.act: position for position in assess(kb, put).context(context).positions}.get(act)
        answers.append((found.status, found.because) if found else (Status.PERMITTED, ()))
    (before, why), (after, then) = answers
    if before is after:
        return None
    return Flip(replace(scenario, context=context), context, act, before, after, why, then)


def _reasons(flip: Flip) -> tuple[object, ...]:
    return (
        flip.context,
        flip.before,
        flip.after,
        tuple(norm.iri for norm in flip.because_before),
        tuple(norm.iri for norm in flip.because_after),
    )

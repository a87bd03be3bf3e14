"""The law of several jurisdictions on one topic, without a scenario: regime, trigger, who, to whom, by when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from tacenda import vocabulary as v
from tacenda.assessment import discharge_text
from tacenda.comparison.correspondence import professions
from tacenda.explanation import fact_phrase
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import Shown
from tacenda.model import Condition, KindHolds, Norm, Operand
from tacenda.passage import deadline_text
from tacenda.topics import Absence, Topic, Topics

_FINDING = v.tac("JudicialFinding")
_WORDS = {
    "Obligation": "required",
    "Prohibition": "forbidden",
    "Privilege": "privileged",
    "Right": "a right",
    "Permission": "permitted",
    "Power": "a power",
    "Limitation": "bounded",
}
"""How the presence of a kind of norm is told, the most binding first."""
FEATURES = ("trigger", "who", "to whom", "deadline", "discharge", "who holds", "immunity", "exceptions", "consequence")


@dataclass(frozen=True)
class Regime:
    """What the law of one jurisdiction makes of a topic, in a word or two, with what qualifies it."""

    word: str
    """`required`, `permitted`, …; `none` where an authority says so, `no authority found`, or `not yet looked at`."""
    qualities: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.word} ({', '.join(self.qualities)})" if self.qualities else self.word


@dataclass(frozen=True)
class Profile:
    """The law of one jurisdiction on a topic."""

    code: str
    name: str
    regime: Regime
    norms: tuple[Norm, ...]
    """The norms that make the regime, the most binding first; exceptions and immunities apart."""
    features: dict[str, tuple[str, ...]]
    """For each of `FEATURES` what is to be said, each with its citation."""
    absences: tuple[Absence, ...]


@dataclass(frozen=True)
class TopicComparison(Shown):
    """The law of several jurisdictions on one topic, side by side."""

    kb: KnowledgeBase = field(repr=False, compare=False)
    topic: Topic
    day: date
    profiles: tuple[Profile, ...]

    def to_dict(self) -> dict[str, object]:
        """The comparison as JSON."""
        from tacenda.comparison.contract import topic_to_dict

        return topic_to_dict(self)

    def to_csv(self) -> str:
        """A line for each jurisdiction and feature."""
        from tacenda.comparison.contract import topic_to_csv

        return topic_to_csv(self)

    def to_turtle(self) -> str:
        """The regimes and the norms that make them as Turtle."""
        from tacenda.comparison.contract import topic_to_turtle

        return topic_to_turtle(self)

    def __str__(self) -> str:
        from tacenda.comparison.report import topic_text

        return topic_text(self)

    def _repr_html_(self) -> str:
        from tacenda.comparison.page import topic_html

        return topic_html(self)


def compare_topic(kb: KnowledgeBase, name: str, codes: Sequence[str], day: date) -> TopicComparison:
    """The law on the topic called *name* as it stands on a day in each jurisdiction called in *codes*.

    Raises `LawError` for an unknown topic, `ScenarioError` for an unknown jurisdiction, each with the nearest.

    >>> found = compare_topic(KnowledgeBase.open("us-ma"), "duty-to-protect", ["us-ma"], date(2026, 11, 22))
    >>> str(found.profiles[0].regime)
    'required and permitted'
    """
    topics = Topics(kb)
    topic = topics.find(name)
    profiles = tuple(_profile(kb, topics, topic, code, day) for code in dict.fromkeys(codes))
    return TopicComparison(kb, topic, day, profiles)


def _profile(kb: KnowledgeBase, topics: Topics, topic: Topic, code: str, day: date) -> Profile:
    pack = kb.pack(code)
    found = [norm for norm in _in_force(kb, code, day) if topic.iri in topics.of_norm.get(norm.iri, ())]
    order = list(_WORDS)
    main = sorted(
        (norm for norm in found if _is_main(kb, topics, topic, norm)), key=lambda norm: order.index(norm.kind)
    )
    absences = tuple(topics.absent(code, topic.iri))
    regime = _regime(kb, topics, topic, code, main, absences, any_norm=bool(found))
    return Profile(code, pack.name, regime, tuple(main), dict(_features(kb, main, found)), absences)


def _in_force(kb: KnowledgeBase, code: str, day: date) -> Iterator[Norm]:
    for norm in kb.norms.values():
        source = kb.sources[norm.source]
        first, last = norm.in_force(source)
        if source.jurisdiction == code and (not first or first <= day) and (not last or day < last):
            yield norm


def _is_main(kb: KnowledgeBase, topics: Topics, topic: Topic, norm: Norm) -> bool:
    """Whether a norm belongs to the topic by what it is about, and is more than an exception or an immunity."""
    if norm.kind not in _WORDS:
        return False
    own = bool(norm.act) and any(kb.taxonomy.is_a(norm.act or "", wide) for wide in topic.acts)
    return own and (not topic.kinds or norm.kind in topic.kinds)


def _regime(
    kb: KnowledgeBase,
    topics: Topics,
    topic: Topic,
    code: str,
    main: Sequence[Norm],
    absences: Sequence[Absence],
    *,
    any_norm: bool,
) -> Regime:
    if not main:
        if absences:
            return Regime("none", tuple(dict.fromkeys(absence.label for absence in absences)))
        if topic.iri in topics.without_authority.get(code, ()):
            return Regime("no authority found")
        return Regime("only beside other topics" if any_norm else "not yet looked at")
    words = [word for kind, word in _WORDS.items() if any(norm.kind == kind for norm in main)]
    return Regime(" and ".join(words[:2]), tuple(_qualities(kb, main)))


def _qualities(kb: KnowledgeBase, main: Sequence[Norm]) -> Iterator[str]:
    """What sets a regime apart from others of its kind."""
    binding = [norm for norm in main if norm.kind == main[0].kind]
    if all(kb.sources[norm.source].kind == "Decision" for norm in binding):
        yield "by court decision"
    if main[0].kind == "Privilege":
        yield "one privilege" if len(binding) == 1 else f"{len(binding)} privileges"
        if any(_needs_finding(kb, other) for norm in binding for other in _against(kb, norm)):
            yield "weighed by a judge"


def _against(kb: KnowledgeBase, norm: Norm) -> Iterator[Norm]:
    for other in kb.norms.values():
        if norm.iri in other.defeats or norm.iri in other.lifts:
            yield other


def _needs_finding(kb: KnowledgeBase, norm: Norm) -> bool:
    leaves = (leaf for leaf in norm.condition.leaves() if isinstance(leaf, str))
    return any(_FINDING in kb.taxonomy.terms[leaf].metaclasses for leaf in leaves if leaf in kb.taxonomy.terms)


def _features(kb: KnowledgeBase, main: Sequence[Norm], found: Sequence[Norm]) -> Iterator[tuple[str, tuple[str, ...]]]:
    exceptions = [norm for norm in found if norm.kind == "Exception"]
    immunities = [norm for norm in found if norm.kind == "Immunity"]

    def cited(norm: Norm, text: str) -> str:
        return f"{text} ({kb.cite(norm)})"

    def people(values: Sequence[str]) -> str:
        return ", ".join(kb.label(iri) for iri in values)

    told = {
        "trigger": [
            cited(norm, f"{_WORDS[norm.kind]}: {norm.label}, if {condition_text(kb, norm.condition)}") for norm in main
        ],
        "who": [
            cited(norm, people(sorted(professions(kb, norm), key=kb.label)) or "whoever it may be") for norm in main
        ],
        "to whom": [cited(norm, people(norm.recipient)) for norm in main if norm.recipient],
        "deadline": [cited(norm, "; ".join(map(deadline_text, norm.deadlines))) for norm in main if norm.deadlines],
        "discharge": [cited(norm, discharge_text(kb, norm.discharge)) for norm in main if norm.discharge],
        "who holds": [cited(norm, _holders(kb, norm)) for norm in main if norm.holder],
        "immunity": [cited(norm, norm.label) for norm in immunities],
        "exceptions": [cited(norm, norm.label) for norm in exceptions],
        "consequence": [cited(norm, norm.consequence) for norm in main if norm.consequence],
    }
    for name in FEATURES:
        yield name, tuple(dict.fromkeys(told[name]))


def _holders(kb: KnowledgeBase, norm: Norm) -> str:
    parts = [", ".join(map(kb.label, norm.holder))]
    for verb, values in (("asserted by", norm.asserted_by), ("waived by", norm.waived_by)):
        if values:
            parts.append(f"{verb} {', '.join(sorted(map(kb.label, values)))}")
    return "; ".join(parts)


def condition_text(kb: KnowledgeBase, operand: Operand) -> str:
    """A condition as one clause: what must be so, one of what, and what must not be."""
    if isinstance(operand, KindHolds):
        about = f" to {kb.label(operand.act)}" if operand.act else " to do this very thing"
        return (
            f"there is an {operand.kind.lower()}{about}"
            if operand.kind[0] in "AEIOU"
            else f"there is a {operand.kind.lower()}{about}"
        )
    if isinstance(operand, str):
        return fact_phrase(kb, operand) if operand in kb.taxonomy.terms else kb.label(operand)
    parts = [_inner(kb, member) for member in operand.all_of]
    if operand.any_of:
        parts.append(f"one of: {'; '.join(_inner(kb, member) for member in operand.any_of)}")
    parts += [f"not: {_inner(kb, member)}" for member in operand.none_of]
    return " and ".join(parts) or "in every case"


def _inner(kb: KnowledgeBase, operand: Operand) -> str:
    text = condition_text(kb, operand)
    return f"({text})" if isinstance(operand, Condition) and sum(1 for _ in operand.members()) > 1 else text

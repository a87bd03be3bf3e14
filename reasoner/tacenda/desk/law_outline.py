"""A provision as people review it: each norm with its words beside its effect, exceptions nested beneath."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tacenda import vocabulary as v
from tacenda.assessment import discharge_text
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm, Operand, Source
from tacenda.outline import norms_of
from tacenda.passage import deadline_text


@dataclass(frozen=True)
class Phrase:
    """Some words, and what they are the name of, if they are one."""

    text: str
    iri: str = ""


@dataclass(frozen=True)
class Member:
    """One operand of a condition: a phrase, or a smaller condition."""

    phrase: Phrase
    clauses: tuple[Clause, ...] = ()
    mark: str = ""
    """Who settles it, where that is not plain: a judge, the professional, or nobody yet."""


@dataclass(frozen=True)
class Clause:
    """Operands, and how many of them must be true."""

    label: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Entry:
    """A norm in its place in the outline."""

    norm: Norm
    name: str
    against: str
    """What it does to the norm above it."""
    facets: tuple[tuple[str, tuple[Phrase, ...]], ...]
    clauses: tuple[Clause, ...]
    out_of_force: str
    below: tuple[Entry, ...] = ()
    is_repeat: bool = False
    """Whether it stands in full elsewhere in the outline."""


class Outline:
    """Writes entries of norms, on a day or on none.

    >>> kb = KnowledgeBase.open("us-ma")
    >>> first = Outline(kb).provision(kb.sources[v.expand("us-ma:c112-s135B")])[0]
    >>> first.name, [entry.against for entry in first.below][:3]
    ('privilege', ['lifts', 'lifts', 'defeats'])
    """

    def __init__(self, kb: KnowledgeBase, as_of: date | None = None) -> None:
        self._kb = kb
        self._as_of = as_of

    def provision(self, source: Source) -> tuple[Entry, ...]:
        """The norms of a provision, each beneath what it defeats or lifts; in full the first time."""
        norms = norms_of(self._kb, source)
        own = {norm.iri for norm in norms}
        told: set[str] = set()
        roots = [norm for norm in norms if not own & {*norm.defeats, *norm.lifts}]
        return tuple(self._nested(norm, None, norms, told) for norm in roots)

    def entry(self, norm: Norm) -> Entry:
        """A norm by itself."""
        return self._nested(norm, None, [], set())

    def _nested(self, norm: Norm, above: Norm | None, norms: Sequence[Norm], told: set[str]) -> Entry:
        source = self._kb.sources[norm.source]
        against = "" if above is None else "defeats" if above.iri in norm.defeats else "lifts"
        repeat = norm.iri in told
        told.add(norm.iri)
        below = [] if repeat else [one for one in norms if norm.iri in one.defeats or norm.iri in one.lifts]
        return Entry(
            norm=norm,
            name=norm.iri.removeprefix(source.iri).lstrip("."),
            against=against,
            facets=tuple(self._facets(norm, above)),
            clauses=self.clauses(norm.condition),
            out_of_force=out_of_force(*norm.in_force(source), self._as_of),
            below=tuple(self._nested(one, norm, norms, told) for one in below),
            is_repeat=repeat,
        )

    def phrase(self, iri: str) -> Phrase:
        """The name of a thing."""
        return Phrase(self._kb.label(iri), iri)

    def clauses(self, condition: Condition) -> tuple[Clause, ...]:
        """A condition as lists to read from the top."""
        found: list[Clause] = []
        for label, members in (
            ("all of", condition.all_of),
            ("any of", condition.any_of),
            ("none of", condition.none_of),
        ):
            if members:
                said = label if len(members) > 1 else {"all of": "", "any of": "", "none of": "not"}[label]
                joined = f"and {said}".rstrip() if found else said
                found.append(Clause(joined, tuple(map(self._member, members))))
        return tuple(found)

    def _member(self, member: Operand) -> Member:
        if isinstance(member, Condition):
            return Member(Phrase(""), self.clauses(member))
        if isinstance(member, KindHolds):
            kind = member.kind.lower()
            about = f" to {self._kb.label(member.act)}" if member.act else " about the very act in question"
            return Member(Phrase(f"some {kind}{about}", v.tac(member.kind)))
        if member in self._kb.norms:
            norm = self._kb.norms[member]
            return Member(Phrase(f"{self._kb.cite(norm)} holds: {norm.label}", member))
        term = self._kb.term(member)
        return Member(self.phrase(member), mark=_mark(term.metaclasses) if term else "")

    def _facets(self, norm: Norm, above: Norm | None) -> Iterator[tuple[str, tuple[Phrase, ...]]]:
        for label, iris in (
            ("Defeats", norm.defeats),
            ("Lifts", norm.lifts),
            ("Displaces every", norm.displaces),
            ("Act", (norm.act,) if norm.act else ()),
            ("Binds", norm.binds),
            ("Works in", norm.contexts),
            ("Held by", norm.holder),
            ("Borne by", norm.bearer),
            ("Asserted by", norm.asserted_by),
            ("Waived by", norm.waived_by),
            ("Made to", norm.recipient),
        ):
            # what stands nested beneath a norm shows by its place what it is against
            if iris and not (label in ("Defeats", "Lifts") and above and iris == (above.iri,)):
                yield label, tuple(map(self.phrase, iris))
        if norm.deadlines:
            yield "Deadline", tuple(Phrase(deadline_text(one)) for one in norm.deadlines)
        if norm.discharge:
            yield "Fulfilled by", (Phrase(discharge_text(self._kb, norm.discharge)),)
        for label, text in (
            ("Standard", norm.standard),
            ("Scope", norm.scope),
            ("Consequence", norm.consequence),
            ("In force from", str(norm.in_force_from or "")),
            ("In force until", str(norm.in_force_until or "")),
            ("To be obeyed from", str(norm.compliance_from or "")),
        ):
            if text:
                yield label, (Phrase(text),)


def out_of_force(first: date | None, end: date | None, as_of: date | None) -> str:
    """Why something is not law on a day; nothing where it is, or where no day is asked about.

    >>> out_of_force(date(2008, 7, 8), None, date(2000, 1, 1))
    'not yet law on 2000-01-01: from 2008-07-08'
    """
    if as_of and first and as_of < first:
        return f"not yet law on {as_of}: from {first}"
    if as_of and end and as_of >= end:
        return f"no longer law on {as_of}: until {end}"
    return ""


def _mark(metaclasses: Sequence[str]) -> str:
    for name, text in (
        ("JudicialFinding", "a judge finds it"),
        ("ProfessionalJudgment", "the professional judges it"),
        ("LegalQuestion", "an open question of law"),
    ):
        if v.tac(name) in metaclasses:
            return text
    return ""

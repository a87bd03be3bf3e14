"""What the law says, worked out by hand: a small recursive evaluator that shares nothing with the engine.

It is written from the definitions, one function a definition, over the typed model alone. It is slow and
obviously right, which is all it is for: the engine must agree with it to the last truth value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tacenda.model import Condition, KindHolds, Norm, Operand, Scenario, Source, Truth

KINDS_BELOW = {
    "Duty": {"Obligation", "Prohibition", "Limitation"},
    "Right": {"Right", "Privilege"},
}


def every(values: Iterable[Truth]) -> Truth:
    """Strong Kleene conjunction."""
    found = list(values)
    return False if False in found else None if None in found else True


def some(values: Iterable[Truth]) -> Truth:
    """Strong Kleene disjunction."""
    found = list(values)
    return True if True in found else None if None in found else False


def opposite(value: Truth) -> Truth:
    """Strong Kleene negation."""
    return None if value is None else not value


@dataclass(frozen=True)
class Words:
    """A vocabulary as plain values: what is directly a kind of what, what excludes what, what a role defines."""

    parents: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]
    acts: tuple[str, ...]
    disjoint: tuple[tuple[str, str], ...] = ()
    by_role: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    roots: Mapping[str, str] = field(default_factory=dict)
    questions: frozenset[str] = frozenset()
    wholes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a fact that is several others together: those others, which stand among its parents too."""

    @cached_property
    def above(self) -> dict[str, frozenset[str]]:
        """Everything that each class is a kind of, itself included; a role's classes order the facts they define."""
        above = {iri: {iri, *parents} for iri, parents in self.parents.items()}
        while True:
            size = sum(map(len, above.values()))
            for wides in above.values():
                for wide in list(wides):
                    wides |= above[wide]
            for one, (role, kind) in self.by_role.items():
                above[one] |= {
                    other for other, (its, wider) in self.by_role.items() if its == role and wider in above[kind]
                }
            if sum(map(len, above.values())) == size:
                return {iri: frozenset(wides) for iri, wides in above.items()}

    def is_a(self, narrow: str, wide: str) -> bool:
        """Whether *narrow* is *wide* or a kind of it."""
        return wide in self.above[narrow]

    def kinds(self, wide: str) -> set[str]:
        """The class and everything below it."""
        return {narrow for narrow in self.above if self.is_a(narrow, wide)}

    def apart(self, one: str, other: str) -> bool:
        """Whether nothing can be both, because some wider classes of theirs exclude each other."""
        return any(
            (self.is_a(one, first) and self.is_a(other, second)) or (self.is_a(one, second) and self.is_a(other, first))
            for first, second in self.disjoint
        )

    def role_is(self, given: str | None, kind: str, closed: bool) -> Truth:
        """Whether a role whose value is of the class *given* is played by a *kind*."""
        if given is None:
            return False if closed else None
        if self.is_a(given, kind):
            return True
        return None if self.kinds(given) & self.kinds(kind) else False


@dataclass(frozen=True)
class Law:
    """A law base as plain values."""

    words: Words
    sources: Mapping[str, Source]
    norms: Mapping[str, Norm]
    within: Mapping[str, tuple[str, ...]]

    def places(self, code: str) -> set[str]:
        """The jurisdiction and those that it lies within."""
        return {code}.union(*map(self.places, self.within[code]))


@dataclass
class Oracle:
    """The meaning of a scenario in one context. *known* settles facts and classes of roles beyond what it says."""

    law: Law
    scenario: Scenario
    context: str
    known: Mapping[str, bool] = field(default_factory=dict)
    _memory: dict[tuple[str, str], Truth] = field(default_factory=dict)

    # Facts and roles

    def role(self, name: str, kind: str) -> Truth:
        """Whether a role is played by a *kind*."""
        if kind in self.known:
            return self.known[kind]
        return self.law.words.role_is(self.scenario.role_values().get(name), kind, self.scenario.closed)

    def reasons(self, fact: str) -> tuple[bool, bool]:
        """Whether something makes the fact true, and whether something makes it false; both in a contradiction."""
        words = self.law.words
        true = any(words.is_a(stated, fact) for stated in self._stated(True))
        true = true or (fact in words.wholes and all(self.reasons(part)[0] for part in words.wholes[fact]))
        false = any(words.is_a(fact, denied) for denied in self._stated(False))
        excluded = any(words.apart(fact, stated) for stated in self._stated(True))
        return true, false or excluded

    def _stated(self, value: bool) -> Iterator[str]:
        yield from self.scenario.facts if value else self.scenario.excluded
        for fact, (role, kind) in self.law.words.by_role.items():
            if self.law.words.role_is(self.scenario.role_values().get(role), kind, closed=False) is value:
                yield fact

    def fact(self, fact: str) -> Truth:
        """The truth of a fact."""
        if fact in self.known:
            return self.known[fact]
        true, false = self.reasons(fact)
        if true or false:
            return true
        if fact in self.law.words.wholes:
            return every(self.fact(part) for part in self.law.words.wholes[fact])
        return False if self.scenario.closed and not self._is_open(fact) else None

    def _is_open(self, fact: str) -> bool:
        """Whether the fact is an open question of law, or would be settled by one."""
        return any(not self.reasons(question)[1] for question in self.law.words.questions & self.law.words.kinds(fact))

    def contradictory(self) -> bool:
        """Whether some fact is both true and false."""
        return any(self.reasons(fact) == (True, True) for fact in self.law.words.facts)

    # Conditions

    def operand(self, member: Operand, norm: Norm) -> Truth:
        """The truth of a member of a condition of *norm*."""
        if isinstance(member, Condition):
            return self.condition(member, norm)
        if isinstance(member, KindHolds):
            act = member.act or norm.act
            assert act is not None
            return some(
                self.holds(other)
                for other in self._of_kind(member.kind)
                if other.act and self.law.words.is_a(other.act, act)
            )
        if member in self.law.norms:
            return self.holds(self.law.norms[member])
        return self.fact(member)

    def condition(self, condition: Condition, norm: Norm) -> Truth:
        """All of, and some of, and none of; an absent list asks for nothing.

        To ask for all parts of a fact is to ask for the fact, so that it may be denied as a whole.
        """
        wholes = [fact for fact, parts in self.law.words.wholes.items() if set(parts) <= set(condition.all_of)]
        return every(
            [
                *map(self.fact, wholes),
                *(self.operand(member, norm) for member in condition.all_of),
                some(self.operand(member, norm) for member in condition.any_of) if condition.any_of else True,
                *(opposite(self.operand(member, norm)) for member in condition.none_of),
            ]
        )

    def _of_kind(self, kind: str) -> list[Norm]:
        return [norm for norm in self.law.norms.values() if norm.kind in KINDS_BELOW.get(kind, {kind})]

    # Norms

    def contexts(self, norm: Norm) -> set[str]:
        """The contexts of a norm; an exception without its own takes those of what it defeats or lifts."""
        if norm.contexts or norm.kind != "Exception":
            return set(norm.contexts)
        return set().union(*(self.contexts(self.law.norms[target]) for target in (*norm.defeats, *norm.lifts)))

    def bound(self, norm: Norm) -> set[str] | None:
        """The professions to which a norm speaks, taken over like contexts; `None` for whoever it may be."""
        if norm.binds:
            return set(norm.binds)
        if norm.kind != "Exception" or not (norm.defeats or norm.lifts):
            return None
        taken = [self.bound(self.law.norms[target]) for target in (*norm.defeats, *norm.lifts)]
        return None if None in taken else set().union(*(one for one in taken if one is not None))

    def reaches(self, norm: Norm) -> bool:
        """Whether place, context and date are the norm's."""
        source = self.law.sources[norm.source]
        day = self.scenario.as_of
        assert day is not None
        first, last = norm.in_force_from or source.in_force_from, norm.in_force_until or source.in_force_until
        return (
            source.jurisdiction in self.law.places(self.scenario.jurisdiction)
            and self.context in self.contexts(norm)
            and (first is None or first <= day)
            and (last is None or day < last)
        )

    def profession(self, norm: Norm) -> Truth:
        """Whether the professional is one of those to whom the norm speaks."""
        bound = self.bound(norm)
        return True if bound is None else some(self.role("professional", kind) for kind in bound)

    def holds(self, norm: Norm) -> Truth:
        """Guards, and condition, and no norm that defeats or displaces it."""
        key = ("holds", norm.iri)
        if key not in self._memory:
            self._memory[key] = every(
                [
                    self.reaches(norm),
                    self.profession(norm),
                    self.condition(norm.condition, norm),
                    *(opposite(self.holds(other)) for other in self.against(norm)),
                ]
            )
        return self._memory[key]

    def against(self, norm: Norm) -> list[Norm]:
        """The norms that defeat a norm, and those of wider law that displace it."""
        place = self.law.sources[norm.source].jurisdiction
        wider = self.law.places(place) - {place}
        return [
            other
            for other in self.law.norms.values()
            if norm.iri in other.defeats
            or (
                self.law.sources[other.source].jurisdiction in wider
                and norm.kind in {iri.rsplit("/")[-1] for iri in other.displaces}
                and (
                    other.kind != "Exception"
                    or not other.act
                    or bool(norm.act and self.law.words.is_a(norm.act, other.act))
                )
            )
        ]

    # Acts

    def applies(self, norm: Norm, act: str) -> Truth:
        """Whether a norm reaches an act: it holds, a duty it rests on is about this very act, and nothing lifts it."""
        key = (norm.iri, act)
        if key not in self._memory:
            words = self.law.words
            about = [norm.act is not None and words.is_a(act, norm.act), self.holds(norm)]
            about += [
                some(
                    self.holds(other)
                    for other in self._of_kind(member.kind)
                    if other.act and words.is_a(act, other.act)
                )
                for member in norm.condition.all_of
                if isinstance(member, KindHolds) and member.act is None
            ]
            lifting = (self.applies(other, act) for other in self.law.norms.values() if norm.iri in other.lifts)
            self._memory[key] = every([*about, *map(opposite, lifting)])
        return self._memory[key]

    def required(self, act: str) -> Truth:
        """Whether an obligation to do this very act holds."""
        return some(self.holds(norm) for norm in self._of_kind("Obligation") if norm.act == act)

    def reached_by(self, kind: str, act: str) -> Truth:
        """Whether a norm of a kind (`Prohibition`: the act is forbidden) reaches the act."""
        return some(self.applies(norm, act) for norm in self._of_kind(kind))

    def flags(self, act: str) -> dict[str, Truth]:
        """Required, forbidden, privileged and limited."""
        reached = {"forbidden": "Prohibition", "privileged": "Privilege", "limited": "Limitation"}
        return {"required": self.required(act)} | {flag: self.reached_by(kind, act) for flag, kind in reached.items()}

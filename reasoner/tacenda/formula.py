"""What is unknown in one view as Boolean formulas: what an act's verdicts rest on, and what the taxonomy allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import combinations
from typing import NamedTuple

from tacenda import vocabulary as v
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Status
from tacenda.network import Gate

Literal = tuple[str, bool]
Clause = tuple[Literal, ...]
"""Facts with truths, of which at least one is so."""
Way = dict[str, bool]
"""Facts that would settle a status, each with the truth it would need."""

SETTLED = (Status.CONFLICT, Status.REQUIRED, Status.FORBIDDEN, Status.PRIVILEGED, Status.PERMITTED)
"""The statuses that an act has when nothing is unknown: just one of them."""


class Verdicts(NamedTuple):
    """What makes an act required, forbidden and privileged: for each the norms or applications, one of which does."""

    required: tuple[str, ...]
    forbidden: tuple[str, ...]
    privileged: tuple[str, ...]

    def members(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.required, *self.forbidden, *self.privileged)


class Formula:
    """The gates of a law in one view, in which what is known is a constant and what is unknown a variable."""

    def __init__(self, kb: KnowledgeBase, view: View) -> None:
        self._kb = kb
        self._view = view
        self._clauses: dict[tuple[str, str], tuple[Clause, ...]] = {}
        self._said: dict[str, list[tuple[str, str]]] = {}
        self._masks: dict[str, int] = {}
        self._terms = _terms(kb)
        self.places: Mapping[str, int] = _places(kb)
        """The place of each term in the vocabulary: the order in which facts are read."""

    def verdicts(self, act: str, deciding: Mapping[str, Sequence[Norm]]) -> Verdicts:
        """The verdicts on an act; *deciding* names the obligations, prohibitions and privileges that bear on it."""
        gates = self._kb.network.applications
        required = [norm.iri for norm in deciding["Obligation"]]
        forbidden, privileged = (
            [gates[norm.iri, act] for norm in deciding[kind]] for kind in ("Prohibition", "Privilege")
        )
        return Verdicts(*map(self._telling, (required, forbidden, privileged)))

    def _telling(self, members: Iterable[str]) -> tuple[str, ...]:
        """The members of a disjunction that are not known to be false; one that is known to be true tells it all."""
        left = [iri for iri in members if self.constant(iri) is not False]
        return next(((iri,) for iri in left if self.constant(iri)), tuple(left))

    def constant(self, iri: str) -> bool | None:
        """The truth of what is known; nothing for what is not."""
        known = self._view.truth(iri)
        if known is None and iri in self._kb.norms and iri not in self._kb.network.gates:
            return True
        return known

    def gate(self, iri: str) -> Gate | None:
        """What something unknown rests on; nothing for a variable."""
        return self._kb.network.gates.get(iri)

    def mask(self, roots: Iterable[str]) -> int:
        """The variables under some members, as the bits at their places in the vocabulary."""
        found = 0
        for iri in roots:
            own = self._masks.get(iri)
            if own is None:
                gate = self.gate(iri)
                if self.constant(iri) is not None:
                    own = 0
                elif gate is None:
                    own = 1 << self.places[iri]
                else:
                    own = self.mask((*gate.needs, *gate.needs_one_of, *gate.barred_by))
                self._masks[iri] = own
            found |= own
        return found

    def leaves(self, roots: Iterable[str]) -> list[str]:
        """The variables under some members, in the order of the vocabulary."""
        mask, found = self.mask(roots), []
        while mask:
            lowest = mask & -mask
            found.append(self._terms[lowest.bit_length() - 1])
            mask ^= lowest
        return found

    def rules(self, variables: Sequence[str]) -> list[Clause]:
        """What the taxonomy says of some variables: a kind implies what it is a kind of, and exclusives exclude."""
        found: list[Clause] = []
        for pair in combinations(variables, 2):
            clauses = self._clauses.get(pair)
            if clauses is None:
                clauses = self._clauses[pair] = tuple(self._bond(*pair))
            found += clauses
        among = frozenset(variables)
        found += (clause for clause in self._denied if among.issuperset(leaf for leaf, _ in clause))
        return found

    def _bond(self, first: str, second: str) -> Iterator[Clause]:
        """How the taxonomy ties two facts or kinds of role: one implies the other, or they exclude each other."""
        forward, backward = self._implies(first, second), self._implies(second, first)
        if forward:
            yield (first, False), (second, True)
        if backward:
            yield (second, False), (first, True)
        if not (forward or backward) and self._excludes(first, second):
            yield (first, False), (second, False)

    def _implies(self, one: str, other: str) -> bool:
        """Whether *one* is a kind of *other*, or says of a role what makes *other* true."""
        taxonomy = self._kb.taxonomy
        defined = taxonomy.by_role.get(other)
        meant = [defined] if defined else [] if taxonomy.is_a(other, v.tac("Scenario")) else self._roles(other)
        return taxonomy.is_a(one, other) or any(
            role == its and taxonomy.is_a(kind, wider) for role, kind in self._roles(one) for its, wider in meant
        )

    def _excludes(self, one: str, other: str) -> bool:
        taxonomy = self._kb.taxonomy
        return other in taxonomy.disjoint_with(one) or any(
            role == its and not taxonomy.can_be(kind, another)
            for role, kind in self._roles(one)
            for its, another in self._roles(other)
        )

    def _roles(self, iri: str) -> list[tuple[str, str]]:
        """The roles of which a fact, or a class that a role may have, says what they are: property and class."""
        if iri not in self._said:
            taxonomy = self._kb.taxonomy
            if taxonomy.is_a(iri, v.tac("Scenario")):
                said = [taxonomy.by_role[wide] for wide in taxonomy.wider(iri) if wide in taxonomy.by_role]
            else:
                said = [(v.ROLE_PROPERTIES[role], iri) for role, root in v.ROLES.items() if taxonomy.is_a(iri, root)]
            self._said[iri] = said
        return self._said[iri]

    @cached_property
    def _denied(self) -> tuple[Clause, ...]:
        """For each sum of facts that is denied as a whole, and of which no part is known to be false: that one is."""
        truth = self._view.truth
        return tuple(
            tuple((leaf, False) for leaf in self.leaves(parts))
            for whole, parts in self._kb.taxonomy.composites.items()
            if truth(whole) is False and all(truth(part) is not False for part in parts)
        )


@lru_cache(maxsize=16)
def _terms(kb: KnowledgeBase) -> tuple[str, ...]:
    return tuple(kb.taxonomy.terms)


@lru_cache(maxsize=16)
def _places(kb: KnowledgeBase) -> dict[str, int]:
    return {iri: place for place, iri in enumerate(_terms(kb))}

"""What a scenario states, as gates: which facts and roles are true and false before any norm is asked."""

from __future__ import annotations

from collections.abc import Iterator

from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase
from tacenda.program import FALSE, TRUE, Builder
from tacenda.taxonomy import Taxonomy

Value = tuple[int, int]
"""The slots of the two planes of a truth value: where it is true, and where it is false."""
FALSE_VALUE: Value = (FALSE, TRUE)
TRUE_VALUE: Value = (TRUE, FALSE)


def true_of(iri: str) -> str:
    """The input that is set where a scenario states a fact, or gives a role a value of this class."""
    return f"stated {iri}"


def false_of(iri: str) -> str:
    """The input that is set where a scenario denies a fact, or gives a role a value that cannot be of this class."""
    return f"denied {iri}"


def given(role: str) -> str:
    """The input that is set where a scenario gives a value for the role with this property."""
    return f"given {role}"


class FactGates:
    """What is true and false of facts and roles before any norm is asked."""

    def __init__(self, kb: KnowledgeBase, builder: Builder, closed: bool) -> None:
        self._taxonomy = kb.taxonomy
        self._builder = builder
        self._closed = closed
        self._scenarios = v.tac("Scenario")
        self._role_of = {
            kind: v.ROLE_PROPERTIES[role] for role, root in v.ROLES.items() for kind in kb.taxonomy.kinds(root)
        }
        self._stated: dict[str, int] = {}
        self._values: dict[str, Value] = {}
        self._excluders = _excluders(kb.taxonomy)
        self._questions = frozenset(term.iri for term in kb.taxonomy.facts() if term.is_open_question)

    def value(self, iri: str) -> Value:
        """The truth of a fact, or of a role's being of a class."""
        found = self._values.get(iri)
        if found is None:
            found = self._values[iri] = self._fact(iri) if self._is_fact(iri) else self._role(iri)
        return found

    def _is_fact(self, iri: str) -> bool:
        return iri != self._scenarios and self._scenarios in self._taxonomy.above.get(iri, ())

    def _role(self, kind: str) -> Value:
        true, false = self._builder.input(true_of(kind)), self._builder.input(false_of(kind))
        if self._closed and kind in self._role_of:
            without = self._builder.complement(self._builder.input(given(self._role_of[kind])))
            false = self._builder.any_of([false, without])
        return true, false

    def _fact(self, fact: str) -> Value:
        true, false = self._true(fact), self._false(fact)
        if self._closed and fact not in self._taxonomy.composites:
            questions = [self._false(one) for one in self._taxonomy.kinds(fact) & self._questions]
            left_out = self._builder.all_of([self._builder.complement(true), *questions])
            false = self._builder.any_of([false, left_out])
        return true, false

    def _said(self, fact: str) -> int:
        """Where a fact is stated itself, or its role is what it says."""
        found = self._builder.input(true_of(fact))
        if fact in self._taxonomy.by_role:
            return self._builder.any_of([found, self._builder.input(true_of(self._taxonomy.by_role[fact][1]))])
        return found

    def _denied(self, fact: str) -> int:
        """Where a fact is denied itself, or its role cannot be what it says."""
        found = self._builder.input(false_of(fact))
        if fact in self._taxonomy.by_role:
            return self._builder.any_of([found, self._builder.input(false_of(self._taxonomy.by_role[fact][1]))])
        return found

    def _true(self, fact: str) -> int:
        found = self._stated.get(fact)
        if found is None:
            found = self._stated[fact] = self._builder.any_of(map(self._said, sorted(self._taxonomy.kinds(fact))))
        return found

    def _false(self, fact: str) -> int:
        wider = sorted(wide for wide in self._taxonomy.wider(fact) if self._is_fact(wide))
        slots = [self._denied(wide) for wide in wider]
        slots += [self._true(other) for wide in wider for other in self._excluders.get(wide, ())]
        return self._builder.any_of(slots)

    def contradictions(self) -> Iterator[tuple[str, int]]:
        """Where each fact is both true and false, those counted that several together make true."""
        taxonomy, either, both = self._taxonomy, self._builder.any_of, self._builder.all_of
        wholes: dict[str, int] = {}

        def summed(whole: str) -> int:
            if whole not in wholes:
                wholes[whole] = both([widely(part) for part in taxonomy.composites[whole]])
            return wholes[whole]

        def widely(fact: str) -> int:
            sums = sorted(taxonomy.kinds(fact) & taxonomy.composites.keys())
            return either([self._true(fact), *(summed(one) for one in sums if fact not in _parts(taxonomy, one))])

        for fact in sorted(term.iri for term in taxonomy.facts()):
            wider = [wide for wide in taxonomy.wider(fact) if self._is_fact(wide)]
            excluding = [widely(other) for wide in wider for other in self._excluders.get(wide, ())]
            yield fact, both([widely(fact), either([self._false(fact), *excluding])])


def _parts(taxonomy: Taxonomy, whole: str) -> frozenset[str]:
    """What a sum's parts, and the wider facts of those, already say."""
    return frozenset().union(*(taxonomy.wider(part) for part in taxonomy.composites[whole]))


def _excluders(taxonomy: Taxonomy) -> dict[str, list[str]]:
    """For each fact the facts that a statement of the vocabulary says exclude it."""
    found: dict[str, list[str]] = {}
    for one, others in taxonomy.exclusions():
        for other in others:
            found.setdefault(other, []).append(one)
    return {iri: sorted(ones) for iri, ones in found.items()}

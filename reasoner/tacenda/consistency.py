"""Whether the statements of a scenario can all be true, and which two cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from tacenda import vocabulary as v
from tacenda.errors import Problem
from tacenda.model import Scenario
from tacenda.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class _Statement:
    """One thing that a scenario says: the facts that it makes true, and those that it makes false."""

    kind: str
    about: str
    name: str
    true: frozenset[str]
    false: frozenset[str]
    where: str = ""

    def clashes(self, other: _Statement) -> bool:
        return bool(self.true & other.false or self.false & other.true)


def contradictions(
    taxonomy: Taxonomy, scenario: Scenario, places: Mapping[tuple[str, str], str] | None = None
) -> list[Problem]:
    """Every pair of statements of a scenario that cannot both be true, with both named.

    *places* gives the place of each statement by the key it stands under and its IRI.
    """
    places = places or {}
    single = [*_roles(taxonomy, scenario, places), *_facts(taxonomy, scenario, places)]
    statements = [*single, *_wholes(taxonomy, single), *_denials(taxonomy, scenario, places)]
    true, false = _union(one.true for one in statements), _union(one.false for one in statements)
    if true.isdisjoint(false):
        return []  # as almost always, and long before every pair is tried
    found = [
        _told(taxonomy, one, other, scenario.where) for one, other in combinations(statements, 2) if one.clashes(other)
    ]
    return list(dict.fromkeys(found))


def _roles(taxonomy: Taxonomy, scenario: Scenario, places: Mapping[tuple[str, str], str]) -> Iterator[_Statement]:
    for role, value in scenario.role_values().items():
        defined = [(iri, kind) for iri, (of, kind) in taxonomy.by_role.items() if of == v.ROLE_PROPERTIES[role]]
        true = [iri for iri, kind in defined if taxonomy.is_a(value, kind)]
        false = [iri for iri, kind in defined if not taxonomy.can_be(value, kind)]
        denied = _union(taxonomy.kinds(iri) for iri in false) | _union(taxonomy.disjoint_with(iri) for iri in true)
        implied = _union(taxonomy.wider(iri) for iri in true)
        name = f"the {role} is `{_label(taxonomy, value)}`"
        yield _Statement("role", value, name, implied, denied, places.get((role, value), ""))


def _facts(taxonomy: Taxonomy, scenario: Scenario, places: Mapping[tuple[str, str], str]) -> Iterator[_Statement]:
    for fact in scenario.facts:
        name, where = f"`{_label(taxonomy, fact)}`", places.get(("facts", fact), "")
        yield _Statement("fact", fact, name, taxonomy.wider(fact), taxonomy.disjoint_with(fact), where)


def _denials(taxonomy: Taxonomy, scenario: Scenario, places: Mapping[tuple[str, str], str]) -> Iterator[_Statement]:
    for fact in scenario.excluded:
        name, where = f"`{_label(taxonomy, fact)}`", places.get(("not", fact), "")
        yield _Statement("denial", fact, name, frozenset(), taxonomy.kinds(fact), where)


def _wholes(taxonomy: Taxonomy, statements: Iterable[_Statement]) -> Iterator[_Statement]:
    """What follows from several statements together: each fact that is defined as the sum of others."""
    statements = list(statements)
    true = set(_union(statement.true for statement in statements))
    false = _union(statement.false for statement in statements)
    pending = dict(taxonomy.composites)
    while ready := [whole for whole, parts in pending.items() if true.issuperset(parts)]:
        for whole in ready:
            names = [f"`{_label(taxonomy, part)}`" for part in pending.pop(whole)]
            new = taxonomy.wider(whole) - true
            name = " and ".join(names)
            yield _Statement("whole", whole, name, frozenset(new), taxonomy.disjoint_with(whole) - false)
            true |= new


def _told(taxonomy: Taxonomy, one: _Statement, other: _Statement, scenario: str) -> Problem:
    verb = {"fact": " is stated", "whole": " are stated", "role": ""}[one.kind]
    if other.kind == "denial":
        known = other.about == one.about or one.kind == "role"
        implied = "" if known else f", which {'they imply' if one.kind == 'whole' else 'it implies'},"
        second = f"{other.name}{implied} is denied"
    elif one.kind == "role":
        second = other.name + {"role": "", "fact": " is stated", "whole": " are stated"}[other.kind]
    else:
        second = f"so {'are' if other.kind == 'whole' else 'is'} {other.name}, which excludes it"
    where = other.where or one.where or scenario
    file, _, line = one.where.rpartition(":")
    at = f" (line {line})" if line.isdigit() and other.where.startswith(f"{file}:") else ""
    return Problem(f"the scenario contradicts itself: {one.name}{verb}{at}, but {second}", where)


def _label(taxonomy: Taxonomy, iri: str) -> str:
    term = taxonomy.terms.get(iri)
    return term.label if term else v.shorten(iri)


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)

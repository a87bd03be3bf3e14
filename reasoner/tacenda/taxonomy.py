"""What is a kind of what, and what people call it: facts, acts, professions, proceedings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Triple

from tacenda import vocabulary as v
from tacenda.terms import value_of
from tacenda.turtle import Statements

_OWL = v.PREFIXES["owl"]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the vocabulary: what people call it and what it means."""

    iri: str
    label: str
    definition: str = ""
    scope_notes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    metaclasses: tuple[str, ...] = ()
    accepted_by: tuple[str, ...] = ()
    """For an open question of law: the courts that say yes, each with its decision."""
    rejected_by: tuple[str, ...] = ()
    left_open_by: tuple[str, ...] = ()

    @property
    def is_open_question(self) -> bool:
        """Whether courts or readers differ on it."""
        return v.tac("LegalQuestion") in self.metaclasses


class Taxonomy:
    """The closed class hierarchy, and the facts that are defined by a role."""

    def __init__(
        self,
        terms: dict[str, Term],
        above: dict[str, frozenset[str]],
        disjoint: dict[str, frozenset[str]],
        by_role: dict[str, tuple[str, str]],
        composites: dict[str, tuple[str, ...]],
        correlatives: dict[str, tuple[str, ...]],
    ) -> None:
        self.terms = terms
        self.above = above
        self.by_role = by_role
        """For a fact that a role defines: the role's property, and the class that its value must have."""
        self.composites = composites
        """For a fact that is defined as several others together: those others."""
        self.correlatives = correlatives
        """For a kind of norm the positions that the other person is in when it holds, after Hohfeld."""
        below: dict[str, set[str]] = {}
        for narrow, wides in above.items():
            for wide in wides:
                below.setdefault(wide, set()).add(narrow)
        self.below = {wide: frozenset(narrows) for wide, narrows in below.items()}
        self._disjoint = disjoint
        self._apart: dict[str, frozenset[str]] = {}

    @classmethod
    def read(cls, data: Statements, derived: Iterable[Triple]) -> Taxonomy:
        """The taxonomy of the vocabulary in *data*, with the class statements that OWL derives from it."""
        above: dict[str, set[str]] = {}
        disjoint: dict[str, set[str]] = {}
        for subject, predicate, obj in derived:
            one, other = value_of(subject), value_of(obj)
            if predicate.value == v.RDFS_SUBCLASS:
                above.setdefault(one, set()).add(other)
            else:
                disjoint.setdefault(one, set()).add(other)
                disjoint.setdefault(other, set()).add(one)
        by_role: dict[str, tuple[str, str]] = {}
        composites: dict[str, tuple[str, ...]] = {}
        for iri, properties in data.by_subject.items():
            for restriction in properties.get(_OWL + "equivalentClass", ()):
                if isinstance(restriction, str):
                    role = data.iris(restriction, _OWL + "onProperty")
                    value = data.iris(restriction, _OWL + "someValuesFrom")
                    if role and value:
                        by_role[iri] = (role[0], value[0])
                    for parts in data.iris(restriction, _OWL + "intersectionOf"):
                        composites[iri] = data.members(parts)
        correlatives: dict[str, tuple[str, ...]] = {}
        for iri in data.by_subject:
            if v.tac("HohfeldianPosition") in above.get(iri, ()):
                for kind in data.iris(iri, v.tac("hasCorrelative")):
                    correlatives[kind] = (*correlatives.get(kind, ()), iri)
        terms = {iri: _term(data, iri) for iri, _ in data.of_type([_OWL + "Class", v.tac("Role")])}
        return cls(
            terms,
            {iri: frozenset(wides) for iri, wides in above.items()},
            {iri: frozenset(others) for iri, others in disjoint.items()},
            by_role,
            composites,
            correlatives,
        )

    def is_a(self, narrow: str, wide: str) -> bool:
        """Whether *narrow* is *wide* or a kind of it."""
        return narrow == wide or wide in self.above.get(narrow, ())

    def can_be(self, one: str, other: str) -> bool:
        """Whether something may be both: some class is a kind of each."""
        return bool(self.kinds(one) & self.kinds(other))

    def kinds(self, iri: str) -> frozenset[str]:
        """The class and everything below it."""
        return self.below.get(iri, frozenset()) | {iri}

    def wider(self, iri: str) -> frozenset[str]:
        """The class and everything above it."""
        return self.above.get(iri, frozenset()) | {iri}

    def facts(self) -> tuple[Term, ...]:
        """Every fact, in the order of the files."""
        return self._facts

    @cached_property
    def _facts(self) -> tuple[Term, ...]:
        return tuple(term for term in self.kinds_of(v.tac("Scenario")) if term.iri != v.tac("Scenario"))

    @cached_property
    def fact_names(self) -> Mapping[str, str]:
        """The fact that goes by a label, in lower case; of facts with one label the first."""
        return {term.label.casefold(): term.iri for term in reversed(self._facts)}

    def kinds_of(self, root: str) -> Iterator[Term]:
        """The terms at and below *root*, in the order of the files."""
        for iri, term in self.terms.items():
            if self.is_a(iri, root):
                yield term

    def exclusions(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Each class with those that a statement of the vocabulary says exclude it, and it them."""
        yield from self._disjoint.items()

    def disjoint_with(self, iri: str) -> frozenset[str]:
        """Every class that can have nothing in common with *iri*, by its own or a wider class's statement."""
        if iri not in self._apart:
            others = (self.kinds(other) for wide in self.wider(iri) for other in self._disjoint.get(wide, ()))
            self._apart[iri] = frozenset().union(*others)
        return self._apart[iri]


def _term(data: Statements, iri: str) -> Term:
    return Term(
        iri=iri,
        label=data.text(iri, v.RDFS_LABEL),
        definition=data.text(iri, v.SKOS_DEFINITION),
        scope_notes=data.texts(iri, v.SKOS_SCOPE_NOTE),
        examples=data.texts(iri, v.SKOS_EXAMPLE),
        metaclasses=data.iris(iri, v.RDF_TYPE),
        accepted_by=data.texts(iri, v.tac("acceptedBy")),
        rejected_by=data.texts(iri, v.tac("rejectedBy")),
        left_open_by=data.texts(iri, v.tac("leftOpenBy")),
    )

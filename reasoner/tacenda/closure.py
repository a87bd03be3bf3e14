"""What the vocabulary implies: the schema rules of OWL 2 RL over its class axioms.

The closure is over the axioms about classes only: a scenario's facts are reasoned about by the rules in
`queries/inference/`. The names are those of table 9 of the OWL 2 profiles; owlrl, which applies every rule to
everything, is the reference, and a test holds the two side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, Triple

from tacenda import vocabulary as v
from tacenda.terms import value_of

Statement = tuple[str, str, str]
_OWL = v.PREFIXES["owl"]
_AXIOMS = {
    v.RDFS_SUBCLASS,
    v.RDF_FIRST,
    v.RDF_REST,
    *(_OWL + name for name in ("equivalentClass", "onProperty", "someValuesFrom", "intersectionOf", "disjointWith")),
}
_LIST = {v.RDF_FIRST, v.RDF_REST}
_DISJOINT = _OWL + "disjointWith"


def close_classes(triples: Iterable[Triple]) -> list[Triple]:
    """Every subclass and disjointness statement about our terms that OWL 2 RL derives from *triples*."""
    return list(_close(sorted(_axioms(list(triples)))))


def _axioms(triples: Sequence[Triple]) -> Iterator[Statement]:
    """What is said of classes: the axioms, and what is a class at all."""
    lists = _lists(triples)
    for triple in triples:
        subject, predicate, obj = (value_of(term) for term in (triple.subject, triple.predicate, triple.object))
        says_what_a_kind_is = predicate in _AXIOMS and (predicate not in _LIST or subject in lists)
        if says_what_a_kind_is or (predicate == v.RDF_TYPE and obj == _OWL + "Class"):
            yield subject, predicate, obj


def _close(axioms: Iterable[Statement]) -> Iterator[Triple]:
    data: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, obj in axioms:
        data.setdefault(predicate, {}).setdefault(subject, []).append(obj)
    pairs = set(_subclasses(data))
    classes = data.get(v.RDF_TYPE, {})
    above = _transitive(pairs, classes)
    while more := set(_restrictions(data, above)) - pairs:
        pairs |= more
        above = _transitive(pairs, classes)
    kept = {(one, v.RDFS_SUBCLASS, wide) for one, wides in above.items() for wide in wides}
    for one, others in data.get(_DISJOINT, {}).items():
        kept |= {(one, _DISJOINT, other) for other in others}
    for subject, predicate, obj in sorted(kept):
        if _ours(subject) and _ours(obj):
            yield Triple(NamedNode(subject), NamedNode(predicate), NamedNode(obj))


def _subclasses(data: Mapping[str, Mapping[str, list[str]]]) -> Iterator[tuple[str, str]]:
    """What is directly a kind of what: stated, or by scm-eqc1 and scm-int."""
    for one, wides in data.get(v.RDFS_SUBCLASS, {}).items():
        yield from ((one, wide) for wide in wides)
    for one, others in data.get(_OWL + "equivalentClass", {}).items():
        for other in others:
            yield from ((one, other), (other, one))
    for whole, heads in data.get(_OWL + "intersectionOf", {}).items():
        for head in heads:
            while head != v.RDF_NIL:
                yield from ((whole, part) for part in data[v.RDF_FIRST].get(head, ()))
                head = data[v.RDF_REST].get(head, [v.RDF_NIL])[0]


def _restrictions(
    data: Mapping[str, Mapping[str, list[str]]], above: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    """By scm-svf1: what has some value of a narrower class is a kind of what has some value of a wider one."""
    fillers = data.get(_OWL + "someValuesFrom", {})
    roles: dict[str, list[tuple[str, str]]] = {}
    for restriction, properties in data.get(_OWL + "onProperty", {}).items():
        for role in properties:
            roles.setdefault(role, []).extend((restriction, filler) for filler in fillers.get(restriction, ()))
    for restrictions in roles.values():
        for one, narrow in restrictions:
            yield from ((one, other) for other, wide in restrictions if wide == narrow or wide in above.get(narrow, ()))


def _transitive(pairs: Iterable[tuple[str, str]], also: Iterable[str]) -> dict[str, set[str]]:
    """By scm-cls and scm-sco: everything above each class, itself included."""
    direct: dict[str, set[str]] = {one: set() for one in also}
    for one, wide in pairs:
        direct.setdefault(one, set()).add(wide)
    found: dict[str, set[str]] = {}
    for one in direct:
        seen = {one}
        pending = [one]
        while pending:
            for wide in direct.get(pending.pop(), ()):
                if wide not in seen:
                    seen.add(wide)
                    pending.append(wide)
        found[one] = seen
    return found


def _lists(triples: Sequence[Triple]) -> set[str]:
    """The nodes of the lists that define classes; those of conditions take no part."""
    rest = {value_of(t.subject): value_of(t.object) for t in triples if t.predicate.value == v.RDF_REST}
    found = {value_of(t.object) for t in triples if t.predicate.value == _OWL + "intersectionOf"}
    pending = list(found)
    while pending:
        following = rest.get(pending.pop(), v.RDF_NIL)
        if following != v.RDF_NIL and following not in found:
            found.add(following)
            pending.append(following)
    return found


def _ours(iri: str) -> bool:
    return iri.startswith(v.BASE) and "/.well-known/" not in iri

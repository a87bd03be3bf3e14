"""What the vocabulary implies: OWL 2 RL over its class axioms, by owlrl, once per content.

The closure is over the axioms about classes only. Labels and definitions take no part in it, and facts of a
scenario never reach owlrl: the rules in `queries/inference/` reason about those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Triple

from tacenda import vocabulary as v
from tacenda.cache import cached
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
_KEPT = {v.RDFS_SUBCLASS, _OWL + "disjointWith"}


def close_classes(triples: Iterable[Triple]) -> list[Triple]:
    """Every subclass and disjointness statement about our terms that OWL 2 RL derives from *triples*.

    Kept by the content of the axioms, so that a change of law which declares no class costs nothing here.
    """
    axioms = sorted(_axioms(list(triples)))
    digest = hashlib.sha256("\n".join(map(" ".join, axioms)).encode()).hexdigest()
    return cached(f"classes-{digest}", lambda: _close(axioms))


def _axioms(triples: Sequence[Triple]) -> Iterator[Statement]:
    """What is said of classes: the axioms, and what is a class at all."""
    lists = _lists(triples)
    for triple in triples:
        subject, predicate, obj = (value_of(term) for term in (triple.subject, triple.predicate, triple.object))
        says_what_a_kind_is = predicate in _AXIOMS and (predicate not in _LIST or subject in lists)
        if says_what_a_kind_is or (predicate == v.RDF_TYPE and obj == _OWL + "Class"):
            yield subject, predicate, obj


def _close(axioms: Iterable[Statement]) -> Iterator[Triple]:
    import owlrl
    import rdflib

    graph = rdflib.Graph()
    kept: set[Statement] = set()
    for subject, predicate, obj in axioms:
        if predicate == v.RDF_TYPE:
            # scm-cls: every class is a kind of itself; said here, since to type each class makes owlrl twice as slow
            kept.add((subject, v.RDFS_SUBCLASS, subject))
        else:
            graph.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), rdflib.URIRef(obj)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    for predicate in _KEPT:
        kept |= {(str(one), predicate, str(other)) for one, other in graph.subject_objects(rdflib.URIRef(predicate))}
    for subject, predicate, obj in sorted(kept):
        if _ours(subject) and _ours(obj):
            yield Triple(NamedNode(subject), NamedNode(predicate), NamedNode(obj))


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

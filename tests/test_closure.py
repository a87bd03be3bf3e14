"""The quick closure of the vocabulary says what owlrl says, which applies all rules of OWL 2 RL."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import owlrl
import pytest
import rdflib
from pyoxigraph import RdfFormat, Triple, parse

from packs import blocks
from strategies import LAWS, law
from tacenda import vocabulary as v
from tacenda.closure import close_classes
from tacenda.resources import folder, modules
from tacenda.turtle import read_turtle

OWL = v.PREFIXES["owl"]
AXIOMS = {OWL + name for name in ("equivalentClass", "onProperty", "someValuesFrom", "intersectionOf", "disjointWith")}
AXIOMS |= {v.RDFS_SUBCLASS, v.RDF_FIRST, v.RDF_REST}
PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in v.PREFIXES.items())

Statements = set[tuple[str, str, str]]


def ours(iri: str) -> bool:
    """Whether a term is one of the project's, and no name that a blank node was given."""
    return iri.startswith(v.BASE) and "/.well-known/" not in iri


def quick(triples: Iterable[Triple]) -> Statements:
    """What the closure says."""
    return {(one.subject.value, one.predicate.value, one.object.value) for one in close_classes(triples)}  # type: ignore[union-attr]


def reference(triples: Iterable[Triple]) -> Statements:
    """What owlrl says of subclasses and exclusions, each class being a kind of itself (scm-cls)."""
    graph = rdflib.Graph()
    found: Statements = set()
    for triple in triples:
        subject, predicate, obj = (getattr(term, "value", str(term)) for term in triple)
        if predicate in AXIOMS:
            graph.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), rdflib.URIRef(obj)))
        elif predicate == v.RDF_TYPE and obj == OWL + "Class":
            graph.add((rdflib.URIRef(subject), rdflib.RDFS.subClassOf, rdflib.URIRef(subject)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    for predicate in (v.RDFS_SUBCLASS, OWL + "disjointWith"):
        found |= {(str(one), predicate, str(other)) for one, other in graph.subject_objects(rdflib.URIRef(predicate))}
    return {one for one in found if ours(one[0]) and ours(one[2])}


def test_the_whole_vocabulary() -> None:
    files = [*modules(folder("ontology")), *sorted(folder("kb").glob("us*/*.ttl"))]
    triples = [triple for path in files for triple in read_turtle(path, f"{path.parent.name}/{path.name}")]
    assert quick(triples) == reference(triples)


@pytest.mark.parametrize("seed", range(LAWS))
def test_random_vocabularies(seed: int, tmp_path: Path) -> None:
    text = PREFIXES + "\n".join(block for found in blocks(law(seed)).values() for block in found)
    triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    assert quick(triples) == reference(triples)


def test_circles_and_restrictions_on_restrictions() -> None:
    text = (
        PREFIXES
        + """
    fact:A a owl:Class ; rdfs:subClassOf fact:B . fact:B a owl:Class ; rdfs:subClassOf fact:A .
    fact:C a owl:Class ; owl:equivalentClass [ owl:onProperty tac:x ; owl:someValuesFrom fact:A ] .
    fact:D a owl:Class ; owl:equivalentClass [ owl:onProperty tac:x ; owl:someValuesFrom fact:B ] .
    fact:E a owl:Class ; owl:equivalentClass [ owl:onProperty tac:x ; owl:someValuesFrom fact:C ] .
    fact:F a owl:Class ; owl:equivalentClass [ owl:onProperty tac:x ; owl:someValuesFrom fact:D ] .
    fact:G a owl:Class ; owl:equivalentClass [ owl:onProperty tac:y ; owl:someValuesFrom fact:D ] .
    fact:H a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( fact:E fact:G ) ] .
    fact:I a owl:Class ; owl:disjointWith fact:H .
    """
    )
    triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    found = quick(triples)
    assert found == reference(triples)
    assert {v.expand("fact:F"), v.expand("fact:G"), v.expand("fact:E"), v.expand("fact:H")} == {
        wide for one, predicate, wide in found if predicate == v.RDFS_SUBCLASS and one == v.expand("fact:H")
    }

"""What the vocabulary implies: OWL 2 RL over its class axioms, by owlrl, once per content and then from a cache.

The closure is over the axioms about classes only. Labels and definitions take no part in it, and facts of a
scenario never reach owlrl: the rules in `queries/inference/` reason about those.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from tacenda import vocabulary as v
from tacenda.terms import value_of

_OWL = v.PREFIXES["owl"]
_AXIOMS = {
    v.RDFS_SUBCLASS,
    v.RDF_FIRST,
    v.RDF_REST,
    *(_OWL + name for name in ("equivalentClass", "onProperty", "someValuesFrom", "intersectionOf", "disjointWith")),
}
_KEPT = {v.RDFS_SUBCLASS, _OWL + "disjointWith"}


def close_classes(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Every subclass and disjointness statement about our terms that OWL 2 RL derives from *triples*."""
    import owlrl
    import rdflib

    triples = list(triples)
    lists = _lists(triples)
    graph = rdflib.Graph()
    for subject, predicate, obj in triples:
        if predicate.value in (v.RDF_FIRST, v.RDF_REST) and value_of(subject) not in lists:
            continue
        is_class = predicate.value == v.RDF_TYPE and value_of(obj) in {_OWL + "Class", _OWL + "Restriction"}
        if (predicate.value in _AXIOMS or is_class) and not isinstance(obj, Literal):
            graph.add(tuple(rdflib.URIRef(value_of(term)) for term in (subject, predicate, obj)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    for predicate in sorted(_KEPT):
        for subject, obj in sorted(graph.subject_objects(rdflib.URIRef(predicate))):
            if _ours(str(subject)) and _ours(str(obj)):
                yield Triple(NamedNode(str(subject)), NamedNode(predicate), NamedNode(str(obj)))


def _lists(triples: Iterable[Triple]) -> set[str]:
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


def cached(key: str, make: Callable[[], Iterable[Triple]]) -> list[Triple]:
    """The triples kept under *key* from an earlier run, or those that *make* gives, kept for the next.

    A cache that cannot be read or written is as good as none.
    """
    path = _cache_folder() / f"{key}.nt"
    try:
        return [quad.triple for quad in parse(path=str(path), format=RdfFormat.N_TRIPLES)]
    except (OSError, SyntaxError):
        pass
    triples = list(make())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            serialize(triples, output=file, format=RdfFormat.N_TRIPLES)
        os.replace(file.name, path)
    except OSError:
        pass
    return triples


def _cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".cache") / "tacenda"

"""What the vocabulary implies: OWL 2 RL over its class axioms, by owlrl, once per content and then from a cache.

The closure is over the axioms about classes only. Labels and definitions take no part in it, and facts of a
scenario never reach owlrl: the rules in `queries/inference/` reason about those.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from tacenda import vocabulary as v
from tacenda.terms import value_of

_OWL = v.PREFIXES["owl"]
_AXIOMS = {
    v.RDFS_SUBCLASS,
    v.RDF_FIRST,
    v.RDF_REST,
    *(_OWL + name for name in ("equivalentClass", "onProperty", "someValuesFrom", "intersectionOf", "disjointWith")),
}
_LIST = {v.RDF_FIRST, v.RDF_REST}
_KEPT_FILES = 40
_KEPT = {v.RDFS_SUBCLASS, _OWL + "disjointWith"}


def close_classes(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Every subclass and disjointness statement about our terms that OWL 2 RL derives from *triples*."""
    import owlrl
    import rdflib

    triples = list(triples)
    lists = _lists(triples)
    graph = rdflib.Graph()
    kept: set[tuple[str, str, str]] = set()
    for triple in triples:
        subject, predicate, obj = (value_of(term) for term in (triple.subject, triple.predicate, triple.object))
        if predicate in _AXIOMS and (predicate not in _LIST or subject in lists):
            graph.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), rdflib.URIRef(obj)))
        elif predicate == v.RDF_TYPE and obj == _OWL + "Class":
            # scm-cls: every class is a kind of itself; said here, since to type each class makes owlrl twice as slow
            kept.add((subject, v.RDFS_SUBCLASS, subject))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    for predicate in _KEPT:
        kept |= {(str(one), predicate, str(other)) for one, other in graph.subject_objects(rdflib.URIRef(predicate))}
    for subject, predicate, obj in sorted(kept):
        if _ours(subject) and _ours(obj):
            yield Triple(NamedNode(subject), NamedNode(predicate), NamedNode(obj))


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
        for old in sorted(path.parent.glob("*.nt"), key=lambda other: other.stat().st_mtime)[:-_KEPT_FILES]:
            old.unlink(missing_ok=True)
    except OSError:
        pass
    return triples


def _cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not home and os.path.expanduser("~") == "~":
        home = tempfile.gettempdir()
    return (Path(home) if home else Path("~/.cache").expanduser()) / "tacenda"

"""Whether data has the form it must have: SHACL, by pySHACL, told in the words of the shapes.

The messages stand in `ontology/shapes/*.ttl`, where a lawyer can read and change them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from tacenda import vocabulary as v
from tacenda.errors import Problem
from tacenda.resources import folder
from tacenda.turtle import GENID

_SH = "http://www.w3.org/ns/shacl#"
_LOOKED_UP = {v.RDF_TYPE, v.RDFS_SUBCLASS}
XSD_STRING = v.PREFIXES["xsd"] + "string"


def violations(triples: Iterable[Triple], *shapes: str, context: Iterable[Triple] = ()) -> list[Problem]:
    """What is wrong with *triples* by the shapes files *shapes*: `norm`, `ontology` or `scenario`.

    *context* is where the shapes may look up what is a kind of what; nothing is asked of it, nor anything else read.
    `where` is the short name of the subject that is wrong. Blank nodes must have been named, as `read_turtle` does.
    """
    import pyshacl
    import rdflib

    graph = rdflib.Graph()
    with _quiet():
        data = [_rdflib(triple) for triple in triples]
        known = (_rdflib(triple) for triple in context if triple.predicate.value in _LOOKED_UP)
        for triple in (*data, *known):
            graph.add(triple)
        nodes = {subject for subject, _, _ in data}
        found: set[Problem] = set()
        for name in shapes:
            aimed = _aimed_at(nodes, _shapes_graph(name), graph)
            _, report, _ = pyshacl.validate(graph, shacl_graph=aimed, inplace=True, do_owl_imports=False)
            found |= set(_problems(report))
    return sorted(found)


def _aimed_at(nodes: set[Any], shapes: Any, graph: Any) -> Any:
    """The shapes with those *nodes* of *graph* named as targets that each shape is for, so that no other is looked at.

    Not pySHACL's `focus_nodes`: with it the shapes inside a shape are skipped for every other node.
    """
    from rdflib import RDF, RDFS, Graph, URIRef

    kinds = {
        node: {kind for own in graph.objects(node, RDF.type) for kind in graph.transitive_objects(own, RDFS.subClassOf)}
        for node in nodes
    }
    aimed = Graph()
    for shape, predicate, target in shapes:
        match str(predicate).removeprefix(_SH):
            case "targetClass":
                found = {node for node in nodes if target in kinds[node]}
            case "targetSubjectsOf":
                found = {node for node in nodes if (node, target, None) in graph}
            case "targetObjectsOf":
                found = {node for node in nodes if (None, target, node) in graph}
            case _:
                aimed.add((shape, predicate, target))
                continue
        for node in found:
            aimed.add((shape, URIRef(_SH + "targetNode"), node))
    return aimed


def _problems(report: Any) -> Iterator[Problem]:
    from rdflib import URIRef

    for result in report.objects(None, URIRef(_SH + "result")):
        focus = str(report.value(result, URIRef(_SH + "focusNode")))
        message = str(report.value(result, URIRef(_SH + "resultMessage")))
        value = report.value(result, URIRef(_SH + "value"))
        # a count that is wrong has no value; a group has no name that a reader would know
        if value is not None and str(value) not in {focus, v.RDF_NIL} and not str(value).startswith(GENID):
            message += f": `{v.shorten(str(value)) if isinstance(value, URIRef) else value}`"
        yield Problem(message, v.shorten(focus))


@cache
def _shapes_graph(name: str) -> Any:
    import rdflib

    return rdflib.Graph().parse(folder("ontology") / "shapes" / f"{name}.ttl", format="turtle")


def _rdflib(triple: Triple) -> tuple[Any, Any, Any]:
    from rdflib import Literal as RdflibLiteral
    from rdflib import URIRef

    obj = triple.object
    assert isinstance(triple.subject, NamedNode)
    assert isinstance(obj, NamedNode | Literal)
    if isinstance(obj, NamedNode):
        value = URIRef(obj.value)
    else:
        datatype = None if obj.language or obj.datatype.value == XSD_STRING else URIRef(obj.datatype.value)
        value = RdflibLiteral(obj.value, lang=obj.language, datatype=datatype, normalize=False)
    return URIRef(triple.subject.value), URIRef(triple.predicate.value), value


@contextmanager
def _quiet() -> Iterator[None]:
    """rdflib tells the log of every ill-typed literal; here the shapes report them."""
    log = logging.getLogger("rdflib.term")
    before = log.disabled
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = before

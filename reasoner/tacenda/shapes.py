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
XSD_STRING = v.PREFIXES["xsd"] + "string"


def violations(triples: Iterable[Triple], shapes: str, context: Iterable[Triple] = ()) -> list[Problem]:
    """What is wrong with *triples* by the shapes file *shapes*: `norm`, `ontology` or `scenario`.

    *context* is what the shapes may look things up in, chiefly the vocabulary; nothing is asked of it.
    `where` is the short name of the subject that is wrong. Blank nodes must have been named, as `read_turtle` does.
    """
    import pyshacl
    import rdflib

    data = [_rdflib(triple) for triple in triples]
    subjects = {str(subject) for subject, _, _ in data}
    graph = rdflib.Graph()
    with _quiet():
        for triple in (*data, *map(_rdflib, context)):
            graph.add(triple)
        # not pySHACL's `focus_nodes`: it also skips the nested shapes of every other node
        _, report, _ = pyshacl.validate(graph, shacl_graph=_shapes_graph(shapes), inplace=True, do_owl_imports=False)
    return sorted(set(_problems(report, subjects)))


def _problems(report: Any, subjects: set[str]) -> Iterator[Problem]:
    from rdflib import URIRef

    for result in report.objects(None, URIRef(_SH + "result")):
        focus = str(report.value(result, URIRef(_SH + "focusNode")))
        if focus not in subjects:
            continue
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

"""What the endpoint says of itself: a SPARQL 1.1 Service Description, with VoID about the graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from tacenda import vocabulary as v
from tacenda.knowledge import GRAPHS, KnowledgeBase
from tacenda.server.answering import law_names

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_EXAMPLES = ("us-ma:c112-s135B.privilege", "fact:ClientRelationship", "tac:Privilege")
_FORMS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def describe(kb: KnowledgeBase, endpoint: str, scenarios: Mapping[str, int | None], form: str) -> bytes:
    """The description of the service at *endpoint*, in the form of that short name.

    *scenarios* are the graphs that are there beside the law, with the number of their statements where that
    is known already.
    """
    known = {**v.PREFIXES, "sd": _SD, "void": _VOID}
    chosen = _FORMS[form]
    if chosen in (RdfFormat.TURTLE, RdfFormat.RDF_XML):
        return serialize(_triples(kb, endpoint, scenarios), format=chosen, prefixes=known) or b""
    return serialize(_triples(kb, endpoint, scenarios), format=chosen) or b""


def _triples(kb: KnowledgeBase, endpoint: str, scenarios: Mapping[str, int | None]) -> Iterator[Triple]:
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    law = {GRAPHS + name: sum(1 for _ in _quads(kb, name)) for name in law_names(kb)}

    def say(subject: NamedNode | BlankNode, name: str, value: NamedNode | BlankNode | Literal) -> Triple:
        return Triple(subject, NamedNode(name), value)

    yield say(service, v.RDF_TYPE, NamedNode(_SD + "Service"))
    yield say(service, _SD + "endpoint", NamedNode(endpoint))
    yield say(service, _SD + "supportedLanguage", NamedNode(_SD + "SPARQL11Query"))
    for name in _RESULTS:
        yield say(service, _SD + "resultFormat", NamedNode(_FORMATS + name))
    comment = (
        "Queries only. Without protocol parameters, FROM and FROM NAMED, the default graph is the union of the graphs "
        "of the law; scenarios, their conclusions and proofs are named graphs beside it. Those that were posted are "
        "met only by who names them. The prefixes of tacenda need not be declared."
    )
    yield say(service, v.PREFIXES["rdfs"] + "comment", Literal(comment, language="en"))
    yield say(service, _SD + "defaultDataset", dataset)
    yield say(dataset, v.RDF_TYPE, NamedNode(_SD + "Dataset"))
    yield say(dataset, v.RDF_TYPE, NamedNode(_VOID + "Dataset"))
    yield say(dataset, v.DCT_TITLE, Literal("tacenda: confidentiality and privilege in therapy", language="en"))
    yield say(dataset, v.PREFIXES["dcterms"] + "license", NamedNode(_LICENCE))
    yield say(dataset, v.PREFIXES["dcterms"] + "identifier", Literal(f"sha256:{kb.digest}"))
    yield say(dataset, _VOID + "sparqlEndpoint", NamedNode(endpoint))
    yield say(dataset, _VOID + "uriSpace", Literal(v.BASE))
    for vocabulary in (v.BASE, v.PREFIXES["skos"], v.PREFIXES["prov"], v.PREFIXES["dcterms"]):
        yield say(dataset, _VOID + "vocabulary", NamedNode(vocabulary))
    for example in _EXAMPLES:
        yield say(dataset, _VOID + "exampleResource", NamedNode(v.expand(example)))
    yield say(dataset, _VOID + "triples", Literal(sum(law.values())))
    yield say(dataset, _SD + "defaultGraph", default)
    yield say(default, v.RDF_TYPE, NamedNode(_SD + "Graph"))
    yield say(default, _VOID + "triples", Literal(sum(law.values())))
    for number, (graph, count) in enumerate({**law, **scenarios}.items()):
        named, about = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield say(dataset, _SD + "namedGraph", named)
        yield say(named, v.RDF_TYPE, NamedNode(_SD + "NamedGraph"))
        yield say(named, _SD + "name", NamedNode(graph))
        yield say(named, _SD + "graph", about)
        yield say(about, v.RDF_TYPE, NamedNode(_SD + "Graph"))
        if count is not None:
            yield say(about, _VOID + "triples", Literal(count))


def _quads(kb: KnowledgeBase, name: str) -> Iterator[object]:
    return iter(kb.store.quads_for_pattern(None, None, None, NamedNode(GRAPHS + name)))

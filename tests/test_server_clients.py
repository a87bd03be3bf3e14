"""Clients that no one here wrote work against `/sparql` unchanged: Python's, curl, JavaScript's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from serving import GRAPH, Server, serving

PRIVILEGE = "https://w3id.org/tacenda/us-ma/c112-s135B.privilege"
LABEL = "client's privilege for communications with a social worker"
PREFIXES = """PREFIX tac: <https://w3id.org/tacenda/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
SELECT = PREFIXES + f"SELECT ?label {{ <{PRIVILEGE}> rdfs:label ?label }}"
CONSTRUCT = PREFIXES + f"CONSTRUCT {{ <{PRIVILEGE}> rdfs:label ?label }} {{ <{PRIVILEGE}> rdfs:label ?label }}"
TRIPLE = f'<{PRIVILEGE}> <http://www.w3.org/2000/01/rdf-schema#label> "{LABEL}"@en'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def wrapper(server: Server) -> SPARQLWrapper:
    return SPARQLWrapper(f"{server.address}/sparql")


@pytest.mark.parametrize(("method", "request_method"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_sends_a_query_in_each_way(method: str, request_method: str, wrapper: SPARQLWrapper) -> None:
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request_method)
    wrapper.setReturnFormat(JSON)
    wrapper.setQuery(SELECT)
    assert wrapper.queryAndConvert() == {
        "head": {"vars": ["label"]},
        "results": {"bindings": [{"label": {"type": "literal", "value": LABEL, "xml:lang": "en"}}]},
    }


def test_sparqlwrapper_reads_every_form_of_a_table(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery(SELECT)
    wrapper.setReturnFormat(XML)
    assert [text.data for text in wrapper.queryAndConvert().getElementsByTagName("literal")[0].childNodes] == [LABEL]
    wrapper.setReturnFormat(CSV)
    assert wrapper.queryAndConvert().decode() == f"label\r\n{LABEL}\r\n"
    wrapper.setReturnFormat(TSV)
    assert wrapper.queryAndConvert().decode() == f'?label\n"{LABEL}"@en\n'


@pytest.mark.parametrize("form", [TURTLE, N3, XML, JSONLD])
def test_sparqlwrapper_reads_every_form_of_a_graph(form: str, wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery(CONSTRUCT)
    wrapper.setReturnFormat(form)
    found = wrapper.queryAndConvert()
    if isinstance(found, bytes):
        found = Graph().parse(data=found)
    assert [(str(s), str(p), str(o)) for s, p, o in found] == [
        (PRIVILEGE, "http://www.w3.org/2000/01/rdf-schema#label", LABEL)
    ]


def test_sparqlwrapper_names_graphs(wrapper: SPARQLWrapper) -> None:
    wrapper.setReturnFormat(JSON)
    wrapper.addDefaultGraph(f"{GRAPH}us")
    wrapper.setQuery(f"ASK {{ <{PRIVILEGE}> ?p ?o }}")
    assert wrapper.queryAndConvert()["boolean"] is False
    wrapper.addDefaultGraph(f"{GRAPH}us-ma")
    assert wrapper.queryAndConvert()["boolean"] is True


def test_sparqlwrapper_tells_what_is_wrong(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery("SELECT * {")
    with pytest.raises(QueryBadFormed, match=r"query:1:11: not a SPARQL query"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks_as_of_a_store_of_its_own(method: str, server: Server) -> None:
    graph = Graph(SPARQLStore(f"{server.address}/sparql", method=method))
    assert [str(row.label) for row in graph.query(SELECT)] == [LABEL]
    assert graph.query(
        f"ASK {{ <{PRIVILEGE}> a tac:Privilege }}", initNs={"tac": "https://w3id.org/tacenda/"}
    ).askAnswer
    assert str(graph.value(URIRef(PRIVILEGE), URIRef("http://www.w3.org/2000/01/rdf-schema#label"))) == LABEL
    assert [str(o) for _, _, o in graph.query(CONSTRUCT)] == [LABEL]


def test_rdflib_reads_one_graph(server: Server) -> None:
    store = SPARQLStore(f"{server.address}/sparql", context_aware=True)
    ours, federal = (Graph(store, identifier=URIRef(f"{GRAPH}{name}")) for name in ("us-ma", "us"))
    pattern = (URIRef(PRIVILEGE), None, None)
    assert (pattern in ours, pattern in federal) == (True, False)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl(server: Server) -> None:
    def curl(*arguments: str, stdin: str = "") -> str:
        command = ["curl", "--silent", "--show-error", "--fail-with-body", *arguments]
        return subprocess.run(
            command, input=stdin, capture_output=True, encoding="utf-8", timeout=60, check=True
        ).stdout

    address = f"{server.address}/sparql"
    table = f'?label\n"{LABEL}"@en\n'
    tsv = ("-H", "Accept: text/tab-separated-values")
    assert curl(*tsv, "--get", "--data-urlencode", f"query={SELECT}", address) == table
    assert curl(*tsv, "--data-urlencode", f"query={SELECT}", address) == table
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", "@-")
    assert curl(*tsv, *direct, address, stdin=SELECT) == table
    assert curl(*tsv, "--compressed", *direct, address, stdin=SELECT) == table
    triples = curl("-H", "Accept: application/n-triples", *direct, address, stdin=CONSTRUCT)
    assert triples == f"{TRIPLE} .\n"
    assert [str(quad.triple) for quad in parse(curl(address), format=RdfFormat.TURTLE)] != []


SCRIPT = """
import { SparqlEndpointFetcher } from 'fetch-sparql-endpoint';
const [address, select, construct] = process.argv.slice(2);
const fetcher = new SparqlEndpointFetcher();
const all = async stream => { const found = []; for await (const one of stream) found.push(one); return found; };
const rows = await all(await fetcher.fetchBindings(address, select));
const quads = await all(await fetcher.fetchTriples(address, construct));
const yes = await fetcher.fetchAsk(address, 'ASK {}');
let refused = '';
try { await fetcher.fetchAsk(address, 'ASK {'); } catch (error) { refused = error.message; }
const written = quads.map(one => [one.subject, one.predicate, one.object].map(term => term.value));
console.log(JSON.stringify({ rows: rows.map(row => row.label.value), quads: written, yes, refused }));
"""


@pytest.mark.skipif(not (shutil.which("npm") and shutil.which("node")), reason="npm and node are not installed")
def test_a_client_in_javascript(server: Server, tmp_path: Path) -> None:
    install = [
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--silent",
        "--ignore-scripts",
        "fetch-sparql-endpoint@7.2.0",
    ]
    done = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip("npm cannot install fetch-sparql-endpoint here")
    (tmp_path / "ask.mjs").write_text(SCRIPT, encoding="utf-8")
    found = subprocess.run(
        ["node", "ask.mjs", f"{server.address}/sparql", SELECT, CONSTRUCT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout)
    assert told.pop("refused").count("query:1:6: not a SPARQL query") == 1
    assert told == {
        "rows": [LABEL],
        "quads": [[PRIVILEGE, "http://www.w3.org/2000/01/rdf-schema#label", LABEL]],
        "yes": True,
    }

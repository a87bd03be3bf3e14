"""SPARQL over law, scenario and conclusions: what is answered, in which forms, and what is refused."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode

from commands import GOOD, LAW, process
from tacenda.errors import Problem, QueryError
from tacenda.knowledge import KnowledgeBase
from tacenda.queries import parse_query
from tacenda.querytext import refuse_outside, variables
from tacenda.scenario import read_scenario
from tacenda.sparql import Graph, Table, run_query
from tacenda.vocabulary import expand

KB = KnowledgeBase.open("us-zz", folders=(LAW,))


def rows(text: str, **parameters: str) -> list[tuple[str, ...]]:
    found = run_query(KB, parse_query("mine", text), parameters)
    assert isinstance(found, Table)
    return list(found.cells())


def refused(text: str, **parameters: str) -> tuple[Problem, ...]:
    with pytest.raises(QueryError) as raised:
        run_query(KB, parse_query("mine", text), parameters)
    return raised.value.problems


def test_a_query_over_the_law_needs_no_prefixes() -> None:
    assert rows("SELECT ?n ?p { ?n dcterms:source us-zz:s1 ; tac:pinpoint ?p } ORDER BY ?p") == [
        ("us-zz:s1.silence", "(a)"),
        ("us-zz:s1.consent", "(b)"),
        ("us-zz:s1.privilege", "(c)"),
        ("us-zz:s1.examination", "(d)"),
    ]


STAYS_INSIDE = [
    "SELECT * { ?service ?p ?o } LIMIT 1",
    "SELECT * { ?s ?p $service } LIMIT 1",
    "PREFIX ex: <http://x.example/> SELECT * { ?s ex:service ?o }",
    "PREFIX ex: <http://x.example/service#> SELECT * { ?s ex:a ?o }",
    "PREFIX ex: <http://x.example/> SELECT * { ?s ex:a.service ex:LOAD }",
    "SELECT * { ?s <http://x.example/SERVICE> ?o }",
    "SELECT * { ?s ?p 'SERVICE <http://x.example> {}' }",
    'SELECT * { ?s ?p """a "quoted" SERVICE""" }',
    "SELECT * { ?s ?p ?o } LIMIT 1 # SERVICE, LOAD, INSERT",
    "SELECT * { ?s ?p 'x'@service }",
    "SELECT * { _:service ?p ?o } LIMIT 1",
    "SELECT (1 < 2 AS ?less) {}",
    "SELECT ?insert ?add { ?insert ?add ?o } LIMIT 1",
    "SELECT * { ?s ex:add\\#service ?o }".replace("ex:", "tac:"),
]


@pytest.mark.parametrize("text", STAYS_INSIDE)
def test_words_that_only_look_like_reaching_out_are_not_refused(text: str) -> None:
    refuse_outside(text)
    run_query(KB, parse_query("mine", text))


REACHES_OUT = [
    "SELECT * { SERVICE <http://x.example> { ?s ?p ?o } }",
    "SELECT * { service silent <http://x.example> { ?s ?p ?o } }",
    "SELECT * { sErViCe?s{ ?s ?p ?o } }",
    "SELECT * { # a comment\n SERVICE # another\n ?s { ?s ?p ?o } }",
    "SELECT * { #\rSERVICE <http://x.example> { ?s ?p ?o } }",
    "SELECT * { ?a ?b 3SERVICE <http://x.example> { ?s ?p ?o } }",
    "SELECT * { ?a ?b trueSERVICE <http://x.example> { ?s ?p ?o } }",
    "PREFIX ex: <http://x.example/> SELECT * { SERVICEex:a { ?s ?p ?o } }",
    "PREFIX : <http://x.example/> SELECT * { SERVICE:a { ?s ?p ?o } }",
    "SELECT * { ?s tac:a\\#b ?o . SERVICE <http://x.example> { ?s ?p ?o } }",
    "SELECT * { ?s tac:it\\'s ?o . SERVICE <http://x.example> { ?s ?p ?o } # '\n }",
    "SELECT * { ?a <http://x.example/\\u0061#b> ?c . SERVICE <http://x.example> { ?s ?p ?o } }",
    "SELECT * { FILTER(?a<?b)SERVICE#>\n?s { ?s ?p ?o } }",
    "SELECT * { FILTER('a'<'b)>' ) SERVICE ?s { ?s ?p ?o } #'\n }",
    "SELECT * { FILTER(?a<?b#>'''\n) SERVICE ?s { ?s ?p ?o } #'''\n }",
    "PREFIX ex: <http://x.example/> SELECT * { FILTER(1<ex:b)SERVICE#>\n?s { ?s ?p ?o } }",
    "SELECT * { ?a ?b '''x''''SERVICE <http://x.example> { ?s ?p ?o } }",
    "SELECT * { \u017fERVICE <http://x.example> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("text", REACHES_OUT)
def test_service_is_refused_however_it_is_hidden(text: str) -> None:
    with pytest.raises(QueryError) as raised:
        refuse_outside(text)
    assert raised.value.problems[0].message == "`SERVICE` is refused: queries stay in the local store"


@pytest.mark.parametrize(
    "text", ["\\u0053ERVICE <http://x.example> { ?s ?p ?o }", "SERV\\u0049CE <http://x.example> { ?s ?p ?o }"]
)
def test_service_written_in_escapes_is_no_service(text: str) -> None:
    assert refused(f"SELECT * {{ {text} }}")[0].message.startswith(("not a SPARQL query", "`SERVICE` is refused"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("LOAD <http://x.example>", "`LOAD` is refused: queries stay in the local store"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "`INSERT` is refused: only queries are answered, never updates"),
        ("# hidden\ndelete where { ?s ?p ?o }", "`DELETE` is refused: only queries are answered, never updates"),
        ("SELECT * {} ; DROP ALL", "`DROP` is refused: only queries are answered, never updates"),
        ("clear all", "`CLEAR` is refused: only queries are answered, never updates"),
    ],
)
def test_updates_are_refused(text: str, told: str) -> None:
    before = len(KB.store)
    assert [problem.message for problem in refused(text)] == [told]
    assert len(KB.store) == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("SELECT *\nWHER { ?a ?b ?c }", Problem("not a SPARQL query near `?a ?b ?c }`", "mine:2:7")),
        ("SELECT *\n{ ?a ?b ?c", Problem("not a SPARQL query, at or before the end of `{ ?a ?b ?c`", "mine:2:11")),
        (
            "SELECT * { ?a akt:Disclose ?c }",
            Problem("the prefix `akt:` is not declared", "mine:1:15", "did you mean `act:`?"),
        ),
        ("", Problem("the query is empty", "mine")),
    ],
)
def test_a_syntax_error_says_where(text: str, problem: Problem) -> None:
    assert refused(text) == (problem,)


A_WHILE = "SELECT (COUNT(*) AS ?n) { { SELECT ?a { ?a ?b ?c } LIMIT 8000 } { SELECT ?d { ?d ?e ?f } LIMIT 8000 } }"
"""Runs for some seconds and ends, since what was given up goes on in its thread."""

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_the_time_limit_stops_a_query() -> None:
    start = time.monotonic()
    with pytest.raises(QueryError) as raised:
        run_query(KB, parse_query("mine", A_WHILE), seconds=0.2)
    assert time.monotonic() - start < 5
    assert raised.value.problems == (
        Problem("no answer within 0.2 seconds", "mine", "make it more selective, or allow more with `--seconds`"),
    )


def test_the_row_limit_stops_a_query() -> None:
    with pytest.raises(QueryError) as raised:
        run_query(KB, parse_query("mine", "SELECT * { ?a ?b ?c }"), rows=3)
    assert raised.value.problems == (Problem("more than 3 rows", "mine", "add LIMIT, or allow more with `--rows`"),)
    exactly = run_query(KB, parse_query("mine", "SELECT * { ?a ?b ?c } LIMIT 3"), rows=3)
    assert isinstance(exactly, Table)
    assert len(exactly.rows) == 3
    with pytest.raises(QueryError, match="more than 3 rows"):
        run_query(KB, parse_query("mine", "CONSTRUCT WHERE { ?a ?b ?c }"), rows=3)


NORMS = "SELECT ?n { ?n dcterms:source ?source ; a ?kind FILTER(?kind != prov:Entity) } ORDER BY ?n"


def test_a_parameter_is_a_compact_name_a_label_a_jurisdiction_or_a_text() -> None:
    assert rows(NORMS, source="us-zz:s2", kind="tac:Obligation") == [("us-zz:s2.report",)]
    assert rows("SELECT ?n { ?n tac:allOf/rdf:rest*/rdf:first ?fact }", fact="Client  relationship") == rows(
        "SELECT ?n { ?n tac:allOf/rdf:rest*/rdf:first ?fact }", fact="fact:ClientRelationship"
    )
    assert rows("SELECT ?s { ?s tac:jurisdiction ?state } ORDER BY ?s", state="us-zz") == [("us-zz:s1",), ("us-zz:s2",)]
    assert rows("SELECT ?s { ?s tac:citation ?words }", words="nothing") == []
    assert rows("SELECT ?n { ?n tac:pinpoint ?words ; dcterms:source us-zz:s1 }", words="(b)") == [
        ("us-zz:s1.consent",)
    ]


def test_a_parameter_that_the_query_does_not_have_is_told() -> None:
    assert refused(NORMS, sourse="us-zz:s2") == (
        Problem("`mine` has no parameter `sourse`", "", "did you mean `source`?"),
    )
    assert refused(NORMS, source="http://no iri") == (Problem("`http://no iri` is no IRI", "source"),)


def test_a_default_stands_until_a_value_is_given() -> None:
    text = "#+ parameter: source = us-zz:s2\nSELECT ?n { ?n dcterms:source ?source } ORDER BY ?n"
    assert rows(text) == [("us-zz:s2.report",)]
    assert rows(text, source="us-zz:s1")[0] == ("us-zz:s1.consent",)


def test_conclusions_and_proof_are_in_graphs_of_their_own_and_gone_afterwards() -> None:
    scenario, kb = read_scenario(GOOD / "child.yaml", folders=(LAW,))
    before = len(kb.store)
    found = run_query(
        kb,
        parse_query("mine", "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), STR(tac:graph))) }"),
        scenario=scenario,
    )
    assert isinstance(found, Table)
    assert {"scenario", "conclusions", "proof"} <= {cell[0].rpartition(":")[2] for cell in found.cells()}
    governed = run_query(
        kb, parse_query("mine", "SELECT DISTINCT ?n { ?s tac:governedBy ?n } ORDER BY ?n"), scenario=scenario
    )
    assert isinstance(governed, Table)
    assert ("us-zz:s2.report",) in list(governed.cells())
    assert len(kb.store) == before


def test_a_query_about_a_scenario_asks_for_one() -> None:
    assert refused("#+ over: scenario\nSELECT * { ?s ?p ?o }") == (
        Problem("`mine` asks about a scenario", "", "add `--scenario FILE`"),
    )


THREE = 'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (tac:Practice "x, \\"y\\""@en 3) (tac:Court UNDEF true) } }'


def test_a_table_as_csv_and_as_w3c_json() -> None:
    table = run_query(KB, parse_query("mine", THREE))
    assert isinstance(table, Table)
    assert table == Table(
        ("a", "b", "c"),
        (
            (
                NamedNode(expand("tac:Practice")),
                Literal('x, "y"', language="en"),
                Literal("3", datatype=NamedNode(expand("xsd:integer"))),
            ),
            (NamedNode(expand("tac:Court")), None, Literal("true", datatype=NamedNode(expand("xsd:boolean")))),
        ),
    )
    assert table.to_csv() == 'a,b,c\ntac:Practice,"x, ""y""",3\ntac:Court,,true\n'
    assert json.loads(table.to_json()) == {
        "head": {"vars": ["a", "b", "c"]},
        "results": {
            "bindings": [
                {
                    "a": {"type": "uri", "value": expand("tac:Practice")},
                    "b": {"type": "literal", "value": 'x, "y"', "xml:lang": "en"},
                    "c": {"type": "literal", "value": "3", "datatype": expand("xsd:integer")},
                },
                {
                    "a": {"type": "uri", "value": expand("tac:Court")},
                    "c": {"type": "literal", "value": "true", "datatype": expand("xsd:boolean")},
                },
            ]
        },
    }


def test_an_ask_is_answered_yes_or_no() -> None:
    found = run_query(KB, parse_query("mine", "ASK { us-zz:s1 a tac:Statute }"))
    assert isinstance(found, Table)
    assert list(found.cells()) == [("true",)]
    assert json.loads(found.to_json()) == {"head": {}, "boolean": True}


def test_a_graph_as_turtle_and_as_json_ld() -> None:
    found = run_query(
        KB, parse_query("mine", "CONSTRUCT { ?n tac:pinpoint ?p } { ?n tac:pinpoint ?p ; a tac:Obligation }")
    )
    assert isinstance(found, Graph)
    assert found.to_turtle().splitlines()[-1] == 'us-zz:s2.report tac:pinpoint "(a)" .'
    assert json.loads(found.to_json()) == [
        {"@id": expand("us-zz:s2.report"), expand("tac:pinpoint"): [{"@value": "(a)"}]}
    ]


def test_variables_are_those_of_the_code_alone() -> None:
    assert variables("SELECT ?a $b { ?a ?p '?c' ; <http://x/?d> ex:e?f } # ?g") == {"a", "b", "p"} | {"f"}


def test_a_runaway_query_does_not_hold_up_the_end() -> None:
    start = time.monotonic()
    result = process("query", "-", "--seconds", "0.2", "--kb", str(LAW), stdin=ENDLESS.encode())
    assert result.code == 3
    assert result.err.startswith("standard input: no answer within 0.2 seconds")
    assert time.monotonic() - start < 60


def test_the_day_of_a_scenario_is_kept() -> None:
    scenario, kb = read_scenario(GOOD / "child.yaml", folders=(LAW,))
    assert scenario.as_of == date(2026, 11, 22)
    found = run_query(
        kb, parse_query("mine", "SELECT DISTINCT ?day { ?s a tac:Scenario ; tac:asOf ?day }"), scenario=scenario
    )
    assert isinstance(found, Table)
    assert list(found.cells()) == [("2026-11-22",)]

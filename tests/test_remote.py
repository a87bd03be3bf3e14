"""Questions answered by a store elsewhere: the same tables and refusals, and plain words where it fails."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest

from commands import Result, tacenda
from stores import LOGIN, VIRTUOSO, Reply, Request, oxigraph, told, virtuoso
from tacenda.errors import QueryError
from tacenda.queries import library
from tacenda.remote.answers import Question, read_table
from tacenda.remote.connection import Connection
from tacenda.remote.graphs import Case
from tacenda.remote.place import Place
from tacenda.remote.push import Plan, push
from tacenda.sparql import Table
from test_queries import CASES, HERE, law, scenario, settings

JSON = {"Content-Type": "application/sparql-results+json"}
OURS_TOO = [case for case in CASES if not settings(case).get("law")]
"""The questions about the law of Massachusetts; the others are about invented law."""
NOT_ON_VIRTUOSO = {
    "duties-with-a-deadline": "it keeps a duration as a number of seconds",
    "exceptions-to-exceptions": "it writes ? for what is not Latin-1 in a text that is put together",
    "duties-that-may-collide": "it takes minutes over nested EXISTS",
    "why-a-norm-holds": "it cannot plan a selection inside an OPTIONAL of a UNION",
    "what-open-duties-wait-for": "as why-a-norm-holds; it gives a part of the rows",
    "what-was-law-on-a-day": "it gives rows twice when they are ordered by what is not selected",
    "what-turns-on-professional-judgment": "it orders by what is not selected in its own way",
    "norms-left-to-judgment": "it gives a part of what a repeated path of lists reaches",
    "norms-on-which-a-fact-bears": "as norms-left-to-judgment",
    "norms-that-rest-on-other-law": "as norms-left-to-judgment",
    "open-questions-of-law": "as norms-left-to-judgment",
}
SLOW_ON_VIRTUOSO = {
    "permitted-in-practice-yet-privileged-in-court": "it takes seconds, and gives the same table",
    "provisions-that-decide-most": "it takes seconds, and gives the same table",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store with the law of Massachusetts and every scenario that the questions are about, and with noise."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        fill(address)
        noise = '<urn:x> <https://w3id.org/tacenda/words> "noise" .\n'
        headers = {"Content-Type": "application/n-triples"}
        assert httpx.put(f"{Place.of(address).graphs}?default", content=noise, headers=headers).is_success
        assert httpx.put(
            Place.of(address).graphs, params={"graph": "urn:noise"}, content=noise, headers=headers
        ).is_success
        yield address


def fill(address: str, login: str | None = None) -> None:
    with Connection(Place.of(address), login=login) as connection:
        push(connection, everything(), seconds=60)


@cache
def everything() -> Plan:
    """All law, and the scenarios that the questions are about."""
    names = {settings(case).get("scenario") for case in OURS_TOO}
    return Plan.of(law(), [named(name) for name in sorted(filter(None, names))])


@cache
def named(name: str) -> Case:
    return Case.of(f"{name}.yaml", scenario(name))


def case_of(case: str) -> Case | None:
    name = settings(case).get("scenario")
    return named(name) if name else None


def states(case: str) -> list[str]:
    """The jurisdictions whose law a case asks."""
    named = settings(case).get("states", "us-ma")
    return [] if named == "all" else named.split(",")


def answer(connection: Connection, case: str) -> str:
    """What the store answers to the question of a case, as CSV."""
    query, values = library()[case.partition("/")[0]], settings(case).get("parameters", {})
    found = Question.of(law(*states(case)), query, values, case_of(case)).put(connection, seconds=60)
    assert isinstance(found, Table)
    return found.to_csv()


def expected(case: str) -> str:
    return (HERE / f"{case}.csv").read_text("utf-8")


def test_every_question_has_the_same_table_there(store: str) -> None:
    with Connection(Place.of(store)) as connection:
        assert {case: answer(connection, case) for case in OURS_TOO} == {case: expected(case) for case in OURS_TOO}


@pytest.mark.skipif(not VIRTUOSO, reason="Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
def test_most_questions_have_the_same_table_on_virtuoso(tmp_path: Path) -> None:
    questions = {case.partition("/")[0]: case for case in OURS_TOO}  # one case of each
    cases = [case for question, case in questions.items() if question not in {*NOT_ON_VIRTUOSO, *SLOW_ON_VIRTUOSO}]
    with virtuoso(tmp_path) as address, Connection(Place.of(address)) as connection:
        fill(address, LOGIN)
        assert {case: answer(connection, case) for case in cases} == {case: expected(case) for case in cases}
    assert {*NOT_ON_VIRTUOSO, *SLOW_ON_VIRTUOSO} <= set(library())


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("who-cannot-give-up-or-claim-a-privilege", "--format", "csv"), ""),
        (("duties-with-a-deadline", "-p", "provision=us-ma:c119-s51A", "--format", "json"), ""),
        (("where-practice-and-court-differ", "--scenario", "ordinary-therapy", "--format", "csv"), ""),
        (("-", "--format", "json"), "ASK { ?s tac:words ?o }"),
        (("-", "--format", "csv"), "SELECT ?o { us-ma:c119-s51A tac:omits|tac:readOn ?o } ORDER BY ?o"),
        (
            ("-", "--format", "csv"),
            "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/tacenda/graph/us-ma> { ?s ?p ?o } }",
        ),
        (("-", "--format", "csv"), "SELECT DISTINCT ?g { GRAPH ?g { ?s tac:words ?o } } ORDER BY ?g"),
        (("why-a-norm-holds",), ""),
        (("nosuch",), ""),
        (("-",), "SELECT * { ?s tacx:words ?o }"),
        (("-",), "SELECT * WHERE { ?s ?p }"),
        (("-",), "SELECT * { SERVICE <http://x> { ?s ?p ?o } }"),
        (("-",), "DELETE WHERE { ?s ?p ?o }"),
        (("-",), "SELECT * { ?s ?p ?o }"),
        (("-", "--rows", "3"), "SELECT ?s { ?s tac:words ?o } LIMIT 4"),
        (("who-may-assert-each-privilege", "-p", "stat=us"), ""),
        (("who-may-assert-each-privilege", "-p", "state=us-mma"), ""),
    ],
)
def test_the_command_says_there_what_it_says_here(store: str, arguments: tuple[str, ...], text: str) -> None:
    here = tacenda("query", *arguments, stdin=text.encode())
    assert tacenda("query", *arguments, "--endpoint", store, stdin=text.encode()) == here


def test_a_query_that_names_its_graphs_is_about_those(store: str) -> None:
    text = b"SELECT ?o FROM <https://w3id.org/tacenda/graph/us> { ?s tac:code ?o }"
    asked = ("query", "-", "--format", "csv")
    assert tacenda(*asked, stdin=text) == tacenda(*asked, "--endpoint", store, stdin=text) == Result(0, "o\nus\n", "")


def test_a_graph_comes_back_as_a_graph(store: str) -> None:
    text = b"CONSTRUCT { ?n tac:words ?w } { ?n tac:words ?w ; dcterms:source us-ma:c112-s135B }"
    here = tacenda("query", "-", "--format", "ttl", stdin=text)
    there = tacenda("query", "-", "--format", "ttl", "--endpoint", store, stdin=text)
    assert here.code == there.code == 0
    assert sorted(there.out.splitlines()) == sorted(here.out.splitlines())


def test_a_scenario_must_be_there_as_it_is_here(store: str, tmp_path: Path) -> None:
    question = ("query", "where-practice-and-court-differ", "--endpoint", store, "--scenario")
    push_it = f"put it there: tacenda push --endpoint {store} --scenario FILE"
    absent = "danger-to-self"
    assert tacenda(*question, absent) == Result(
        3, "", f"{absent}: the store does not hold this scenario with its conclusions · {push_it}\n"
    )
    changed = tmp_path / "ordinary-therapy.yaml"
    changed.write_text("jurisdiction: us-ma\nas_of: 2026-11-22\nprofessional: psychologist\n")
    assert tacenda(*question, str(changed)) == Result(
        3,
        "",
        f"ordinary-therapy: the store holds another state of this scenario, or its day or law is another · {push_it}\n",
    )


def test_a_store_without_the_law_says_so_and_one_with_another_warns(tmp_path: Path) -> None:
    question = ("query", "who-cannot-give-up-or-claim-a-privilege", "--format", "csv", "--endpoint")
    names = [pack.code for pack in law().packs]
    packs = ", ".join(f"`{name}`" for name in names)
    with oxigraph(tmp_path) as address:
        nothing = tacenda(*question, address)
        with Connection(Place.of(address)) as connection:
            push(connection, Plan.of(law("xx", packs="xx")), seconds=60)
        part = tacenda(*question, address)
        network = {"graph": "https://w3id.org/tacenda/graph/us"}
        headers = {"Content-Type": "application/n-triples"}
        for graph in names:
            network = {"graph": f"https://w3id.org/tacenda/graph/{graph}"}
            httpx.put(Place.of(address).graphs, params=network, content="<urn:x> <urn:y> <urn:z> .", headers=headers)
        other = tacenda(*question, address)
    push_it = f"tacenda push --endpoint {address}"
    missing = f"`ontology`, {packs}, `closure`, `network` missing"
    assert nothing == Result(
        3, "", f"{address}: the store does not hold the law whole: {missing} · put it there: {push_it}\n"
    )
    assert part.err == f"{address}: the store does not hold the law whole: {packs} missing · put it there: {push_it}\n"
    assert other == Result(
        0,
        "citation,pinpoint,immunity,against,holder\n",
        f"{address}: the store holds another law base than the one here, and answers from it · renew it: {push_it}\n",
    )


def one(reply: Reply | None, *, login: str | None = None, seconds: float = 5.0) -> str:
    """What is said of a store that always answers so."""
    with told(lambda _: reply) as (address, _), Connection(Place.of(address), login=login) as connection:
        with pytest.raises(QueryError) as caught:
            read_table(connection, "ASK {}", seconds=seconds)
        return str(caught.value).replace(address, "STORE")


ASKED, A_PART = "a question to the store", "the store gave only a part of the answer"
MORE = "add LIMIT, or let the store give more"
TWO = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}] * 2}}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(400, "line 1: no\nmore"), "STORE: the store refuses (POST, 400: line 1: no)"),
        (Reply(401), "STORE: the store asks who you are (POST, 401) · set TACENDA_AUTH=user:password"),
        (
            Reply(403, "<html><title>x</title><p>Not  you</p></html>"),
            "STORE: the store does not let you do this (POST, 403: Not you)",
        ),
        (
            Reply(404),
            "STORE: nothing is here (POST, 404) · is this the right address? say another with `--endpoint URL`",
        ),
        (
            Reply(405, "no"),
            "STORE: the store does not allow this here (GET, 405: no) · it may be read-only, or this is another of its "
            "addresses: see `--endpoint`",
        ),
        (
            Reply(302, "", {"Location": "http://elsewhere/"}),
            "STORE: the store has moved to http://elsewhere/ (POST, 302)",
        ),
        (Reply(500, "\x1b[31mboom " + "x" * 300), f"STORE: the store failed (POST, 500: \\x1b[31mboom {'x' * 190}…)"),
        (
            Reply(200, '{"head": {}, "boolean": true}', JSON | {"X-SQL-State": "S1TAT"}),
            f"{ASKED}: {A_PART}, 1 row · {MORE}",
        ),
        (Reply(200, json.dumps(TWO), JSON | {"X-SPARQL-MaxRows": "2"}), f"{ASKED}: {A_PART}, 2 rows · {MORE}"),
    ],
)
def test_what_a_store_refuses_is_said_in_plain_words(reply: Reply, said: str) -> None:
    assert one(reply) == said


def test_an_answer_that_is_none() -> None:
    assert one(Reply(200, "<html>", {"Content-Type": "text/html"})).startswith(
        "STORE: the store's answer cannot be read: "
    )


def test_a_password_that_is_not_taken() -> None:
    assert one(Reply(401, "", {"WWW-Authenticate": 'Basic realm="x"'}), login="a:b") == (
        "STORE: the store does not know the user and the password in TACENDA_AUTH (POST, 401)"
    )


def test_one_who_is_asked_says_who_they_are_in_the_way_that_is_asked_for() -> None:
    yes = Reply(200, '{"head": {}, "boolean": true}', JSON)

    def basic(request: Request) -> Reply:
        wanted = "Basic " + base64.b64encode(b"me:se:cret").decode()
        return yes if request.headers.get("authorization") == wanted else Reply(401, "", {"WWW-Authenticate": "Basic"})

    def digest(request: Request) -> Reply:
        way = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
        given = request.headers.get("authorization", "")
        return yes if given.startswith('Digest username="me"') else Reply(401, "", {"WWW-Authenticate": way})

    for answer in (basic, digest):
        with told(answer) as (address, asked), Connection(Place.of(address), login="me:se:cret") as connection:
            assert [read_table(connection, "ASK {}").answer for _ in range(2)] == [True, True]
            assert ["authorization" in request.headers for request in asked] == [False, True, True]


def test_a_busy_store_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tacenda.remote.connection.time.sleep", waited.append)
    replies = iter([Reply(503), None, Reply(200, '{"head": {}, "boolean": false}', JSON)])
    with told(lambda _: next(replies)) as (address, asked), Connection(Place.of(address)) as connection:
        assert read_table(connection, "ASK {}").answer is False
    assert waited == [0.2, 1.0]
    assert len({request.body for request in asked}) == 1
    assert one(Reply(503, "later")) == "STORE: the store failed (POST, 503: later)"
    assert one(None).startswith("STORE: the connection broke off: ")


def test_a_store_that_takes_get_only_is_asked_by_get() -> None:
    def answer(request: Request) -> Reply:
        return Reply(200, '{"head": {}, "boolean": true}', JSON) if request.method == "GET" else Reply(405)

    with told(answer) as (address, asked), Connection(Place.of(address)) as connection:
        assert read_table(connection, "ASK {}", ["urn:a", "urn:b"]).answer is True
    assert asked[-1].path == (
        "/query?query=ASK+%7B%7D&default-graph-uri=urn%3Aa&default-graph-uri=urn%3Ab"
        "&named-graph-uri=urn%3Aa&named-graph-uri=urn%3Ab"
    )


def test_a_store_that_says_nothing_is_not_waited_for_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/query"
        with Connection(Place.of(address)) as connection, pytest.raises(QueryError) as caught:
            read_table(connection, "ASK {}", seconds=0.05)
    assert str(caught.value) == f"{address}: no answer within 0.05 seconds · allow more with `--seconds`"


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    endless = Reply(200, " " * ((1 << 24) + (1 << 13) + 1), JSON)
    with (
        told(lambda _: endless) as (address, _),
        Connection(Place.of(address)) as connection,
        pytest.raises(QueryError) as said,
    ):
        read_table(connection, "ASK {}", rows=1)
    assert str(said.value) == f"{address}: the answer is longer than 16785408 bytes · add LIMIT"


def test_who_one_is_must_be_a_user_and_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACENDA_AUTH", "secret")
    assert tacenda("query", "who-may-assert-each-privilege", "--endpoint", "http://x/query") == Result(
        3, "", "TACENDA_AUTH is not a user and a password · write it as TACENDA_AUTH=user:password\n"
    )

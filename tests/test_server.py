"""What `tacenda serve` promises of itself: limits that hold, scenarios that can be posted, and a quick end."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from commands import ROOT, process, tacenda
from serving import GRAPH, PATIENCE, Server, serving
from tacenda.knowledge import KnowledgeBase
from tacenda.remote.graphs import Case
from tacenda.scenario import read_scenario
from tacenda.server.answering import Job
from tacenda.server.proving import Proof, Prover, proof_of
from tacenda.server.shelf import Shelf

SCENARIO = (ROOT / "kb" / "scenarios" / "suspected-child-abuse.yaml").read_text(encoding="utf-8")
QUICK = "SELECT ?n { ?n a tac:Privilege } ORDER BY ?n LIMIT 1"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
FIRST = "n\r\nhttps://w3id.org/tacenda/us-ca/evid-1014.believed-psychotherapist\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    kept = tmp_path_factory.mktemp("kept")
    with serving("--seconds", "2", "--megabytes", "1", "--scenarios", str(kept)) as running:
        yield running


def test_it_says_where_it_is(server: Server) -> None:
    assert server.said == [
        f"the desk is at {server.address}/",
        f"SPARQL is answered at {server.address}/sparql, scenarios are taken at {server.address}/api/scenarios",
        "Ctrl-C stops it",
    ]


def test_the_page_for_programs_names_every_operation(server: Server) -> None:
    paths = server.request("GET", "/openapi.json").json()["paths"]
    operations = sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)
    assert operations == [
        "DELETE /api/scenarios/{name}",
        "GET /api/scenarios",
        "GET /api/scenarios/{name}",
        "GET /api/scenarios/{name}/assessment",
        "GET /api/scenarios/{name}/{part}",
        "GET /id/{name}",
        "POST /api/assess",
        "POST /api/scenarios",
    ]
    page = server.request("GET", "/api").text
    assert [one for one in operations if f"<code>{one}</code>" not in page] == []


# limits


def test_a_query_past_its_time_is_stopped(server: Server) -> None:
    answer = server.query(SLOW)
    assert (answer.status_code, answer.text) == (
        504,
        "query: no answer within 2 seconds · make it more selective\n",
    )


def test_an_answer_too_large_is_refused_and_never_cut(server: Server) -> None:
    answer = server.query("SELECT * { ?s ?p ?o }")
    assert (answer.status_code, answer.text) == (
        413,
        "query: the answer is larger than 1 MB · add LIMIT, or ask for less\n",
    )


def test_a_request_too_large_is_refused(server: Server) -> None:
    query = b"ASK {} #" + b"x" * 1_000_000
    answer = server.request("POST", "/sparql", content=query, headers={"Content-Type": "application/sparql-query"})
    assert (answer.status_code, answer.text) == (413, "body: the request is larger than 1 MB\n")
    answer = server.request("POST", "/api/assess", content=query)
    assert (answer.status_code, answer.text) == (413, "body: the request is larger than 1 MB\n")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process by its address space")
def test_a_query_that_would_eat_all_memory_leaves_the_server_standing() -> None:
    hungry = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a"
    with serving("--seconds", "50", "--memory", "100") as running:
        answer = running.query(hungry)
        assert (answer.status_code, answer.text) == (
            413,
            "query: the query needs more memory than it may have · make it more selective\n",
        )
        assert running.query(QUICK).text == FIRST


def test_a_flood_of_slow_queries_leaves_the_server_answering(server: Server) -> None:
    async def flood() -> tuple[list[int], list[tuple[int, str]], set[str]]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE, limits=limits) as client:

            async def ask(query: str) -> httpx.Response:
                return await client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})

            slow = [asyncio.create_task(ask(SLOW)) for _ in range(50)]
            quick, statuses = [], []
            while not all(task.done() for task in slow):
                statuses.append((await client.get("/openapi.json")).status_code)
                answer = await ask(QUICK)
                quick.append((answer.status_code, answer.text))
            ended = [task.result() for task in slow]
            assert all("retry-after" in answer.headers for answer in ended if answer.status_code == 503)
            return statuses, quick, {f"{answer.status_code}" for answer in ended}

    with ThreadPoolExecutor(1) as elsewhere:  # a browser that another test left open holds this thread's event loop
        pages, quick, slow = elsewhere.submit(lambda: asyncio.run(flood())).result()
    assert set(pages) == {200}
    assert set(quick) == {(200, FIRST)}
    assert slow == {"503", "504"}
    assert server.query(QUICK).text == FIRST


def test_who_goes_away_frees_what_the_query_held(server: Server) -> None:
    for _ in range(8):
        with pytest.raises(httpx.ReadTimeout):
            server.request("GET", "/sparql", params={"query": SLOW}, timeout=0.1)
    assert server.query(QUICK).text == FIRST


# who may ask


def test_another_name_for_this_machine_is_refused(server: Server) -> None:
    answer = server.request("GET", "/sparql", params={"query": "ASK {}"}, headers={"Host": "rebound.example"})
    assert (answer.status_code, answer.text) == (421, "Host: `rebound.example` is not a name of this server\n")
    for name in ("localhost", "127.0.0.1:80", "[::1]:80", "LOCALHOST:80"):
        answer = server.request("GET", "/sparql", params={"query": "ASK {}"}, headers={"Host": name})
        assert answer.status_code == 200, name


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_pages_of_other_sites_may_not_send_scenarios(headers: dict[str, str], server: Server) -> None:
    for method, path in (("POST", "assess"), ("POST", "scenarios"), ("DELETE", "scenarios/custody-case")):
        answer = server.request(method, f"/api/{path}", content=SCENARIO, headers=headers)
        assert (answer.status_code, answer.text) == (403, "Origin: pages of other sites may not send scenarios\n")
        assert "access-control-allow-origin" not in answer.headers
    assert server.request("POST", "/api/assess", content=SCENARIO, headers={"Origin": server.address}).is_success


# scenarios


def test_a_scenario_put_to_the_law(server: Server) -> None:
    answer = server.request("POST", "/api/assess", content=SCENARIO)
    asked = tacenda("ask", "suspected-child-abuse", "--format", "json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == json.loads(asked.out)


def test_what_stands_in_the_address_takes_the_place_of_what_the_scenario_says(server: Server) -> None:
    where = {"as_of": "1995-03-01", "closed": "true", "context": "court", "in": "us"}
    answer = server.request("POST", "/api/assess", content=SCENARIO, params=where).json()
    assert (answer["as_of"], answer["closed"], answer["jurisdictions"]) == ("1995-03-01", True, ["us"])
    assert [part["context"] for part in answer["contexts"]] == ["court"]


FORMS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


def test_conclusions_and_proof_as_rdf(server: Server) -> None:
    """What an unnamed scenario comes to is what one that is held comes to, under another name."""
    answer = server.request("POST", "/api/assess", content=SCENARIO, headers={"Accept": "application/trig"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/trig")
    server.request("POST", "/api/scenarios", content=SCENARIO, params={"name": "scenario"})
    parts = ("statements", "conclusions", "proof")
    graphs = dict(zip(parts, (f"{GRAPH}{part}/scenario" for part in ("scenario", *parts[1:])), strict=True))
    named: dict[str, set[Any]] = {graph: set() for graph in graphs.values()}
    for quad in parse(answer.content, format=RdfFormat.TRIG):
        assert isinstance(quad.graph_name, NamedNode)
        named[quad.graph_name.value].add(quad.triple)
    for part, graph in graphs.items():
        for media, form in FORMS.items():
            found = server.request("GET", f"/api/scenarios/scenario/{part}", headers={"Accept": media})
            assert found.headers["content-type"].partition(";")[0] == media
            assert {quad.triple for quad in parse(found.content, format=form)} == named[graph]
    assert server.request("GET", "/api/scenarios/scenario/proof", headers={"Accept": "text/csv"}).status_code == 406
    server.request("DELETE", "/api/scenarios/scenario")


@pytest.mark.parametrize(
    ("media", "text"),
    [
        ("application/yaml", "jurisdiction: us-ma\nas_of: 2026-01-01\nfacts:\n  - client relationship\n"),
        ("text/plain", "jurisdiction: us-ma\nas_of: 2026-01-01\nfacts:\n  - client relationship\n"),
        ("application/json", '{"jurisdiction": "us-ma", "as_of": "2026-01-01", "facts": ["client relationship"]}'),
        ("application/ld+json", '{"jurisdiction": "us-ma", "as_of": "2026-01-01", "facts": ["client relationship"]}'),
        ("", '{"jurisdiction": "us-ma", "as_of": "2026-01-01", "facts": ["client relationship"]}'),
    ],
)
def test_every_form_of_a_scenario(media: str, text: str, server: Server) -> None:
    headers = {"Content-Type": media} if media else {}
    answer = server.request("POST", "/api/assess", content=text, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["as_of"] == "2026-01-01"


MISTAKES: list[tuple[str, dict[str, str], int, list[tuple[str, str, str]]]] = [
    (
        "jurisdiction: us-ma\nfacts:\n  - clint relationship\n  - client consents in writting\n",
        {},
        422,
        [
            ("scenario:3", "unknown fact `clint relationship`", "did you mean `client relationship`?"),
            ("scenario:4", "unknown fact `client consents in writting`", "did you mean `client consents in writing`?"),
        ],
    ),
    ("", {}, 422, [("scenario", "the file is empty", "")]),
    ("[1,", {}, 422, [("scenario:1", "not JSON: expecting value", "")]),
    (SCENARIO, {"as_of": "soon"}, 422, [("as_of", "`soon` is not a date", "as in 2026-11-22")]),
    (SCENARIO, {"context": "bar"}, 400, [("context", "input should be 'practice', 'court' or ''", "")]),
    (SCENARIO, {"in": "us-maa"}, 422, [("", "unknown jurisdiction `us-maa`", "did you mean `us-ma`?")]),
]


@pytest.mark.parametrize(("text", "where", "status", "problems"), MISTAKES)
def test_a_mistake_is_told_in_one_shape(
    text: str, where: dict[str, str], status: int, problems: list[tuple[str, str, str]], server: Server
) -> None:
    answer = server.request("POST", "/api/assess", content=text, params=where, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert [(one["where"], one["message"], one["hint"]) for one in told["problems"]] == problems
    assert (told["status"], told["type"]) == (status, "about:blank")


def test_text_that_is_not_utf_8(server: Server) -> None:
    answer = server.request("POST", "/api/assess", content=SCENARIO.encode("utf-16"))
    assert (answer.status_code, answer.text) == (400, "scenario: not UTF-8 text · send it as UTF-8\n")


def test_a_posted_scenario_can_be_asked_about_until_it_is_forgotten(server: Server) -> None:
    posted = server.request("POST", "/api/scenarios", content=SCENARIO, params={"name": "mine"})
    address = f"{server.address}/api/scenarios/mine"
    assert (posted.status_code, posted.headers["location"]) == (201, address)
    graphs = {
        "statements": f"{GRAPH}scenario/mine",
        "conclusions": f"{GRAPH}conclusions/mine",
        "proof": f"{GRAPH}proof/mine",
    }
    assert posted.json() == {
        "name": "mine",
        "title": "A client tells her clinical social worker that her brother beats his son",
        "jurisdiction": "us-ma",
        "as_of": "2026-11-22",
        "origin": "posted",
        "address": address,
        "assessment": f"{address}/assessment",
        "graphs": graphs,
    }
    assert server.request("GET", "/api/scenarios/mine").json() == {**posted.json(), "text": SCENARIO}
    counts = {}
    for part, graph in graphs.items():
        answer = server.request("GET", f"/api/scenarios/mine/{part}", headers={"Accept": "application/n-triples"})
        counts[graph] = len({*answer.text.splitlines()})
    assert 0 not in counts.values()
    assert _counted(server, graphs.values()) == counts
    assessed = server.request("GET", "/api/scenarios/mine/assessment")
    assert assessed.json() == server.request("POST", "/api/assess", content=SCENARIO).json()
    assert server.request("DELETE", "/api/scenarios/mine").status_code == 204
    assert _counted(server, graphs.values()) == {}
    gone = server.request("GET", "/api/scenarios/mine")
    assert gone.status_code == 404


def _counted(server: Server, graphs: Iterable[str]) -> dict[str, int]:
    """How many statements there are in each of some graphs, as every process that answers queries sees it."""
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    seen = []
    for _ in range(6):
        answer = server.query(query, **{"named-graph-uri": list(graphs)})
        assert answer.status_code == 200, answer.text
        seen.append({row.split(",")[0]: int(row.split(",")[1]) for row in answer.text.splitlines()[1:]})
    assert all(one == seen[0] for one in seen)
    return seen[0]


def test_who_does_not_name_a_posted_scenario_does_not_meet_it(server: Server) -> None:
    """Nor does a page of another site that guesses its name."""
    server.request("POST", "/api/scenarios", content=SCENARIO, params={"name": "secret"})
    server.request("GET", "/api/scenarios/secret/statements")
    graph = f"{GRAPH}scenario/secret"
    naming = f"ASK {{ GRAPH <{graph}> {{ ?s a tac:Scenario }} }}"
    asked = [
        ({"query": naming}, {}),
        ({"query": f"ASK FROM <{graph}> {{ ?s a tac:Scenario }}"}, {}),
        ({"query": "ASK { ?s a tac:Scenario }", "default-graph-uri": graph}, {}),
        ({"query": naming.replace("secret", "s\\u0065cret")}, {}),
        ({"query": naming}, {"Origin": server.address}),
        ({"query": naming}, {"Origin": "https://elsewhere.example"}),
        ({"query": f"ASK FROM <{graph}> {{ ?s a tac:Scenario }}"}, {"Origin": "https://elsewhere.example"}),
        ({"query": "ASK { ?s a tac:Scenario }", "default-graph-uri": graph}, {"Origin": "null"}),
    ]
    found = [
        server.request("GET", "/sparql", params=params, headers={"Accept": "text/csv", **headers}).text
        for params, headers in asked
    ]
    assert found == ["true", "true", "true", "true", "true", "false", "false", "false"]
    assert "secret" not in server.request("GET", "/sparql").text
    server.request("DELETE", "/api/scenarios/secret")


def test_what_everybody_has_is_proved_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = ROOT / "kb" / "scenarios" / "suspected-child-abuse.yaml"
    scenario, kb = read_scenario(path)
    case = Case.of(path.name, scenario)
    assert len(kb.store) > 0
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    own = proof_of(kb, case)
    assert list(tmp_path.rglob("*.*")) == []
    assert proof_of(kb, case, is_public=True) == own
    (kept,) = tmp_path.rglob("*.*")
    with monkeypatch.context() as patch:
        patch.delattr(Case, "proved")
        assert proof_of(kb, case, is_public=True) == own
    kept.write_bytes(b"not what was written")
    assert proof_of(kb, case, is_public=True) == own
    assert kept.read_bytes() != b"not what was written"


class Waiting(Prover):
    """One that proves nothing."""

    def __init__(self) -> None:
        pass

    def prove(self, case: Case, path: Path | None = None, *, among: int = 1, is_public: bool = False) -> Future[Proof]:
        return Future()


def test_the_scenarios_that_a_query_is_about(tmp_path: Path) -> None:
    shelf = Shelf(KnowledgeBase.open(), tmp_path, Waiting(), keep=tmp_path)
    shelf.fill()
    shipped = sorted(path.stem for path in (ROOT / "kb" / "scenarios").glob("*.yaml"))
    shelf.add(SCENARIO, "posted-one")
    shelf.add(SCENARIO, "kept-one", keep=True)
    own = f"<{GRAPH}proof/posted-one>"

    def about(query: str, of_others: bool = False, **graphs: tuple[str, ...]) -> list[str]:
        return [held.name for held in shelf.meant(Job(query, **graphs), of_others=of_others)]

    assert about("ASK { ?s ?p ?o }") == []
    assert about("ASK { GRAPH us:x { ?s ?p ?o } }") == []
    assert about("ASK { GRAPH ?g { ?s ?p ?o } }") == [*shipped, "kept-one"]
    assert about("ASK { GRAPH ?g { ?s ?p ?o } }", of_others=True) == shipped
    assert about(f"ASK {{ GRAPH {own} {{ ?s ?p ?o }} }}") == ["posted-one"]
    assert about(f"ASK {{ GRAPH {own} {{ ?s ?p ?o }} }}", of_others=True) == []
    assert about(f"ASK FROM NAMED {own} {{ GRAPH ?g {{ ?s ?p ?o }} }}") == ["posted-one"]
    assert about("ASK { GRAPH ?g { ?s ?p ?o } }", named_graphs=(f"{GRAPH}proof/kept-one",)) == ["kept-one"]
    assert about(f"PREFIX c: <{GRAPH}proof/> ASK {{ GRAPH c:kept\\-one {{ ?s ?p ?o }} }}") == ["kept-one"]


def test_who_does_not_name_a_scenario_gets_a_name_that_cannot_be_guessed(server: Server) -> None:
    names = [server.request("POST", "/api/scenarios", content=SCENARIO).json()["name"] for _ in range(2)]
    assert names[0] != names[1]
    listed = [one["name"] for one in server.request("GET", "/api/scenarios").json()]
    assert not {*names} & {*listed}
    for name in names:
        assert server.request("DELETE", f"/api/scenarios/{name}").status_code == 204


@pytest.mark.parametrize("name", ["../x", "a/b", "x.yaml", "%2e%2e", "a b", "-x", "é"])
def test_a_name_never_leads_out_of_the_folder(name: str, server: Server) -> None:
    answer = server.request("POST", "/api/scenarios", content=SCENARIO, params={"name": name, "keep": "true"})
    problem = f"name: `{name}` is no name · letters, digits, - and _, at most 80\n"
    assert (answer.status_code, answer.text) == (422, problem)


def test_what_comes_with_tacenda_stays(server: Server) -> None:
    answer = server.request("DELETE", "/api/scenarios/custody-case")
    assert (answer.status_code, answer.text) == (422, "name: `custody-case` comes with tacenda, and stays\n")
    answer = server.request("POST", "/api/scenarios", content=SCENARIO, params={"name": "custody-case"})
    assert (answer.status_code, answer.text) == (422, "name: `custody-case` comes with tacenda, and stays as it is\n")


def test_a_scenario_is_kept_only_when_asked(tmp_path: Path) -> None:
    with serving("--scenarios", str(tmp_path)) as first:
        for name, keep in (("kept", "true"), ("passing", "false")):
            where = {"name": name, "keep": keep}
            assert first.request("POST", "/api/scenarios", content=SCENARIO, params=where).status_code == 201
        assert [path.name for path in tmp_path.iterdir()] == ["kept.yaml"]
        assert (tmp_path / "kept.yaml").read_text(encoding="utf-8") == SCENARIO
        assert first.stop() == (0, "stopped\n")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.yaml"]
    with serving("--scenarios", str(tmp_path)) as second:
        answer = second.request("GET", "/api/scenarios/kept")
        assert (answer.status_code, answer.json()["origin"]) == (200, "kept")
        assert second.request("DELETE", "/api/scenarios/kept").status_code == 204
        assert list(tmp_path.iterdir()) == []


def test_a_server_without_a_folder_keeps_nothing() -> None:
    with serving() as running:
        answer = running.request("POST", "/api/scenarios", content=SCENARIO, params={"keep": "true"})
        assert (answer.status_code, answer.text) == (
            422,
            "keep: this server keeps no scenarios · start it with `tacenda serve --scenarios FOLDER`\n",
        )


# beginning and end


def test_ctrl_c_stops_it_at_once_with_queries_running() -> None:
    with serving("--seconds", "600") as running, socket.create_connection(("127.0.0.1", _port(running))) as asking:
        query = httpx.QueryParams({"query": SLOW})
        asking.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert running.query(QUICK).text == FIRST
        began = time.monotonic()
        assert running.stop() == (0, "stopped\n")
        assert time.monotonic() - began < 10
        assert _children_of(running.running.pid) == []


def _port(server: Server) -> int:
    return int(server.address.rpartition(":")[2])


def _children_of(pid: int) -> list[str]:
    """Processes that a server has left behind: those that still run its code with its id as a parent's."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.split()


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = process("serve", "--port", str(port))
    assert (result.code, result.out) == (3, "")
    before, _, hint = result.err.partition(" · ")
    assert before == f"127.0.0.1:{port}: something answers there already"
    free = int(hint.rpartition(" ")[2])
    assert hint == f"port {free} is free: --port {free}\n"


def test_an_address_that_is_not_here() -> None:
    result = process("serve", "--host", "192.0.2.1", "--port", "0")
    assert (result.code, result.out) == (3, "")
    assert (
        result.err == "192.0.2.1:0: cannot answer there: cannot assign requested address · name another with `--port`\n"
    )


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    missing = os.path.relpath(tmp_path / "none")
    result = process("serve", "--scenarios", missing)
    assert result.code == 3
    assert result.err == f"{missing}: no such folder · make it first\n"

"""Law, scenarios and conclusions put into real stores, and the rules of inference run there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Quad, RdfFormat, Triple, parse

from commands import CHILD, GOOD, LAW, OURS, Result, tacenda
from stores import LOGIN, VIRTUOSO, Reply, Request, oxigraph, told, virtuoso
from tacenda.errors import QueryError
from tacenda.inference import infer, stages
from tacenda.knowledge import GRAPHS, KnowledgeBase
from tacenda.proof import prove
from tacenda.queries import Query
from tacenda.remote.connection import Connection
from tacenda.remote.graphs import Case
from tacenda.remote.holdings import CATALOGUE, Holding, holdings
from tacenda.remote.place import Place
from tacenda.remote.push import Plan, Reasoning, push
from tacenda.remote.rules import as_update
from tacenda.resources import folder
from tacenda.scenario import read_scenario

SCENARIOS = folder("kb") / "scenarios"
Told = dict[str, frozenset[Triple]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        yield address


@pytest.fixture(scope="module")
def law() -> KnowledgeBase:
    return KnowledgeBase.open("us-zz", folders=[LAW])


def case_in(path: Path) -> Case:
    return Case.of(str(path), read_scenario(path, folders=(LAW,))[0])


def planned(plan: Plan) -> Told:
    """What is sent, graph by graph."""
    return {
        content.graph: frozenset(quad.triple for quad in parse(content.text, RdfFormat.N_TRIPLES))
        for content in plan.contents
    }


def held(store: str, graphs: Told, login: httpx.Auth | None = None) -> Told:
    """What a store has in these graphs, read by the Graph Store Protocol."""
    place, headers = Place.of(store).graphs, {"Accept": "application/n-triples"}
    found = {}
    for graph in graphs:
        read = httpx.get(place, params={"graph": graph}, headers=headers, auth=login, timeout=60)
        found[graph] = frozenset(quad.triple for quad in parse(read.content, RdfFormat.N_TRIPLES))
    return found


def pushed(store: str, plan: Plan, login: str | None = None) -> dict[str, int]:
    with Connection(Place.of(store), login=login) as connection:
        return push(connection, plan, seconds=60)


def test_the_graphs_are_those_of_the_embedded_store(law: KnowledgeBase) -> None:
    case = case_in(GOOD / "child.yaml")
    here = {graph.rpartition("/graph/")[2]: triples for graph, triples in planned(Plan.of(law, [case])).items()}
    quads = [*law.store, *prove(law, case.scenario)]
    assert here == {
        f"{name}/child" if name in ("scenario", "conclusions", "proof") else name: triples
        for name, triples in by_graph(quads).items()
    }


def by_graph(quads: list[Quad]) -> Told:
    found: dict[str, set[Triple]] = {}
    for quad in quads:
        found.setdefault(str(quad.graph_name)[1:-1].removeprefix(GRAPHS), set()).add(quad.triple)
    return {graph: frozenset(triples) for graph, triples in found.items()}


def test_a_push_makes_each_graph_what_it_is_here_and_a_second_changes_nothing(store: str, law: KnowledgeBase) -> None:
    first = Plan.of(law, [case_in(GOOD / "every-key.yaml")])
    other = Plan.of(law, [case_in(GOOD / "child.yaml"), case_in(GOOD / "every-key.yaml")])
    assert pushed(store, first) == {graph: len(triples) for graph, triples in planned(first).items()}
    assert pushed(store, other) == {graph: len(triples) for graph, triples in planned(other).items()}
    everything = planned(other)
    once = held(store, everything)
    assert once == everything
    pushed(store, other)
    assert held(store, everything) == once


def test_what_was_there_before_is_replaced(store: str, law: KnowledgeBase) -> None:
    graph = GRAPHS + "closure"
    stale = '<urn:x> <urn:y> "was true once" .\n'
    headers = {"Content-Type": "application/n-triples"}
    httpx.put(Place.of(store).graphs, params={"graph": graph}, content=stale, headers=headers)
    plan = Plan.of(law)
    pushed(store, plan)
    assert held(store, {graph: frozenset()}) == {graph: planned(plan)[graph]}


def test_every_rule_runs_in_the_store(store: str, law: KnowledgeBase) -> None:
    """The network, the conclusions and the proofs are drawn there, and are those of the embedded engine."""
    cases = [case_in(GOOD / "child.yaml"), case_in(GOOD / "every-key.yaml")]
    here = planned(Plan.of(law, cases))
    assert pushed(store, Plan.of(law, cases, Reasoning.THERE)) == {graph: len(told) for graph, told in here.items()}
    assert held(store, here) == here


def test_the_law_of_a_state_is_reasoned_about_in_the_store(store: str) -> None:
    path = SCENARIOS / "custody-case.yaml"
    scenario, kb = read_scenario(path)
    case = Case.of(str(path), replace(scenario, context="court"))
    pushed(store, Plan.of(kb))
    sent = Plan.of(kb, [case], Reasoning.THERE, with_law=False)
    assert [content.graph for content in sent.contents] == list(case.graphs)
    pushed(store, sent)
    here = planned(Plan.of(kb, [case], with_law=False))
    assert held(store, here) == here
    assert {quad.triple for quad in infer(kb, case.scenario).derived} == here[case.graphs[1]]


@pytest.mark.skipif(not VIRTUOSO, reason="Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
def test_virtuoso_takes_the_law_and_runs_the_rules(tmp_path: Path, law: KnowledgeBase) -> None:
    case = case_in(GOOD / "every-key.yaml")
    here = planned(Plan.of(law, [case]))
    with virtuoso(tmp_path) as address:
        with pytest.raises(QueryError, match="the store asks who you are"):
            pushed(address, Plan.of(law))
        with pytest.raises(QueryError, match="does not know the user and the password"):
            pushed(address, Plan.of(law), "dba:guessed")
        found = pushed(address, Plan.of(law, [case], Reasoning.THERE), LOGIN)
        assert found == {graph: len(triples) for graph, triples in here.items()}
        there = held(address, here, httpx.DigestAuth(*LOGIN.split(":")))
    assert {graph: plain(triples) for graph, triples in there.items()} == {
        graph: plain(triples) for graph, triples in here.items()
    }


def plain(triples: frozenset[Triple]) -> set[tuple[str, ...]]:
    """Statements without what Virtuoso writes in its own way: durations in seconds, and 1 for true."""
    return {
        (str(triple.subject), str(triple.predicate), "…" if "XMLSchema#" in str(triple.object) else str(triple.object))
        for triple in triples
    }


def test_the_catalogue_lists_what_was_put_whole(store: str, law: KnowledgeBase) -> None:
    case = case_in(GOOD / "child.yaml")
    plan = Plan.of(law, [case], Reasoning.NOWHERE)
    pushed(store, plan)
    with Connection(Place.of(store)) as connection:
        found = holdings(connection, 10)
    sizes = {content.graph: content.statements for content in plan.contents}
    wanted = {graph: Holding(law.digest, size) for graph, size in sizes.items() if graph not in case.graphs}
    wanted[case.graphs[0]] = Holding(case.digest(law), sizes[case.graphs[0]])
    assert {graph: holding for graph, holding in found.items() if graph in sizes} == wanted


def test_a_push_that_breaks_off_is_seen(law: KnowledgeBase) -> None:
    put: list[tuple[str, bytes]] = []

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            return Reply(200, EMPTY, {"Content-Type": "application/sparql-results+json"})
        put.append((request.path, request.body))
        return Reply(507 if request.path.endswith("network") else 204)

    with told(answer) as (address, _), pytest.raises(QueryError, match="the store failed"):
        pushed(address, Plan.of(law))
    names = [path.rpartition("graph%2F")[2] for path, _ in put]
    assert names == ["catalogue", "ontology", "us-zz", "closure", "network"]
    assert put[0][1] == b""


EMPTY = '{"head": {"vars": ["graph", "digest", "statements"]}, "results": {"bindings": []}}'


def test_what_is_too_large_is_sent_in_pieces(law: KnowledgeBase) -> None:
    """Only what the store takes counts: first one that replaces, then those that add."""
    taken: dict[str, bytes] = {}

    def answer(request: Request) -> Reply:
        if request.path == "/query":
            return Reply(200, EMPTY, {"Content-Type": "application/sparql-results+json"})
        if len(request.body) > 200_000:
            return Reply(413, "too much at once")
        taken[request.path] = (taken[request.path] if request.method == "POST" else b"") + request.body
        return Reply(204)

    plan = Plan.of(law)
    with told(answer) as (address, asked):
        pushed(address, plan)
    graphs = {path.rpartition("graph%2F")[2]: text for path, text in taken.items()}
    assert {GRAPHS + name: text for name, text in graphs.items() if name != "catalogue"} == {
        content.graph: content.text for content in plan.contents
    }
    assert max(len(request.body) for request in asked if request.method == "POST") <= 200_000


@pytest.mark.parametrize(
    ("endpoint", "update", "graphs"),
    [
        ("http://x:7878/query", "http://x:7878/update", "http://x:7878/store"),
        ("https://x/sparql", "https://x/sparql-auth", "https://x/sparql-graph-crud-auth"),
        ("http://x/ds", "http://x/ds/update", "http://x/ds/data"),
        ("http://x/ds/query", "http://x/ds/update", "http://x/ds/data"),
        ("http://x/repositories/r", "http://x/repositories/r/statements", "http://x/repositories/r/rdf-graphs/service"),
        (
            "http://x/rdf4j-server/repositories/r",
            "http://x/rdf4j-server/repositories/r/statements",
            "http://x/rdf4j-server/repositories/r/rdf-graphs/service",
        ),
        ("http://x/a/b/c", "", ""),
    ],
)
def test_the_addresses_of_known_stores(endpoint: str, update: str, graphs: str) -> None:
    assert Place.of(endpoint) == Place(endpoint, update, graphs)
    assert Place.of(endpoint, "http://u", "http://g") == Place(endpoint, "http://u", "http://g")


@pytest.mark.parametrize("part", ["prepare", "reason", "prove"])
def test_every_rule_can_be_told_as_an_update(part: str) -> None:
    rules = [rule for stage in stages(part) for rule in stage]
    texts = {rule.name: as_update(rule, "urn:target", ["urn:a", "urn:b"]) for rule in rules}
    missing = [
        name
        for name, text in texts.items()
        if "INSERT { GRAPH <urn:target> {" not in text or "USING <urn:a>\nUSING <urn:b>\nWHERE" not in text
    ]
    assert missing == []


def test_what_is_no_rule_is_not_run() -> None:
    with pytest.raises(QueryError, match="x: a rule of inference is CONSTRUCT"):
        as_update(Query("x", "SELECT * WHERE { ?a ?b ?c }"), "urn:target", [])


def rows(result: Result) -> list[dict[str, object]]:
    assert result.code == 0, result.err
    found: list[dict[str, object]] = json.loads(result.out)
    return found


def test_the_command(tmp_path: Path) -> None:
    with oxigraph(tmp_path) as address:
        sent = ("push", "--endpoint", address, "--scenario", CHILD, *OURS)
        refused = tacenda(*sent, "--no-law")
        assert refused == Result(
            3, "", f"{address}: the store does not hold this law whole · push it too, without `--no-law`\n"
        )
        dry = rows(tacenda(*sent, "--dry-run"))
        names = [str(row["graph"]).removeprefix(GRAPHS) for row in dry]
        assert names == [
            *("ontology", *sorted(path.parent.name for path in folder("kb").glob("*/jurisdiction.ttl")), "us-zz"),
            *("closure", "network"),
            *("scenario/child", "conclusions/child", "proof/child"),
        ]
        assert rows(tacenda(*sent)) == dry
        assert rows(tacenda(*sent, "--no-law")) == dry[-3:]
    text = tacenda(*sent, "--dry-run", "--format", "text").out.splitlines()
    assert [line.split()[0].replace(",", "") for line in text] == [str(row["statements"]) for row in dry]
    assert [line.split()[-1] for line in text] == [row["graph"] for row in dry]


def test_nothing_is_sent_for_a_trial() -> None:
    with told(lambda _: Reply(204)) as (address, asked):
        assert rows(tacenda("push", "--endpoint", address, "--dry-run", *OURS))
        assert asked == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--endpoint", "localhost:7878"], 3, "`localhost:7878` is no address of a store"),
        (["--endpoint", "http://x:99999/"], 3, "`http://x:99999/` is no address of a store"),
        (
            ["--endpoint", "http://me:secret@x/ds"],
            3,
            "has no user and no password in it · set TACENDA_AUTH=user:password",
        ),
        ([], 2, "tacenda push: missing option `--endpoint` · see `tacenda push --help`"),
        (["--endpoint", "http://x/ds", "--reason", "ther"], 2, "`ther` is not known · did you mean `there`?"),
        (["--endpoint", "http://x/ds", "--reason", "prolog"], 2, "write here, there or nowhere"),
        (["--endpoint", "http://x/ds", "--no-law"], 2, "nothing is left to push"),
        (["--endpoint", "http://x/ds", "--scenario", "nosuch"], 3, "no file and no scenario that comes with tacenda"),
        (
            ["--endpoint", "http://x/ds", "--dry-run", "--scenario", CHILD, "--scenario", str(GOOD / "child.json")],
            3,
            f"the graphs of this scenario would be those of `{CHILD}` too · give the file another name",
        ),
        (["--endpoint", "http://127.0.0.1:1/query"], 3, "http://127.0.0.1:1/query: no store answers here: "),
        (["--endpoint", "http://127.0.0.1:1/query", "--graphs", "store"], 3, "`store` is no address of a store"),
    ],
)
def test_mistakes(arguments: list[str], code: int, message: str) -> None:
    result = tacenda("push", *arguments, *OURS)
    assert (result.code, result.out) == (code, "")
    assert message in result.err
    assert result.err.count("\n") == 1
    assert "secret" not in result.err


def test_a_scenario_that_contradicts_itself_is_not_sent(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        "jurisdiction: us-zz\nas_of: 2026-11-22\nfacts: [client relationship]\nnot: [client relationship]\n"
    )
    with told(lambda _: Reply(204)) as (address, asked):
        result = tacenda("push", "--endpoint", address, "--scenario", str(wrong), *OURS)
        assert asked == []
    assert result.code == 3
    assert "the scenario contradicts itself" in result.err


def test_no_graph_is_called_what_the_catalogue_is(law: KnowledgeBase) -> None:
    assert CATALOGUE not in planned(Plan.of(law, [case_in(GOOD / "child.yaml")]))

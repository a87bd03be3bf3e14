"""Rule graphs: what is in them, what holds in them, and the formats they are carried in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tacenda
from commands import GOOD, LAW
from strategies import LAWS, knowledge_base, scenarios
from strategies import law as random_law
from tacenda import vocabulary as v
from tacenda.assessment import Assessment, assess
from tacenda.graph import RuleGraph, ladder, proof_graph, rule_graph
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm, Operand, Status
from tacenda.resources import folder
from tacenda.scenario import read_scenario

Golden = Callable[[str, str], None]
RULES = ("defeats", "lifts")
MEMBERS = {"needs": "all_of", "needs any of": "any_of", "fails if": "none_of"}


@cache
def law(*codes: str) -> KnowledgeBase:
    return KnowledgeBase.open(*codes, folders=[LAW] if codes == ("us-zz",) else [])


@cache
def child() -> Assessment:
    scenario, kb = read_scenario(GOOD / "child.yaml", folders=(LAW,))
    return assess(kb, scenario)


@cache
def shipped(name: str) -> Assessment:
    return tacenda.ask(name, as_of=date(2026, 11, 22))


def made_up(scope: str, *, told: bool) -> RuleGraph:
    """A graph of the made-up law, with or without what holds in a scenario."""
    kb, assessment = (child().kb, child()) if told else (law("us-zz"), None)
    return {
        "provision": lambda: rule_graph(kb, pack="us-zz", provision="s1", assessment=assessment),
        "norm": lambda: rule_graph(kb, norm="us-zz:s2.report", assessment=assessment),
        "ladder": lambda: ladder(kb, "us-zz:s1.silence", assessment),
        "proof": lambda: proof_graph(child(), "act:ReportToChildProtection"),
    }[scope]()


@pytest.mark.parametrize(
    ("scope", "told"), [("provision", False), ("provision", True), ("norm", True), ("ladder", True), ("proof", True)]
)
def test_a_small_graph_in_the_formats_that_are_text(scope: str, told: bool, golden: Golden) -> None:
    graph = made_up(scope, told=told)
    name = f"graph/{scope}{'-told' if told else ''}"
    golden(f"{name}.dot", graph.to_dot())
    golden(f"{name}.mmd", graph.to_mermaid())
    golden(f"{name}.json", json.dumps(graph.to_cytoscape(), indent=1, ensure_ascii=False) + "\n")


def content(network: object) -> tuple[dict[str, dict[str, str]], set[tuple[str, str, str]]]:
    """The nodes with all that is said of them, and the relations."""
    assert isinstance(network, networkx.DiGraph)
    nodes = {name: {key: data[key] for key in data if key != "label"} for name, data in network.nodes(data=True)}
    return nodes, {(one, other, data["relation"]) for one, other, data in network.edges(data=True)}


@pytest.mark.parametrize("scope", ["provision", "proof"])
def test_networkx_reads_what_is_written(scope: str) -> None:
    graph = made_up(scope, told=True)
    assert content(networkx.read_graphml(io.BytesIO(graph.to_graphml().encode()), force_multigraph=True)) == content(
        graph.network
    )
    read = networkx.read_gexf(io.BytesIO(graph.to_gexf().encode()))
    assert content(read) == content(graph.network)
    assert {name: data["label"] for name, data in read.nodes(data=True)} == {
        name: data["label"] for name, data in graph.network.nodes(data=True)
    }


def test_what_is_written_is_the_same_on_every_day() -> None:
    assert "lastmodifieddate" not in made_up("provision", told=False).to_gexf()


def stated(graph: RuleGraph, name: str) -> Operand:
    """The operand that a node and what lies below it stand for."""
    data = graph.network.nodes[name]
    if data["kind"] == "Condition":
        return Condition("", **members(graph, name))
    if data["kind"] == "Some norm":
        about = [other for _, other, relation in graph.network.out_edges(name, keys=True) if relation == "about act"]
        return KindHolds("", data["label"].split()[1].capitalize().rstrip(":"), v.expand(about[0]) if about else None)
    return str(data["iri"])


def members(graph: RuleGraph, name: str) -> dict[str, tuple[Operand, ...]]:
    found: dict[str, list[Operand]] = {}
    for _, other, relation in graph.network.out_edges(name, keys=True):
        if relation in MEMBERS:
            found.setdefault(MEMBERS[relation], []).append(stated(graph, other))
    return {key: tuple(operands) for key, operands in found.items()}


def plain(operand: Operand) -> object:
    """An operand without the names of its groups, its members in a fixed order, each once."""
    if isinstance(operand, Condition):
        lists = (operand.all_of, operand.any_of, operand.none_of)
        return tuple(tuple(sorted(set(map(plain, members)), key=repr)) for members in lists)
    return (operand.kind, operand.act) if isinstance(operand, KindHolds) else operand


@pytest.mark.parametrize("code", ["us", "us-ma"])
def test_a_pack_is_drawn_as_the_law_is(code: str) -> None:
    """Every norm is there, with its whole condition, and every relation to another norm or to people."""
    kb = law("us-ma")
    graph = rule_graph(kb, pack=code)
    inside = [norm for norm in kb.norms.values() if kb.sources[norm.source].jurisdiction == code]
    nodes = graph.network.nodes
    assert {name for name in nodes if nodes[name]["detail"] == "full"} == {v.shorten(norm.iri) for norm in inside}
    for norm in inside:
        name = v.shorten(norm.iri)
        assert (nodes[name]["kind"], nodes[name]["label"]) == (norm.kind, norm.label)
        assert (nodes[name]["words"], nodes[name]["citation"]) == (norm.words, kb.cite(norm))
        assert plain(Condition("", **members(graph, name))) == plain(norm.condition), name
        assert set(others(graph, name)) == set(relations(norm)), name
    expected = {
        (v.shorten(one.iri), v.shorten(iri), verb)
        for one in kb.norms.values()
        for verb in RULES
        for iri in getattr(one, verb)
        if iri in kb.norms and (one in inside or kb.norms[iri] in inside)
    }
    assert {edge for edge in graph.network.edges(keys=True) if edge[2] in RULES} == expected


def others(graph: RuleGraph, name: str) -> Iterator[tuple[str, str]]:
    for _, other, relation in graph.network.out_edges(name, keys=True):
        if relation not in (*MEMBERS, *RULES, "displaces every"):
            yield relation, other


def relations(norm: Norm) -> Iterator[tuple[str, str]]:
    """What a norm is related to besides facts and norms."""
    yield "rests on", v.shorten(norm.source)
    if norm.act:
        yield "about act", v.shorten(norm.act)
    for leaf in norm.discharge.leaves() if norm.discharge else ():
        if leaf != norm.act:
            yield "fulfilled by", v.shorten(str(leaf))
    for relation, iris in (
        ("binds", norm.binds),
        ("held by", norm.holder),
        ("borne by", norm.bearer),
        ("asserted by", norm.asserted_by),
        ("waived by", norm.waived_by),
        ("made to", norm.recipient),
    ):
        yield from ((relation, v.shorten(iri)) for iri in iris)


@pytest.mark.parametrize("name", sorted(path.stem for path in (folder("kb") / "scenarios").glob("*.yaml")))
def test_states_are_those_of_the_assessment(name: str) -> None:
    assessment = shipped(name)
    for answer in assessment.contexts:
        graph = rule_graph(assessment.kb, assessment=assessment, context=answer.context)
        truths = {True: "holds", None: "open"}
        for node, data in graph.network.nodes(data=True):
            truth = answer.view.truth(data["iri"]) if data["iri"] else None
            if data["kind"] in v.NORM_KINDS and data["iri"] not in answer.view.reached:
                assert data["state"] == "out of reach", node
            elif data["kind"] in v.NORM_KINDS:
                assert data["state"] == truths.get(truth, data["state"]), node
                assert truth is not False or data["state"] in ("defeated", "does not hold"), node
            elif data["kind"] in ("Fact", "Open question"):
                assert data["state"] == {True: "true", False: "false", None: "unknown"}[truth], node
            elif data["kind"] == "Act":
                statuses = [one.status.value for one in answer.positions if one.act == data["iri"]]
                assert data["state"] == (statuses[0] if statuses else ""), node


def test_a_defeated_norm_says_by_what() -> None:
    scenario, kb = read_scenario(GOOD / "child.yaml", folders=(LAW,))
    told = tacenda.suppose(kb, scenario, true=["client consents in writing"])
    graph = rule_graph(kb, pack="us-zz", provision="s1", assessment=assess(kb, told), context="practice")
    silence = graph.network.nodes["us-zz:s1.silence"]
    assert (silence["state"], silence["state_note"]) == ("defeated", "by Z.C. § 1(b)")


@pytest.mark.parametrize("name", ["suspected-child-abuse", "condition-put-in-issue", "written-consent"])
def test_a_proof_holds_every_norm_that_the_answer_rests_on(name: str) -> None:
    assessment = shipped(name)
    for answer in assessment.contexts:
        for position in answer.positions:
            if position.is_broad:
                continue
            graph = proof_graph(assessment, position.act, answer.context)
            network = graph.network
            end = f"{position.status.value} {v.shorten(position.act)}"
            is_open = position.status is Status.UNSETTLED
            says = "may say so" if is_open else "says so"
            speaking = {one for one, _, relation in network.in_edges(end, keys=True) if relation == says}
            assert speaking == {v.shorten(norm.iri) for norm in position.because}
            assert {v.shorten(norm.iri) for norm in position.proof()} <= set(network)
            for one in position.because:
                reasons = members(graph, v.shorten(one.iri))
                truths = {
                    network.nodes[v.shorten(str(leaf))]["state"]
                    for leaf in reasons.get("all_of", ())
                    if isinstance(leaf, str)
                }
                # an open norm shows what is unknown, or, where its exceptions alone are open, all that is met
                assert truths <= {"true", "holds"} or (is_open and truths <= {"unknown", "open"})


def test_a_proof_shows_of_an_exception_that_fails_why_it_does() -> None:
    graph = proof_graph(shipped("condition-put-in-issue"), "act:DiscloseInCourt")
    exception = "us-ma:c112-s135B.after-death"
    assert graph.title == "UNSETTLED in court: disclose the communication in the proceeding"
    assert graph.network.nodes[exception]["state"] == "does not hold"
    assert [
        (other, graph.network.nodes[other]["state"])
        for _, other, relation in graph.network.out_edges(exception, keys=True)
        if relation == "needs"
    ] == [("fact:ProceedingAfterDeath", "false")]
    assert graph.network.nodes["fact:JudgeFindsJusticeOutweighsRelationship"]["state_note"] == "the answer turns on it"


@pytest.mark.parametrize("name", ["suspected-child-abuse", "condition-put-in-issue"])
def test_current_reaches_a_norm_just_when_it_holds(name: str) -> None:
    assessment = shipped(name)
    for answer in assessment.contexts:
        for norm, holds in answer.norms:
            circuit = ladder(assessment.kb, norm.iri, assessment, answer.context).circuit
            assert circuit.passes is holds, norm.iri


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.integers(0, LAWS - 1), st.data())
def test_whatever_the_law_is_the_picture_tells_the_answer(seed: int, data: st.DataObject) -> None:
    """On random law: current gets through just where a norm holds, and a proof rests on what the answer rests on."""
    kb = knowledge_base(seed)
    assessment = assess(kb, data.draw(scenarios(random_law(seed))))
    for answer in assessment.contexts:
        for norm, holds in answer.norms:
            assert ladder(kb, norm.iri, assessment, answer.context).circuit.passes is holds, norm.iri
        for position in answer.positions:
            network = proof_graph(assessment, position.act, answer.context).network
            assert {v.shorten(norm.iri) for norm in position.proof()} <= set(network)
            said = {data["state"] for _, data in network.nodes(data=True) if data["kind"] == "Position"}
            assert said == {position.status.value}


def test_what_lies_around_a_norm_grows_by_steps() -> None:
    kb = law("us-ma")

    def full(distance: int) -> list[str]:
        network = rule_graph(kb, norm="us-ma:c112-s135B.continues-in-hospital", distance=distance).network
        return [name for name, data in network.nodes(data=True) if data["detail"] == "full"]

    assert full(0) == ["us-ma:c112-s135B.continues-in-hospital"]
    assert full(1) == ["us-ma:c112-s135B.continues-in-hospital", "us-ma:c112-s135B.hospital-or-imminent-danger"]
    assert "us-ma:c112-s135B.privilege" in full(2)


def test_what_is_about_an_act_includes_what_is_about_every_wider_act() -> None:
    network = rule_graph(law("us-zz"), about="act:ReportToChildProtection").network
    assert [name for name, data in network.nodes(data=True) if data["detail"] == "full"] == [
        "us-zz:s1.silence",
        "us-zz:s2.report",
    ]

"""Conclusions and proof as RDF: what the rules of inference wrote down, with the words that decide."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from tacenda import vocabulary as v
from tacenda.assessment import Assessment
from tacenda.inference import PROOF_GRAPH, SCENARIO_GRAPH, Conclusions, infer
from tacenda.inference import prove as proved
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.scenario import brought_under
from tacenda.terms import value_of
from tacenda.turtle import GENID

_INNER = {v.tac("satisfies"), v.tac("fails"), v.tac("reaches")}


def prove(kb: KnowledgeBase, scenario: Scenario, conclusions: Conclusions | None = None) -> list[Quad]:
    """The scenario, its conclusions and its proof, each statement in its named graph.

    Without *conclusions* the rules of inference draw them, which writes down every step in between too.
    """
    if (narrower := kb.under(scenario.jurisdiction)) is not kb:
        scenario, _ = brought_under(kb, scenario, scenario.jurisdiction)
        kb = narrower
    return [*heading(kb, scenario), *proved(kb, scenario, conclusions or infer(kb, scenario))]


def to_turtle(assessment: Assessment) -> str:
    """The scenario, the conclusions and the proof of an assessment as Turtle.

    What only serves the rules (which groups of conditions are satisfied) is left out.
    """
    kb = assessment.kb
    triples = dict.fromkeys(
        quad.triple
        for quad in prove(kb, assessment.scenario, assessment.conclusions)
        if quad.predicate.value not in _INNER and not _is_plumbing(quad.triple)
    )
    prefixes = {name: iri for name, iri in v.PREFIXES.items() if name not in ("owl", "skos", "rdfs")}
    prefixes |= {pack.code: f"{v.BASE}{pack.code}/" for pack in kb.packs}
    text = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes)
    assert text is not None
    return text.decode()


def heading(kb: KnowledgeBase, scenario: Scenario) -> list[Quad]:
    """What the scenario is called, and which law its proof rests on."""
    node = NamedNode(scenario.iri)
    law = NamedNode(f"urn:sha256:{kb.digest}")
    quads = [Quad(node, NamedNode(v.RDF_TYPE), NamedNode(v.tac("Scenario")), SCENARIO_GRAPH)]
    if scenario.title:
        quads.append(Quad(node, NamedNode(v.DCT_TITLE), Literal(scenario.title), SCENARIO_GRAPH))
    run = NamedNode(f"{scenario.iri}#reasoning")
    quads.append(Quad(run, NamedNode(v.PREFIXES["prov"] + "used"), law, PROOF_GRAPH))
    return quads


def _is_plumbing(triple: Triple) -> bool:
    return any(value_of(term).startswith(GENID) for term in (triple.subject, triple.object))

"""Scenario files checked: reading, vocabulary and contradictions, and then the SHACL shapes, all problems at once."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from tacenda import vocabulary as v
from tacenda.errors import Problem, ScenarioError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.scenario import read_scenario
from tacenda.shapes import violations


def validate_scenario(path: Path | str, text: str | None = None, folders: tuple[Path, ...] = ()) -> list[Problem]:
    """Everything that is wrong with a scenario; nothing when it can be asked about.

    Raises `SourceError` when the file cannot be read at all.
    """
    try:
        scenario, kb = read_scenario(path, text, folders=folders)
    except ScenarioError as error:
        return list(error.problems)
    found = violations(scenario_triples(kb, scenario), "scenario", context=kb.vocabulary())
    return [Problem(problem.message, scenario.where, problem.hint) for problem in found]


def scenario_triples(kb: KnowledgeBase, scenario: Scenario) -> list[Triple]:
    """A scenario as RDF: its facts as types, what it denies, its roles, its place and date."""
    node = NamedNode(scenario.iri)
    xsd = v.PREFIXES["xsd"]

    def say(predicate: str, value: NamedNode | Literal) -> Triple:
        return Triple(node, NamedNode(predicate), value)

    triples = [
        say(v.RDF_TYPE, NamedNode(v.tac("Scenario"))),
        say(v.tac("jurisdiction"), NamedNode(kb.pack(scenario.jurisdiction).iri)),
        say(v.tac("closed"), Literal(scenario.closed)),
        *(say(v.RDF_TYPE, NamedNode(fact)) for fact in scenario.facts),
        *(say(v.tac("excludes"), NamedNode(fact)) for fact in scenario.excluded),
    ]
    if scenario.title:
        triples.append(say(v.DCT_TITLE, Literal(scenario.title)))
    if scenario.as_of:
        triples.append(say(v.tac("asOf"), Literal(scenario.as_of.isoformat(), datatype=NamedNode(xsd + "date"))))
    if scenario.context:
        triples.append(say(v.tac("context"), NamedNode(v.CONTEXTS[scenario.context])))
    for key, code in scenario.places.items():
        triples.append(say(v.PLACES[key][0], NamedNode(kb.pack(code).iri)))
    for role, kind in scenario.role_values().items():
        player = NamedNode(f"{scenario.iri}#{role}")
        triples.append(say(v.ROLE_PROPERTIES[role], player))
        triples.append(Triple(player, NamedNode(v.RDF_TYPE), NamedNode(kind)))
    return triples

"""The OWL + SPARQL engine: the rules in `queries/inference/reason/`, set at a time, to a fixpoint.

A scenario becomes one situation a context. True is `rdf:type` for a fact and `tac:governedBy` for a norm; known
false is `tac:excludes` and `tac:notGovernedBy`; neither is unknown. Every rule only adds, and what it adds never
takes away the ground of what another added, so the result is the least fixpoint in the information order
(Fitting, A Kripke-Kleene semantics for logic programs, 1985), whatever the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from tacenda import vocabulary as v
from tacenda.errors import Problem, ScenarioError
from tacenda.knowledge import GRAPHS, KnowledgeBase
from tacenda.model import Scenario, Truth
from tacenda.queries import Query, rules
from tacenda.scenario import refuse_contradictions
from tacenda.terms import in_graph, value_of

SCENARIO_GRAPH = NamedNode(GRAPHS + "scenario")
CONCLUSIONS_GRAPH = NamedNode(GRAPHS + "conclusions")
PROOF_GRAPH = NamedNode(GRAPHS + "proof")

_TRUE = [v.RDF_TYPE, v.tac("governedBy"), v.tac("satisfies")]
_FALSE = [v.tac("excludes"), v.tac("notGovernedBy"), v.tac("fails")]
_VERDICTS = {
    "required": ("requires", "doesNotRequire"),
    "forbidden": ("forbids", "doesNotForbid"),
    "privileged": ("privileges", "doesNotPrivilege"),
    "limited": ("limits", "doesNotLimit"),
}


@dataclass(frozen=True, slots=True)
class Correlative:
    """The other side of a norm that holds: a claim for a duty, a liability for a power, and so on."""

    kind: str
    holder: str
    against: str
    act: str
    norm: str


@dataclass(frozen=True)
class View:
    """What is known of a scenario in one context: the true and the false, everything else unknown."""

    context: str
    situation: str
    true: frozenset[str]
    false: frozenset[str]
    reached: frozenset[str]
    verdicts: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    correlatives: tuple[Correlative, ...] = ()

    def truth(self, iri: str) -> Truth:
        """The truth of a fact, norm, condition or application."""
        return True if iri in self.true else False if iri in self.false else None

    def verdict(self, name: str, act: str) -> Truth:
        """Whether the act is `required`, `forbidden`, `privileged` or `limited`."""
        yes, no = self.verdicts[name]
        return True if act in yes else False if act in no else None


@dataclass(frozen=True)
class Conclusions:
    """A view for each context asked about, and the triples that say the same."""

    views: tuple[View, ...]
    given: tuple[Quad, ...]
    derived: tuple[Quad, ...]


def infer(kb: KnowledgeBase, scenario: Scenario, *, prove: bool = False) -> Conclusions:
    """Everything that follows from the law and the scenario, by the rules of inference; with *prove*, the proof too.

    Raises `ScenarioError` when the scenario has no date or its statements contradict each other.
    """
    refuse_contradictions(kb.taxonomy, scenario)
    contexts = [scenario.context] if scenario.context else list(v.CONTEXTS)
    situations = {context: f"{scenario.iri}#{context}" for context in contexts}
    given = [quad for context in contexts for quad in _situation(kb, scenario, context, situations[context])]
    store = kb.store
    store.extend(given)
    try:
        _run(store, stages("reason"), CONCLUSIONS_GRAPH)
        derived = list(store.quads_for_pattern(None, None, None, CONCLUSIONS_GRAPH))
        if prove:
            _run(store, stages("prove"), PROOF_GRAPH)
            derived += store.quads_for_pattern(None, None, None, PROOF_GRAPH)
    finally:
        for graph in (SCENARIO_GRAPH, CONCLUSIONS_GRAPH, PROOF_GRAPH):
            store.remove_graph(graph)
    about: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, obj, _ in [*given, *derived]:
        about.setdefault(value_of(subject), {}).setdefault(predicate.value, []).append(value_of(obj))
    views = tuple(_view(kb, context, situations[context], about) for context in contexts)
    return Conclusions(views, tuple(given), tuple(derived))


@cache
def stages(part: str) -> tuple[tuple[Query, ...], ...]:
    """The rules of a part in order; rules that repeat together form one stage."""
    found = rules(part)
    groups = groupby(found, key=lambda rule: rule.name[0] if "#+ repeat:" in rule.text else rule.name)
    return tuple(tuple(group) for _, group in groups)


def _run(store: Store, ordered: Sequence[Sequence[Query]], graph: NamedNode) -> None:
    """Run the stages in order; a stage that repeats runs until no rule of it finds anything that is not there yet."""
    for stage in ordered:
        repeats = "#+ repeat:" in stage[0].text
        additions, settled, pending = 0, dict[str, int](), True
        while pending:
            pending = False
            for rule in stage:
                if settled.get(rule.name) == additions:
                    continue  # nothing was added since this rule last found nothing
                triples = cast("Iterable[Triple]", store.query(rule.text, use_default_graph_as_union=True))
                found = [in_graph(triple, graph) for triple in triples]
                store.extend(found)
                if found:
                    additions += 1
                    pending = repeats
                else:
                    settled[rule.name] = additions


def _situation(kb: KnowledgeBase, scenario: Scenario, context: str, iri: str) -> list[Quad]:
    if scenario.as_of is None:
        raise ScenarioError(Problem("say on which day the law is asked about: `as_of`", scenario.where))
    node = NamedNode(iri)
    xsd = v.PREFIXES["xsd"]
    about: list[tuple[str, NamedNode | Literal | BlankNode]] = [
        (v.RDF_TYPE, NamedNode(v.tac("Situation"))),
        (v.tac("viewOf"), NamedNode(scenario.iri)),
        (v.tac("context"), NamedNode(v.CONTEXTS[context])),
        (v.tac("jurisdiction"), NamedNode(kb.pack(scenario.jurisdiction).iri)),
        (v.tac("asOf"), Literal(scenario.as_of.isoformat(), datatype=NamedNode(xsd + "date"))),
        *((v.RDF_TYPE, NamedNode(fact)) for fact in scenario.facts),
        *((v.tac("excludes"), NamedNode(fact)) for fact in scenario.excluded),
    ]
    if scenario.closed:
        about.append((v.tac("closed"), Literal(True)))
    quads = [Quad(node, NamedNode(predicate), value, SCENARIO_GRAPH) for predicate, value in about]
    for role, kind in scenario.role_values().items():
        player = NamedNode(f"{iri}-{role}")
        quads.append(Quad(node, NamedNode(v.ROLE_PROPERTIES[role]), player, SCENARIO_GRAPH))
        quads.append(Quad(player, NamedNode(v.RDF_TYPE), NamedNode(kind), SCENARIO_GRAPH))
    return quads


def _view(kb: KnowledgeBase, context: str, situation: str, about: Mapping[str, Mapping[str, Sequence[str]]]) -> View:
    """The view of one situation, out of what is said *about* each subject, by predicate."""
    found = about[situation]
    verdicts = {
        name: (frozenset(found.get(v.tac(yes), ())), frozenset(found.get(v.tac(no), ())))
        for name, (yes, no) in _VERDICTS.items()
    }
    false = frozenset().union(*(found.get(predicate, ()) for predicate in _FALSE))
    # the rules pass over the applications of a norm that does not hold: none of them reaches an act
    applied = (application for (norm, _), application in kb.network.applications.items() if norm in false)
    return View(
        context=context,
        situation=situation,
        true=frozenset().union(*(found.get(predicate, ()) for predicate in _TRUE)),
        false=false.union(applied),
        reached=frozenset(found.get(v.tac("reaches"), ())),
        verdicts=verdicts,
        correlatives=_correlatives(situation, about),
    )


def _correlatives(situation: str, about: Mapping[str, Mapping[str, Sequence[str]]]) -> tuple[Correlative, ...]:
    """The derived Hohfeldian positions of a situation, in a fixed order."""
    derived = (
        Correlative(
            kind=facts[v.RDF_TYPE][-1].rpartition("/")[2],
            holder=facts[v.tac("holder")][-1],
            against=facts[v.tac("against")][-1],
            act=facts[v.tac("act")][-1],
            norm=facts[v.PREFIXES["prov"] + "wasDerivedFrom"][-1],
        )
        for facts in about.values()
        if v.tac("against") in facts and facts[v.tac("inSituation")][-1] == situation
    )
    return tuple(sorted(derived, key=lambda c: (c.norm, c.kind, c.holder, c.against)))

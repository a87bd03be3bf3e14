"""The OWL + SPARQL engine: the rules in `queries/inference/reason/`, set at a time, to a fixpoint.

A scenario becomes one situation a context. True is `rdf:type` for a fact and `tac:governedBy` for a norm; known
false is `tac:excludes` and `tac:notGovernedBy`; neither is unknown. Every rule only adds, and what it adds never
takes away the ground of what another added, so the result is the least fixpoint in the information order
(Fitting, A Kripke-Kleene semantics for logic programs, 1985), whatever the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
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
VERDICTS = {
    "required": ("requires", "doesNotRequire"),
    "forbidden": ("forbids", "doesNotForbid"),
    "privileged": ("privileges", "doesNotPrivilege"),
    "limited": ("limits", "doesNotLimit"),
}
"""What may be said of an act, with the names by which the rules say that it is so and that it is not."""


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
    """What is known of a scenario in one context."""

    context: str
    situation: str
    reached: frozenset[str]
    """The norms whose place, setting and date are the scenario's."""
    truths: Mapping[str, Truth] = field(repr=False)
    """The truth of facts, norms, conditions and applications, and, as `required` and an act, of verdicts."""
    derive: Callable[[], Iterable[Correlative]] = field(repr=False, compare=False)

    def truth(self, iri: str) -> Truth:
        """The truth of a fact, norm, condition or application."""
        return self.truths.get(iri)

    def verdict(self, name: str, act: str) -> Truth:
        """Whether the act is `required`, `forbidden`, `privileged` or `limited`."""
        return self.truths.get(f"{name} {act}")

    @cached_property
    def correlatives(self) -> tuple[Correlative, ...]:
        """The derived Hohfeldian positions, in a fixed order."""
        return tuple(sorted(self.derive(), key=lambda c: (c.norm, c.kind, c.holder, c.against)))


@dataclass(frozen=True)
class Conclusions:
    """A view for each context asked about, and how to write what they say as statements."""

    views: tuple[View, ...]
    write: Callable[[], Iterable[Quad]] = field(repr=False, compare=False)

    @cached_property
    def derived(self) -> tuple[Quad, ...]:
        """The conclusions as statements, without those that the scenario makes itself."""
        return tuple(self.write())


def infer(kb: KnowledgeBase, scenario: Scenario) -> Conclusions:
    """Everything that follows from the law and the scenario, by the rules of inference.

    Raises `ScenarioError` when the scenario has no date or its statements contradict each other.
    """
    refuse_contradictions(kb.taxonomy, scenario)
    given = situations(kb, scenario)
    derived = _added(kb.store, given, "reason", CONCLUSIONS_GRAPH)
    about: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, obj, _ in [*given, *derived]:
        about.setdefault(value_of(subject), {}).setdefault(predicate.value, []).append(value_of(obj))
    views = tuple(_view(kb, context, situation_of(scenario, context), about) for context in contexts_of(scenario))
    return Conclusions(views, lambda: derived)


def prove(kb: KnowledgeBase, scenario: Scenario, conclusions: Conclusions) -> list[Quad]:
    """The scenario, its conclusions and the proof of them, each statement in its named graph."""
    known = [*situations(kb, scenario), *conclusions.derived]
    return [*known, *_added(kb.store, known, "prove", PROOF_GRAPH)]


def _added(store: Store, known: Iterable[Quad], part: str, graph: NamedNode) -> list[Quad]:
    """What the rules of a part add to what is *known*; the store is left as it was."""
    store.extend(known)
    try:
        _run(store, stages(part), graph)
        return list(store.quads_for_pattern(None, None, None, graph))
    finally:
        for one in (SCENARIO_GRAPH, CONCLUSIONS_GRAPH, PROOF_GRAPH):
            store.remove_graph(one)


def contexts_of(scenario: Scenario) -> tuple[str, ...]:
    """The contexts that a scenario asks about."""
    return (scenario.context,) if scenario.context else tuple(v.CONTEXTS)


def situation_of(scenario: Scenario, context: str) -> str:
    """The IRI of a scenario as seen in a context."""
    return f"{scenario.iri}#{context}"


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


def situations(kb: KnowledgeBase, scenario: Scenario) -> list[Quad]:
    """What a scenario states, as statements about one situation a context."""
    return [quad for context in contexts_of(scenario) for quad in _situation(kb, scenario, context)]


def _situation(kb: KnowledgeBase, scenario: Scenario, context: str) -> list[Quad]:
    iri = situation_of(scenario, context)
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
    false = frozenset().union(*(found.get(predicate, ()) for predicate in _FALSE))
    truths: dict[str, Truth] = dict.fromkeys(false, False)
    # the rules pass over the applications of a norm that does not hold: none of them reaches an act
    truths |= {application: False for (norm, _), application in kb.network.applications.items() if norm in false}
    for predicate in _TRUE:
        truths |= dict.fromkeys(found.get(predicate, ()), True)
    for name, predicates in VERDICTS.items():
        for predicate, value in zip(predicates, (True, False), strict=True):
            truths |= {f"{name} {act}": value for act in found.get(v.tac(predicate), ())}
    return View(
        context=context,
        situation=situation,
        reached=frozenset(found.get(v.tac("reaches"), ())),
        truths=truths,
        derive=lambda: _correlatives(situation, about),
    )


def _correlatives(situation: str, about: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterable[Correlative]:
    """The derived Hohfeldian positions of a situation."""
    return (
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

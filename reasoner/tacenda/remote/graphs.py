"""The named graphs of a law base and of scenarios, as a store elsewhere holds them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from tacenda import vocabulary as v
from tacenda.inference import CONCLUSIONS_GRAPH, PROOF_GRAPH, SCENARIO_GRAPH, situations
from tacenda.knowledge import GRAPHS, KnowledgeBase
from tacenda.model import Scenario
from tacenda.proof import heading, prove

NETWORK = GRAPHS + "network"
_OWN = (SCENARIO_GRAPH, CONCLUSIONS_GRAPH, PROOF_GRAPH)
_DAYS = {v.tac("firstDay"), v.tac("lastDay")}


@dataclass(frozen=True)
class Content:
    """A graph with all its statements as N-Triples."""

    graph: str
    statements: int
    text: bytes

    @classmethod
    def of(cls, graph: str, triples: Iterable[Triple]) -> Content:
        """The graph with these statements, each once."""
        once = dict.fromkeys(triples)
        return cls(graph, len(once), serialize(once, format=RdfFormat.N_TRIPLES) or b"")


@dataclass(frozen=True)
class Case:
    """A scenario under a name of its own, so that many can lie side by side in one store.

    >>> from datetime import date
    >>> Case.of("child abuse.yaml", Scenario(jurisdiction="us-ma", as_of=date(2026, 1, 1))).graphs[1]
    'https://w3id.org/tacenda/graph/conclusions/child-abuse'
    """

    name: str
    scenario: Scenario

    @classmethod
    def of(cls, path: str, scenario: Scenario) -> Case:
        """The scenario of a file, named after it."""
        stem = re.sub(r"\.[^.]*$", "", path.replace("\\", "/").rpartition("/")[2])
        name = re.sub(r"[^\w-]+", "-", stem).strip("-") or "scenario"
        return cls(name, replace(scenario, iri=f"{v.BASE}scenario/{name}"))

    @cached_property
    def graphs(self) -> tuple[str, str, str]:
        """The names of its graphs: what it states, what follows, and the proof."""
        states, follows, proof = (f"{graph.value}/{self.name}" for graph in _OWN)
        return states, follows, proof

    def stated(self, kb: KnowledgeBase) -> list[Content]:
        """What the scenario states, and the heading of a proof, before any rule has run."""
        return self._contents([*heading(kb, self.scenario), *situations(kb, self.scenario)])

    def proved(self, kb: KnowledgeBase) -> list[Content]:
        """What the scenario states, what follows from it, and the proof."""
        return self._contents(prove(kb, self.scenario))

    def digest(self, kb: KnowledgeBase) -> str:
        """A fingerprint of the scenario and of the law that it is put to."""
        lines = sorted(f"{quad.graph_name} {quad.triple}" for quad in situations(kb, self.scenario))
        title = self.scenario.title or ""
        return hashlib.sha256("\n".join((kb.digest, title, *lines)).encode()).hexdigest()

    def _contents(self, quads: Iterable[Quad]) -> list[Content]:
        parts: dict[str, list[Triple]] = {graph: [] for graph in self.graphs}
        names = dict(zip((graph.value for graph in _OWN), self.graphs, strict=True))
        for quad in quads:
            parts[names[str(getattr(quad.graph_name, "value", ""))]].append(quad.triple)
        return [Content.of(graph, triples) for graph, triples in parts.items()]


def law_graphs(kb: KnowledgeBase) -> tuple[str, ...]:
    """The names of the graphs of a law base, in the order in which they build upon each other.

    >>> law_graphs(KnowledgeBase.open("us"))[-2:]
    ('https://w3id.org/tacenda/graph/closure', 'https://w3id.org/tacenda/graph/network')
    """
    return tuple(GRAPHS + name for name in ("ontology", *(pack.code for pack in kb.packs), "closure", "network"))


def law(kb: KnowledgeBase, *, without_rules: bool = False) -> list[Content]:
    """The graphs of a law base; *without_rules* the network is only the days on which norms begin and end."""
    return [Content.of(graph, _statements(kb, graph, without_rules)) for graph in law_graphs(kb)]


def _statements(kb: KnowledgeBase, graph: str, without_rules: bool) -> Iterable[Triple]:
    for quad in kb.store.quads_for_pattern(None, None, None, NamedNode(graph)):
        if not without_rules or graph != NETWORK or quad.predicate.value in _DAYS:
            yield quad.triple

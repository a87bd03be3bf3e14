"""The page on which rules are looked at: what is drawn, the picture, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tacenda import vocabulary as v
from tacenda.assessment import Assessment
from tacenda.desk.desk import Desk
from tacenda.errors import LawError, Problem, nearest
from tacenda.graph import RuleGraph, ladder, proof_graph, rule_graph
from tacenda.knowledge import KnowledgeBase

FORMATS: Mapping[str, str] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "dot": "text/vnd.graphviz; charset=utf-8",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "mermaid": "text/plain; charset=utf-8",
    "json": "application/json",
}
"""The formats in which a picture can be had, each with its media type."""
KEYS = ("pack", "provision", "norm", "about", "distance", "ladder", "proof", "context")
FIRST = (("pack", "us-ma"), ("provision", "c112-s135B"))
"""What is drawn for whoever has not said."""
_FARTHEST = 3


@dataclass(frozen=True)
class View:
    """What an address asks to be drawn, of which scenario."""

    values: Mapping[str, str]
    assessment: Assessment | None = None

    @property
    def text(self) -> Mapping[str, str]:
        """Each value, or nothing."""
        return {key: self.values.get(key, "") for key in KEYS}

    def graph(self, kb: KnowledgeBase) -> RuleGraph:
        """The rules that are asked for; raises `TacendaError` with the nearest name for what is not known."""
        given = self.text
        context = given["context"] or None
        if context and context not in v.CONTEXTS:
            raise LawError(Problem(f"unknown context `{context}`", "context", nearest(context, v.CONTEXTS)))
        if context and self.assessment and all(one.context != context for one in self.assessment.contexts):
            raise LawError(Problem(f"the scenario is not asked about in {context}", "context"))
        if given["proof"]:
            if self.assessment is None:
                raise LawError(Problem("an answer is proved in a scenario", "proof", "choose a scenario"))
            return proof_graph(self.assessment, given["proof"], context)
        context = context if self.assessment else None
        if given["ladder"]:
            return ladder(kb, given["ladder"], self.assessment, context)
        return rule_graph(
            kb,
            pack=given["pack"] or None,
            provision=given["provision"] or None,
            norm=given["norm"] or None,
            about=given["about"] or None,
            distance=_distance(given["distance"]),
            assessment=self.assessment,
            context=context,
        )


def _distance(text: str) -> int:
    if not text:
        return 1
    if not text.isdigit() or int(text) > _FARTHEST:
        raise LawError(Problem(f"`{text}` is not a number from 0 to {_FARTHEST}", "distance"))
    return int(text)


@dataclass(frozen=True)
class Told:
    """A rule graph in words, for whoever cannot see it: a node a line, with what it leads to."""

    graph: RuleGraph

    @cached_property
    def nodes(self) -> Sequence[tuple[str, Mapping[str, Any], Sequence[tuple[str, str]]]]:
        """Each node's name and attributes, and its relations to others by their labels."""
        network = self.graph.network
        labels = {name: data.get("label") or name for name, data in network.nodes(data=True)}
        return [
            (
                name,
                data,
                [(edge.get("relation", ""), labels[end]) for _, end, edge in network.out_edges(name, data=True)],
            )
            for name, data in network.nodes(data=True)
        ]


def provisions(kb: KnowledgeBase, code: str) -> list[tuple[str, str]]:
    """The provisions of a pack by name, each with its citation."""
    found = (source for source in kb.sources.values() if source.jurisdiction == code)
    named = ((v.shorten(source.iri).partition(":")[2], f"{source.citation}: {source.label}") for source in found)
    return sorted(named, key=lambda one: one[1])


def graph_page(
    desk: Desk,
    view: View,
    *,
    scenarios: Iterable[str] = (),
    scenario: str = "",
    graph: RuleGraph | None = None,
    fragment: str = "",
    question: Sequence[tuple[str, str]] = (),
    problems: Sequence[Problem] = (),
) -> str:
    """The page: what to draw, the picture with search and filters, files of it, and the same in words."""
    stated = [*question, *([("scenario", scenario)] if scenario else [])]
    return desk.render(
        "graph.html",
        title=graph.title if graph else "Graph",
        section="graph",
        view=view.text,
        scenarios=list(scenarios),
        scenario=scenario,
        question=list(question),
        graph=graph,
        told=Told(graph) if graph else None,
        fragment=fragment,
        problems=problems,
        provisions=provisions(desk.kb, view.text["pack"] or "us-ma"),
        formats=FORMATS,
        address=[*((key, value) for key, value in view.values.items() if value), *stated],
    )

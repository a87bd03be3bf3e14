"""Putting law, scenarios and what follows from them into a store, each graph whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from tacenda.errors import Problem, QueryError
from tacenda.inference import stages
from tacenda.knowledge import KnowledgeBase
from tacenda.remote.connection import Body, Connection, RefusedError
from tacenda.remote.graphs import NETWORK, Case, Content, law, law_graphs
from tacenda.remote.holdings import Holding, catalogue, holdings
from tacenda.remote.rules import count, run_rules
from tacenda.scenario import refuse_contradictions

_TOO_LARGE = 413
_SMALLEST_PIECE = 1 << 16


class Reasoning(StrEnum):
    """Where the rules of inference run."""

    HERE = "here"
    THERE = "there"
    NOWHERE = "nowhere"


@dataclass(frozen=True)
class Plan:
    """What is to be put into a store, ready to be sent; `Plan.of` says it for a law base and scenarios."""

    kb: KnowledgeBase
    law: tuple[Content, ...]
    cases: tuple[tuple[Case, tuple[Content, ...]], ...]
    reasoning: Reasoning

    @classmethod
    def of(
        cls,
        kb: KnowledgeBase,
        cases: Iterable[Case] = (),
        reasoning: Reasoning = Reasoning.HERE,
        *,
        with_law: bool = True,
    ) -> Plan:
        """Everything worked out that is not left to the store; raises `ScenarioError` for a contradiction."""
        there = reasoning is Reasoning.THERE
        sent = []
        for case in cases:
            refuse_contradictions(kb.taxonomy, case.scenario)
            sent.append((case, tuple(case.proved(kb) if reasoning is Reasoning.HERE else case.stated(kb))))
        return cls(kb, tuple(law(kb, without_rules=there)) if with_law else (), tuple(sent), reasoning)

    @property
    def contents(self) -> list[Content]:
        """Every graph that is sent."""
        return [*self.law, *(content for _, contents in self.cases for content in contents)]


Told = Callable[[str, int, int], None]
"""Hears of a graph or a rule, of the bytes of it that were sent, and of those to be sent."""


def push(connection: Connection, plan: Plan, *, seconds: float, told: Told = lambda *_: None) -> dict[str, int]:
    """Put everything that is planned into the store, and give the statements that each graph then has.

    Each graph takes the place of the one of its name, so that a second push changes nothing. The catalogue leaves out
    what is being replaced until all of it is there: a push that breaks off is seen. Raises `QueryError` when the
    store does not do its part.
    """
    kb, there = plan.kb, plan.reasoning is Reasoning.THERE
    graphs = law_graphs(kb)
    held = holdings(connection, seconds)
    if not plan.law:
        _refuse_other_law(connection, kb, held)
    replaced = {content.graph for content in plan.contents}
    kept = {name: holding for name, holding in held.items() if name not in replaced}
    _put(connection, catalogue(kept), told)
    done: dict[str, Holding] = {}

    def reason(part: str, target: str, over: Sequence[str]) -> None:
        run_rules(connection, stages(part), target, over, seconds=seconds, told=lambda rule: told(rule, 0, 0))
        done[target] = Holding(done[target].digest, count(connection, target, seconds))

    for content in plan.law:
        _put(connection, content, told)
        done[content.graph] = Holding(kb.digest, content.statements)
    if plan.law and there:
        reason("prepare", NETWORK, graphs)
    for case, contents in plan.cases:
        digest = case.digest(kb)
        for content in contents:
            _put(connection, content, told)
            done[content.graph] = Holding(digest, content.statements)
        if there:
            _, follows, proof = case.graphs
            reason("reason", follows, (*graphs, *case.graphs))
            reason("prove", proof, (*graphs, *case.graphs))
    told_of = done if plan.reasoning is not Reasoning.NOWHERE else _without_conclusions(plan, done)
    _put(connection, catalogue(kept | told_of), told)
    return {name: holding.statements for name, holding in done.items()}


def _without_conclusions(plan: Plan, done: Mapping[str, Holding]) -> dict[str, Holding]:
    """What the catalogue may list when no conclusions were drawn: they are not there to be asked."""
    undrawn = {graph for case, _ in plan.cases for graph in case.graphs[1:]}
    return {name: holding for name, holding in done.items() if name not in undrawn}


def _refuse_other_law(connection: Connection, kb: KnowledgeBase, held: Mapping[str, Holding]) -> None:
    digests = {held[graph].digest if graph in held else "" for graph in law_graphs(kb)}
    if digests != {kb.digest}:
        message = "the store does not hold this law whole" if "" in digests else "the store holds another law"
        raise QueryError(Problem(message, connection.place.query, "push it too, without `--no-law`"))


def _put(connection: Connection, content: Content, told: Told) -> None:
    """Make the content all that its graph holds: at once, or in pieces where that is too much at once for a store."""
    size, start = len(content.text), 0
    piece = size
    while start < size or not size:
        end = _line_end(content.text, start + piece)
        body = Body(content.text[start:end], partial(_told_from, told, content.graph, start, size))
        try:
            (connection.add if start else connection.put)(content.graph, body)
        except RefusedError as error:
            if error.status != _TOO_LARGE or piece <= _SMALLEST_PIECE:
                raise
            piece = max(piece // 2, _SMALLEST_PIECE)
        else:
            start = end
        if not size:
            return


def _told_from(told: Told, graph: str, start: int, size: int, sent: int) -> None:
    told(graph, start + sent, size)


def _line_end(text: bytes, near: int) -> int:
    """The end of the line that reaches past *near*."""
    if near >= len(text):
        return len(text)
    return text.find(b"\n", near) + 1 or len(text)

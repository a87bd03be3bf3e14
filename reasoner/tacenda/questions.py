"""The open questions of law on which an answer turns: each reading, and the courts on each side."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tacenda.analysis import Completions
from tacenda.assessment import ContextAnswer, Position, bearing_on
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Truth
from tacenda.taxonomy import Term


@dataclass(frozen=True)
class Question:
    """One open question: the reading that was supposed, if any, and who has answered it how."""

    term: Term
    supposed: Truth

    def lines(self) -> Iterator[str]:
        """The question as text, a line for what is supposed and one for each side."""
        said = {True: "supposed here: yes", False: "supposed here: no", None: "not supposed either way"}
        yield f"{self.term.label}: {said[self.supposed]}"
        for side, courts in self.sides():
            if courts:
                yield f"{side}: {'; '.join(courts)}"
        if not any(courts for _, courts in self.sides()):
            yield from self.term.scope_notes

    def sides(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The courts that say yes, that say no, and that have not said."""
        term = self.term
        return ("yes", term.accepted_by), ("no", term.rejected_by), ("left open", term.left_open_by)


class Questions:
    """The open questions of law in one context of an answer."""

    def __init__(self, kb: KnowledgeBase, answer: ContextAnswer) -> None:
        view = self._view = answer.view
        self._kb = kb
        self._reached = [norm for norm, _ in answer.norms]
        self._questions = [iri for iri, term in kb.taxonomy.terms.items() if term.is_open_question]
        self._asked = frozenset(self._questions)
        self._doubtful = _resting_on(kb, (iri for iri in self._questions if view.truth(iri) is not None))
        doubted = replace(view, truths=ChainMap(dict.fromkeys(self._doubtful), dict(view.truths)))
        self._unsupposed = Completions(kb, doubted)

    def of(self, position: Position, *, exact: bool = True) -> tuple[str, ...]:
        """The open questions of law on which a position turns, by IRI: what it would depend on, were none supposed.

        Those on which it may turn, when it need not be *exact*.
        """
        found = self._would_depend_on(position, exact)
        return tuple(iri for iri in self._questions if iri in found)

    def _would_depend_on(self, position: Position, exact: bool) -> Collection[str]:
        if self._doubtful:
            bearing = bearing_on(self._kb, self._reached, position.act)
            gates = self._kb.network.applications
            deciding = (gates.get((norm.iri, position.act), norm.iri) for norms in bearing.values() for norm in norms)
            if not self._doubtful.isdisjoint(deciding):
                if not exact:
                    return self._unsupposed.facts(position.act, bearing)
                return self._unsupposed.turning(position.act, bearing, self._asked)
        return position.depends_on if exact else position.may_depend_on

    def behind(self, positions: Iterable[Position], *, exact: bool = True) -> list[Question]:
        """The questions on which any of the positions turns, each once, in the order of the vocabulary.

        When it need not be *exact*, broad positions count with what they may turn on.
        """
        found = {iri for position in positions for iri in self.of(position, exact=exact or not position.is_broad)}
        terms = self._kb.taxonomy.terms
        return [Question(terms[iri], self._view.truth(iri)) for iri in self._questions if iri in found]


def _resting_on(kb: KnowledgeBase, facts: Iterable[str]) -> frozenset[str]:
    """Some facts, and everything in the network of conditions whose truth may rest on them."""
    resting, found = _above(kb), set[str]()
    pending = list(facts)
    while pending:
        iri = pending.pop()
        if iri not in found:
            found.add(iri)
            pending += resting.get(iri, ())
    return frozenset(found)


@lru_cache(maxsize=16)
def _above(kb: KnowledgeBase) -> Mapping[str, Sequence[str]]:
    """For each fact or gate the gates that take it in."""
    found: dict[str, list[str]] = {}
    for iri, gate in kb.network.gates.items():
        for member in (*gate.needs, *gate.needs_one_of, *gate.barred_by):
            found.setdefault(member, []).append(iri)
    return found

"""The open questions of law on which an answer turns: each reading, and the courts on each side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tacenda.assessment import ContextAnswer, Position
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Truth
from tacenda.operands import turns_on
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
        self._kb = kb
        self._view = answer.view
        self._decisive = {
            norm: asked for norm in _asking(kb) if norm.iri in answer.view.reached and (asked := self._asked_by(norm))
        }

    def _asked_by(self, norm: Norm) -> tuple[str, ...]:
        """The questions supposed here that decide whether a norm's condition is met."""
        leaves = turns_on(self._kb, norm, self._view)
        return tuple(sorted(leaf for leaf in leaves if isinstance(leaf, str) and _is_question(self._kb, leaf)))

    def of(self, position: Position) -> tuple[str, ...]:
        """The open questions of law on which a position turns, by IRI.

        Of an open position those it depends on; of any, those that are supposed and decide whether a norm on its
        proof holds, or one that would defeat or lift such a norm.
        """
        found = dict.fromkeys(iri for iri in position.depends_on if _is_question(self._kb, iri))
        proof = {norm.iri for norm in position.proof()}
        for norm, asked in self._decisive.items():
            if norm.iri in proof or proof & {*norm.defeats, *norm.lifts}:
                found |= dict.fromkeys(asked)
        return tuple(found)

    def behind(self, positions: Iterable[Position]) -> list[Question]:
        """The questions on which any of the positions turns, each once, in the order of the vocabulary."""
        found = {iri for position in positions for iri in self.of(position)}
        terms = self._kb.taxonomy.terms
        return [Question(term, self._view.truth(iri)) for iri, term in terms.items() if iri in found]


def _is_question(kb: KnowledgeBase, iri: str) -> bool:
    term = kb.taxonomy.terms.get(iri)
    return term is not None and term.is_open_question


def _asking(kb: KnowledgeBase) -> Iterator[Norm]:
    """The norms whose own conditions name an open question."""
    questions = {iri for iri, term in kb.taxonomy.terms.items() if term.is_open_question}
    for norm in kb.norms.values():
        if any(leaf in questions for leaf in norm.condition.leaves()):
            yield norm

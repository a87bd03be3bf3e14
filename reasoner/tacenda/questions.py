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


def questions(kb: KnowledgeBase, answer: ContextAnswer, positions: Iterable[Position]) -> list[Question]:
    """The open questions of law on which any of the positions turns, each once, in the order of the vocabulary."""
    found = {iri for position in positions for iri in questions_of(kb, answer, position)}
    return [Question(term, answer.view.truth(iri)) for iri, term in kb.taxonomy.terms.items() if iri in found]


def questions_of(kb: KnowledgeBase, answer: ContextAnswer, position: Position) -> tuple[str, ...]:
    """The open questions of law on which a position turns, by IRI.

    Of an open position those it depends on; of any, those that are supposed and decide whether a norm on its
    proof holds, or one that would defeat or lift such a norm.
    """
    found = dict.fromkeys(iri for iri in position.depends_on if kb.taxonomy.terms[iri].is_open_question)
    proof = {norm.iri for norm in position.proof()}
    for norm in _asking(kb):
        if norm.iri in answer.view.reached and (norm.iri in proof or proof & {*norm.defeats, *norm.lifts}):
            decisive = (leaf for leaf in turns_on(kb, norm, answer.view) if isinstance(leaf, str))
            found |= dict.fromkeys(sorted(leaf for leaf in decisive if _is_question(kb, leaf)))
    return tuple(found)


def _is_question(kb: KnowledgeBase, iri: str) -> bool:
    term = kb.taxonomy.terms.get(iri)
    return term is not None and term.is_open_question


def _asking(kb: KnowledgeBase) -> Iterator[Norm]:
    """The norms whose own conditions name an open question."""
    for norm in kb.norms.values():
        if any(isinstance(leaf, str) and _is_question(kb, leaf) for leaf in norm.condition.leaves()):
            yield norm

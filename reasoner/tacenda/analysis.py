"""On what an open answer depends, exactly, and what would settle it.

Every completion of the unknown facts that respects the taxonomy is considered, as a Boolean function: a fact
matters when some completion of the others makes the status turn on it. A minimal sufficient set is a choice of
facts that fixes the status in every completion, and of which no part does.

Decision diagrams stand for all completions at once. A position that takes them too many steps is put to a SAT solver,
which gives the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol, TypeVar

from tacenda.boolean import TooLargeError
from tacenda.drawing import Drawing
from tacenda.formula import Formula, Verdicts, Way
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Status

LIMIT = 8
"""How many minimal sufficient sets are kept for each status."""
BROAD = 40
"""How many facts a position may turn on at most for what settles it to be worked out where nobody asked for it."""
_Answer = TypeVar("_Answer")
STEPS = 30_000
"""How many steps the diagrams of one position may take: a tenth of a second or less."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an open position depends on, and the minimal sets of facts that would settle it, by status.

    A set maps a fact to the truth it would need. The facts stand in the order of the vocabulary; of the sets the first
    few are kept: small before large, of these those that need less to be true, then by the facts in their order.
    `would_be_complete` tells whether these are all; `ways` lists every one, whether kept or not.
    """

    depends_on: tuple[str, ...]
    would_be: dict[Status, tuple[Way, ...]]
    would_be_complete: bool = True
    ways: Callable[[Status], Iterator[Way]] = field(default=lambda status: iter(()), repr=False, compare=False)


class _Method(Protocol):
    """A way to work out what a position turns on, and what would settle it."""

    def turning(self, verdicts: Verdicts, asked: Collection[str] | None = None) -> tuple[str, ...]: ...
    def ways(self, verdicts: Verdicts) -> dict[Status, Iterator[Way]]: ...


class Completions:
    """All completions of what is unknown in one view."""

    def __init__(self, kb: KnowledgeBase, view: View, *, steps: int = STEPS) -> None:
        self._kb = kb
        self._formula = Formula(kb, view)
        self._drawing = Drawing(self._formula, steps)
        self._large: set[Verdicts] = set()
        self._outlooks: dict[Verdicts, Outlook] = {}
        self._turning: dict[tuple[Verdicts, frozenset[str] | None], tuple[str, ...]] = {}

    def outlook(self, act: str, deciding: Mapping[str, Sequence[Norm]]) -> Outlook:
        """The outlook for an act; *deciding* names the obligations, prohibitions and privileges that bear on it."""
        verdicts = self._formula.verdicts(act, deciding)
        if verdicts not in self._outlooks:
            depends = self._turn(verdicts, None)
            found = {
                status: tuple(islice(ways, LIMIT + 1))
                for status, ways in self._by(verdicts, lambda method: method.ways(verdicts)).items()
            }
            self._outlooks[verdicts] = Outlook(
                depends,
                {status: sets[:LIMIT] for status, sets in found.items()},
                all(len(sets) <= LIMIT for sets in found.values()),
                lambda status: self._by(verdicts, lambda method: method.ways(verdicts)).get(status, iter(())),
            )
        return self._outlooks[verdicts]

    def turning(self, act: str, deciding: Mapping[str, Sequence[Norm]], facts: frozenset[str]) -> frozenset[str]:
        """Those of some unknown facts on which an act's position turns, quicker than by its whole outlook."""
        verdicts = self._formula.verdicts(act, deciding)
        known = self._outlooks.get(verdicts)
        return facts.intersection(known.depends_on if known else self._turn(verdicts, facts))

    def _turn(self, verdicts: Verdicts, asked: frozenset[str] | None) -> tuple[str, ...]:
        key = (verdicts, asked)
        if key not in self._turning:
            self._turning[key] = self._by(verdicts, lambda method: method.turning(verdicts, asked))
        return self._turning[key]

    def _by(self, verdicts: Verdicts, question: Callable[[_Method], _Answer]) -> _Answer:
        """The answer of the diagrams, or, when they grow too large, of the solver."""
        if verdicts not in self._large:
            try:
                return question(self._drawing)
            except (TooLargeError, RecursionError):
                self._large.add(verdicts)
        from tacenda.satisfiability import Search

        return question(Search(self._formula))

    def facts(self, act: str, deciding: Mapping[str, Sequence[Norm]]) -> tuple[str, ...]:
        """The unknown facts on which an act's position may turn, in the order of the vocabulary: none is left out."""
        return tuple(self._formula.leaves(self._formula.verdicts(act, deciding).members()))

    def breadth(self, act: str, deciding: Mapping[str, Sequence[Norm]]) -> int:
        """How many unknown facts an act's position may turn on at most: quick to count, never too low."""
        return self._formula.mask(self._formula.verdicts(act, deciding).members()).bit_count()

"""Rows by the law that reaches them: one group for all days on which the same norms are in force.

Where a batch has several groups, its rows are put in another order, in which every group begins at a whole word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tacenda import vocabulary as v
from tacenda.batch.bits import WORD, gathered, packed, word_count
from tacenda.batch.rows import NONE, Codes, Rows, day
from tacenda.kernel import Bitmaps, Words
from tacenda.knowledge import KnowledgeBase
from tacenda.reach import Reach, reach

Group = tuple[KnowledgeBase, str, Reach]
"""The law, the jurisdiction, and the norms in reach."""
Places = npt.NDArray[np.int64]


@lru_cache(maxsize=64)
def law_of(code: str, folders: tuple[Path, ...]) -> KnowledgeBase:
    """The law under which a scenario of a jurisdiction is answered, as `ask` opens it."""
    return KnowledgeBase.open(code, folders=folders)


@lru_cache(maxsize=64)
def _turns(kb: KnowledgeBase, code: str) -> npt.NDArray[np.int64]:
    """The days on which a norm of a jurisdiction, or of one that it lies within, begins or ends."""
    codes = {code, *kb.pack(code).within}
    found: set[date] = set()
    for norm in kb.norms.values():
        source = kb.sources[norm.source]
        if source.jurisdiction in codes:
            found.update(turn for turn in norm.in_force(source) if turn)
    return np.array(sorted(turn.toordinal() for turn in found), dtype=np.int64)


def groups(rows: Rows, folders: tuple[Path, ...]) -> Iterator[tuple[Group, Places | None]]:
    """Each group with the places of its rows, in their order; none instead of all of them.

    Rows without a jurisdiction belong to no group.
    """
    era = np.zeros(rows.count, dtype=np.int64)
    present = [code for code in np.unique(rows.jurisdictions).tolist() if code >= 0]
    offset = day(0).toordinal()
    for code in present:
        turns = _turns(law_of(rows.codes[code], folders), rows.codes[code])
        here = rows.jurisdictions == code
        era[here] = np.searchsorted(turns, rows.days[here] + offset, side="right")
    settings = len(v.CONTEXTS) + 1
    key = (
        (era * len(rows.codes) + rows.jurisdictions) * settings + np.maximum(rows.contexts, NONE) + 1
    ) * 2 + rows.closed
    key[rows.jurisdictions < 0] = NONE
    # eras that bring nothing new come under the same reach, and so under one group
    merged: dict[tuple[str, Reach], list[int]] = {}
    values, first = np.unique(key, return_index=True)
    for value, place in zip(values.tolist(), first.tolist(), strict=True):
        if value != NONE:
            code = rows.codes[rows.jurisdictions[place]]
            context = rows.contexts[place]
            asked = tuple(v.CONTEXTS) if context < 0 else (tuple(v.CONTEXTS)[context],)
            reached = reach(law_of(code, folders), code, day(rows.days[place]), asked, bool(rows.closed[place]))
            merged.setdefault((code, reached), []).append(value)
    for (code, reached), keys in merged.items():
        whole = len(keys) == len(values)
        yield (law_of(code, folders), code, reached), None if whole else np.flatnonzero(np.isin(key, keys))


@dataclass(frozen=True)
class Part:
    """The rows of one group: the words that they take."""

    group: Group
    first: int
    end: int


@dataclass(frozen=True)
class Arrangement:
    """The rows of a batch in the order in which they are judged, group after group."""

    rows: int
    words: int
    parts: tuple[Part, ...]
    order: Places | None
    """The row at each place; where a group does not fill its last word, any row. Nothing when no row moves."""
    back: Places | None
    """The place of each row."""

    def marks(self, marked: npt.NDArray[np.bool_]) -> Words:
        """Marked rows as words, clear where there is no row."""
        if self.order is None or self.back is None:
            return packed(marked)
        found = np.zeros(self.words * WORD, dtype=bool)
        found[self.back] = marked
        return packed(found)

    def bits(self, column: Bitmaps) -> Bitmaps:
        """A column with its rows in order."""
        if self.order is None:
            return column
        valid = None if column.valid is None else gathered(column.valid, self.order)
        return Bitmaps(valid, gathered(column.values, self.order))

    def codes(self, codes: Codes) -> Codes:
        """Codes with their rows in order."""
        return codes if self.order is None else codes[self.order]

    def row_of(self, places: Places) -> Places:
        """The rows at some places."""
        return places if self.order is None else self.order[places]


def arrange(rows: Rows, folders: tuple[Path, ...]) -> Arrangement:
    """The rows by group; those of no group stand in words of no part."""
    found = list(groups(rows, folders))
    count = word_count(rows.count)
    if len(found) == 1 and found[0][1] is None:
        return Arrangement(rows.count, count, (Part(found[0][0], 0, count),), None, None)
    parts: list[Part] = []
    back = np.full(rows.count, NONE, dtype=np.int64)
    first = 0
    for group, places in found:
        here = np.arange(rows.count) if places is None else places
        back[here] = first * WORD + np.arange(len(here))
        parts.append(Part(group, first, first + word_count(len(here))))
        first = parts[-1].end
    left = np.flatnonzero(back == NONE)
    back[left] = first * WORD + np.arange(len(left))
    words = first + word_count(len(left))
    order = np.zeros(words * WORD, dtype=np.int64)
    order[back] = np.arange(rows.count)
    return Arrangement(rows.count, words, tuple(parts), order, back)

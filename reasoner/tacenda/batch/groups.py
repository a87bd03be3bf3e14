"""Rows by the law that reaches them: one group for all days on which the same norms are in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tacenda import vocabulary as v
from tacenda.batch.rows import NONE, Rows, day
from tacenda.compiler import Reach, reach
from tacenda.knowledge import KnowledgeBase

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
    present = [code for code in np.unique(rows.jurisdictions).tolist() if code != NONE]
    offset = day(0).toordinal()
    for code in present:
        turns = _turns(law_of(rows.codes[code], folders), rows.codes[code])
        here = rows.jurisdictions == code
        era[here] = np.searchsorted(turns, rows.days[here] + offset, side="right")
    settings = len(v.CONTEXTS) + 1
    key = ((era * len(rows.codes) + rows.jurisdictions) * settings + rows.contexts + 1) * 2 + rows.closed
    key[rows.jurisdictions == NONE] = NONE
    # eras that bring nothing new come under the same reach, and so under one group
    merged: dict[tuple[str, Reach], list[int]] = {}
    values, first = np.unique(key, return_index=True)
    for value, place in zip(values.tolist(), first.tolist(), strict=True):
        if value != NONE:
            code = rows.codes[rows.jurisdictions[place]]
            context = rows.contexts[place]
            asked = tuple(v.CONTEXTS) if context == NONE else (tuple(v.CONTEXTS)[context],)
            reached = reach(law_of(code, folders), code, day(rows.days[place]), asked, bool(rows.closed[place]))
            merged.setdefault((code, reached), []).append(value)
    for (code, reached), keys in merged.items():
        whole = len(keys) == len(values)
        yield (law_of(code, folders), code, reached), None if whole else np.flatnonzero(np.isin(key, keys))

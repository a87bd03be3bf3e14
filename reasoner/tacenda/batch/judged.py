"""What the law of every group says of the rows of a batch, put together: columns in the rows' own order, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pyarrow as pa

from tacenda.batch.bits import boolean_column, count, gathered, numbers
from tacenda.batch.groups import Arrangement
from tacenda.batch.plan import Plan, Question
from tacenda.compiler import STATUSES
from tacenda.kernel import Words
from tacenda.reach import Reach

STATUS = pa.dictionary(pa.int8(), pa.string())
"""The type of a column of statuses."""
_WORDS = pa.array(STATUSES, pa.string())
_Key = TypeVar("_Key")


class Judged:
    """The planes of all groups side by side, by what they are about."""

    def __init__(self, question: Question, arrangement: Arrangement) -> None:
        self._question = question
        self._arrangement = arrangement
        self._statuses: dict[str, Sequence[Words]] = {}
        self._answered: dict[str, Sequence[Words]] = {}
        self._norms: dict[tuple[str, str], Sequence[Words]] = {}
        self._deciding: Counter[tuple[str, str]] = Counter()

    def take(
        self, plan: Plan, reached: Reach, here: slice, planes: Mapping[str, Sequence[Words]], asked: Words
    ) -> None:
        """Take in what one group's program says of the words *here*, of whose rows some are *asked*."""
        contexts = dict(reached.contexts)
        everywhere = np.full(here.stop - here.start, ~np.uint64(0))
        for act, name in plan.statuses.items():
            self._put(self._statuses, act, here, planes[name])
            self._put(self._answered, act, here, (everywhere,))
        known: dict[int, int] = {}
        for key, name in plan.deciding.items():
            (plane,) = planes[name]
            # one norm decides many acts by the same plane
            if id(plane) not in known:
                known[id(plane)] = count(plane & asked)
            if known[id(plane)]:
                self._deciding[key] += known[id(plane)]
        for context, norm in self._question.norms:
            if context in contexts:
                # a norm that is not in force here and on that day does not hold
                output = plan.norms.get((context, norm))
                value = planes[output] if output else (~everywhere, everywhere)
                self._put(self._norms, (context, norm), here, value)

    def _put(self, home: dict[_Key, Sequence[Words]], key: _Key, here: slice, planes: Sequence[Words]) -> None:
        if self._arrangement.order is None:
            home[key] = planes
            return
        if key not in home:
            home[key] = [np.zeros(self._arrangement.words, dtype=np.uint64) for _ in planes]
        for whole, plane in zip(home[key], planes, strict=True):
            whole[here] = plane

    def columns(self, asked: Words) -> Iterator[pa.Array]:
        """The status of each act, then the truth of each norm; null in rows that are not *asked*."""
        rows, back = self._arrangement.rows, self._arrangement.back
        complete = count(asked) == rows

        def in_place(plane: Words) -> Words:
            return plane if back is None else gathered(plane, back)

        for act in self._question.acts:
            if act not in self._statuses:
                yield pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int8()), _WORDS)
                continue
            (answered,) = self._answered[act]
            codes = numbers(self._statuses[act])
            valid = None if complete and back is None else pa.py_buffer(in_place(answered & asked))
            values = pa.py_buffer(codes if back is None else codes[back])
            yield pa.DictionaryArray.from_arrays(pa.Array.from_buffers(pa.int8(), rows, [valid, values]), _WORDS)
        for norm in self._question.norms:
            if norm not in self._norms:
                yield pa.nulls(rows, pa.bool_())
                continue
            true, false = self._norms[norm]
            yield boolean_column(in_place((true | false) & asked), in_place(true), rows)

    def counts(self, asked: Words) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
        """How many rows have each status of each act, and how many each norm decides for each act."""
        statuses: Counter[tuple[str, str]] = Counter()
        for act, (low, middle, high) in self._statuses.items():
            (answered,) = self._answered[act]
            here = answered & asked
            for status, number in zip(
                STATUSES, _tally(low & here, middle & here, high & here, count(here)), strict=True
            ):
                statuses[act, status] = number
        return statuses, self._deciding


def _tally(low: Words, middle: Words, high: Words, total: int) -> tuple[int, ...]:
    """How many rows have each status, as `STATUSES` numbers them; no status has both of the higher bits."""
    conflict, forbidden = count(high & low), count(middle & low)
    required, privileged = count(high) - conflict, count(middle) - forbidden
    permitted = count(low) - conflict - forbidden
    settled = permitted + privileged + forbidden + required + conflict
    return total - settled, permitted, privileged, forbidden, required, conflict

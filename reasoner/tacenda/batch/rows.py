"""What the rows of a batch say: facts as nullable Boolean columns, roles and dates as numbers, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tacenda import vocabulary as v
from tacenda.batch.columns import Layout
from tacenda.batch.naming import facts, role_values
from tacenda.errors import Problem, nearest, visible
from tacenda.knowledge import KnowledgeBase
from tacenda.scenario import parse_day

Codes = npt.NDArray[np.int32]
NONE = -1
"""The code of a value that is not there."""
_WRONG = -2
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST, _LAST = date.min.toordinal() - _EPOCH, date.max.toordinal() - _EPOCH
_LONGEST = 80


class Wrong:
    """What is wrong with the rows of a batch, one text a row."""

    def __init__(self, rows: int) -> None:
        self._texts: npt.NDArray[np.object_] = np.full(rows, None, dtype=object)
        self._marks = np.zeros(rows, dtype=bool)

    def add(self, rows: npt.NDArray[Any], message: str) -> None:
        """Say something of rows, given by number or by mark; what was said of them before stays."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        if not len(places):
            return
        told = self._marks[places]
        self._texts[places[~told]] = message
        for place in places[told]:
            self._texts[place] = f"{self._texts[place]}; {message}"
        self._marks[places] = True

    def marks(self) -> npt.NDArray[np.bool_]:
        """Where something is wrong."""
        return self._marks.copy()

    def column(self) -> pa.Array:
        """The texts, null where nothing is wrong."""
        return pa.array(self._texts, pa.string()) if self._marks.any() else pa.nulls(len(self._texts), pa.string())


@dataclass
class Rows:
    """The rows of a batch, read.

    Of days the number since 1970 is kept; a code is the place of a value in its list, below zero where there is none,
    or none that can be read.
    """

    count: int
    wrong: Wrong
    jurisdictions: Codes
    codes: tuple[str, ...]
    days: Codes
    undated: npt.NDArray[np.bool_]
    """Where the day that is given cannot be read, and the usual one stands in its place."""
    contexts: Codes
    closed: npt.NDArray[np.bool_]
    roles: dict[str, tuple[Codes, tuple[str, ...]]] = field(default_factory=dict)
    facts: dict[str, pa.BooleanArray] = field(default_factory=dict)


@dataclass(frozen=True)
class Defaults:
    """What is taken where a row does not say."""

    jurisdiction: str | None
    as_of: date
    context: str | None = None
    closed: bool = False


def read(kb: KnowledgeBase, layout: Layout, batch: pa.RecordBatch, defaults: Defaults) -> Rows:
    """What the rows of a batch say. A value that cannot be read is wrong in its row and counts as absent."""
    rows = batch.num_rows
    wrong = Wrong(rows)
    known = tuple(pack.code for pack in kb.packs)
    keys = {key: batch.column(place) for key, place in layout.keys.items()}
    usual = known.index(defaults.jurisdiction) if defaults.jurisdiction else NONE
    places = _looked_up(
        keys.get("jurisdiction"),
        rows,
        lambda text: _jurisdiction(known, text),
        wrong,
        usual,
        "no jurisdiction is given",
    )
    contexts = tuple(v.CONTEXTS)
    usual = contexts.index(defaults.context) if defaults.context else NONE
    settings = _looked_up(keys.get("context"), rows, lambda text: _context(contexts, text), wrong, usual)
    found = Rows(
        rows,
        wrong,
        places,
        known,
        *_days(keys.get("as_of"), rows, wrong, defaults.as_of),
        settings,
        _closed(keys.get("closed"), rows, wrong, defaults.closed),
    )
    for role, place in layout.roles.items():
        names = role_values(kb, role)
        order = tuple(names.terms)

        def find(text: str, role: str = role, order: Sequence[str] = order) -> int | str:
            return _role(kb, role, order, text)

        found.roles[role] = _looked_up(batch.column(place), rows, find, wrong), order
    short = facts(kb).short
    for fact, place in layout.facts.items():
        found.facts[fact] = truths(batch.column(place), short[fact], wrong)
    return found


def truths(column: pa.Array, name: str, wrong: Wrong) -> pa.BooleanArray:
    """A column as true, false and null; itself, when it is that already."""
    if pa.types.is_boolean(column.type):
        return column
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), pa.bool_())

    def find(text: str) -> int | str:
        value = _TRUTHS.get(text.casefold())
        return f"`{_shown(text)}` is neither true nor false in `{name}`" if value is None else int(value)

    codes = _looked_up(column, len(column), find, wrong)
    return pa.array(codes == 1, mask=codes < 0)


def _looked_up(
    column: pa.Array | None,
    rows: int,
    find: Callable[[str], int | str],
    wrong: Wrong,
    usual: int = NONE,
    missing: str = "",
) -> Codes:
    """The code of each row's value, each distinct one looked up once; *find* gives a code, or says what is wrong.

    What is wrong has a code of its own below that of what is absent. Empty text is no value; where there is none, the
    *usual* code stands, unless *missing* says what is wrong with that.
    """
    if column is None or pa.types.is_null(column.type):
        found = np.full(rows, NONE, dtype=np.int32)
    else:
        encoded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
        places = pc.fill_null(encoded.indices.cast(pa.int32()), NONE).to_numpy(zero_copy_only=False)
        texts = ["" if value is None else str(value).strip() for value in encoded.dictionary.to_pylist()]
        present = np.bincount(places + 1, minlength=len(texts) + 1)[1:] > 0
        table = np.full(len(texts) + 1, NONE, dtype=np.int32)
        for number, text in enumerate(texts):
            if text and present[number]:
                answer = find(text)
                if isinstance(answer, str):
                    wrong.add(places == number, answer)
                    table[number] = _WRONG
                else:
                    table[number] = answer
        found = table[places]
    absent = found == NONE
    if usual == NONE and missing:
        wrong.add(absent, missing)
    found[absent] = usual
    return found


def _jurisdiction(known: tuple[str, ...], text: str) -> int | str:
    if text.casefold() in known:
        return known.index(text.casefold())
    return _told(
        f"unknown jurisdiction `{_shown(text)}`", nearest(text, known) or "the jurisdictions are " + ", ".join(known)
    )


def _context(known: tuple[str, ...], text: str) -> int | str:
    if text.casefold() in known:
        return known.index(text.casefold())
    return _told(f"unknown context `{_shown(text)}`", nearest(text, known) or "practice or court")


def _role(kb: KnowledgeBase, role: str, order: Sequence[str], text: str) -> int | str:
    names = role_values(kb, role)
    value = names.find(text)
    return order.index(value) if value else _told(f"unknown {role} `{_shown(text)}`", names.hint(text))


def _days(column: pa.Array | None, rows: int, wrong: Wrong, usual: date) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """The day of each row, and where it cannot be read."""
    number = usual.toordinal() - _EPOCH
    if column is None or pa.types.is_null(column.type):
        return np.full(rows, number, dtype=np.int32), np.zeros(rows, dtype=bool)
    if pa.types.is_dictionary(column.type) or not pa.types.is_temporal(column.type):
        days: list[int] = []

        def find(text: str) -> int | str:
            try:
                days.append(parse_day(text).toordinal() - _EPOCH)
            except ValueError:
                return _told(f"`{_shown(text)}` is not a date", "write it as 2026-11-22")
            return len(days) - 1

        codes = _looked_up(column, rows, find, wrong)
        return np.array([*days, number], dtype=np.int32)[np.maximum(codes, NONE)], codes == _WRONG
    whole = pc.cast(column, pa.date32(), safe=False)
    found: Codes = pc.fill_null(whole.cast(pa.int32()), number).to_numpy(zero_copy_only=False)
    beyond = (found < _FIRST) | (found > _LAST)
    wrong.add(beyond, "the date is not one of our calendar")
    return np.where(beyond, np.int32(number), found), beyond


def _closed(column: pa.Array | None, rows: int, wrong: Wrong, usual: bool) -> npt.NDArray[np.bool_]:
    if column is None:
        return np.full(rows, usual)
    said = pc.fill_null(truths(column, "closed", wrong), usual)
    return np.asarray(said.to_numpy(zero_copy_only=False), dtype=bool)


def day(number: int) -> date:
    """The day with this number.

    >>> day(0)
    datetime.date(1970, 1, 1)
    """
    return date.fromordinal(number + _EPOCH)


def _told(message: str, hint: str) -> str:
    return str(Problem(message, hint=hint))


def _shown(text: str) -> str:
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")

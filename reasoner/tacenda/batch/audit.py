"""The audit of a batch of rows: what the law says of each, and a summary.

An `Auditor` is made of plain values, a `Request` and the schema of a table, so that it can be sent to another machine
and made again there; it opens no file but the law base. `run` takes a batch and gives one with a row for each row, in
the same order. Inside Spark's `mapInArrow`, or any other loop over batches:

    auditor = Auditor(request, schema)              # on the machine that plans; `auditor.schema` is what comes out
    def work(batches):                              # on the machines that work; the auditor is pickled as its parts
        for batch in batches:
            audited, summary = auditor.run(batch)
            yield audited

Rows without an `id` column are numbered from `first`, which only the caller knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tacenda import vocabulary as v
from tacenda.batch.bits import bitmaps, boolean_column, count, numbers, packed, unpacked, word_count
from tacenda.batch.columns import Layout, understand
from tacenda.batch.groups import Group, groups
from tacenda.batch.naming import acts as act_names
from tacenda.batch.plan import Plan, Question, contradictions, plan
from tacenda.batch.roles import role_planes
from tacenda.batch.rows import Codes, Defaults, Rows, read
from tacenda.batch.summary import Summary
from tacenda.compiler import CONTRADICTION, STATUSES, Reach
from tacenda.errors import Problem, ScenarioError, visible
from tacenda.kernel import Kernel, Words
from tacenda.knowledge import KnowledgeBase

STATUS = pa.dictionary(pa.int8(), pa.string())
_WORDS = pa.array(STATUSES, pa.string())


@dataclass(frozen=True)
class Request:
    """What an audit is asked: plain values, the same on every machine.

    *acts* are IRIs. What a row does not say is taken from *jurisdiction*, *as_of*, *context* and *closed*. *codes* are
    the jurisdictions whose norms get a column each when *norms* are asked for.
    """

    as_of: date
    acts: tuple[str, ...]
    norms: bool = False
    keep: bool = False
    jurisdiction: str | None = None
    context: str | None = None
    closed: bool = False
    codes: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    threads: int | None = None

    def law(self) -> KnowledgeBase:
        """Every pack there is: the words that tables may use."""
        return whole_law(self.folders)


@lru_cache(maxsize=8)
def whole_law(folders: tuple[Path, ...] = ()) -> KnowledgeBase:
    """The law of all jurisdictions."""
    return KnowledgeBase.open(folders=folders)


def acts_named(kb: KnowledgeBase, codes: Iterable[str]) -> tuple[str, ...]:
    """The acts that an obligation, a prohibition or a privilege of some jurisdictions names, in the vocabulary's order.

    >>> kb = KnowledgeBase.open("us-ma")
    >>> v.expand("act:ReportToChildProtection") in acts_named(kb, ["us-ma"])
    True
    """
    reaching = {code for name in codes for code in (name, *kb.pack(name).within)}
    named = {
        norm.act
        for norm in kb.norms.values()
        if norm.kind in ("Obligation", "Prohibition", "Privilege") and kb.sources[norm.source].jurisdiction in reaching
    }
    return tuple(iri for iri in act_names(kb).terms if iri in named)


def find_acts(kb: KnowledgeBase, wanted: Iterable[str]) -> tuple[str, ...]:
    """The acts of these names; raises `ScenarioError` with every name that is not known."""
    names = act_names(kb)
    found = {name: names.find(name) for name in wanted}
    unknown = [Problem(f"unknown act `{name}`", hint=names.hint(name)) for name, iri in found.items() if iri is None]
    if unknown:
        raise ScenarioError(*unknown)
    return tuple(dict.fromkeys(iri for iri in found.values() if iri))


class Auditor:
    """Audits the batches of one table; raises `SourceError` when the columns cannot be understood."""

    def __init__(self, request: Request, columns: pa.Schema, where: str = "") -> None:
        self.request = request
        self._columns = columns
        self._where = where
        self._kb = request.law()
        self.layout: Layout = understand(self._kb, columns, keep=request.keep, where=where)
        self._plans: dict[tuple[KnowledgeBase, Reach], Plan] = {}
        self._namers: dict[KnowledgeBase, Kernel] = {}
        roles = dict.fromkeys([*self.layout.roles, "court"])
        norms = tuple(self._norms()) if request.norms else ()
        self._question = Question(tuple(self.layout.facts), tuple(roles), request.acts, norms)

    def __reduce__(self) -> tuple[Any, ...]:
        return Auditor, (self.request, self._columns, self._where)

    def _norms(self) -> Iterable[tuple[str, str]]:
        """Each norm of the jurisdictions asked about, in each context where it works."""
        kb = self._kb
        codes = {code for name in self.request.codes for code in (name, *kb.pack(name).within)}
        for context, iri in v.CONTEXTS.items():
            for norm in kb.norms.values():
                if kb.sources[norm.source].jurisdiction in codes and iri in kb.network.contexts.get(norm.iri, ()):
                    yield context, norm.iri

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns that come out."""
        short = act_names(self._kb).short
        place = self.layout.keys.get("id")
        fields = [
            pa.field("id", pa.int64() if place is None else self._columns.field(place).type),
            pa.field("jurisdiction", pa.string()),
            pa.field("as_of", pa.date32()),
            *(pa.field(short[act], STATUS) for act in self.request.acts),
            *(pa.field(f"{context} {v.shorten(norm)}", pa.bool_()) for context, norm in self._question.norms),
            pa.field("problem", pa.string()),
            *(self._columns.field(place) for place in self.layout.others),
        ]
        return pa.schema(fields)

    def run(self, batch: pa.RecordBatch, first: int = 1) -> tuple[pa.RecordBatch, Summary]:
        """What the law says of each row; rows without an `id` are numbered from *first*."""
        request = self.request
        rows = read(
            self._kb,
            self.layout,
            batch,
            Defaults(request.jurisdiction, request.as_of, request.context, request.closed),
        )
        readable = ~rows.wrong.marks()
        summary = Summary(rows=rows.count)
        parts: list[_Answers] = []
        orders: list[Any] = []
        for group, places in groups(rows, request.folders):
            part = rows if places is None else _taken(rows, places)
            answers = self._answer(group, part, readable if places is None else readable[places])
            for message, wrong in answers.contradicted.items():
                rows.wrong.add(wrong if places is None else places[wrong], message)
            summary += answers.summary
            parts.append(answers)
            orders.append(places)
        summary.problems = int(rows.wrong.marks().sum())
        results = self._together(rows.count, parts, orders)
        place = self.layout.keys.get("id")
        ids = pa.array(np.arange(first, first + rows.count)) if place is None else batch.column(place)
        columns = [
            ids,
            _texts(rows.jurisdictions, rows.codes),
            pa.array(rows.days, pa.int32()).cast(pa.date32()),
            *results,
            rows.wrong.column(),
            *(batch.column(place) for place in self.layout.others),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema), summary

    def _together(self, count: int, parts: list[_Answers], orders: list[Any]) -> list[pa.Array]:
        """The results of all groups, each row in its place."""
        missing = _Answers.of_nobody(self._question, 0)
        whole = len(parts) == 1 and orders[0] is None
        if whole:
            columns = parts[0].columns
        else:
            # rows of no group come last and have no answers
            seen = np.concatenate([*orders, np.empty(0, dtype=np.int64)])
            left = np.setdiff1d(np.arange(count), seen, assume_unique=True)
            missing = _Answers.of_nobody(self._question, len(left))
            back = np.empty(count, dtype=np.int64)
            back[np.concatenate([seen, left])] = np.arange(count)
            pieces = [*(part.columns for part in parts), missing.columns]
            columns = [pa.concat_arrays(list(same)).take(pa.array(back)) for same in zip(*pieces, strict=True)]
        acts = len(self.request.acts)
        return [pa.DictionaryArray.from_arrays(column, _WORDS) for column in columns[:acts]] + columns[acts:]

    def _answer(self, group: Group, rows: Rows, readable: Any) -> _Answers:
        """What the law of one group says of its rows."""
        kb, code, reached = group
        key = kb, reached
        if key not in self._plans:
            self._plans[key] = plan(kb, reached, self._question)
        chosen = self._plans[key]
        facts = {fact: bitmaps(column) for fact, column in rows.facts.items()}
        roles = role_planes(kb, code, rows, facts)
        words = word_count(rows.count)
        planes = chosen.kernel.run(roles, facts, words, threads=self.request.threads)
        asked = packed(readable)
        (clash,) = planes[CONTRADICTION]
        contradicted: dict[str, Any] = {}
        if (clash & asked).any():
            contradicted = self._named(kb, rows, code, np.flatnonzero(unpacked(clash & asked, rows.count)))
            asked &= ~clash
        return _answers(self._question, chosen, reached, planes, asked, rows.count, contradicted)

    def _named(self, kb: KnowledgeBase, rows: Rows, code: str, places: Any) -> dict[str, Any]:
        """Rows that contradict themselves, by what to say of them: the first fact that is both true and false."""
        if kb not in self._namers:
            self._namers[kb] = contradictions(kb, self._question)
        part = _taken(rows, places)
        facts = {fact: bitmaps(column) for fact, column in part.facts.items()}
        planes = self._namers[kb].run(role_planes(kb, code, part, facts), facts, word_count(part.count))
        found: dict[str, Any] = {}
        left = packed(np.full(part.count, True))
        for fact, (clash,) in planes.items():
            if (clash & left).any():
                message = visible(f"contradicts itself: `{kb.label(fact)}` would be both true and false")
                found[message] = places[unpacked(clash & left, part.count)]
                left &= ~clash
        return found


@dataclass(frozen=True)
class _Answers:
    """The results of one group: numbers of statuses, truths of norms; what contradicts itself; the counts."""

    columns: list[pa.Array]
    contradicted: Mapping[str, Any]
    summary: Summary

    @classmethod
    def of_nobody(cls, question: Question, rows: int) -> _Answers:
        """No answer in any row."""
        kinds = [pa.int8()] * len(question.acts) + [pa.bool_()] * len(question.norms)
        return cls([pa.nulls(rows, kind) for kind in kinds], {}, Summary())


def _answers(
    question: Question,
    chosen: Plan,
    reached: Reach,
    planes: Mapping[str, tuple[Words, ...]],
    asked: Words,
    rows: int,
    contradicted: Mapping[str, Any],
) -> _Answers:
    """The columns and counts that come of the planes of a run."""
    columns: list[pa.Array] = []
    statuses: Counter[tuple[str, str]] = Counter()
    complete = count(asked) == rows
    valid = None if complete else pa.py_buffer(asked)
    total = count(asked)
    for act in question.acts:
        if act not in chosen.statuses:
            columns.append(pa.nulls(rows, pa.int8()))
            continue
        low, middle, high = planes[chosen.statuses[act]]
        codes = numbers((low, middle, high), rows)
        columns.append(pa.Array.from_buffers(pa.int8(), rows, [valid, pa.py_buffer(codes)]))
        for status, number in zip(STATUSES, _tally(low & asked, middle & asked, high & asked, total), strict=True):
            statuses[act, status] = number
    contexts = dict(reached.contexts)
    for context, norm in question.norms:
        if context not in contexts:
            columns.append(pa.nulls(rows, pa.bool_()))
        elif (name := chosen.norms.get((context, norm))) is None:
            # a norm that is not in force here and on that day does not hold
            nothing = np.zeros_like(asked)
            columns.append(boolean_column(nothing, ~nothing, asked, rows))
        else:
            true, false = planes[name]
            columns.append(boolean_column(true, false, asked, rows))
    deciding = Counter({key: count(planes[name][0] & asked) for key, name in chosen.deciding.items()})
    return _Answers(columns, contradicted, Summary(0, 0, statuses, deciding))


def _tally(low: Words, middle: Words, high: Words, total: int) -> tuple[int, ...]:
    """How many rows have each status, as `STATUSES` numbers them; no status has both of the higher bits."""
    conflict, forbidden = count(high & low), count(middle & low)
    required, privileged = count(high) - conflict, count(middle) - forbidden
    permitted = count(low) - conflict - forbidden
    settled = permitted + privileged + forbidden + required + conflict
    return total - settled, permitted, privileged, forbidden, required, conflict


def _taken(rows: Rows, places: Any) -> Rows:
    """Some of the rows."""
    chosen = pa.array(places)
    return replace(
        rows,
        count=len(places),
        jurisdictions=rows.jurisdictions[places],
        days=rows.days[places],
        contexts=rows.contexts[places],
        closed=rows.closed[places],
        roles={role: (codes[places], values) for role, (codes, values) in rows.roles.items()},
        facts={fact: column.take(chosen) for fact, column in rows.facts.items()},
    )


def _texts(codes: Codes, values: tuple[str, ...]) -> pa.Array:
    """Codes as text, null where there is none."""
    return pa.array(values, pa.string()).take(pa.array(codes, mask=codes < 0))

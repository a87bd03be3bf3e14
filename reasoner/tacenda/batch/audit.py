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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tacenda import vocabulary as v
from tacenda.batch.bits import WORD, bitmaps, gathered, packed, unpacked
from tacenda.batch.columns import Layout, understand
from tacenda.batch.groups import Arrangement, Part, Places, arrange
from tacenda.batch.judged import STATUS, Judged
from tacenda.batch.naming import acts as act_names
from tacenda.batch.plan import Plan, Question, contradictions, plan
from tacenda.batch.roles import Roles, role_planes
from tacenda.batch.rows import Codes, Defaults, Rows, read
from tacenda.batch.summary import Summary
from tacenda.compiler import CONTRADICTION
from tacenda.errors import Problem, ScenarioError, visible
from tacenda.kernel import Bitmaps, Kernel, Words
from tacenda.knowledge import KnowledgeBase
from tacenda.reach import Reach


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
            pa.field("id", pa.int64() if place is None else _flat(self._columns.field(place)).type),
            pa.field("jurisdiction", pa.string()),
            pa.field("as_of", pa.date32()),
            *(pa.field(short[act], STATUS) for act in self.request.acts),
            *(pa.field(f"{context} {v.shorten(norm)}", pa.bool_()) for context, norm in self._question.norms),
            pa.field("problem", pa.string()),
            *(_flat(self._columns.field(place)) for place in self.layout.others),
        ]
        return pa.schema(fields)

    def run(self, batch: pa.RecordBatch, first: int = 1) -> tuple[pa.RecordBatch, Summary]:
        """What the law says of each row; rows without an `id` are numbered from *first*."""
        request = self.request
        defaults = Defaults(request.jurisdiction, request.as_of, request.context, request.closed)
        rows = read(self._kb, self.layout, batch, defaults)
        arrangement = arrange(rows, request.folders)
        asked = arrangement.marks(~rows.wrong.marks())
        facts = {fact: arrangement.bits(bitmaps(column)) for fact, column in rows.facts.items()}
        roles = {role: (arrangement.codes(codes), values) for role, (codes, values) in rows.roles.items()}
        judged = Judged(self._question, arrangement)
        for part in arrangement.parts:
            self._judge(part, rows, arrangement, facts, roles, asked, judged)
        place = self.layout.keys.get("id")
        ids = pa.array(np.arange(first, first + rows.count)) if place is None else _flattened(batch.column(place))
        columns = [
            ids,
            _texts(rows.jurisdictions, rows.codes),
            pa.array(rows.days, pa.int32(), mask=rows.undated).cast(pa.date32()),
            *judged.columns(asked),
            rows.wrong.column(),
            *(_flattened(batch.column(place)) for place in self.layout.others),
        ]
        summary = Summary(rows.count, int(rows.wrong.marks().sum()), *judged.counts(asked))
        return pa.RecordBatch.from_arrays(columns, schema=self.schema), summary

    def _judge(
        self,
        part: Part,
        rows: Rows,
        arrangement: Arrangement,
        facts: Mapping[str, Bitmaps],
        roles: Roles,
        asked: Words,
        judged: Judged,
    ) -> None:
        """Put the rows of a part to their law; those that contradict themselves are asked no more."""
        kb, code, reached = part.group
        key = kb, reached
        if key not in self._plans:
            self._plans[key] = plan(kb, reached, self._question)
        here = slice(part.first, part.end)
        known = facts if arrangement.order is None else {fact: _cut(column, here) for fact, column in facts.items()}
        bits = slice(part.first * WORD, part.end * WORD)
        own = {role: (codes[bits], values) for role, (codes, values) in roles.items()}
        count = rows.count if arrangement.order is None else bits.stop - bits.start
        planes = self._plans[key].kernel.run(
            role_planes(kb, code, own, count, known), known, part.end - part.first, threads=self.request.threads
        )
        (clash,) = planes[CONTRADICTION]
        wrong = clash & asked[here]
        if wrong.any():
            asked[here] &= ~clash
            places = np.flatnonzero(unpacked(wrong, count)) + bits.start
            self._name(kb, code, places, facts, roles, rows, arrangement)
        judged.take(self._plans[key], reached, here, planes, asked[here])

    def _name(
        self,
        kb: KnowledgeBase,
        code: str,
        places: Places,
        facts: Mapping[str, Bitmaps],
        roles: Roles,
        rows: Rows,
        arrangement: Arrangement,
    ) -> None:
        """Say of rows that contradict themselves which fact would be both true and false: the first of the files."""
        if kb not in self._namers:
            self._namers[kb] = contradictions(kb, self._question)
        known = {fact: _picked(column, places) for fact, column in facts.items()}
        own = {role: (codes[places], values) for role, (codes, values) in roles.items()}
        planes = role_planes(kb, code, own, len(places), known)
        left = packed(np.full(len(places), True))
        for fact, (clash,) in self._namers[kb].run(planes, known, len(left)).items():
            if (clash & left).any():
                message = visible(f"contradicts itself: `{kb.label(fact)}` would be both true and false")
                rows.wrong.add(arrangement.row_of(places[unpacked(clash & left, len(places))]), message)
                left &= ~clash


def _cut(column: Bitmaps, here: slice) -> Bitmaps:
    """Some words of a column."""
    return Bitmaps(None if column.valid is None else column.valid[here], column.values[here])


def _picked(column: Bitmaps, places: Places) -> Bitmaps:
    """Some rows of a column."""
    valid = None if column.valid is None else gathered(column.valid, places)
    return Bitmaps(valid, gathered(column.values, places))


def _texts(codes: Codes, values: tuple[str, ...]) -> pa.Array:
    """Codes as text, null where there is none."""
    return pa.array(values, pa.string()).take(pa.array(codes, mask=codes < 0))


def _flat(field: pa.Field) -> pa.Field:
    """A column that is carried over, as it is written: batches may each have a dictionary of their own."""
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


def _flattened(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column

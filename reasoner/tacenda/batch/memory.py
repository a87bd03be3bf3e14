"""The audit of a table in memory: in a notebook, or in any program that has its rows at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from tacenda.assessment import Assessment, assess
from tacenda.batch.audit import Auditor, Request, acts_named, find_acts
from tacenda.batch.rows import Defaults
from tacenda.batch.scenarios import scenario_of
from tacenda.batch.summary import Summary
from tacenda.errors import Problem, ScenarioError, nearest
from tacenda.markup import Shown, element, grid, shown
from tacenda.model import WEIGHTIEST_FIRST


@dataclass(frozen=True)
class Audit(Shown):
    """What the law says of each row of a table; in a notebook it shows how often each act came out how."""

    table: pa.Table
    """A row for each row, in the same order: `id`, jurisdiction, date, the status of each act, what is wrong."""
    summary: Summary
    _auditor: Auditor = field(repr=False, compare=False)
    _rows: pa.Table = field(repr=False, compare=False)

    def to_pandas(self) -> Any:
        """The table as a pandas data frame."""
        return self.table.to_pandas()

    def why(self, row: object) -> Assessment:
        """The whole answer for the row of this `id`; raises `ScenarioError` for one that is not there or is wrong."""
        names = list(map(str, self.table.column("id").to_pylist()))
        if str(row) not in names:
            raise ScenarioError(Problem(f"no row has the id `{row}`", hint=nearest(str(row), names)))
        request, place = self._auditor.request, names.index(str(row))
        scenario, law = scenario_of(
            request.law(),
            self._auditor.layout,
            self._rows.slice(place, 1).to_batches()[0],
            Defaults(request.jurisdiction, request.as_of, request.context, request.closed),
            request.folders,
            title=f"Row {row}",
            where=f"row {row}",
        )
        return assess(law, scenario)

    @cached_property
    def counts(self) -> tuple[tuple[str, dict[str, int]], ...]:
        """For each act that was judged how many rows came out how."""
        found = self.summary.to_dict(self._auditor.request.law(), self._auditor.request.acts)
        return tuple((one["label"], one["rows"]) for one in found["acts"])

    def __str__(self) -> str:
        return self.summary.to_text(self._auditor.request.law(), self._auditor.request.acts)

    def _repr_html_(self) -> str:
        heads = [str(status) for status in WEIGHTIEST_FIRST]
        rows = [(label, *(f"{count[head]:,}" for head in heads)) for label, count in self.counts if any(count.values())]
        problems = [
            element("li", f"row {one['id']}: {one['problem']}")
            for one in self.table.select(["id", "problem"]).filter(self.table.column("problem").is_valid()).to_pylist()
        ]
        told = f"{self.summary.rows:,} rows, of which {self.summary.problems:,} could not be judged"
        return shown(element("p", told), grid(["", *heads], rows), element("ul", *problems[:_SHOWN]))


_SHOWN = 10


def audit(
    rows: Any,
    acts: Iterable[str] = (),
    *,
    as_of: date | None = None,
    jurisdiction: str | None = None,
    context: str | None = None,
    closed: bool = False,
) -> Audit:
    """The audit of a table: a pyarrow table, a pandas data frame, or anything that offers itself as Arrow.

    A row is a scenario: a column for each role and each fact, called by its label or its compact name; an empty cell
    is unknown. *acts* are judged, by label or compact name; without them, every act that a duty or a privilege of the
    jurisdictions asked about names. Raises `SourceError` for columns that are not understood, `ScenarioError` for
    unknown acts; what is wrong with a row is told in that row.

    >>> rows = pa.table({"jurisdiction": ["us-ma"], "professional": ["psychologist"], "told-in-therapy": ["yes"]})
    >>> audit(rows, ["act:Disclose"], as_of=date(2026, 11, 22), closed=True).table.column("disclose").to_pylist()
    ['forbidden']
    """
    table = rows if isinstance(rows, pa.Table) else _table(rows)
    request = Request(as_of or date.today(), (), jurisdiction=jurisdiction, context=context, closed=closed)
    law = request.law()
    codes = {str(code).strip().casefold() for code in (jurisdiction, *_values(table, "jurisdiction")) if code}
    known = [pack.code for pack in law.packs if pack.code in codes] or [pack.code for pack in law.packs]
    request = replace(request, acts=find_acts(law, acts) or acts_named(law, known))
    auditor = Auditor(request, table.schema)
    found = [auditor.run(batch, first=first) for first, batch in _numbered(table.combine_chunks().to_batches())]
    audited = pa.Table.from_batches([batch for batch, _ in found], auditor.schema)
    return Audit(audited, Summary.total(summary for _, summary in found), auditor, table.combine_chunks())


def _table(rows: Any) -> pa.Table:
    """Rows as Arrow; what pandas calls missing is missing, and its index is no column."""
    if hasattr(rows, "iloc"):
        return pa.Table.from_pandas(rows, preserve_index=False)
    return pa.table(rows)


def _values(table: pa.Table, name: str) -> list[Any]:
    return table.column(name).unique().to_pylist() if name in table.column_names else []


def _numbered(batches: Iterable[pa.RecordBatch]) -> Iterable[tuple[int, pa.RecordBatch]]:
    first = 1
    for batch in batches:
        yield first, batch
        first += batch.num_rows

"""The audit of whole files: reading, judging and writing at once, each batch handed from one to the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Any, TypeVar

import pyarrow as pa

from tacenda.batch.audit import Auditor, Request
from tacenda.batch.columns import understand
from tacenda.batch.rows import Defaults
from tacenda.batch.scenarios import scenario_of
from tacenda.batch.summary import Summary
from tacenda.batch.tables import Table, Writer, open_table
from tacenda.errors import Problem, SourceError, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario

_T = TypeVar("_T")
_AHEAD = 2
"""How many batches may wait between two hands."""
_PATIENCE = 0.2


def audit_file(
    request: Request, source: Path, target: Path | None, progress: Callable[[int, int | None], None] | None = None
) -> Summary:
    """Audit a table into another, which appears whole or not at all, or only count; *progress* is told the rows done.

    Raises `SourceError` when the table cannot be read or the other cannot be written.
    """
    table = open_table(source)
    auditor = Auditor(request, table.schema, str(source))
    summary = Summary()
    with ExitStack() as stack:
        writer = stack.enter_context(Writer(target, auditor.schema)) if target else None
        pool = stack.enter_context(ThreadPoolExecutor(1))
        batches = stack.enter_context(Ahead(table.batches()))
        written: Future[None] | None = None
        for batch in batches:
            audited, part = auditor.run(batch, first=summary.rows + 1)
            summary += part
            if written:
                written.result()
            written = pool.submit(writer.write, audited) if writer else None
            if progress:
                progress(summary.rows, table.rows)
        if written:
            written.result()
    return summary


class Ahead(Iterator[_T]):
    """The same values, made by another thread that keeps a few ahead; as a context, it stops with its reader."""

    def __init__(self, values: Iterable[_T]) -> None:
        self._queue: Queue[tuple[str, Any]] = Queue(_AHEAD)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(iter(values),), daemon=True)
        self._thread.start()

    def _work(self, values: Iterator[_T]) -> None:
        try:
            for value in values:
                if not self._put("value", value):
                    return
            self._put("end", None)
        except BaseException as error:
            self._put("error", error)

    def _put(self, what: str, value: Any) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put((what, value), timeout=_PATIENCE)
            except Full:
                continue
            return True
        return False

    def __next__(self) -> _T:
        what, value = self._queue.get()
        if what == "value":
            found: _T = value
            return found
        self._queue.put((what, value))
        if what == "error":
            raise value
        raise StopIteration

    def __enter__(self) -> Ahead[_T]:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        while self._thread.is_alive():
            try:
                self._queue.get_nowait()
            except Empty:
                self._thread.join(_PATIENCE)


def jurisdictions(kb: KnowledgeBase, table: Table) -> frozenset[str]:
    """The jurisdictions that a table's rows name."""
    place = understand(kb, table.schema, keep=True, where=str(table.path)).keys.get("jurisdiction")
    known = {pack.code for pack in kb.packs}
    if place is None:
        return frozenset()
    found: set[str] = set()
    for batch in table.batches([table.schema.names[place]]):
        found.update(str(one).strip().casefold() for one in batch.column(0).unique().to_pylist())
    return frozenset(found & known)


def find_row(request: Request, table: Table, wanted: str) -> tuple[Scenario, KnowledgeBase]:
    """The scenario in the first row with an `id`, or with a number, and its law; raises `SourceError` without any."""
    kb = request.law()
    layout = understand(kb, table.schema, keep=True, where=str(table.path))
    place = layout.keys.get("id")
    defaults = Defaults(request.jurisdiction, request.as_of, request.context, request.closed)
    first, known = 1, list[str]()
    for batch in table.batches():
        ids = (
            range(first, first + batch.num_rows) if place is None else batch.column(place).cast(pa.string()).to_pylist()
        )
        names = list(map(str, ids))
        if wanted in names:
            row = names.index(wanted)
            where = f"{table.path}, row {first + row}"
            return scenario_of(
                kb,
                layout,
                batch.slice(row, 1),
                defaults,
                request.folders,
                title=f"Row {wanted} of {table.path.name}",
                where=where,
            )
        known += names[: 1000 - len(known)]
        first += batch.num_rows
    raise SourceError(Problem(f"no row has the id `{wanted}`", str(table.path), nearest(wanted, known)))

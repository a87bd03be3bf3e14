"""Files cut into pieces that can be read apart from each other, on any machine that sees the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from tacenda.batch.tables import Table, kind_of, open_table


@dataclass(frozen=True)
class Piece:
    """Some rows of a file: its groups of rows (Parquet) or batches (Arrow) from *start* to *stop*; all, without these.

    *first* is the number of the first row, *rows* how many there are, where that is told without reading them.
    """

    path: Path
    first: int = 1
    rows: int | None = None
    start: int = 0
    stop: int | None = None

    def table(self) -> Table:
        """The rows of the piece as a table; raises `SourceError` when the file cannot be read."""
        whole = open_table(self.path)
        if self.stop is None:
            return whole
        read = self._groups if kind_of(self.path) == "parquet" else self._batches
        return Table(self.path, whole.schema, self.rows, read)

    def _groups(self, columns: list[str] | None) -> Iterator[pa.RecordBatch]:
        assert self.stop is not None
        with pa.parquet.ParquetFile(self.path) as file:
            yield from file.iter_batches(row_groups=range(self.start, self.stop), columns=columns)

    def _batches(self, columns: list[str] | None) -> Iterator[pa.RecordBatch]:
        assert self.stop is not None
        with pa.memory_map(str(self.path)) as source:
            file = pa.ipc.open_file(source)
            for number in range(self.start, self.stop):
                batch = file.get_batch(number)
                yield batch.select(columns) if columns else batch


def cut(table: Table, size: int) -> list[Piece]:
    """The pieces of a file, in their order, each of about so many rows where the file allows it.

    Parquet is cut between its groups of rows, Arrow files between batches; a CSV file, in which a line may be part of
    a value, is one piece.
    """
    kind = kind_of(table.path)
    try:
        sizes = _groups(table.path) if kind == "parquet" else _batches(table.path) if kind == "arrow" else None
    except (pa.ArrowException, OSError):
        sizes = None  # whoever reads it tells what is wrong
    if sizes is None:
        return [Piece(table.path, rows=table.rows)]
    before = [0, *accumulate(sizes)]
    found: list[Piece] = []
    start = 0
    for stop in range(1, len(sizes) + 1):
        if stop == len(sizes) or before[stop + 1] - before[start] > size:
            found.append(Piece(table.path, before[start] + 1, before[stop] - before[start], start, stop))
            start = stop
    return found if len(found) > 1 else [Piece(table.path, rows=before[-1])]


def _groups(path: Path) -> Sequence[int]:
    with pa.parquet.ParquetFile(path) as file:
        return [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]


def _batches(path: Path) -> Sequence[int] | None:
    """How many rows each batch has; nothing for a stream, which can only be read from its beginning."""
    with pa.memory_map(str(path)) as source:
        try:
            # of one column, so that no other is unpacked only to be counted
            file = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=[0]))
        except pa.ArrowInvalid:
            return None
        return [file.get_batch(number).num_rows for number in range(file.num_record_batches)]

"""Tables as files: Parquet, Arrow and CSV, read and written batch by batch, written whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from tacenda.errors import Problem, SourceError, nearest

KINDS = {".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow", ".csv": "csv"}
"""What each ending of a file name stands for."""
ROWS = 1 << 17
"""How many rows a batch has at most: memory is bounded by it, whatever the file."""
_CSV_BLOCK = 1 << 24
_CSV_FIRST_LINE = 1 << 20


@dataclass(frozen=True)
class Table:
    """A file of rows: its columns, how many rows it has if that is told before they are read, and the rows."""

    path: Path
    schema: pa.Schema
    rows: int | None
    read: Callable[[list[str] | None], Iterator[pa.RecordBatch]]

    def batches(self, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, some thousand at a time; of some columns, when these are named.

        Raises `SourceError` when the file turns out to be broken.
        """
        with _told(self.path):
            yield from _even(self.read(columns))


def kind_of(path: Path) -> str:
    """The format that the ending of a file name stands for; raises `SourceError` for any other."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(KINDS)
        hint = nearest(path.suffix, KINDS) or f"name it {known}"
        raise SourceError(Problem("the name does not say which kind of table it is", str(path), hint))
    return kind


def open_table(path: Path) -> Table:
    """The table in a file; raises `SourceError` when there is none."""
    kind = kind_of(path)
    if path.is_dir():
        raise SourceError(Problem("this is a folder, not a table", str(path)))
    if not path.exists():
        others = (other.name for other in path.parent.iterdir()) if path.parent.is_dir() else ()
        raise SourceError(Problem("no such file", str(path), nearest(path.name, others)))
    with _told(path):
        return {"parquet": _parquet, "arrow": _arrow, "csv": _csv}[kind](path)


def _parquet(path: Path) -> Table:
    file = pa.parquet.ParquetFile(path)

    def read(columns: list[str] | None) -> Iterator[pa.RecordBatch]:
        with pa.parquet.ParquetFile(path, pre_buffer=False) as again:
            yield from again.iter_batches(batch_size=ROWS, columns=columns)

    with file:
        return Table(path, file.schema_arrow, file.metadata.num_rows, read)


def _arrow(path: Path) -> Table:
    def read(columns: list[str] | None) -> Iterator[pa.RecordBatch]:
        with pa.memory_map(str(path)) as source:
            file = _ipc(source)
            found = (file.get_batch(n) for n in range(file.num_record_batches)) if _is_file(file) else file
            yield from (batch.select(columns) if columns else batch for batch in found)

    with pa.memory_map(str(path)) as source:
        return Table(path, _ipc(source).schema, None, read)


def _ipc(source: Any) -> Any:
    """A reader of either form of Arrow file."""
    try:
        return pa.ipc.open_file(source)
    except pa.ArrowInvalid:
        source.seek(0)
        return pa.ipc.open_stream(source)


def _is_file(reader: Any) -> bool:
    return isinstance(reader, pa.ipc.RecordBatchFileReader)


def _csv(path: Path) -> Table:
    with path.open("r", encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader([file.readline(_CSV_FIRST_LINE)]), [])
    if not names:
        raise SourceError(Problem("the file is empty", str(path)))

    def read(columns: list[str] | None) -> Iterator[pa.RecordBatch]:
        # everything is text here: what it means is told by the column, not guessed from the first rows
        options = pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=columns,
            null_values=[""],
            strings_can_be_null=True,
        )
        blocks = pa.csv.ReadOptions(block_size=_CSV_BLOCK)
        parsing = pa.csv.ParseOptions(newlines_in_values=True)
        with pa.csv.open_csv(path, read_options=blocks, convert_options=options, parse_options=parsing) as reader:
            yield from reader

    return Table(path, pa.schema([pa.field(name, pa.string()) for name in names]), None, read)


def _even(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of at most `ROWS`, small ones put together."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        for start in range(0, batch.num_rows, ROWS):
            part = batch.slice(start, ROWS)
            if waiting and size + part.num_rows > ROWS:
                yield _joined(waiting)
                waiting, size = [], 0
            waiting.append(part)
            size += part.num_rows
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    (whole,) = pa.Table.from_batches(batches).combine_chunks().to_batches()
    return whole


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What Arrow says of a broken file, told as one line with the file's name."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(Problem(f"cannot be read: {_reason(error)}", str(path))) from error


def _reason(error: Exception) -> str:
    """The first line of what went wrong, beginning in lower case unless with an acronym."""
    reason = str(getattr(error, "strerror", None) or error).strip().split("\n")[0].rstrip(".")
    return reason if reason[:2].isupper() else reason[:1].lower() + reason[1:]


class Writer:
    """Writes batches to a file that stands under its name only once it is whole.

    As a context: what ends with an exception leaves what was there before.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._kind = kind_of(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._schema = schema if self._kind != "csv" else pa.schema([_as_text(field) for field in schema])
            self._writer = self._opened()
        except (pa.ArrowException, OSError) as error:
            with suppress(OSError):
                self._part.unlink(missing_ok=True)
            raise self._refusal(error) from error

    def _opened(self) -> Any:
        part = str(self._part)
        if self._kind == "parquet":
            return pa.parquet.ParquetWriter(part, self._schema)
        if self._kind == "arrow":
            return pa.ipc.new_file(part, self._schema)
        return pa.csv.CSVWriter(part, self._schema)

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows; raises `SourceError` when they cannot be written."""
        try:
            self._writer.write_batch(batch.cast(self._schema) if self._kind == "csv" else batch)
        except (pa.ArrowException, OSError) as error:
            raise self._refusal(error) from error

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._writer.close()
                os.replace(self._part, self.path)
        except (pa.ArrowException, OSError) as error:
            raise self._refusal(error) from error
        finally:
            if kind is not None:
                with suppress(pa.ArrowException, OSError):
                    self._writer.close()
            self._part.unlink(missing_ok=True)

    def _refusal(self, error: Exception) -> SourceError:
        return SourceError(Problem(f"cannot be written: {_reason(error)}", str(self.path)))


def _as_text(field: pa.Field) -> pa.Field:
    """A column as CSV can hold it."""
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


def find_tables(names: Iterable[str]) -> list[tuple[Path, Path]]:
    """The tables that are meant by files, folders and patterns, each with its place below what was named.

    Raises `SourceError` for a name that stands for nothing.
    """
    found: dict[Path, Path] = {}
    problems = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = [one for one in sorted(path.rglob("*")) if one.suffix.lower() in KINDS and _is_shown(one, path)]
            if not inside:
                problems.append(Problem("no table is in this folder", name, f"tables end in {', '.join(KINDS)}"))
            found |= {one: one.relative_to(path) for one in inside}
        elif any(sign in name for sign in "*?[") and not path.exists():
            base = Path(*_fixed(path))
            matched = sorted(base.glob(str(path.relative_to(base))))
            if not matched:
                problems.append(Problem("no file has a name like this", name))
            found |= {one: one.relative_to(base) for one in matched if one.is_file()}
        else:
            found[path] = Path(path.name)
    if problems:
        raise SourceError(*problems)
    return list(found.items())


def _is_shown(path: Path, folder: Path) -> bool:
    return path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)


def _fixed(path: Path) -> Iterator[str]:
    """The parts of a pattern before the first that is one."""
    for part in path.parts:
        if any(sign in part for sign in "*?["):
            return
        yield part

"""The audit on Apache Spark: the same auditor, run through `mapInArrow` by every core of a cluster.

Files are cut into pieces. Each task audits some, writes what comes out beside the output, and answers with one row for
each: where that is, and its summary. Spark takes exactly one answer of every task, however often it was tried, so
that nothing is lost or counted twice; the driver puts the pieces together in their order. Every machine needs the same
tacenda, and sees the same files under the same names. Each worker opens the law once and keeps it.

A table that lives in Spark is audited where it is, with `audit_frame`.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa

from tacenda import __version__
from tacenda.batch.audit import Auditor, Request
from tacenda.batch.pieces import Piece, cut
from tacenda.batch.session import OPTION, EngineError
from tacenda.batch.summary import Summary
from tacenda.batch.tables import ROWS, Table, Writer, kind_of, open_table
from tacenda.errors import LawError, Problem, SourceError, TacendaError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_ANSWER = pa.schema([("piece", pa.int64()), ("part", pa.string()), ("found", pa.binary())])
_FILES_A_CORE = 4
"""With so many files for each core, none is cut: the cores are busy without."""
_TASKS_A_CORE = 8
"""How many tasks a core has to do: few enough to pay for their start, enough to share out evenly."""
_WATCH = 0.2
_REASON = re.compile(r"^(?:[\w.]+\.)?\w*(?:Error|Exception): (.+)$", re.MULTILINE)
_HINTS = {
    "No module named": "every machine of the cluster needs the same tacenda: pip install 'tacenda[spark]'",
    "PYTHON_VERSION_MISMATCH": "say in PYSPARK_PYTHON which Python the machines of the cluster take",
    "Cannot run program": "say in PYSPARK_PYTHON which Python the machines of the cluster take",
}


@dataclass
class _Target:
    """A table to write, and the pieces that it comes from."""

    source: Path
    path: Path
    table: Table | None = None
    pieces: range = range(0)
    parts: list[Path] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Job:
    """What every task is told."""

    request: Request
    law: str
    """What names the law that is asked and the version that answers: a machine with another must not."""
    folder: Path
    pieces: tuple[Piece, ...]
    endings: tuple[str, ...]
    """For each piece, as which kind of file it is written."""


def audit_files(
    spark: AbstractContextManager[SparkSession],
    request: Request,
    pairs: Sequence[tuple[Path, Path]],
    told: Callable[[int, int | None], None] | None = None,
    *,
    size: int | None = None,
) -> Iterator[tuple[Path, Path, Summary | TacendaError]]:
    """Audit tables into others, and give for each its summary, or why it could not be audited.

    Each output appears whole or not at all. *spark* is entered only when a table can be read; *told* hears how many
    rows are done, and of how many. A file that can be cut is cut into pieces of about *size* rows; into such as suit
    the cluster, when that is not said. Raises `EngineError` when the cluster gives up.
    """
    request = replace(request, threads=1, folders=tuple(path.absolute() for path in request.folders))
    targets = [_planned(request, *pair) for pair in pairs]
    todo = [target for target in targets if target.table]
    if todo:
        folder = _folder_beside([target.path.absolute() for target in todo])
        try:
            with spark as session:
                cores = session.sparkContext.defaultParallelism
                # what comes of a whole file need not be put together afterwards
                usual = ROWS if len(todo) < _FILES_A_CORE * cores else sys.maxsize
                job = _cut(request, folder, todo, size or usual)
                _answered(session, job, todo, told)
            for target in todo:
                _put_together(target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    for target in targets:
        yield target.source, target.path, TacendaError(*target.problems) if target.problems else target.summary


def _planned(request: Request, source: Path, path: Path) -> _Target:
    """A table to write, or why it cannot be."""
    target = _Target(source, path)
    try:
        table = open_table(source)
        Auditor(request, table.schema, str(source))
        kind_of(path)
        target.table = table
    except TacendaError as error:
        target.problems = error.problems
    return target


def _cut(request: Request, folder: Path, targets: Iterable[_Target], size: int) -> _Job:
    """The work in pieces, those of a table side by side."""
    pieces: list[Piece] = []
    endings: list[str] = []
    for target in targets:
        assert target.table is not None
        found = cut(replace(target.table, path=target.source.absolute()), size)
        target.pieces = range(len(pieces), len(pieces) + len(found))
        pieces += found
        endings += [target.path.suffix] if len(found) == 1 else [".arrow"] * len(found)
    return _Job(request, _law_here(request), folder, tuple(pieces), tuple(endings))


def _folder_beside(paths: Sequence[Path]) -> Path:
    """A hidden folder for parts, on the disk of the outputs."""
    home = Path(os.path.commonpath([path.parent for path in paths]))
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".tacenda-", suffix=".parts", dir=home))
        folder.chmod(0o777 & ~_umask())
    except OSError as error:
        raise SourceError(Problem(f"cannot be written: {(error.strerror or '').lower()}", str(home))) from error
    return folder


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _answered(
    spark: SparkSession, job: _Job, targets: Sequence[_Target], told: Callable[[int, int | None], None] | None
) -> None:
    """Let Spark do the work, and note what it answers for each table."""
    from pyspark.errors import PySparkException

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return audit_pieces(job, batches)

    context = spark.sparkContext
    tasks = min(len(job.pieces), max(context.defaultParallelism * _TASKS_A_CORE, _TASKS_A_CORE))
    frame = spark.range(0, len(job.pieces), 1, tasks).mapInArrow(work, "piece long, part string, found binary")
    rows = [piece.rows for piece in job.pieces]
    total = None if None in rows else sum(row or 0 for row in rows)
    with ThreadPoolExecutor(1) as pool:
        try:
            answers = pool.submit(frame.collect)
            while True:
                try:
                    found = answers.result(_WATCH)
                    break
                except NotYet:
                    if told:
                        told(_share(context, total or 0), total)
        except PySparkException as error:
            raise EngineError(_why(str(error))) from error
        except BaseException:
            context.cancelAllJobs()
            raise
    by_piece = {number: (Path(part) if part else None, pickle.loads(said)) for number, part, said in found}  # noqa: S301
    for target in targets:
        for number in target.pieces:
            part, said = by_piece[number]
            if part is None:
                target.problems = tuple(_as_asked(target, problem) for problem in said)
                break
            target.parts.append(part)
            target.summary += said
    if told:
        told(total or 0, total)


def _as_asked(target: _Target, problem: Problem) -> Problem:
    """A problem that a task had, with the file's name as it was given here."""
    is_source = problem.where == str(target.source.absolute())
    return replace(problem, where=str(target.source if is_source else target.path))


def _share(context: Any, total: int) -> int:
    """About how many rows are done."""
    tracker = context.statusTracker()
    stages = [stage for number in tracker.getActiveStageIds() if (stage := tracker.getStageInfo(number))]
    tasks = sum(stage.numTasks for stage in stages)
    return total * sum(stage.numCompletedTasks for stage in stages) // tasks if tasks else 0


def _why(message: str) -> Problem:
    """Why the work failed: the last reason that anything gave."""
    reasons = _REASON.findall(message) or message.strip().splitlines()[:1] or ["no reason is given"]
    hint = next((hint for sign, hint in _HINTS.items() if sign in message), "")
    return Problem(f"the cluster gave up: {reasons[-1]}", OPTION, hint)


def _put_together(target: _Target) -> None:
    """Make the output of its parts, or note why that is not possible."""
    if target.problems:
        return
    missing = [part for part in target.parts if not part.exists()]
    if missing:
        message = f"what the cluster wrote is not here: `{missing[0]}`"
        raise EngineError(Problem(message, OPTION, "every machine must see the same files under the same names"))
    try:
        target.path.parent.mkdir(parents=True, exist_ok=True)
        if len(target.parts) == 1:
            os.replace(target.parts[0], target.path)
            return
        first = open_table(target.parts[0])

        def read(columns: list[str] | None) -> Iterator[pa.RecordBatch]:
            for part in target.parts:
                yield from open_table(part).read(columns)

        with Writer(target.path, first.schema) as writer:
            for batch in replace(first, read=read).batches():
                writer.write(batch)
    except SourceError as error:
        target.problems = error.problems
    except OSError as error:
        target.problems = (Problem(f"cannot be written: {(error.strerror or '').lower()}", str(target.path)),)


def audit_pieces(job: _Job, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What a task does: audit the pieces with these numbers, and answer for each.

    Raises `LawError` on a machine where the law base or tacenda is another.
    """
    if (here := _law_here(job.request)) != job.law:
        message = f"a machine of the cluster has {here}, and this one {job.law}"
        raise LawError(Problem(message, hint="they must be the same"))
    for batch in batches:
        for number in batch.column(0).to_pylist():
            # a task that was given up for lost may still be writing: each try has a file of its own
            part = job.folder / f"{number}-{uuid4().hex}{job.endings[number]}"
            answer: tuple[int, str | None, Any]
            try:
                answer = number, str(part), _audit_piece(job.request, job.pieces[number], part)
            except SourceError as error:
                answer = number, None, error.problems
            *known, found = answer
            yield pa.record_batch([*([one] for one in known), [pickle.dumps(found)]], schema=_ANSWER)


def _law_here(request: Request) -> str:
    return f"tacenda {__version__} with law base {request.law().digest[:16]}"


def _audit_piece(request: Request, piece: Piece, part: Path) -> Summary:
    table: Table = piece.table()
    auditor = _auditor(request, table.schema)
    summary = Summary()
    with Writer(part, auditor.schema) as writer:
        for batch in table.batches():
            audited, counts = auditor.run(batch, first=piece.first + summary.rows)
            writer.write(audited)
            summary += counts
    return summary


@lru_cache(maxsize=8)
def _auditor(request: Request, schema: pa.Schema) -> Auditor:
    """The auditor of a worker, with the law open and the programs compiled, kept from one task to the next."""
    return Auditor(request, schema)


def audit_frame(frame: DataFrame, request: Request) -> DataFrame:
    """A table of Spark, audited where it is: the same rows with what the law says of each, statuses as text.

    It has an `id` column, because rows of Spark have no numbers. Raises `SourceError` when its columns cannot be
    understood.
    """
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    columns = to_arrow_schema(frame.schema)
    request = replace(request, threads=1, folders=tuple(path.absolute() for path in request.folders))
    auditor = Auditor(request, columns)
    if "id" not in auditor.layout.keys:
        raise SourceError(Problem("the frame has no column `id`, and its rows have no numbers"))
    plain = pa.schema([_plain(one) for one in auditor.schema])

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return audit_batches(request, columns, plain, batches)

    return frame.mapInArrow(work, from_arrow_schema(plain))


def audit_batches(
    request: Request, columns: pa.Schema, plain: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """What a task does for a frame: audit the batches that it is given."""
    auditor = _auditor(request, columns)
    for batch in batches:
        yield auditor.run(batch)[0].cast(plain)


def _plain(one: pa.Field) -> pa.Field:
    """A column as Spark can hold it."""
    return one.with_type(one.type.value_type) if pa.types.is_dictionary(one.type) else one

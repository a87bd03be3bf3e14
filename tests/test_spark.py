"""The audit on Spark: the same answers as in one process, on a real cluster, also when a machine of it dies."""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet
import pytest

import clusters
from commands import environment, process, tacenda
from tacenda import __version__
from tacenda import vocabulary as v
from tacenda.batch import session as on_session
from tacenda.batch import spark as on_spark
from tacenda.batch.audit import Request, whole_law
from tacenda.batch.naming import facts
from tacenda.batch.pieces import Piece, cut
from tacenda.batch.run import audit_file
from tacenda.batch.session import session
from tacenda.batch.tables import open_table
from tacenda.errors import LawError, SourceError

ROWS = 30_000
WHY_NOT = clusters.why_not()


@pytest.fixture
def spark_runs() -> None:
    """Skips a test where Spark cannot run, and says why; where everything must hold, it must run."""
    if WHY_NOT and "TACENDA_CI" in os.environ and "Java" not in WHY_NOT:
        pytest.fail(WHY_NOT)
    if WHY_NOT:
        pytest.skip(WHY_NOT)


def rows(count: int, *, named: bool = True) -> pa.Table:
    """Scenarios of both jurisdictions and of several days; some contradict themselves, some cannot be read."""
    random = np.random.default_rng(7)

    def one_of(*values: str | None) -> pa.Array:
        return pa.array(np.array(values, dtype=object)[random.integers(0, len(values), count)], pa.string())

    columns: dict[str, pa.Array] = {"id": pa.array(np.arange(count)[::-1])} if named else {}
    columns |= {
        "jurisdiction": one_of("us-ma", "us-ma", "us", "us-mma"),
        "as_of": one_of("2026-11-22", "2015-03-01", None, "1980-01-01"),
        "professional": one_of("psychologist", "licensed independent clinical social worker", None, "psychologst"),
        "closed": one_of("true", None),
    }
    for name in list(facts(whole_law()).short.values())[:40]:
        said = random.integers(0, 60, count)
        columns[name] = pa.array(said == 0, mask=said > 2)
    return pa.table(columns)


@pytest.fixture(scope="module")
def asked() -> Request:
    acts = [term.iri for term in whole_law().taxonomy.kinds_of(v.tac("Act"))][:12]
    return Request(date(2026, 11, 22), tuple(acts), codes=("us-ma",))


def written(folder: Path) -> list[str]:
    """What stands in a folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("spark_runs")
def test_nothing_is_lost_or_doubled_when_a_machine_dies(
    tmp_path: Path, asked: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker is killed with its executor once the first answers are in, and its tasks are done by the other."""
    source, output = tmp_path / "rows.parquet", tmp_path / "out"
    pa.parquet.write_table(rows(ROWS), source, row_group_size=ROWS // 30)
    expected = audit_file(asked, source, tmp_path / "local.parquet")
    place = tmp_path / "cluster"
    place.mkdir()
    seen: list[dict[str, Any]] = []
    with clusters.cluster(place, environment(PYSPARK_PYTHON=sys.executable), workers=2) as cluster:
        for name, value in cluster.environment.items():
            monkeypatch.setenv(name, value)

        def kill_one(done: int, total: int | None) -> None:
            if 0 < done < ROWS and not seen:
                seen.append(cluster.state())
                cluster.workers[0].kill()

        with session(cluster.url) as spark:
            pairs = [(source, output / "rows.parquet")]
            found = list(on_spark.audit_files(nullcontext(spark), asked, pairs, kill_one, size=ROWS // 30))
            frame = on_spark.audit_frame(spark.read.parquet(str(source)), asked)
            answers = frame.toArrow().sort_by("id")
        states = sorted(worker["state"] for worker in cluster.state()["workers"])
    assert [worker["coresused"] for worker in seen[0]["workers"]] == [1, 1]
    assert states == ["ALIVE", "DEAD"]
    assert found == [(source, output / "rows.parquet", expected)]
    assert expected.rows == ROWS
    local = pa.parquet.read_table(tmp_path / "local.parquet")
    assert pa.parquet.read_table(output / "rows.parquet").equals(local)
    assert written(output) == ["rows.parquet"]
    texts = pa.schema([one.with_type(pa.string()) if pa.types.is_dictionary(one.type) else one for one in local.schema])
    assert answers.cast(texts).equals(local.cast(texts).sort_by("id"))


@pytest.mark.usefixtures("spark_runs")
def test_the_command_writes_what_the_local_engine_writes(tmp_path: Path) -> None:
    """Tables of every kind in one folder, one of them broken, which is named; nothing else is said or left behind."""
    given = tmp_path / "in"
    given.mkdir()
    table = rows(900, named=False)
    pa.parquet.write_table(table, given / "many.parquet", row_group_size=100)
    with pa.ipc.new_file(given / "batches.arrow", table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    pa.csv.write_csv(table.slice(0, 50), given / "few.csv")
    whole = (given / "many.parquet").read_bytes()
    (given / "broken.parquet").write_bytes(whole[:5000])
    # the list of what is where is at the end, so that this file opens and fails in the middle
    (given / "holed.parquet").write_bytes(whole[:9000] + bytes(len(whole) // 2) + whole[9000 + len(whole) // 2 :])
    command = ("audit", "in", "--in", "us", "--as-of", "2026-11-22", "--format", "json", "-o")
    place = {"PYTHONPATH": str(Path("reasoner").absolute())}
    local = process(*command, "local", cwd=tmp_path, env=place)
    spark = process(*command, "spark", "--engine", "spark", cwd=tmp_path, env=place)
    assert local.code == 1
    assert (spark.code, spark.err) == (1, local.err)
    assert json.loads(spark.out.replace('"spark/', '"local/')) == json.loads(local.out)
    assert written(tmp_path / "spark") == written(tmp_path / "local") == ["batches.arrow", "few.csv", "many.parquet"]
    for name in written(tmp_path / "local"):
        assert read(tmp_path / "spark" / name).equals(read(tmp_path / "local" / name))
    assert written(tmp_path) == ["in", "local", "local.summary.json", "spark", "spark.summary.json"]


def read(path: Path) -> pa.Table:
    """All rows of a table."""
    table = open_table(path)
    return pa.Table.from_batches(table.batches(), table.schema)


def with_groups(path: Path, table: pa.Table) -> None:
    pa.parquet.write_table(table, path, row_group_size=300)


def with_batches(path: Path, table: pa.Table) -> None:
    with pa.ipc.new_file(path, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table, max_chunksize=300)


def as_stream(path: Path, table: pa.Table) -> None:
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=300)


@pytest.mark.parametrize(
    ("name", "write", "starts"),
    [
        ("groups.parquet", with_groups, [1, 601]),
        ("batches.arrow", with_batches, [1, 601]),
        ("stream.arrow", as_stream, [1]),
        ("lines.csv", lambda path, table: pa.csv.write_csv(table, path), [1]),
    ],
)
def test_the_pieces_of_a_file_are_all_of_it(
    tmp_path: Path, name: str, write: Callable[[Path, pa.Table], None], starts: list[int]
) -> None:
    """Cut where its kind of file can be cut, each piece as large as asked for or smaller, and each row in one."""
    path = tmp_path / name
    write(path, rows(1000))
    pieces = cut(open_table(path), 700)
    assert [piece.first for piece in pieces] == starts
    tables = [piece.table() for piece in pieces]
    assert pa.Table.from_batches(batch for one in tables for batch in one.batches()).equals(read(path))
    assert [batch.column_names for one in tables for batch in one.batches(["id"])] == [["id"] for _ in pieces]


def test_a_group_larger_than_asked_for_is_a_piece(tmp_path: Path) -> None:
    with_groups(tmp_path / "rows.parquet", rows(700))
    found = [(one.first, one.rows, one.start, one.stop) for one in cut(open_table(tmp_path / "rows.parquet"), 10)]
    assert found == [(1, 300, 0, 1), (301, 300, 1, 2), (601, 100, 2, 3)]


def test_a_table_without_rows_is_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "empty.parquet"
    with_groups(path, rows(1).slice(0, 0))
    assert cut(open_table(path), 10) == [Piece(path, rows=0)]


@pytest.fixture
def job(tmp_path: Path, asked: Request) -> on_spark._Job:
    """Two pieces of a table, the second of which has gone since it was cut."""
    with_groups(tmp_path / "rows.parquet", rows(600, named=False))
    first, second = cut(open_table(tmp_path / "rows.parquet"), 300)
    gone = replace(second, path=tmp_path / "gone.parquet")
    return on_spark._Job(asked, on_spark._law_here(asked), tmp_path, (first, gone, second), (".parquet",) * 3)


def answered(job: on_spark._Job, *numbers: int) -> list[tuple[str | None, Any]]:
    """What a task answers for pieces: the part that it wrote, and what it found."""
    (*found,) = on_spark.audit_pieces(job, [pa.record_batch([list(numbers)], ["id"])])
    rows = [row for batch in found for row in batch.to_pylist()]
    assert [row["piece"] for row in rows] == list(numbers)
    return [(row["part"], pickle.loads(row["found"])) for row in rows]


def test_a_piece_that_is_done_twice_is_written_twice(job: on_spark._Job, tmp_path: Path, asked: Request) -> None:
    """What the one try writes is never touched by the other, and both answer the same."""
    (one, counted), (other, again) = (*answered(job, 2), *answered(job, 2))
    assert one is not None
    assert other is not None
    assert one != other
    assert counted == again
    audit_file(asked, tmp_path / "rows.parquet", tmp_path / "whole.parquet")
    assert read(Path(one)).equals(read(tmp_path / "whole.parquet").slice(300))
    assert read(Path(other)).equals(read(Path(one)))


def test_a_piece_that_cannot_be_read_is_told_and_the_next_is_audited(job: on_spark._Job, tmp_path: Path) -> None:
    (part, problems), (other, summary) = answered(job, 1, 0)
    assert part is None
    assert list(map(str, problems)) == [f"{tmp_path / 'gone.parquet'}: no such file · did you mean `rows.parquet`?"]
    assert other is not None
    assert (Path(other).suffix, summary.rows) == (".parquet", 300)


def test_a_machine_with_another_law_does_not_answer(job: on_spark._Job) -> None:
    with pytest.raises(LawError) as refused:
        answered(replace(job, law="tacenda 0.0 with law base 0"), 0)
    here = f"tacenda {__version__} with law base {whole_law().digest[:16]}"
    assert str(refused.value) == (
        f"a machine of the cluster has {here}, and this one tacenda 0.0 with law base 0 · they must be the same"
    )


class NoSession:
    """Spark that must not be started."""

    def __enter__(self) -> None:
        pytest.fail("Spark was started")

    def __exit__(self, *_: object) -> None: ...


def test_columns_are_refused_before_spark_is_started(tmp_path: Path, asked: Request) -> None:
    source = tmp_path / "rows.csv"
    source.write_text("id,jurisdiction,professionl\n1,us,\n", encoding="utf-8")
    with pytest.raises(SourceError) as local:
        audit_file(asked, source, tmp_path / "out.csv")
    ((_, _, found),) = on_spark.audit_files(NoSession(), asked, [(source, tmp_path / "out.csv")])  # type: ignore[arg-type]
    assert str(found) == str(local.value)
    assert written(tmp_path) == ["rows.csv"]


def test_a_frame_without_ids_is_refused(asked: Request) -> None:
    types = pytest.importorskip("pyspark.sql.types", reason="pyspark is not installed: pip install 'tacenda[spark]'")
    frame = SimpleNamespace(schema=types.StructType().add("jurisdiction", "string"))
    with pytest.raises(SourceError, match="the frame has no column `id`, and its rows have no numbers"):
        on_spark.audit_frame(frame, asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "Traceback\n  File x\nModuleNotFoundError: No module named 'tacenda'\n",
            "--engine spark: the cluster gave up: No module named 'tacenda' · "
            "every machine of the cluster needs the same tacenda: pip install 'tacenda[spark]'",
        ),
        (
            "Traceback\ntacenda.errors.LawError: the law base is not the one\n\tat org.apache.spark",
            "--engine spark: the cluster gave up: the law base is not the one",
        ),
        ("Job aborted.\nmore", "--engine spark: the cluster gave up: Job aborted."),
        ("", "--engine spark: the cluster gave up: no reason is given"),
    ],
)
def test_a_cluster_that_gives_up_says_why_in_one_line(message: str, told: str) -> None:
    assert str(on_spark._why(message)) == told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--engine", "sparc"], "tacenda audit: invalid value for --engine: `sparc` is neither local nor spark"),
        (["--master", "local"], "tacenda audit: invalid value for --master: only Spark has a master: --engine spark"),
    ],
)
def test_wrong_usage(tmp_path: Path, options: list[str], told: str) -> None:
    with_groups(tmp_path / "rows.parquet", rows(10))
    found = tacenda("audit", str(tmp_path / "rows.parquet"), "-o", str(tmp_path / "out.parquet"), *options)
    assert (found.code, found.out, found.err) == (2, "", f"{told} · see `tacenda audit --help`\n")


def spark_refused(tmp_path: Path, *options: str) -> str:
    """What is said when Spark cannot be started; nothing is left behind."""
    with_groups(tmp_path / "rows.parquet", rows(10))
    output = str(tmp_path / "out.parquet")
    found = tacenda(
        "audit", str(tmp_path / "rows.parquet"), "-o", output, "--as-of", "2026-11-22", "--engine", "spark", *options
    )
    assert (found.code, found.out, written(tmp_path)) == (3, "", ["rows.parquet"])
    return found.err


def test_without_pyspark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert spark_refused(tmp_path) == "--engine spark: pyspark is not installed · pip install 'tacenda[spark]'\n"


@pytest.fixture
def pretending(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that Spark needs of Python is there."""
    monkeypatch.setattr(on_session, "_NEEDED", ())


@pytest.mark.usefixtures("pretending")
def test_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert spark_refused(tmp_path) == (
        "--engine spark: no Java is found in `/nowhere`, where JAVA_HOME points · "
        "install Java 17 or later, or say in JAVA_HOME where it is\n"
    )
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", "/nowhere")
    assert spark_refused(tmp_path) == (
        "--engine spark: no Java is found, which Spark runs on · "
        "install Java 17 or later, or say in JAVA_HOME where it is\n"
    )


@pytest.mark.usefixtures("pretending")
def test_without_a_master(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_session, "_java", lambda: "java")
    told = "--master: no Spark master answers at `{}` · is it running, on that port?\n"
    for master in ("spark://127.0.0.1:1", "spark://127.0.0.1", "spark://127.0.0.1:99999"):
        assert spark_refused(tmp_path, "--master", master) == told.format(master)


def test_why_spark_did_not_start() -> None:
    def why(log: str) -> str:
        return str(on_session._why(io.BytesIO(log.encode()), "", "blah"))

    assert why("x\njava.lang.UnsupportedClassVersionError: a b\n") == (
        "--engine spark: the Java found here is too old · install Java 17 or later, or say in JAVA_HOME where it is"
    )
    assert why("org.apache.spark.SparkException: Could not parse Master URL: 'blah'\n") == (
        "--master: Spark does not know such a master: `blah` · write local[2], spark://HOST:PORT, yarn or k8s://…"
    )
    assert why('Exception in thread "main" java.lang.Error: no room\n') == (
        "--engine spark: Spark did not start: no room"
    )
    assert why("") == "--engine spark: Spark did not start: it gave no reason"

"""Tables in, tables out: every format, every way a file can be wrong, and nothing half done."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet
import pytest

from commands import COMMAND, ROOT, Result, environment, process, tacenda, terminal
from tacenda.batch.audit import Request, find_acts, whole_law
from tacenda.batch.run import Ahead, audit_file
from tacenda.batch.tables import ROWS, find_tables, open_table
from tacenda.batch.template import schema
from tacenda.errors import SourceError
from tacenda.knowledge import KnowledgeBase

Golden = Callable[[str, str], None]
TODAY = date(2026, 11, 22)
SHIPPED = ROOT / "kb" / "scenarios" / "disclosures.csv"
ONE_ACT = ("--acts", "act:ReportToChildProtection")
STATUSES = ["required", "unsettled", "unsettled", None, "required", "permitted"]


def shipped() -> pa.Table:
    """The table that comes with tacenda, its facts as nullable Booleans."""
    read = pa.csv.read_csv(SHIPPED, convert_options=pa.csv.ConvertOptions(true_values=["yes"], false_values=["no"]))
    kinds = {"id": pa.int64(), "jurisdiction": pa.string(), "as_of": pa.date32(), "professional": pa.string()}
    return read.cast(pa.schema([(name, kinds.get(name, pa.bool_())) for name in read.column_names]))


def write(path: Path, table: pa.Table, rows: int = 2) -> Path:
    """A table as a file of the kind that its name says, in batches of some rows."""
    if path.suffix == ".parquet":
        pa.parquet.write_table(table, path, row_group_size=rows)
    elif path.suffix == ".csv":
        pa.csv.write_csv(table, path)
    else:
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table, rows)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, without the help of what is tested."""
    if path.suffix == ".parquet":
        found = pa.parquet.read_table(path)
    elif path.suffix == ".csv":
        found = pa.csv.read_csv(path)
    else:
        found = pa.ipc.open_file(path).read_all()
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def audit(*arguments: str | Path) -> Result:
    """A run in this process."""
    return tacenda("audit", *map(str, arguments))


def names_in(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("source", [".parquet", ".arrow", ".feather", ".csv"])
@pytest.mark.parametrize("target", [".parquet", ".arrow", ".feather", ".csv"])
def test_every_format_goes_into_every_other(source: str, target: str, tmp_path: Path) -> None:
    table, output = write(tmp_path / f"in{source}", shipped()), tmp_path / f"out{target}"
    result = audit(table, "-o", output, *ONE_ACT)
    assert (result.code, result.err) == (0, "")
    rows = read(output)
    assert [row["report-to-child-protection"] or None for row in rows] == STATUSES
    assert [(str(row["id"]), row["jurisdiction"], row["as_of"]) for row in rows] == [
        (str(row["id"]), row["jurisdiction"], row["as_of"]) for row in shipped().to_pylist()
    ]
    assert [row["problem"] or None for row in rows] == [
        *[None] * 3,
        "unknown professional `psychologst` · did you mean `psychologist`?",
        *[None] * 2,
    ]
    assert names_in(tmp_path) == sorted([table.name, output.name, f"{output.name}.summary.json"])


def test_arrow_that_was_streamed_is_read_too(tmp_path: Path) -> None:
    with pa.ipc.new_stream(tmp_path / "in.arrow", shipped().schema) as writer:
        writer.write_table(shipped(), 1)
    assert audit(tmp_path / "in.arrow", "-o", tmp_path / "out.csv", *ONE_ACT).code == 0
    assert [row["report-to-child-protection"] or None for row in read(tmp_path / "out.csv")] == STATUSES


def test_batches_may_each_have_a_dictionary_of_their_own(tmp_path: Path) -> None:
    kind = pa.dictionary(pa.int8(), pa.string())
    rows = pa.schema([("id", kind), ("jurisdiction", kind), ("team", kind)])
    with pa.ipc.new_stream(tmp_path / "in.arrow", rows) as writer:
        for code, team in (("us-ma", "red"), ("us", "blue")):
            one = {"id": [team], "jurisdiction": [code], "team": [team]}
            columns = {name: pa.array(values).dictionary_encode().cast(kind) for name, values in one.items()}
            writer.write_batch(pa.RecordBatch.from_pydict(columns, schema=rows))
    assert audit(tmp_path / "in.arrow", "-o", tmp_path / "out.arrow", "--keep", "--as-of", "2026-11-22").code == 0
    found = [(row["id"], row["jurisdiction"], row["team"]) for row in read(tmp_path / "out.arrow")]
    assert found == [("red", "us-ma", "red"), ("blue", "us", "blue")]


def test_the_norms_too(tmp_path: Path) -> None:
    audit(SHIPPED, "-o", tmp_path / "out.parquet", "--norms", *ONE_ACT)
    report = "practice us-ma:c119-s51A.report"
    assert [row[report] for row in read(tmp_path / "out.parquet")] == [True, None, None, None, False, False]


def test_the_summary_is_shown_and_written(tmp_path: Path, golden: Golden) -> None:
    result = audit(SHIPPED, "-o", tmp_path / "out.csv", *ONE_ACT, "--format", "text")
    golden("audit/summary.txt", result.out)
    written = json.loads((tmp_path / "out.csv.summary.json").read_text("utf-8"))
    assert {**written, "law_base": ""} == {
        "law_base": "",
        "tables": [{"in": str(SHIPPED), "out": str(tmp_path / "out.csv"), "rows": 6, "problems": 1}],
        "unread": [],
        "rows": 6,
        "problems": 1,
        "acts": [
            {
                "act": "act:ReportToChildProtection",
                "label": "report child abuse to the child-protection agency",
                "rows": {
                    "conflict": 0,
                    "required": 2,
                    "forbidden": 0,
                    "privileged": 0,
                    "permitted": 1,
                    "unsettled": 2,
                },
                "decided_by": written["acts"][0]["decided_by"],
            }
        ],
    }
    assert [(one["norm"], one["rows"]) for one in written["acts"][0]["decided_by"]] == [
        ("us-ma:c119-s51A-before-2008.report", 1),
        ("us-ma:c119-s51A.report", 1),
    ]
    elsewhere = audit(SHIPPED, "--summary", tmp_path / "s.json", *ONE_ACT)
    shown = json.loads(elsewhere.out)
    assert shown == json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert {**shown, "tables": []} == {**written, "tables": []}


def test_one_row_is_explained_as_ask_explains_a_scenario(tmp_path: Path) -> None:
    told = audit(SHIPPED, "--why", "1").out
    assert told.startswith("Row 1 of disclosures.csv\n")
    assert re.search(r"REQUIRED +report child abuse to the child-protection", told)
    assert "PROOF" in told
    unnamed = write(tmp_path / "in.parquet", shipped().drop_columns(["id"]))
    assert audit(unnamed, "--why", "1").out == told.replace("disclosures.csv", "in.parquet")
    assert audit(SHIPPED, "--why", "4") == Result(
        3, "", f"{SHIPPED}, row 4: unknown professional `psychologst` · did you mean `psychologist`?\n"
    )
    assert audit(SHIPPED, "--why", "77") == Result(3, "", f"{SHIPPED}: no row has the id `77`\n")


def test_a_row_that_contradicts_itself_is_explained_by_naming_both_statements(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("jurisdiction,as_of,client-relationship,told-in-therapy\nus-ma,2026-11-22,no,yes\n", "utf-8")
    assert audit(table, "--why", "1") == Result(
        3,
        "",
        f"{table}, row 1: the scenario contradicts itself: `client told it in therapy` is stated, but"
        " `client relationship`, which it implies, is denied\n",
    )


def test_the_template_has_every_column_and_can_be_audited(tmp_path: Path) -> None:
    kb = KnowledgeBase.open("us-ma")
    for ending in ("parquet", "arrow", "csv"):
        result = audit("--template", "us-ma", "-o", tmp_path / f"t.{ending}")
        assert result == Result(0, "", f"wrote {tmp_path / f't.{ending}'} and {tmp_path / 't.dictionary.csv'}\n")
        table = open_table(tmp_path / f"t.{ending}")
        assert table.schema.names == schema(kb).names
        assert list(table.batches()) == []
        assert audit(tmp_path / f"t.{ending}", "-o", tmp_path / f"o.{ending}").code == 0
    lines = pa.csv.read_csv(
        tmp_path / "t.dictionary.csv", parse_options=pa.csv.ParseOptions(newlines_in_values=True)
    ).to_pylist()
    assert [line["column"] for line in lines] == schema(kb).names
    said = {line["column"]: line for line in lines}
    assert said["jurisdiction"]["values"] == "us; us-ma"
    assert "psychologist" in said["professional"]["values"].split("; ")
    assert said["written-consent"] == {
        "column": "written-consent",
        "kind": "fact",
        "label": "client consents in writing",
        "definition": next(t.definition for t in kb.taxonomy.facts() if t.label == "client consents in writing"),
        "values": "true; false; empty for unknown",
    }


def test_a_folder_comes_out_as_a_folder_and_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    write(tmp_path / "in" / "a.parquet", shipped())
    write(tmp_path / "in" / "deep" / "b.csv", shipped())
    (tmp_path / "in" / "broken.parquet").write_bytes(b"PAR1 no, it is not")
    (tmp_path / "in" / "short.csv").write_text("jurisdiction,as_of\nus-ma,2026-11-22,1\n", "utf-8")
    (tmp_path / "in" / "noplace.csv").write_text("as_of,written-consent\n2026-11-22,yes\n", "utf-8")
    (tmp_path / "in" / "notes.txt").write_text("not a table", "utf-8")
    (tmp_path / "in" / ".hidden.csv").write_text("x", "utf-8")
    whole = (tmp_path / "in" / "a.parquet").read_bytes()
    (tmp_path / "in" / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    result = audit(tmp_path / "in", "-o", tmp_path / "out", *ONE_ACT, "--format", "text")
    assert result.code == 1
    lines = result.err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        str(tmp_path / "in" / name) for name in ("broken.parquet", "cut.parquet", "noplace.csv", "short.csv")
    ]
    assert all(line.partition(": ")[2].startswith(("cannot be read: ", "no column `jurisdiction`")) for line in lines)
    assert names_in(tmp_path / "out") == ["a.parquet", "deep/b.csv"]
    summary = json.loads((tmp_path / "out.summary.json").read_text("utf-8"))
    assert (summary["rows"], [one["where"] for one in summary["unread"]]) == (
        12,
        [line.partition(": ")[0] for line in lines],
    )
    assert result.out.startswith("12 rows, 2 problems\n")


def test_a_pattern_stands_for_the_files_it_fits(tmp_path: Path) -> None:
    for name in ("a1.csv", "a2.csv", "b.csv"):
        write(tmp_path / name, shipped())
    assert audit(tmp_path / "a*.csv", "-o", tmp_path / "out", *ONE_ACT).code == 0
    assert names_in(tmp_path / "out") == ["a1.csv", "a2.csv"]
    assert find_tables([str(tmp_path / "*.csv")]) == [
        (tmp_path / name, Path(name)) for name in ("a1.csv", "a2.csv", "b.csv")
    ]


def test_a_byte_order_mark_and_quoted_lines_are_read(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_bytes(b'\xef\xbb\xbfid,jurisdiction,as_of,team\r\n"a\nb",us-ma,2026-11-22,"x, y"\r\n')
    assert audit(table, "-o", tmp_path / "out.parquet", "--keep").code == 0
    assert [(row["id"], row["team"]) for row in read(tmp_path / "out.parquet")] == [("a\nb", "x, y")]


REFUSALS: dict[str, tuple[list[str], int, str]] = {
    "no table": (
        [],
        2,
        "tacenda audit: invalid value for TABLE: say which table to audit · see `tacenda audit --help`",
    ),
    "not there": (["dislosures.csv"], 3, "dislosures.csv: no such file · did you mean `disclosures.csv`?"),
    "not a table": (["notes.txt"], 3, "notes.txt: the name does not say which kind of table it is · {endings}"),
    "empty": (["empty.csv"], 3, "empty.csv: the file is empty"),
    "no match": (["x*.csv"], 3, "x*.csv: no file has a name like this"),
    "empty folder": (
        ["nothing"],
        3,
        "nothing: no table is in this folder · tables end in .parquet, .arrow, .feather, .csv",
    ),
    "no jurisdiction": (
        ["noplace.csv"],
        2,
        "tacenda audit: invalid value for --in: `noplace.csv` has no column `jurisdiction`; say whose law is asked"
        " about: --in us-ma · see `tacenda audit --help`",
    ),
    "unknown jurisdiction": (
        ["disclosures.csv", "--in", "us-mm"],
        3,
        "unknown jurisdiction `us-mm` · did you mean `us-ma`?",
    ),
    "unknown act": (
        ["disclosures.csv", "--acts", "disclose, reprot"],
        3,
        "unknown act `reprot` · did you mean `report`?",
    ),
    "wrong ending": (
        ["disclosures.csv", "-o", "out.xlsx"],
        3,
        "out.xlsx: the name does not say which kind of table it is · {endings}",
    ),
    "onto itself": (
        ["disclosures.csv", "-o", "disclosures.csv"],
        2,
        "tacenda audit: invalid value for --output: the answers would take the place of the table itself"
        " · see `tacenda audit --help`",
    ),
    "several to one": (
        ["disclosures.csv", "noplace.csv", "-o", "out.csv"],
        2,
        "tacenda audit: invalid value for --output: several tables go to a folder, not to `out.csv`"
        " · see `tacenda audit --help`",
    ),
    "wrong day": (
        ["disclosures.csv", "--as-of", "today"],
        2,
        "tacenda audit: invalid value for --as-of: `today` is not a date; write it as 2026-11-22"
        " · see `tacenda audit --help`",
    ),
    "template nowhere": (
        ["--template", "us-ma"],
        2,
        "tacenda audit: invalid value for --output: say where to write the template: -o TABLE"
        " · see `tacenda audit --help`",
    ),
    "no such place": (
        ["disclosures.csv", "-o", "notes.txt/out.csv"],
        3,
        "notes.txt/out.csv: cannot be written: {reason}",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_wrong_use_is_told_in_one_line_and_leaves_nothing(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "disclosures.csv", shipped())
    (tmp_path / "notes.txt").write_text("notes", "utf-8")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noplace.csv").write_text("as_of\n2026-11-22\n", "utf-8")
    (tmp_path / "nothing").mkdir()
    before = names_in(tmp_path)
    arguments, code, message = REFUSALS[case]
    result = audit(*arguments)
    assert (result.code, result.out) == (code, "")
    pattern = (
        re.escape(message)
        .replace(r"\{endings\}", "name it .parquet, .arrow, .feather, .csv")
        .replace(r"\{reason\}", ".+")
    )
    assert re.fullmatch(pattern, result.err.strip()), result.err
    assert names_in(tmp_path) == before


def test_the_law_of_today_is_asked_about_when_no_day_is_given(tmp_path: Path) -> None:
    table = write(tmp_path / "in.parquet", shipped().drop_columns(["as_of"]))
    today = date.today()
    assert audit(table, *ONE_ACT).err == f"no date is given, so the law of today, {today}, is asked about\n"
    assert audit(table, *ONE_ACT, "--as-of", "2026-11-22").err == ""


def many(path: Path, rows: int) -> Path:
    """A table of many rows, all alike."""
    columns = {"jurisdiction": ["us-ma"], "professional": ["psychologist"], "written-consent": [True]}
    one = pa.RecordBatch.from_pydict(columns)
    block = one.take(pa.array([0] * ROWS))
    with pa.parquet.ParquetWriter(path, one.schema) as writer:
        for start in range(0, rows, ROWS):
            writer.write_batch(block.slice(0, min(ROWS, rows - start)))
    return path


def request() -> Request:
    return Request(TODAY, find_acts(whole_law(), ["act:Disclose"]))


def test_memory_is_bounded_by_the_batch(tmp_path: Path) -> None:
    """What Arrow holds at once is a few batches, whichever hand that passes them on is slowest; never the file."""
    source, target, seen = many(tmp_path / "in.parquet", 40 * ROWS), tmp_path / "out.parquet", list[int]()
    before = pa.total_allocated_bytes()
    audit_file(request(), source, target, lambda _, __: seen.append(pa.total_allocated_bytes() - before))
    whole = sum(pa.parquet.read_table(path).nbytes for path in (source, target))
    assert max(seen) < whole / 4


def test_a_stop_in_the_middle_leaves_what_was_there(tmp_path: Path) -> None:
    source, target = many(tmp_path / "in.parquet", 3 * ROWS), tmp_path / "out.parquet"
    target.write_bytes(b"as it was")

    def stop(rows: int, _: int | None) -> None:
        if rows > ROWS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit_file(request(), source, target, stop)
    assert target.read_bytes() == b"as it was"
    assert names_in(tmp_path) == ["in.parquet", "out.parquet"]


def test_an_interrupted_command_leaves_nothing(tmp_path: Path) -> None:
    source = many(tmp_path / "in.parquet", 60 * ROWS)
    command = [*COMMAND, "audit", str(source), "-o", str(tmp_path / "out.parquet"), "--as-of", "2026-11-22"]
    running = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    assert running.stderr is not None
    assert running.stderr.readline().endswith(b"1,048,576 rows\n")
    assert len(names_in(tmp_path)) == 2
    running.send_signal(signal.SIGINT)
    _, messages = running.communicate(timeout=60)
    assert (running.returncode, messages.decode().splitlines()[-1]) == (130, "stopped")
    assert names_in(tmp_path) == ["in.parquet"]


def test_a_file_that_breaks_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    good = "us-ma,2026-11-22\n" * 2_000_000
    source = tmp_path / "in.csv"
    source.write_text(f"jurisdiction,as_of\n{good}us-ma,2026-11-22,what\n", "utf-8")
    result = audit(source, "-o", tmp_path / "out.csv", *ONE_ACT)
    assert result.code == 3
    wrong = "CSV parse error: Expected 2 columns, got 3: us-ma,2026-11-22,what"
    assert result.err.splitlines()[-1] == f"{source}: cannot be read: {wrong}"
    assert names_in(tmp_path) == ["in.csv"]


def test_what_is_made_ahead_comes_in_order_and_its_mistakes_too() -> None:
    def values() -> Iterator[int]:
        yield from range(10)
        raise SourceError("broken")

    found: list[int] = []
    with Ahead(values()) as ahead, pytest.raises(SourceError, match="broken"):
        found.extend(iter(ahead))
    assert found == list(range(10))


def test_progress_is_shown_on_a_terminal_when_there_is_more_than_one_batch(tmp_path: Path) -> None:
    long, short = many(tmp_path / "long.parquet", 3 * ROWS), many(tmp_path / "short.parquet", ROWS)
    options = ("--as-of", "2026-11-22", *ONE_ACT)
    shown = terminal(*COMMAND, "audit", str(long), *options).err
    assert "long.parquet" in terminal(*COMMAND, "audit", str(long), *options, together=True).out
    assert shown == ""
    assert terminal(*COMMAND, "audit", str(short), *options, together=True).out.startswith("131,072 rows, 0 problems\n")
    assert process("audit", str(long), *options).err == ""


def test_without_the_libraries_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('not here')\n", "utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT / "reasoner")])
    result = process("audit", "t.csv", env={"PYTHONPATH": path})
    assert result == Result(
        3,
        "",
        "tables are read with numpy and pyarrow, which are not installed · pip install 'tacenda[audit]'\n",
    )

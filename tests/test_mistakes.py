"""Whatever is typed or put into a file, a mistake is told in one line each, and never by a trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands import CHILD, GOOD, OURS, Result, tacenda

Golden = Callable[[str, str], None]
LIST = "SELECT ?norm ?words { ?norm tac:words ?words ; dcterms:source us-zz:s2 }"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["asl"], 2, "tacenda: no such command `asl` · did you mean `ask`?"),
        (
            ["frobnicate"],
            2,
            "tacenda: no such command `frobnicate` · the commands are "
            "ask, interview, validate, compare, diff, show, packs, graph, query, serve, new, check, test, "
            "compile, audit, push, docs",
        ),
        (["--versoin"], 2, "tacenda: no such option `--versoin` · did you mean `--version`?"),
        (["ask"], 2, "tacenda ask: missing argument `SCENARIO` · see `tacenda ask --help`"),
        (["ask", CHILD, "--explian"], 2, "tacenda ask: no such option `--explian` · did you mean `--explain`?"),
        (["ask", CHILD, "--supose", "x"], 2, "tacenda ask: no such option `--supose` · did you mean `--suppose`?"),
        (
            ["ask", CHILD, "--as-of", "yesterday"],
            2,
            "tacenda ask: invalid value for --as-of: `yesterday` is not a date; write it as 2026-11-22"
            " · see `tacenda ask --help`",
        ),
        (
            ["ask", CHILD, "--format", "jsn"],
            2,
            "tacenda ask: invalid value for --format: `jsn` is none of text, json, ttl · did you mean `json`?",
        ),
        (
            ["ask", CHILD, "--context", "curt"],
            2,
            "tacenda ask: invalid value for --context: `curt` is not known · did you mean `court`?",
        ),
        (
            ["ask", CHILD, "--engine", "magic"],
            2,
            "tacenda ask: invalid value for --engine: `magic` is not known · write compiled or sparql",
        ),
        (["ask", "clientt", *OURS], 3, "no file and no scenario that comes with tacenda is called `clientt`"),
        (
            ["ask", "suspected-child-abus"],
            3,
            "no file and no scenario that comes with tacenda is called "
            "`suspected-child-abus` · did you mean `suspected-child-abuse`?",
        ),
        (["ask", CHILD, "--kb", "nowhere"], 3, "nowhere: no such folder of packs"),
        (["ask", CHILD, *OURS, "--in", "us-zy"], 3, "--in: unknown jurisdiction `us-zy` · did you mean `us-zz`?"),
        (
            ["ask", CHILD, *OURS, "--suppose", "client relationshipp"],
            3,
            "suppose: unknown fact `client relationshipp` · did you mean `client relationship`?",
        ),
        (
            ["ask", CHILD, *OURS, "--suppose", "client relationship", "--suppose-not", "client relationship"],
            3,
            f"{CHILD}: the scenario contradicts itself: `client relationship` is stated, "
            "but `client relationship` is denied",
        ),
        (["show", "us-zy", *OURS], 3, "unknown jurisdiction `us-zy` · did you mean `us-zz`?"),
        (["show", "us-zz", "s22", *OURS], 3, "no provision of `us-zz` is called `s22` · did you mean `s2`?"),
        (
            ["query", "who-may-asert-each-privilege"],
            3,
            "no query is called `who-may-asert-each-privilege` · did you mean `who-may-assert-each-privilege`?",
        ),
        (["query", "zzzz"], 3, "no query is called `zzzz` · `tacenda query` lists them"),
        (["query", "nowhere.rq"], 3, "nowhere.rq: no such file"),
        (
            ["query", "zzzz", "-p", "state"],
            2,
            "tacenda query: invalid value for -p: `state` is not NAME=VALUE, "
            "such as state=us-ma · see `tacenda query --help`",
        ),
        (
            ["query", "--seconds", "soon"],
            2,
            "tacenda query: invalid value for `--seconds`: `soon` is not a number · see `tacenda query --help`",
        ),
        (
            ["query", "-", "--scenario", "-"],
            2,
            "tacenda query: invalid value for --scenario: "
            "only one of the query and the scenario can be standard input · see `tacenda query --help`",
        ),
        (["test", "nowhere"], 3, "nowhere: no such file"),
        (["check", "nowhere"], 3, "nowhere: no such file or folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_is_told_in_one_line(arguments: list[str], code: int, message: str) -> None:
    assert tacenda(*arguments) == Result(code, "", f"{message}\n")


def test_a_missing_value_is_told() -> None:
    result = tacenda("query", "--rows")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "`--rows`" in result.err


_WORDS = st.sampled_from(
    [
        "ask",
        "show",
        "query",
        "validate",
        "--format",
        "json",
        "ttl",
        "--kb",
        "--in",
        "--as-of",
        "--suppose",
        "-p",
        "-",
        "--",
        "us",
    ]
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_WORDS | st.text(max_size=12), max_size=5), st.binary(max_size=60))
def test_whatever_is_typed_there_is_no_trace(arguments: list[str], stdin: bytes) -> None:
    result = tacenda(*arguments, stdin=stdin)
    assert result.code in (0, 1, 2, 3)
    assert "Traceback" not in result.err


_SCENARIO = (GOOD / "child.yaml").read_bytes()


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(GOOD.iterdir())), st.data())
def test_whatever_a_file_holds_there_is_no_trace(path: Path, data: st.DataObject) -> None:
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 30)))
    put_in = data.draw(
        st.binary(max_size=5) | st.sampled_from([b'"', b"[", b"{", b": ", b"\n- ", b"&a ", b"*a", b"\t", b"@"])
    )
    result = tacenda("validate", "-", *OURS, stdin=whole[:start] + put_in + whole[end:])
    assert result.code in (0, 1, 3)
    assert result.err == ""


def test_where_there_are_no_law_tests_one_is_asked_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tacenda("test") == Result(3, "", "no law tests in `tests/law` · name a file of them, or a folder\n")

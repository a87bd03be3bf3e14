"""Terminals, pipes, full disks, poor locales: nothing is lost, nothing breaks, no data can steer a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from commands import CHILD, COMMAND, OURS, ROOT, Result, ask, environment, tacenda, terminal

Golden = Callable[[str, str], None]
on_terminals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
LIST = "SELECT ?norm ?words { ?norm tac:words ?words ; dcterms:source us-zz:s2 }"


@on_terminals
def test_on_a_terminal_an_answer_is_text_and_fits_the_width() -> None:
    for columns in (120, 80, 40):
        result = terminal(*COMMAND, "ask", CHILD, *OURS, columns=columns)
        assert (result.code, result.err) == (0, "")
        assert "IN PRACTICE: the therapist's duties" in result.out
        plain = re.sub(r"\x1b\[[0-9;]*m", "", result.out)
        assert [line for line in plain.splitlines() if len(line) > columns] == []


@on_terminals
def test_a_very_narrow_terminal_is_no_reason_to_fail() -> None:
    assert terminal(*COMMAND, "ask", CHILD, *OURS, columns=1).code == 0
    assert terminal(*COMMAND, "query", columns=1).code == 0


@on_terminals
def test_colour_is_for_terminals_and_can_be_declined() -> None:
    coloured = terminal(*COMMAND, "ask", CHILD, *OURS, env={"NO_COLOR": ""})
    assert "\x1b[" in coloured.out
    plain = terminal(*COMMAND, "ask", CHILD, *OURS)
    assert "\x1b[3" not in plain.out
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.out) == re.sub(r"\x1b\[[0-9;]*m", "", plain.out)


CONTROL = "\\u001b]0;mine\\u0007\\u009b31m\\u202e"


@on_terminals
@pytest.mark.parametrize("form", ["table", "csv", "json", "ttl"])
def test_nothing_in_the_data_can_steer_a_terminal(tmp_path: Path, form: str) -> None:
    path = tmp_path / "control.rq"
    query = f'SELECT ("{CONTROL}" AS ?x) {{}}'
    if form == "ttl":
        query = f'CONSTRUCT {{ tac:x tac:y "{CONTROL}" }} {{}}'
    path.write_text(query)
    result = terminal(*COMMAND, "query", str(path), *OURS, "--format", form)
    assert result.code == 0
    assert "mine" in result.out
    assert re.findall(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202e]|\x1b\]", result.out) == []
    assert tacenda("query", str(path), *OURS, "--format", form).code == 0


@on_terminals
def test_a_title_cannot_steer_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "control.yaml"
    path.write_text(f'jurisdiction: us-zz\nas_of: 2026-11-22\ntitle: "{CONTROL}"\nprofessional: social worker\n')
    out = terminal(*COMMAND, "ask", str(path), *OURS).out
    assert "\\x1b]0;mine" in out
    assert re.findall(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202e]|\x1b\]", out) == []


def test_a_reader_who_goes_away_is_no_mistake() -> None:
    for arguments in (["ask", CHILD, *OURS, "--all", "--format", "text"], ["query", "--format", "table"]):
        running = subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=ROOT
        )
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        running.stderr.close()
        assert running.wait() == 0


def test_a_full_disk_is_told() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("only Linux has a disk that is always full")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "show", "us-zz", *OURS],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd=ROOT,
            check=False,
        )
    assert (done.returncode, done.stderr.decode()) == (3, "cannot go on: no space left on device\n")


@pytest.mark.parametrize("busy", ["reading", "waiting for a query"])
def test_being_stopped_is_told_and_no_more(busy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    if busy == "reading":
        monkeypatch.setattr("tacenda.cli.options.decode", stop)
    else:
        monkeypatch.setattr("threading.Thread.join", stop)
    assert tacenda("query", "-", *OURS, stdin=LIST.encode()) == Result(130, "", "stopped\n")


def test_a_mistake_of_our_own_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError("out of sheep")

    monkeypatch.setattr("tacenda.scenario.read_scenario", fail)
    assert ask() == Result(
        70,
        "",
        "a mistake in tacenda itself: ZeroDivisionError: out of sheep"
        " · please report it; TACENDA_TRACE=1 shows where it happened\n",
    )
    monkeypatch.setenv("TACENDA_TRACE", "1")
    with pytest.raises(ZeroDivisionError):
        ask()


@pytest.mark.parametrize(
    "env", [{"PYTHONIOENCODING": "ascii"}, {"LANG": "C", "LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}]
)
def test_a_locale_without_our_letters_is_no_reason_to_fail(env: dict[str, str]) -> None:
    for arguments in (["ask", CHILD, *OURS, "--format", form] for form in ("text", "json", "ttl")):
        done = subprocess.run(
            [*COMMAND, *arguments], capture_output=True, env=environment(**env), cwd=ROOT, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
        if arguments[-1] == "json":
            assert json.loads(done.stdout)["contexts"][0]["norms"][0]["citation"] == "Z.C. § 1(a)"
    wrong = subprocess.run(
        [*COMMAND, "ask", "Café"], capture_output=True, env=environment(**env), cwd=ROOT, check=False
    )
    assert wrong.returncode == 3
    assert b"no file and no scenario" in wrong.stderr


def test_turtle_and_json_survive_a_stream_that_knows_only_ascii() -> None:
    from pyoxigraph import RdfFormat, parse

    for form in ("json", "ttl"):
        plain = tacenda("ask", CHILD, *OURS, "--format", form)
        narrow = tacenda("ask", CHILD, *OURS, "--format", form, encoding="ascii")
        if form == "json":
            assert json.loads(narrow.out) == json.loads(plain.out)
        else:
            read = [{str(quad) for quad in parse(r.out, format=RdfFormat.TURTLE)} for r in (narrow, plain)]
            assert read[0] == read[1]

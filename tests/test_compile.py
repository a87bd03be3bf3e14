"""`tacenda compile`: the law of a day as a program to read, to draw, to keep and to run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from commands import OURS, Result, tacenda
from tacenda.program import Program

Golden = Callable[[str, str], None]
DAY = ("--as-of", "2026-11-22")


def compiled(*arguments: str) -> Result:
    """What the made-up law compiles to."""
    return tacenda("compile", "us-zz", *DAY, *OURS, *arguments)


def test_a_norm_as_text(golden: Golden) -> None:
    result = compiled("us-zz:s1.silence", "--format", "text")
    assert (result.code, result.err) == (0, "")
    golden("compile/silence.txt", result.out)


def test_a_norm_as_a_picture(golden: Golden) -> None:
    golden("compile/silence.dot", compiled("us-zz:s1.silence", "--format", "dot").out)


def test_a_program_kept_in_a_file_runs(tmp_path: Path) -> None:
    path = tmp_path / "law.json"
    assert compiled("us-zz:s1.silence", "--format", "json", "-o", str(path)) == Result(0, "", "")
    program = Program.load(path)
    assert compiled("us-zz:s1.silence", "--format", "json").out == path.read_text() + "\n"
    stated = {name for name in program.inputs if name.startswith("stated ")}
    values = program.run(dict.fromkeys(stated, 1), zeros=0, ones=1)
    silence = "practice https://w3id.org/tacenda/us-zz/s1.silence"
    assert sorted(name for name in program.outputs if name.endswith("s1.silence")) == [silence]
    assert program.output(values, silence) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["us-zz:s1.silense"], 3, "the law says nothing of `us-zz:s1.silense` · did you mean `us-zz:s1.silence`?\n"),
        (["-o", "nowhere/law.json"], 3, "nowhere/law.json: cannot be written: no such file or directory\n"),
        (
            ["--format", "svg"],
            2,
            "tacenda compile: invalid value for --format: `svg` is none of text, json, dot"
            " · see `tacenda compile --help`\n",
        ),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], code: int, error: str) -> None:
    assert compiled(*arguments) == Result(code, "", error)

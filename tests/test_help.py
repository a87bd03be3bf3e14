"""The help of every command, and that the example at its end works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands import Result, process, tacenda
from serving import serving
from tacenda import __version__

Golden = Callable[[str, str], None]
COMMANDS = (
    "ask",
    "interview",
    "validate",
    "compare",
    "diff",
    "show",
    "packs",
    "graph",
    "query",
    "serve",
    "new",
    "check",
    "test",
    "compile",
    "audit",
    "push",
    "docs",
)


def test_the_version() -> None:
    assert tacenda("--version") == Result(0, f"tacenda {__version__}\n", "")


def test_without_anything_the_help_is_shown() -> None:
    assert tacenda() == tacenda("--help")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(command: str, golden: Golden) -> None:
    result = process(*command.split(), "--help", env={"COLUMNS": "110", "TERMINAL_WIDTH": "110"})
    assert (result.code, result.err) == (0, "")
    golden(f"help/{command or 'tacenda'}.txt", result.out)
    assert process(*command.split(), "-h", env={"COLUMNS": "110", "TERMINAL_WIDTH": "110"}) == result


def examples() -> Iterator[str]:
    """The example at the end of each command's help."""
    for command in ("", *COMMANDS):
        text = process(*command.split(), "--help", env={"COLUMNS": "500", "TERMINAL_WIDTH": "500"}).out
        last = text.strip().splitlines()[-1].strip()
        assert last.startswith("Example: tacenda "), last
        yield last.removeprefix("Example: ")


def test_the_example_in_every_help_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(examples())
    assert len(found) == len(COMMANDS) + 1
    for example in found:
        command, *arguments = shlex.split(example)[1:]
        if command == "serve":
            with serving(*arguments) as server:
                assert server.stop() == (0, "stopped\n")
            continue
        if command == "docs":
            continue  # tests/test_site.py writes a site of less law, which takes seconds and not a minute
        with monkeypatch.context() as place:
            if command == "new":
                place.chdir(tmp_path)
            result = tacenda(command, *arguments)
        assert result.code == 0, example
        # an interview is held on stderr
        assert "interview" in example or re.fullmatch(r"(\d+ rows?\n)?", result.err)
        assert result.out

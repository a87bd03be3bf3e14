"""The help of every command, and that the example at its end works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
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


def example(command: str) -> list[str]:
    """The words of the example at the end of a command's help."""
    text = process(*command.split(), "--help", env={"COLUMNS": "500", "TERMINAL_WIDTH": "500"}).out
    last = text.strip().splitlines()[-1].strip()
    assert last.startswith("Example: tacenda "), last
    return shlex.split(last.removeprefix("Example: tacenda "))


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_example_in_every_help_works(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, *arguments = example(command)
    assert name == (command or "ask")
    if command == "serve":
        with serving(*arguments) as server:
            assert server.stop() == (0, "stopped\n")
        return
    if command == "docs":
        return  # tests/test_site.py writes a site of less law, which takes seconds and not a minute
    if command == "new":
        monkeypatch.chdir(tmp_path)
    result = tacenda(name, *arguments)
    assert result.code == 0
    # an interview is held on stderr
    assert command == "interview" or re.fullmatch(r"(\d+ rows?\n)?", result.err)
    assert result.out

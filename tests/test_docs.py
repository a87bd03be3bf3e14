"""The README is true: its commands are run and give what it shows, and it names everything that there is to name.

A fenced `console` block holds commands, each after `$ `, and what each one prints on a terminal 120 columns wide.
A line `…` stands for any lines, and `…` inside a line for any text. `sh` blocks are the set-up of a fresh machine:
`test_wheel.py` runs the first, and `.ci/run` the second. `curl` blocks are run by `test_pages.py`, `python` blocks
here; `yaml` blocks are valid scenarios.
"""

from __future__ import annotations

import re
import shlex
import stat
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

import tacenda
from commands import ROOT, process, terminal
from tacenda.queries import library
from tacenda.scenario import read_scenario

README = (ROOT / "README.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str, text: str = README) -> list[str]:
    """The contents of the fenced blocks in a language."""
    return [found.group(2) for found in _BLOCK.finditer(text) if found.group(1) == language]


def sessions(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block, with the output that the block shows."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = part.replace("\\\n", " ").partition("\n")
        yield command, shown.strip("\n")


def matches(shown: str, output: str) -> bool:
    """Whether an output is what a block shows.

    >>> matches("a\\n…\\nd", "a\\nb\\nc\\nd"), matches("a … z", "a to z"), matches("a", "b"), matches("…", "")
    (True, True, False, True)
    """
    parts = []
    for line in shown.split("\n"):
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(map(re.escape, line.rstrip().split("…"))) + r"\n")
    return re.fullmatch("".join(parts), output.strip("\n") + "\n") is not None


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder that looks like the checkout, and where nothing can be spoiled."""
    for path in ROOT.iterdir():
        if not path.name.startswith("."):
            (tmp_path / path.name).symlink_to(path)
    script = tmp_path / "bin" / "tacenda"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m tacenda "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return tmp_path


CONSOLE = [session for block in blocks("console") for session in sessions(block)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("command", "shown"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_a_command_gives_what_the_readme_shows(command: str, shown: str, desk: Path) -> None:
    path = f"{desk / 'bin'}:/usr/bin:/bin"
    result = terminal("/bin/sh", "-c", command, cwd=desk, env={"PATH": path}, together=True)
    output = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", result.out).splitlines())
    assert result.code == 0, output
    assert matches(shown, output), f"\n--- the README shows\n{shown}\n--- it is\n{output}"


def test_the_readme_opens_with_a_question_and_its_answer() -> None:
    assert CONSOLE[0][0].startswith("tacenda ask ")
    assert "--suppose" in CONSOLE[1][0]


@pytest.mark.parametrize("block", blocks("python"))
def test_python_in_the_readme_runs(block: str) -> None:
    with redirect_stdout(StringIO()):
        exec(compile(block, "README.md", "exec"), {})


@pytest.mark.parametrize("block", [b for b in blocks("yaml") if "jurisdiction:" in b])
def test_a_scenario_in_the_readme_is_understood(block: str) -> None:
    scenario, _ = read_scenario("README.yaml", block)
    assert scenario.facts


def test_the_set_up_is_two_commands_and_ci_runs_the_second() -> None:
    install, test = (block.strip() for block in blocks("sh"))
    assert install.startswith("python3 -m venv .venv && ")
    assert "tacenda ask" in install
    assert test.endswith("-m pytest -n auto")
    assert "-m pytest -n auto" in (ROOT / ".ci" / "run").read_text("utf-8")


def helps() -> dict[str, str]:
    """The help of every command."""
    overview = process("--help").out
    names = re.findall(r"^  ([a-z]+) {2,}\S", overview.partition("Commands:")[2], re.MULTILINE)
    return {"": overview} | {name: process(name, "--help").out for name in names}


def test_every_command_is_in_the_readme_and_every_option_there_is_real() -> None:
    found = helps()
    assert [name for name in found if name and f"`tacenda {name}" not in README] == []
    real = {option for text in found.values() for option in re.findall(r"--[a-z][a-z-]*", text)}
    ours = _BLOCK.sub(lambda found: "" if found.group(1) == "curl" else found.group(), README)
    shown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", ours)) - {"--update-golden", "--every-case"}  # pytest's
    assert shown - real == set()


def test_every_public_name_is_in_the_readme() -> None:
    names = set(tacenda.__all__) - {"__version__"}
    assert {name for name in names if f"`{name}`" not in README} == set()
    assert {name for name in names if not getattr(tacenda, name).__doc__} == set()


def test_every_query_says_what_it_answers_and_every_query_in_the_readme_is_real() -> None:
    known = library()
    assert {name for name, query in known.items() if not query.summary.endswith((".", "?"))} == set()
    named = set(re.findall(r"tacenda query ([a-z][a-z-]+)", README))
    assert named - set(known) == set()


def test_every_place_in_the_readme_is_there() -> None:
    places = set(re.findall(r"`((?:ontology|kb|queries|reasoner|tests|inference|LICENSE)[\w./-]*)`", README))
    missing = {place for place in places if not (ROOT / place).exists() and not (ROOT / "queries" / place).exists()}
    assert missing == set()


def test_the_examples_of_the_encoding_guide_stand_in_the_law_and_its_tests() -> None:
    guide = (ROOT / "kb" / "README.md").read_text("utf-8")
    law = (ROOT / "kb" / "us-ma" / "c233-s20A.ttl").read_text("utf-8")
    cases = (ROOT / "tests" / "law" / "us-ma" / "c233-s20A.yaml").read_text("utf-8")
    assert [block for block in blocks("turtle", guide) if block not in law] == []
    assert [block for block in blocks("yaml", guide) if block not in cases] == []
    assert len(blocks("turtle", guide)) == 2


def test_the_exit_codes_are_in_the_readme() -> None:
    assert re.search(r"0 .*1 .*2 .*3 ", README.partition("Exit codes")[2].replace("\n", " "))

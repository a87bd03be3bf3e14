"""Everything that the README shows is run, and comes out as it shows it.

In a `console` block a line `$ …` is a command, run on a terminal of 120 columns, and what follows is what it prints;
a line `…` stands for any lines.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tacenda
from tacenda.queries import library
from tests.commands import ROOT, environment, terminal

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


def exchanges() -> list[tuple[str, str]]:
    """Each command of the console blocks, with what it is shown to print."""
    parts = (part for text in blocks("console") for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:])
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


def pattern(shown: str) -> str:
    pieces = re.split(r"^…\n", shown, flags=re.MULTILINE)
    return "(?:.*\n)*?".join(map(re.escape, pieces))


@pytest.mark.parametrize(("command", "shown"), exchanges(), ids=[command for command, _ in exchanges()])
def test_a_command_prints_what_the_readme_shows(command: str, shown: str) -> None:
    result = terminal(re.sub(r"^tacenda", f"{sys.executable} -m tacenda", command), shell=True)
    assert result.code == 0
    printed = "".join(line.rstrip() + "\n" for line in result.out.splitlines())
    assert re.fullmatch(pattern(shown), printed), printed


def test_the_two_set_up_commands(tmp_path: Path) -> None:
    """Run as they stand, in a copy of the checkout; the second one's test run is cut to one file, as CI runs it whole."""
    copy = tmp_path / "tacenda"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "*.egg-info"))
    commands = blocks("sh")
    assert len(commands) == 2
    env = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    env |= {"PYTEST_ADDOPTS": "tests/test_resources.py", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=copy, env=env, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_python_example(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == "required\n"


def test_the_scenario_example() -> None:
    (text,) = blocks("yaml")
    assert tacenda.ask(text).position("practice", "act:ReportToChildProtection").status == "required"


def test_every_public_name_and_command_is_in_the_readme() -> None:
    names = {f"`{name}`" for name in tacenda.__all__ if not name.startswith("__")}
    commands = {f"`tacenda {name}" for name in ("ask", "validate", "show", "query", "test", "check")}
    assert {name for name in names | commands if name not in README} == set()


def test_every_query_of_the_library_is_described() -> None:
    described = (ROOT / "queries" / "README.md").read_text("utf-8")
    assert [name for name in library() if name not in described] == []


def test_the_readme_says_what_it_is_not() -> None:
    assert "not legal advice" in README

"""A law file with something wrong is told what, and where; each file in `tests/cases/bad/law/` is one such thing."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tacenda.checking import check_law
from tacenda.cli.progress import Progress
from tacenda.errors import Problem
from tacenda.resources import folder

BAD = Path(__file__).parent / "cases" / "bad" / "law"
Golden = Callable[[str, str], None]


FILES = sorted(BAD.glob("*.ttl"))


def told(problems: Iterable[Problem], home: Path = BAD) -> str:
    """The problems as they are printed, without the way to the test files."""
    return "".join(f"{problem}\n" for problem in problems).replace(os.path.relpath(home) + os.sep, "")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is told of each file, all of them checked at once, each about a chapter of its own."""
    home = tmp_path_factory.mktemp("law")
    chapters = {path.stem: f"c{number}x-s1" for number, path in enumerate(FILES, 1)}
    for path in FILES:
        (home / path.name).write_bytes(path.read_bytes().replace(b"c999-s1", chapters[path.stem].encode()))
    problems: dict[str, list[Problem]] = {path.stem: [] for path in FILES}
    for problem in check_law([home]):
        problems[Path(problem.where.partition(":")[0]).stem].append(problem)
    return {
        stem: told(sorted(ones, key=_line), home).replace(f"{home}{os.sep}", "").replace(chapters[stem], "c999-s1")
        for stem, ones in problems.items()
    }


def _line(problem: Problem) -> int:
    return int(problem.where.rpartition(":")[2] or 0)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_bad_law(path: Path, found: dict[str, str], golden: Golden) -> None:
    assert found[path.stem]
    golden(f"law-errors/{path.stem}.txt", found[path.stem])


def test_a_bad_file_alone_is_told_the_same(found: dict[str, str]) -> None:
    assert told(check_law([BAD / "everything-at-once.ttl"])) == found["everything-at-once"]


def test_the_shipped_law_is_fit() -> None:
    assert "\n".join(map(str, check_law())) == ""


def test_a_good_file_alone_knows_the_rest_of_the_law() -> None:
    assert check_law([folder("kb") / "us-ma" / "c112-s135B.ttl"]) == []
    assert check_law([folder("ontology") / "facts" / "firearms.ttl"]) == []


def test_two_files_that_declare_the_same_norm(tmp_path: Path) -> None:
    text = BAD.joinpath("a-norm-without-label.ttl").read_text(encoding="utf-8")
    for name in ("one.ttl", "two.ttl"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    messages = [str(problem) for problem in check_law([tmp_path])]
    assert any(
        "two.ttl" in message and "already declared at" in message and "one.ttl" in message for message in messages
    )


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert check_law([tmp_path / "us-zz"]) == [Problem("no such file or folder", str(tmp_path / "us-zz"))]


def test_a_folder_without_law(tmp_path: Path) -> None:
    assert check_law([tmp_path]) == [Problem("no law files here: none ends in .ttl", str(tmp_path))]


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_bytes(b"# \xe9\n")
    assert [problem.message for problem in check_law([tmp_path])] == ["not UTF-8 text"]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_whoever_waits_long_at_a_terminal_is_told_what_for(tmp_path: Path) -> None:
    terminal, pipe, quick = Terminal(), io.StringIO(), Terminal()
    some_law = folder("kb") / "us-ma" / "c112-s135B.ttl"
    for stream, patience, path in ((terminal, -1.0, some_law), (pipe, -1.0, tmp_path), (quick, 3600.0, tmp_path)):
        with Progress(stream, patience) as progress:
            check_law([path], progress.step)
    shown = dict.fromkeys(terminal.getvalue().split("\r\x1b[K"))
    assert list(shown) == [
        "",
        "reading …",
        "looking for broken rules …",
        "comparing with the shapes …",
        "following what depends on what …",
    ]
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert (pipe.getvalue(), quick.getvalue()) == ("", "")

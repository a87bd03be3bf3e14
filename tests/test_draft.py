"""Scenario files as they are written: every form says the same, and everything wrong is told in one clear line each."""

from __future__ import annotations

import os
import socket
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from commands import BAD, GOOD, LAW, Result, tacenda
from tacenda.draft import Draft, Entry
from tacenda.errors import Problem, SourceError
from tacenda.reading import read_draft

Golden = Callable[[str, str], None]


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("something tried to reach the network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


def told(result: Result) -> str:
    """The exit code and the messages, without the way to the test files."""
    return f"exit {result.code}\n{result.err.replace(os.path.relpath(BAD) + os.sep, '')}"


@pytest.mark.usefixtures("_no_network")
@pytest.mark.parametrize("path", sorted(BAD.iterdir()), ids=lambda path: path.name)
def test_bad_scenario(path: Path, golden: Golden) -> None:
    result = tacenda("ask", os.path.relpath(path), "--kb", str(LAW))
    assert result.code == 3
    assert result.out == ""
    assert "Traceback" not in result.err
    assert all(line.startswith(os.path.relpath(path)) for line in result.err.splitlines())
    golden(f"scenario-errors/{path.name}.txt", told(result))


def test_nothing_that_a_bad_scenario_asks_for_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tacenda("ask", str(BAD / "python-object.yaml"))
    assert list(tmp_path.iterdir()) == []


CHILD = Draft(
    "child",
    single={
        "title": Entry("A client tells her social worker that her brother beats his son", "child:2"),
        "jurisdiction": Entry("us-zz", "child:3"),
        "as_of": Entry("2026-11-22", "child:4"),
        "professional": Entry("clinical social worker", "child:5"),
    },
    many={
        "facts": [
            Entry("client relationship", "child:7"),
            Entry("learned in a professional capacity", "child:8"),
            Entry("reasonable cause to believe that a child is harmed", "child:9"),
        ],
        "not": [Entry("client consents in writing", "child:11")],
    },
)


def test_a_draft_has_each_entry_with_its_line() -> None:
    assert read_draft("child", (GOOD / "child.yaml").read_text("utf-8")) == CHILD


@pytest.mark.parametrize("path", sorted(GOOD.glob("child*")), ids=lambda path: path.name)
def test_every_form_gets_the_same_answer(path: Path) -> None:
    expected = tacenda("ask", str(GOOD / "child.yaml"), "--kb", str(LAW))
    assert tacenda("ask", str(path), "--kb", str(LAW)) == expected
    assert expected.code == 0


@pytest.mark.parametrize("path", sorted(GOOD.iterdir()), ids=lambda path: path.name)
def test_a_good_scenario_is_valid_and_its_form_is_seen_without_a_name(path: Path) -> None:
    by_name = tacenda("validate", str(path), "--kb", str(LAW), "--format", "text")
    assert by_name == Result(0, f"{path}: nothing wrong\n", "")
    by_look = tacenda("validate", "-", "--kb", str(LAW), "--format", "text", stdin=path.read_bytes())
    assert by_look == Result(0, "-: nothing wrong\n", "")


def test_a_missing_file_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "client.yaml").write_text("jurisdiction: us-zz\n")
    with pytest.raises(SourceError) as raised:
        read_draft(tmp_path / "clent.yaml")
    assert raised.value.problems == (
        Problem("no such file", str(tmp_path / "clent.yaml"), "did you mean `client.yaml`?"),
    )


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read_draft(tmp_path / "nowhere" / "client.yaml")


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="this is a folder, not a scenario"):
        read_draft(tmp_path)


def test_a_link_to_nothing_and_a_link_to_itself_are_told(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "never.yaml")
    (tmp_path / "round.yaml").symlink_to(tmp_path / "round.yaml")
    for name, message in (("gone.yaml", "no such file"), ("round.yaml", "cannot be read: ")):
        result = tacenda("ask", str(tmp_path / name))
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(f"{tmp_path / name}: {message}")
        assert result.err.count("\n") == 1


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text("jurisdiction: us-zz\n")

    def refuse(*_: object) -> NoReturn:  # the superuser may read everything, so the system cannot be asked to refuse
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError) as raised:
        read_draft(path)
    assert raised.value.problems == (Problem("cannot be read: permission denied", str(path)),)


def test_a_name_too_long_for_any_file_is_told() -> None:
    result = tacenda("ask", "x" * 5000 + "/client.yaml")
    assert result.code == 3
    assert result.err.endswith(": cannot be read: file name too long\n")


@pytest.mark.parametrize("by", ["name", "standard input"])
def test_a_file_of_50_megabytes_is_refused_without_reading_it_all(tmp_path: Path, by: str) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            stdin = file.read() if by == "standard input" else b""
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        name = "standard input" if stdin else str(path)
        result = tacenda("ask", "-" if stdin else str(path), stdin=stdin)
        grown = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert result == Result(3, "", f"{name}: too large for a scenario · the largest is 1 MB\n")
    assert grown < 5_000_000


def test_text_may_be_given_in_place_of_a_file() -> None:
    draft = read_draft("said", "jurisdiction: us-zz\nfacts: [client relationship]\n")
    assert draft.text("jurisdiction") == "us-zz"
    assert draft.many == {"facts": [Entry("client relationship", "said:2")], "not": []}
    assert draft.problems == []

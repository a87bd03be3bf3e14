"""The interview: what it asks, how it takes an answer, how it ends, and the scenario file that it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest

from commands import CHILD, COMMAND, LAW, OURS, ROOT, Result, environment, process, tacenda
from tacenda import vocabulary as v
from tacenda.assessment import assess
from tacenda.interview import Interview
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.scenario import read_scenario
from tacenda.writing import scenario_to_yaml

Golden = Callable[[str, str], None]
DAY = date(2026, 11, 22)
BEGIN = ("--in", "us-zz", "--as-of", "2026-11-22", *OURS, "--format", "text")
MOST = 8


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_answered_the_file_that_is_left_gives_the_same_answer(seed: int) -> None:
    random = Random(seed)
    code, folders = ("us-zz", (LAW,)) if seed % 2 else ("us-ma", ())
    kb = KnowledgeBase.open(code, folders=folders)
    acts = None if seed % 3 else [v.expand("act:ReportToChildProtection")]
    roles = {} if seed % 2 else {"court": v.STATE_COURT}
    talk = Interview(kb, Scenario(code, as_of=DAY, roles=roles, where="interview"), acts)
    while talk.question and len(talk.steps) < MOST:
        question = talk.question
        assert question.subject not in {step.question.subject for step in talk.steps}
        views = [answer.view for answer in talk.assessment.contexts]
        assert question.is_role or all(view.truth(question.subject) is None for view in views)
        assert list(talk.reasons()) != []
        talk.answer(random.choice([None, *(answer.value for answer in question.answers)]))
    read, _ = read_scenario("interview", scenario_to_yaml(kb, talk.scenario), folders=folders)
    assert read.role_values() == talk.scenario.role_values()
    assert [answer.positions for answer in assess(kb, read).contexts] == [
        answer.positions for answer in talk.assessment.contexts
    ]


def test_nothing_is_left_to_ask_when_all_that_matters_is_answered() -> None:
    kb = KnowledgeBase.open("us-zz", folders=(LAW,))
    talk = Interview(kb, Scenario("us-zz", as_of=DAY))
    while talk.question:
        talk.answer(talk.question.answers[-1].value)
    assert talk.open == 0


def test_going_back_takes_the_last_answer_back() -> None:
    kb = KnowledgeBase.open("us-zz", folders=(LAW,))
    talk = Interview(kb, Scenario("us-zz", as_of=DAY))
    assert talk.back() is None
    first, before = talk.question, talk.scenario
    assert first is not None
    talk.answer(first.answers[0].value)
    assert talk.scenario != before
    assert talk.back() == first
    assert (talk.scenario, talk.question, talk.steps) == (before, first, ())


def talk(*arguments: str, said: str) -> Result:
    """An interview in this process, with the answers given line by line."""
    return tacenda("interview", *BEGIN, *arguments, stdin=said.encode())


SAID = "why\nsocal worker\nsocial worker\n\nperhaps\nyes\nback\nno\ndon't know\nwhy\nstop\n"


def test_a_dialogue(golden: Golden, tmp_path: Path) -> None:
    path = tmp_path / "found.yaml"
    result = talk("--about", "act:ReportToChildProtection", "-o", str(path), said=SAID)
    told = result.err.replace(str(path), "found.yaml")
    file = path.read_text("utf-8")
    golden("cli/interview.txt", f"exit {result.code}\n--- stderr\n{told}--- stdout\n{result.out}--- file\n{file}")


def test_ask_gives_the_answer_of_the_interview(tmp_path: Path) -> None:
    path = tmp_path / "found.yaml"
    result = talk("-o", str(path), said="social worker\nyes\nno\nyes\n")
    assert (result.code, tacenda("ask", str(path), *OURS, "--format", "text").out) == (0, result.out)


def test_an_interview_goes_on_from_a_scenario() -> None:
    result = tacenda("interview", CHILD, *OURS, "--format", "text", stdin=b"yes\n")
    assert "1. communication with the client?   (42 open)" in result.err
    assert result.out.startswith("A client tells her social worker that her brother beats his son\n")


def test_an_answer_that_is_no_text_or_far_too_long_is_asked_for_again() -> None:
    stdin = b"\xff\xfe\n" + b"x" * 5000 + b"\nsocial worker\n"
    result = tacenda("interview", *BEGIN, stdin=stdin)
    assert result.code == 0
    assert result.err.count("is no answer") == 2
    assert "\n2. " in result.err


SEE = " · see `tacenda interview --help`\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "tacenda interview: invalid value for --in: say whose law is asked about: --in us-ma" + SEE),
        (
            ("-",),
            2,
            "tacenda interview: invalid value for SCENARIO: standard input is for the answers; name a file" + SEE,
        ),
        ((*BEGIN, "-o", "no/such/file.yaml"), 3, "no/such: no such folder\n"),
        ((*BEGIN, "-o", "."), 3, ".: this is a folder, not a scenario\n"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked(arguments: tuple[str, ...], code: int, message: str) -> None:
    assert tacenda("interview", *arguments) == Result(code, "", message)


# At a terminal


class Desk:
    """An interview on a terminal."""

    def __init__(self, *arguments: str) -> None:
        import pty

        self._leader, follower = pty.openpty()
        self._running = subprocess.Popen(
            [*COMMAND, "interview", *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=environment(TERM="xterm", NO_COLOR="1", COLUMNS="120"),
            cwd=ROOT,
        )
        os.close(follower)
        self.seen = ""

    def until(self, end: str) -> None:
        """Read until the terminal shows this last."""
        while not self.seen.endswith(end):
            self.seen += os.read(self._leader, 65536).decode().replace("\r\n", "\n")

    def say(self, line: str) -> None:
        """Type an answer at the prompt."""
        self.until("> ")
        os.write(self._leader, f"{line}\n".encode())
        self.until("\n")

    def interrupt(self) -> None:
        """Press Ctrl-C at the prompt."""
        self.until("> ")
        self.seen += "^C"
        self._running.send_signal(signal.SIGINT)

    def end(self) -> int:
        """The exit code, with all that was shown."""
        while True:
            try:
                read = os.read(self._leader, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not read:
                break
            self.seen += read.decode().replace("\r\n", "\n")
        os.close(self._leader)
        return self._running.wait()


on_terminals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@on_terminals
def test_at_a_terminal_answers_are_typed_and_the_answer_is_text(tmp_path: Path) -> None:
    path = tmp_path / "found.yaml"
    desk = Desk(*BEGIN[:-2], "-o", str(path))
    desk.say("social worker")
    desk.say("yes")
    desk.say("stop")
    desk.say("yes")
    assert desk.end() == 0
    assert "IN PRACTICE: the therapist's duties" in desk.seen
    read, kb = read_scenario(path, folders=(LAW,))
    assert kb.label(str(read.professional)) == "social worker"
    assert len(read.facts) == 1


@on_terminals
@pytest.mark.parametrize(("keep", "kept"), [("", True), ("no", False)])
def test_breaking_off_ends_with_what_is_known_and_offers_to_keep_it(tmp_path: Path, keep: str, kept: bool) -> None:
    path = tmp_path / "found.yaml"
    desk = Desk(*BEGIN[:-2], "-o", str(path))
    desk.say("social worker")
    desk.interrupt()
    desk.until(f"keep what is known so far in {path}? yes, no > ")
    os.write(desk._leader, f"{keep}\n".encode())
    assert desk.end() == 0
    assert "IN PRACTICE: the therapist's duties" in desk.seen
    assert "Traceback" not in desk.seen
    assert path.exists() is kept


def test_an_interview_in_a_pipe_ends_where_the_answers_do() -> None:
    result = process("interview", *BEGIN[:-2], stdin=b"social worker\n")
    assert result.code == 0
    assert result.out.startswith("{")

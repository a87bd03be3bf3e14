"""Running `tacenda` as a person does: in this process, as a process of its own, or on a terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tacenda.cli import main

HERE = Path(__file__).parent
LAW = HERE / "cases" / "good" / "law"
"""A law base whose law is made up and never changes."""
GOOD = HERE / "cases" / "good" / "scenarios"
BAD = HERE / "cases" / "bad" / "scenarios"
ROOT = HERE.parent
COMMAND = [sys.executable, "-m", "tacenda"]
CHILD = os.path.relpath(GOOD / "child.yaml")
OURS = ("--kb", os.path.relpath(LAW))


@dataclass(frozen=True)
class Result:
    """What a run left behind."""

    code: int
    out: str
    err: str


def tacenda(*arguments: str, stdin: bytes = b"", encoding: str = "utf-8") -> Result:
    """A run in this process, its output going to a pipe."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="") for _ in range(2))
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        stack.enter_context(patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")))
        try:
            main(list(arguments))
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Result(code, *(_written(stream, encoding) for stream in (out, err)))


def ask(*arguments: str, scenario: str = CHILD) -> Result:
    """What the made-up law says of a scenario."""
    return tacenda("ask", scenario, *OURS, *arguments)


def _written(stream: io.TextIOWrapper, encoding: str) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode(encoding)


def environment(**changes: str) -> dict[str, str]:
    """The environment of a process of its own, with this checkout's package."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHON", "COLUMNS"))}
    return keep | {"PYTHONPATH": str(ROOT / "reasoner"), "LANG": "C.UTF-8"} | changes


def process(*arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> Result:
    """A run as a process of its own, its output going to a pipe."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        env=environment(**(env or {})),
        cwd=cwd,
        timeout=120,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def terminal(
    *command: str, columns: int = 120, env: Mapping[str, str] | None = None, cwd: Path = ROOT, together: bool = False
) -> Result:
    """A run of a command on a terminal of a given width; its messages come apart, or *together* with the rest."""
    import pty

    leader, follower = pty.openpty()
    wanted = {"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"} | dict(env or {})
    running = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower if together else subprocess.PIPE,
        env=environment(**wanted),
        cwd=cwd,
    )
    os.close(follower)
    found = bytearray()
    while True:
        try:
            read = os.read(leader, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not read:
            break
        found += read
    os.close(leader)
    messages = ""
    if running.stderr is not None:
        messages = running.stderr.read().decode()
        running.stderr.close()
    return Result(running.wait(), found.decode().replace("\r\n", "\n"), messages)

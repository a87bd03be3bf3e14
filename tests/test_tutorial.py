"""The tutorial of `kb/README.md`, followed literally: every file written as it stands there, every command run."""

from __future__ import annotations

import re
import shlex
import stat
import sys
from pathlib import Path

import pytest

from commands import ROOT, environment, terminal
from test_docs import matches, sessions

GUIDE = (ROOT / "kb" / "README.md").read_text("utf-8").partition("## A state from nothing")[2].partition("\n## ")[0]
_PROGRESS = re.compile(r"\r\x1b\[K[^\r\n]*(?=\r)")
"""What a slow machine shows while one waits."""
_STEP = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(sys.platform == "win32", reason="the tutorial is for a POSIX shell")
def test_a_state_from_nothing(tmp_path: Path) -> None:
    script = tmp_path / "bin" / "tacenda"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m tacenda "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    env = environment() | {"PATH": f"{script.parent}:/usr/bin:/bin"}
    ran = 0
    for language, name, text in _STEP.findall(GUIDE):
        if name:
            tmp_path.joinpath(name).write_text(text, "utf-8")
        for command, shown in sessions(text) if language == "console" else ():
            result = terminal("/bin/sh", "-c", command, cwd=tmp_path, env=env, together=True)
            told = _PROGRESS.sub("", result.out)
            output = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*[mK]", "", told).splitlines())
            assert result.code == 0, output
            assert matches(shown, output), f"\n--- the tutorial shows\n{shown}\n--- it is\n{output}"
            ran += 1
    assert ran == 7

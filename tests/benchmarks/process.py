"""`tacenda ask` from the shell: the first time with an empty cache folder, then warm, as text and as JSON."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from laws import QUESTION
from measuring import spread, within

from tacenda import knowledge

Timed = dict[str, dict[str, float] | str]


def whole_process(home: Path, runs: int, limit: float) -> Timed:
    """What a person waits for an answer, Python's own start included."""
    question = home / "question.yaml"
    question.write_text(QUESTION, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(knowledge.__file__).parents[1])}
    environment |= {"XDG_CACHE_HOME": str(home / "cache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def ask(*options: str) -> Callable[[], object]:
        command = [sys.executable, "-m", "tacenda", "ask", str(question), *options]
        return lambda: subprocess.run(command, env=environment, check=True, capture_output=True)

    nothing = [sys.executable, "-c", "pass"]
    subprocess.run([*nothing[:2], "import tacenda.cli, tacenda.report, owlrl"], env=environment, check=True)
    asked = {
        "python itself": (lambda: subprocess.run(nothing, check=True), runs),
        "first": (ask("--format", "text"), 1),
        "warm text": (ask("--format", "text"), runs),
        "warm json": (ask("--format", "json"), runs),
    }
    found: Timed = {}
    for name, (work, times) in asked.items():

        def measured(work: Callable[[], object] = work, times: int = times) -> Iterator[dict[str, float]]:
            yield spread(work, times)

        ended = within(limit, measured)
        found[name] = ended.told[0] if ended.told else f"{times} runs {ended.reason}"
    return found

"""`tacenda check`: what is wrong with the law base."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Annotated, TextIO

import typer

from tacenda.cli import options
from tacenda.errors import Problem, SourceError

PATIENCE = 2.0
"""How many seconds a person waits before being told what is going on."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda check")
    def check(
        paths: Annotated[
            list[Path] | None,
            typer.Argument(
                help="Law files, packs, or folders of packs; without any, the law and the ontology of tacenda itself.",
                metavar="PATH",
            ),
        ] = None,
        format: Annotated[str | None, typer.Option(help="text or json.", metavar="FORMAT")] = None,
    ) -> None:
        """Check law files: shapes, lint, dangling references, cycles. Exit code 1 when something is wrong."""
        from tacenda.checking import check_law

        wanted = options.chosen_format(format, ("text", "json"))
        missing = [path for path in paths or () if not path.exists()]
        if missing:
            raise SourceError(*(Problem("no such file or folder", str(path)) for path in missing))
        with Progress(sys.stderr) as progress:
            problems = check_law(paths or [], progress.step)
        if wanted == "json":
            options.put_json(options.problems_as_json(problems))
        else:
            options.put("".join(f"{problem}\n" for problem in problems) or "nothing wrong\n")
        raise typer.Exit(1 if problems else 0)


class Progress:
    """What is being done, on a terminal and only when it takes long; wiped away in the end."""

    def __init__(self, stream: TextIO, patience: float = PATIENCE) -> None:
        self._stream = stream
        self._wanted = stream.isatty()
        self._doing = ""
        self._due = time.monotonic() + patience
        self._timer = threading.Timer(patience, self._show) if self._wanted and patience > 0 else None

    def __enter__(self) -> Progress:
        if self._timer:
            self._timer.start()
        return self

    def step(self, doing: str) -> None:
        """Say that this is done from now on."""
        self._doing = doing
        if time.monotonic() >= self._due:
            self._show()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer.join()
        if self._wanted and time.monotonic() >= self._due:
            self._write("\r\x1b[K")

    def _show(self) -> None:
        if self._wanted:
            self._write(f"\r\x1b[K{self._doing} …")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._wanted = False

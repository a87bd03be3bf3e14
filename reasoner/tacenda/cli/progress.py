"""What is being done, told on a terminal to a person who waits."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import TextIO

PATIENCE = 2.0
"""How many seconds a person waits before being told what is going on."""


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

"""`tacenda serve` as a process of its own, as its users meet it."""

from __future__ import annotations

import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from commands import COMMAND, ROOT, environment

PATIENCE = 60.0
"""How many seconds a server on a busy machine may take for what is a matter of moments."""
GRAPH = "https://w3id.org/tacenda/graph/"


@dataclass
class Server:
    """A server that runs, and what it has said so far."""

    running: subprocess.Popen[str]
    address: str
    said: list[str]
    client: httpx.Client = field(repr=False)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer to a request, with no header but those given and the ones that HTTP needs."""
        return self.client.request(method, self.address + path, **more)

    def query(self, text: str, accept: str = "text/csv", **parameters: Any) -> httpx.Response:
        """The answer to a query."""
        return self.request("GET", "/sparql", params={"query": text, **parameters}, headers={"Accept": accept})

    def stop(self) -> tuple[int, str]:
        """Stop it as Ctrl-C does: its exit code, and what it said to stderr."""
        self.running.send_signal(signal.SIGINT)
        _, messages = self.running.communicate(timeout=PATIENCE)
        return self.running.returncode, messages


@contextmanager
def serving(*arguments: str, cwd: Path = ROOT) -> Iterator[Server]:
    """A server on a port of its own, ready to answer; it is gone afterwards."""
    running = subprocess.Popen(
        [*COMMAND, "serve", *arguments, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(),
        cwd=cwd,
    )
    try:
        said = _opening_words(running)
        address = said[0].split()[-1].rstrip("/")
        with httpx.Client(timeout=PATIENCE, headers={"Accept-Encoding": "identity", "User-Agent": ""}) as client:
            del client.headers["Accept"]
            yield Server(running, address, said, client)
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGINT)  # as it leaves nothing behind; killed, it could not tidy up
            with suppress(subprocess.TimeoutExpired):
                running.wait(10)
            running.kill()
        for pipe in (running.stdout, running.stderr):
            if pipe:
                pipe.close()
        running.wait()


def _opening_words(running: subprocess.Popen[str]) -> list[str]:
    """What a server says when it is ready; without its address within some time it has failed."""
    found: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert running.stdout is not None
        for line in running.stdout:
            found.put(line)
            if line.startswith("Ctrl-C"):
                return
        found.put("")

    threading.Thread(target=read, daemon=True).start()
    said: list[str] = []
    while not said or not said[-1].startswith("Ctrl-C"):
        line = found.get(timeout=PATIENCE)
        if not line:
            assert running.stderr is not None
            raise AssertionError(f"the server did not start: {''.join(said)}{running.stderr.read()}")
        said.append(line.rstrip("\n"))
    return said

"""Proofs worked out one after another in a process of their own, those that somebody waits for first."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, PriorityQueue
from typing import Any

from tacenda.errors import Problem, ScenarioError, TacendaError
from tacenda.knowledge import KnowledgeBase
from tacenda.remote.graphs import Case
from tacenda.server.answering import Opening, law_of
from tacenda.textfile import write_whole

NOBODY = 1_000_000
"""Among how many a proof is that nobody waits for."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a scenario states, what follows from it, and the proof, written down."""

    statements: Mapping[str, int]
    """How many there are in each graph."""
    text: bytes = b""
    """The statements as N-Quads, unless they were written to a file."""


@dataclass(frozen=True, slots=True)
class _Task:
    case: Case
    path: Path | None


class Prover:
    """A process that proves. It takes a second of a whole processor, which the server itself has not to give."""

    def __init__(self, opening: Opening, context: Any) -> None:
        self._opening = opening
        self._context = context
        self._tasks: PriorityQueue[tuple[int, int, _Task, Future[Proof]]] = PriorityQueue()
        self._numbers = itertools.count()
        self._process: Any = None
        self._is_open = True
        threading.Thread(target=self._work, name="tacenda-proofs", daemon=True).start()

    def prove(self, case: Case, path: Path | None = None, *, among: int = 1) -> Future[Proof]:
        """The proof of a scenario, some time, or its being in a file.

        The fewer it is waited for *among*, the earlier it comes; `NOBODY` waits for what comes last.
        """
        found = Future[Proof]()
        self._tasks.put((among, next(self._numbers), _Task(case, path), found))
        return found

    def hurry(self, case: Case, path: Path, proof: Future[Proof], among: int) -> None:
        """Let a proof that was asked for come before those that nobody waits for."""
        if not proof.done():
            self._tasks.put((among, next(self._numbers), _Task(case, path), proof))

    def close(self) -> None:
        """Stop the process at once."""
        self._is_open = False
        with suppress(Empty):
            while True:
                self._tasks.get_nowait()[-1].cancel()
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def _work(self) -> None:
        connection: Any = None
        while self._is_open:
            _, _, task, proof = self._tasks.get()
            # one that was hurried stands here twice, one that was given up may stand here still
            if proof.done() or not proof.set_running_or_notify_cancel():
                continue
            if connection is None:
                connection, end = self._context.Pipe()
                self._process = self._context.Process(target=prove, args=(end, self._opening), daemon=True)
                self._process.start()
                end.close()
            try:
                connection.send(task)
                found = connection.recv()
            except (EOFError, OSError):
                connection = None
                found = [Problem("the proof could not be worked out", task.case.name)]
            if isinstance(found, Proof):
                proof.set_result(found)
            else:
                proof.set_exception(ScenarioError(*found))


def prove(connection: Connection, opening: Opening) -> None:
    """Prove the scenarios that come over a connection, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which stops this process
    kb = law_of(opening)
    with suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            try:
                connection.send(_proved(kb, task))
            except TacendaError as error:
                connection.send(error.problems)


def _proved(kb: KnowledgeBase, task: _Task) -> Proof:
    contents = task.case.proved(kb)
    lines = (
        line.removesuffix(b".") + f"<{content.graph}> .\n".encode()
        for content in contents
        for line in content.text.splitlines()
    )
    statements = {content.graph: content.statements for content in contents}
    if task.path is None:
        return Proof(statements, b"".join(lines))
    write_whole(task.path, b"".join(lines))
    return Proof(statements)

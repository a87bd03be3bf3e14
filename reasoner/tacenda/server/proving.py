"""Proofs worked out one after another in a process of their own, those that somebody waits for first."""

from __future__ import annotations

import hashlib
import itertools
import json
import signal
import threading
import zlib
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, PriorityQueue
from typing import Any

from tacenda import cache
from tacenda.errors import Problem, ScenarioError, TacendaError
from tacenda.knowledge import KnowledgeBase
from tacenda.queries import rules
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
    is_public: bool


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

    def prove(self, case: Case, path: Path | None = None, *, among: int = 1, is_public: bool = False) -> Future[Proof]:
        """The proof of a scenario, some time, or its being in a file.

        The fewer it is waited for *among*, the earlier it comes; `NOBODY` waits for what comes last. That of a scenario
        that everybody has may stay in the user's cache folder for the next server; no other does.
        """
        found = Future[Proof]()
        self._tasks.put((among, next(self._numbers), _Task(case, path, is_public), found))
        return found

    def hurry(self, case: Case, path: Path, proof: Future[Proof], among: int, *, is_public: bool = False) -> None:
        """Let a proof that was asked for come before those that nobody waits for."""
        if not proof.done():
            self._tasks.put((among, next(self._numbers), _Task(case, path, is_public), proof))

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
                proof = proof_of(kb, task.case, is_public=task.is_public)
                if task.path is not None:
                    write_whole(task.path, proof.text)
                    proof = Proof(proof.statements)
                connection.send(proof)
            except TacendaError as error:
                connection.send(error.problems)


def proof_of(kb: KnowledgeBase, case: Case, *, is_public: bool = False) -> Proof:
    """The proof of a scenario; of one that everybody has it stays in the user's cache folder, for the next server."""
    proof = _kept(kb, case) if is_public else None
    if proof is None:
        proof = _worked_out(kb, case)
        if is_public:
            kept = json.dumps(proof.statements).encode() + b"\n" + proof.text
            cache.write(_name(kb, case), zlib.compress(kept, level=1))
    return proof


def _worked_out(kb: KnowledgeBase, case: Case) -> Proof:
    contents = case.proved(kb)
    lines = (
        line.removesuffix(b".") + f"<{content.graph}> .\n".encode()
        for content in contents
        for line in content.text.splitlines()
    )
    return Proof({content.graph: content.statements for content in contents}, b"".join(lines))


def _kept(kb: KnowledgeBase, case: Case) -> Proof | None:
    """The proof that an earlier server worked out, or nothing."""
    content = cache.read(_name(kb, case))
    if content is None:
        return None
    try:
        statements, _, text = zlib.decompress(content).partition(b"\n")
        return Proof(json.loads(statements), text)
    except (ValueError, zlib.error):
        return None


def _name(kb: KnowledgeBase, case: Case) -> str:
    """A name that changes with the scenario, the law, the rules, and the code that puts them together."""
    said = "\n".join((cache.code_digest(), case.digest(kb), case.name, *(rule.text for rule in rules("prove"))))
    return f"proof-{hashlib.sha256(said.encode()).hexdigest()[:48]}.nq.zlib"

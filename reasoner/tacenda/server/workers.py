"""The processes that answer queries: few, bounded in time, and never all of them held by slow queries."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from tacenda.errors import Problem
from tacenda.server.answering import Answer, Job, Opening, serve
from tacenda.server.preloaded import FOLDERS

PATIENCE = 1.0
"""After how many seconds a query counts as a slow one."""
WAITING = 64
"""How many queries may wait for a process."""
RETRY = 5
"""After how many seconds whoever was turned away may try again."""


class Worker:
    """A process that answers one query after another, and can be stopped in the middle of one."""

    def __init__(self, opening: Opening, context: Any) -> None:
        self._connection, end = context.Pipe()
        self._process = context.Process(target=serve, args=(end, opening), daemon=True)
        self._process.start()
        end.close()

    def ask(self, job: Job) -> Answer:
        """The answer, waited for; raises `EOFError` when the process is stopped, or stops, in between."""
        self._connection.send(job)
        answer = self._connection.recv()
        assert isinstance(answer, Answer)
        return answer

    def stop(self) -> None:
        """Stop the process, whatever it is at."""
        self._process.kill()
        self._process.join()
        self._connection.close()


class Workers:
    """Processes that hold the law. A query past its time is stopped with its process, which is replaced.

    Slow queries may hold half of the processes; one that turns out slow beyond that is stopped, so that the rest keep
    answering. Of those that wait, the newest comes first: under a flood the oldest have lost most already.
    """

    def __init__(self, opening: Opening, seconds: float, processes: int = 0) -> None:
        self._count = processes or max(4, min(os.cpu_count() or 1, 8))
        self._opening = opening
        self.context = _context(opening)
        """How further processes that hold the law may begin."""
        self.seconds = seconds
        self._threads = ThreadPoolExecutor(2 * self._count, "tacenda-query")
        self._idle: list[Worker] = [Worker(opening, self.context) for _ in range(self._count)]
        self._busy: set[Worker] = set()
        self._waiting: deque[asyncio.Future[Worker | None]] = deque()
        self._slow = 0
        self._closed = threading.Event()

    async def answer(self, job: Job) -> Answer:
        """The answer to a query; that there is none, in time or at all, is told in it."""
        worker = await self._admitted()
        if self._closed.is_set():
            return _turned_away("the server stops")
        if worker is None:
            return _turned_away("too many queries wait already")
        self._busy.add(worker)
        asking = asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, job)
        try:
            return await self._watched(asking, job)
        except (EOFError, OSError):
            if self._closed.is_set():
                return _turned_away("the server stops")
            message = "the query needs more memory than it may have"
            return Answer(problems=(Problem(message, job.name, "make it more selective"),), status=413)
        finally:
            # whoever asked may have gone away: then nobody needs the answer any more
            self._busy.discard(worker)
            spent = not asking.done() or asking.cancelled() or asking.exception() is not None
            if spent and not self._closed.is_set():
                worker.stop()
                asking.add_done_callback(_forget)
                worker = Worker(self._opening, self.context)
            self._release(worker)

    async def _watched(self, asking: asyncio.Future[Answer], job: Job) -> Answer:
        patience = min(PATIENCE, self.seconds)
        done, _ = await asyncio.wait([asking], timeout=patience)
        if not done and self.seconds > patience:
            if self._slow >= self._count // 2:
                return _turned_away(f"stopped after {patience:g} seconds, as other long queries are running")
            self._slow += 1
            try:
                done, _ = await asyncio.wait([asking], timeout=self.seconds - patience)
            finally:
                self._slow -= 1
        if done:
            return asking.result()
        message = f"no answer within {self.seconds:g} seconds"
        return Answer(problems=(Problem(message, job.name, "make it more selective"),), status=504)

    async def _admitted(self) -> Worker | None:
        """A process that is free, after waiting for one if need be; nothing when too many wait, or too long."""
        if self._idle:
            return self._idle.pop()
        if len(self._waiting) >= WAITING:
            return None
        turn: asyncio.Future[Worker | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait([turn], timeout=self.seconds + PATIENCE)
            return turn.result() if turn.done() else None
        except asyncio.CancelledError:
            if turn.done() and (worker := turn.result()):
                self._release(worker)
            raise
        finally:
            with suppress(ValueError):
                self._waiting.remove(turn)

    def _release(self, worker: Worker) -> None:
        if self._waiting:
            self._waiting.pop().set_result(worker)
        else:
            self._idle.append(worker)

    def close(self) -> None:
        """Stop every process at once; whoever waits for an answer is told that there is none."""
        if self._closed.is_set():
            return
        self._closed.set()
        while self._waiting:
            self._waiting.pop().set_result(None)
        for worker in (*self._idle, *self._busy):
            worker.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _context(opening: Opening) -> Any:
    """How processes begin: forked from one that holds the law, which takes milliseconds; else each opens it itself."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    os.environ[FOLDERS] = json.dumps([str(folder) for folder in opening.folders])
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tacenda.server.preloaded"])
    return context


def _forget(asking: asyncio.Future[Answer]) -> None:
    """Take note of how an answer that nobody waits for ended."""
    if not asking.cancelled():
        asking.exception()


def _turned_away(why: str) -> Answer:
    return Answer(problems=(Problem(why, "server", f"try again in {RETRY} seconds"),), status=503)

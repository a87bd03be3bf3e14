"""The processes that answer queries: few, bounded in time, and never all of them held by slow queries."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections import deque
from typing import Any

from pebble import ProcessExpired, ProcessPool

from tacenda.errors import Problem
from tacenda.server.answering import Answer, Job, Opening, start, work

PATIENCE = 1.0
"""After how many seconds a query counts as a slow one."""
WAITING = 64
"""How many queries may wait for a process."""
_RETRY = 5


class Workers:
    """Processes that hold the law. A query past its time is stopped with its process, which is replaced.

    Slow queries may hold half of the processes; one that turns out slow beyond that is stopped, so that the rest keep
    answering. Of those that wait, the newest comes first: under a flood the oldest have lost most already.
    """

    def __init__(self, opening: Opening, seconds: float, processes: int = 0) -> None:
        self._processes = processes or max(4, min(os.cpu_count() or 1, 8))
        self._seconds = seconds
        self._free = self._processes
        self._slow = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._pool: Any = ProcessPool(
            max_workers=self._processes,
            initializer=start,
            initargs=[opening],
            context=multiprocessing.get_context("spawn"),
        )

    def prepare(self) -> None:
        """Let the first processes open the law before anybody asks."""
        for _ in range(self._processes):
            self._pool.schedule(_nothing)

    async def answer(self, job: Job) -> Answer:
        """The answer to a query; that there is none, in time or at all, is told in it."""
        if not await self._admitted():
            return _busy("too many queries wait already")
        running: Any = self._pool.schedule(work, args=[job])
        try:
            return await self._watched(running, job)
        except ProcessExpired:
            message = "the query needs more memory than it may have"
            return Answer(problems=(Problem(message, job.name, "make it more selective"),), status=413)
        finally:
            # who asked may have gone away: nobody needs the answer any more
            if not running.done():
                running.cancel()
            self._release()

    async def _watched(self, running: Any, job: Job) -> Answer:
        future: asyncio.Future[Answer] = asyncio.wrap_future(running)
        patience = min(PATIENCE, self._seconds)
        done, _ = await asyncio.wait([future], timeout=patience)
        if done:
            return future.result()
        if self._seconds > patience:
            if self._slow >= self._processes // 2:
                return _busy(f"stopped after {patience:g} seconds, as other long queries are running")
            self._slow += 1
            try:
                done, _ = await asyncio.wait([future], timeout=self._seconds - patience)
            finally:
                self._slow -= 1
            if done:
                return future.result()
        message = f"no answer within {self._seconds:g} seconds"
        return Answer(problems=(Problem(message, job.name, "make it more selective"),), status=504)

    async def _admitted(self) -> bool:
        """Whether a process is free, after waiting for one if need be."""
        if self._free:
            self._free -= 1
            return True
        if len(self._queue) >= WAITING:
            return False
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await asyncio.wait_for(turn, self._seconds + PATIENCE)
        except TimeoutError:
            if turn in self._queue:
                self._queue.remove(turn)
            return False
        except asyncio.CancelledError:
            if turn in self._queue:
                self._queue.remove(turn)
            elif turn.done() and not turn.cancelled():
                self._release()
            raise
        return True

    def _release(self) -> None:
        while self._queue:
            turn = self._queue.pop()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def close(self) -> None:
        """Stop every process at once."""
        self._pool.stop()
        self._pool.join()


def _nothing() -> None:
    """What a process does to show that it is there."""


def _busy(why: str) -> Answer:
    return Answer(problems=(Problem(why, "server", f"try again in {_RETRY} seconds"),), status=503)

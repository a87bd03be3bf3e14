"""Clocks, limits and the machine."""

from __future__ import annotations

import gc
import multiprocessing
import os
import platform
import signal
import statistics
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

LIBRARIES = (
    "pyoxigraph", "numpy", "pyarrow", "pyspark", "owlrl", "rdflib", "pyshacl", "clingo", "duckdb", "nemo-python",
    "typer", "rich", "pyyaml",
)  # fmt: skip
_LONG = 2.0
_SHORT = 0.5
_OFTEN = 100


@dataclass(frozen=True)
class Ended:
    """How a piece of work that had a limit ended: what it told on its way, and why it went no further."""

    told: list[Any]
    seconds: float
    reason: str = ""
    """Nothing when it finished; else what stopped it."""


def within(limit: float, work: Callable[[], Iterator[Any]]) -> Ended:
    """Do a piece of work in a process of its own, and stop it and all that it started when its time is over.

    The process is forked, so that it has what this one has loaded; a competitor is never loaded here.
    """
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    process = fork.Process(target=_run, args=(sender, work))
    begun = time.perf_counter()
    process.start()
    sender.close()
    told: list[Any] = []
    reason = ""
    while True:
        left = limit - (time.perf_counter() - begun)
        if left <= 0 or not receiver.poll(left):
            reason = f"stopped at its limit of {limit:.0f} s"
            break
        try:
            kind, value = receiver.recv()
        except EOFError:
            reason = "ended without a word: out of memory, or crashed"
            break
        if kind != "told":
            reason = value
            break
        told.append(value)
    seconds = time.perf_counter() - begun
    if process.pid and process.is_alive():
        process.join(1 if not reason else 0)
        if process.is_alive():
            os.killpg(process.pid, signal.SIGKILL)
    process.join()
    return Ended(told, seconds, reason)


def _run(sender: Connection, work: Callable[[], Iterator[Any]]) -> None:
    os.setpgid(0, 0)
    gc.freeze()  # what the process was forked with is nobody's garbage
    try:
        for value in work():
            sender.send(("told", value))
        sender.send(("done", ""))
    except ImportError as error:
        sender.send(("failed", f"not installed: {error.name}"))
    except Exception as error:  # whatever a competitor throws is its result
        traceback.print_exc()
        sender.send(("failed", f"failed: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"))


def median(work: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    """The median time that some work takes, warm, and what it gives; work that takes long is done once.

    What takes milliseconds is done for half a second: a few runs of it would tell what else the machine did just then.
    """
    begun = time.perf_counter()
    found = work()
    first = time.perf_counter() - begun
    if first > _LONG:
        return first, found
    times: list[float] = []
    while len(times) < runs or (sum(times) < _SHORT and len(times) < _OFTEN):
        found = None
        begun = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times), found


def paired(one: Callable[[], Any], other: Callable[[], Any], runs: int = 7) -> tuple[float, float, Any]:
    """The median times of two pieces of work done in turn, warm, and what the first gives.

    What slows the machine for a while slows both.
    """
    found = one()
    other()
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(runs):
        for work, kept in zip((one, other), times, strict=True):
            begun = time.perf_counter()
            work()
            kept.append(time.perf_counter() - begun)
        if number and sum(map(sum, times)) > 4 * _LONG:
            break
    return statistics.median(times[0]), statistics.median(times[1]), found


def spread(work: Callable[[], object], runs: int) -> dict[str, float]:
    """The median, least and greatest time on the clock that something takes, and the mean time of the processor.

    The clock tells what a person waits; the processor's time is what a busy machine leaves comparable.
    """
    clock, processor = [], []
    for _ in range(runs):
        began, used = time.perf_counter(), sum(os.times()[:4])
        work()
        clock.append(time.perf_counter() - began)
        processor.append(sum(os.times()[:4]) - used)
    named = {"median": statistics.median(clock), "least": min(clock), "greatest": max(clock)}
    return {name: round(value, 5) for name, value in {**named, "processor": statistics.fmean(processor)}.items()}


def machine() -> dict[str, object]:
    """The machine and the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cpuinfo = Path("/proc/cpuinfo")
    known = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    model = next((line.partition(":")[2].strip() for line in known if line.startswith("model name")), "")
    return {
        "on": date.today().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "memory": f"{memory:.0f} GiB",
        "python": platform.python_version(),
        "libraries": dict(_versions(LIBRARIES)),
    }


def _versions(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not installed"

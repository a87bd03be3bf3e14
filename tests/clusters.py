"""A standalone Spark cluster on this machine: a master and some workers, each a process group of its own.

Everything is bound to the loopback address and to ports that the system chooses. A worker that is killed takes its
executors with it, as a machine does that loses its power.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

HOST = "127.0.0.1"
PATIENCE = 60.0
_SETTINGS = """\
spark.driver.extraJavaOptions               -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.extraJavaOptions             -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.memory                       512m
spark.driver.host                           127.0.0.1
spark.driver.bindAddress                    127.0.0.1
spark.scheduler.minRegisteredResourcesRatio 1.0
"""
"""What a cluster of this size needs: little memory, a quick start, and no job before all of it is there."""


class Daemon:
    """A master or a worker, running."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str]) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._said: list[str] = []
        self._process = subprocess.Popen(
            arguments,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def says(self, pattern: str) -> str:
        """What is in the parentheses of a pattern, once the process has said it."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(end - time.monotonic(), 0))
            except queue.Empty:
                line = None
            assert line is not None, f"no `{pattern}` in\n{''.join(self._said)}"
            self._said.append(line)
            if found := re.search(pattern, line):
                return found.group(1)

    def kill(self) -> None:
        """End it and all that it started, at once and without a word to anybody."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@dataclass
class Cluster:
    """A master, its workers, and what a driver must have in its environment."""

    url: str
    page: str
    environment: dict[str, str]
    workers: list[Daemon] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        """What the master tells of its workers and of who uses them."""
        with urlopen(f"{self.page}/json/", timeout=PATIENCE) as answer:
            found = json.load(answer)
        assert isinstance(found, dict)
        return found


def spark_home() -> Path:
    """The folder in which pyspark keeps Spark."""
    import pyspark

    return Path(pyspark.__file__).parent


def why_not() -> str:
    """Why no cluster can be started here; nothing when one can."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: pip install 'tacenda[spark]'"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "no Java is installed, which Spark runs on"
    if not hasattr(os, "killpg"):
        return "this system has no process groups, by which a worker is killed with its executors"
    return ""


@contextmanager
def cluster(place: Path, environment: Mapping[str, str], *, workers: int) -> Iterator[Cluster]:
    """A cluster of so many workers with one core each, which is killed to the last process at the end."""
    settings = place / "settings"
    settings.mkdir()
    (settings / "spark-defaults.conf").write_text(_SETTINGS, encoding="utf-8")
    ours = {
        **environment,
        "SPARK_HOME": str(spark_home()),
        "SPARK_CONF_DIR": str(settings),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(place / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    start = [str(spark_home() / "bin" / "spark-class")]
    common = ["--host", HOST, "--port", "0", "--webui-port", "0"]
    running: list[Daemon] = []
    try:
        master = Daemon([*start, "org.apache.spark.deploy.master.Master", *common], ours)
        running.append(master)
        found = Cluster(master.says(r"Starting Spark master at (\S+)"), master.says(r"started at (http\S+)"), ours)
        worker = [*start, "org.apache.spark.deploy.worker.Worker", *common, "--cores", "1", "--memory", "512m"]
        for number in range(workers):
            found.workers.append(Daemon([*worker, "--work-dir", str(place / f"worker-{number}"), found.url], ours))
            running.append(found.workers[-1])
        for one in found.workers:
            one.says(r"(Successfully registered) with master")
        yield found
    finally:
        for one in reversed(running):
            one.kill()

"""A session of Apache Spark that keeps quiet, says in plain words why it cannot start, and leaves nothing running."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING

from tacenda.errors import Problem, TacendaError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OPTION = "--engine spark"
LOCAL = "local[2]"
"""Spark on this machine alone, with two tasks at a time."""
_NEEDED = ("pyspark", "pandas", "pyarrow")
_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # the JVM only hands out work and takes in one row for each piece of it: it need not plan nor compile for that
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
_PATIENCE = 10.0
_LAST_WORDS = 60.0
"""How long Java may take to put its folders away."""
_TELLING = {
    "UnsupportedClassVersionError": "the Java found here is too old",
    "Unrecognized VM option": "the Java found here is too old",
    "JAVA_HOME is not set": "no Java is found, which Spark runs on",
    "Could not parse Master URL": "Spark does not know such a master",
    "Master must either be": "Spark does not know such a master",
}
_CLASS = re.compile(r'^(?:Exception in thread "[^"]*" )?(?:[\w.$]+(?:Exception|Error): )*')
_JAVA = "install Java 17 or later, or say in JAVA_HOME where it is"


class EngineError(TacendaError):
    """An engine that was asked for is not there, or gave up."""


@contextmanager
def session(master: str = LOCAL, name: str = "tacenda") -> Iterator[SparkSession]:
    """Spark at a master, stopped at the end; what it logs is thrown away.

    Raises `EngineError` when it cannot be started.
    """
    _refuse_what_is_missing(master)
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    is_local = master.startswith("local")
    settings = _QUIET | (_LOCAL if is_local else {})
    chosen = SparkConf().setMaster(master).setAppName(name).setAll(list(settings.items()))
    before = signal.getsignal(signal.SIGINT)
    with tempfile.TemporaryFile() as log, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark warns of versions of pandas, of which nothing is used here
        gateway = None
        try:
            try:
                gateway = launch_gateway(chosen, {"stdout": log, "stderr": log})
                context = SparkContext(conf=chosen, gateway=gateway)
                if is_local:
                    context.pythonExec = sys.executable
            except (PySparkException, Py4JError, Py4JJavaError, OSError) as error:
                raise EngineError(_why(log, str(error), master)) from error
            try:
                yield SparkSession(context)
            finally:
                context.stop()
        finally:
            if gateway is not None:
                gateway.shutdown()
                _end(gateway.proc)
            # otherwise the next session would look for the machine that has just been stopped
            SparkContext._gateway = SparkContext._jvm = None
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGINT, before or signal.default_int_handler)


def _refuse_what_is_missing(master: str) -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise EngineError(
            Problem(f"{' and '.join(missing)} {are} not installed", OPTION, "pip install 'tacenda[spark]'")
        )
    if _java() is None:
        home = os.environ.get("JAVA_HOME")
        where = f" in `{home}`, where JAVA_HOME points" if home else ", which Spark runs on"
        raise EngineError(Problem(f"no Java is found{where}", OPTION, _JAVA))
    if master.startswith("spark://") and not any(map(_answers, master.removeprefix("spark://").split(","))):
        raise EngineError(Problem(f"no Spark master answers at `{master}`", "--master", "is it running, on that port?"))


def _java() -> str | None:
    """The Java that Spark would take."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which(os.path.join(home, "bin", "java") if home else "java")


def _answers(place: str) -> bool:
    host, _, port = place.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError, OverflowError):
        return False
    return True


def _why(log: IO[bytes], message: str, master: str) -> Problem:
    """Why Spark did not start, out of what it logged and of what it answered."""
    log.seek(0)
    said = f"{message}\n{log.read().decode(errors='replace')}"
    for sign, meaning in _TELLING.items():
        if sign in said:
            of_master = "master" in meaning
            hint = "write local[2], spark://HOST:PORT, yarn or k8s://…" if of_master else _JAVA
            return Problem(
                f"{meaning}: `{master}`" if of_master else meaning, "--master" if of_master else OPTION, hint
            )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "Exception" in line or "rror" in line]
    first = (telling or lines or ["it gave no reason"])[0]
    return Problem(f"Spark did not start: {_CLASS.sub('', first)}", OPTION)


def _end(process: subprocess.Popen[bytes] | None) -> None:
    """Let a Java machine end, which it does once nobody speaks to it; or end it."""
    if process is None:
        return
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_LAST_WORDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

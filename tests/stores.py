"""SPARQL stores to test against: real ones, as processes of their own, and one that answers as it is told."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

VIRTUOSO = shutil.which("virtuoso-t")
LOGIN = "dba:dba"
"""Who may do anything in a Virtuoso as it comes."""


@contextmanager
def oxigraph(home: Path) -> Iterator[str]:
    """A running Oxigraph server with an empty store, by the address of its queries."""
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program, "the tests need the oxigraph of PyPI: pip install 'tacenda[test]'"
    place = f"127.0.0.1:{_free_port()}"
    command = [program, "serve", "--location", str(home), "--bind", place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        assert running.stdout is not None
        try:
            assert "Listening" in running.stdout.readline()
            yield f"http://{place}/query"
        finally:
            running.kill()


@contextmanager
def virtuoso(home: Path) -> Iterator[str]:
    """A running Virtuoso with an empty store, by the address of its queries."""
    assert VIRTUOSO
    port = _free_port()
    settings = home / "virtuoso.ini"
    files = {"DatabaseFile": "db", "ErrorLogFile": "log", "LockFile": "lck", "TransactionFile": "trx"}
    scratch = {"DatabaseFile": "scratch-db", "TransactionFile": "scratch-trx"}
    sections = {
        "Database": {**{key: home / name for key, name in files.items()}, "xa_persistent_file": home / "pxa"},
        "TempDatabase": {key: home / name for key, name in scratch.items()},
        "Parameters": {"ServerPort": f"127.0.0.1:{_free_port()}", "NumberOfBuffers": 10000, "DisableUnixSocket": 1},
        "HTTPServer": {"ServerPort": f"127.0.0.1:{port}", "ServerThreads": 4, "Charset": "UTF-8"},
        "SPARQL": {"ResultSetMaxRows": 100000, "MaxQueryExecutionTime": 60},
    }
    settings.write_text(
        "".join(
            f"[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
            for section, values in sections.items()
        )
    )
    subprocess.run([VIRTUOSO, "+configfile", str(settings), "+wait"], check=True, capture_output=True, timeout=60)
    try:
        yield f"http://127.0.0.1:{port}/sparql"
    finally:
        found = re.search(r"VIRT_PID=(\d+)", (home / "lck").read_text())
        assert found
        os.kill(int(found[1]), signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@dataclass
class Request:
    """What was asked of a store that answers as it is told."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What it answers."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def told(answer: Callable[[Request], Reply | None]) -> Iterator[tuple[str, list[Request]]]:
    """A store that answers as *answer* says, or hangs up; by its address, with what it was asked."""
    asked: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(Request(self.command, self.path, headers, self.rfile.read(length)))
            reply = answer(asked[-1])
            if reply is None:
                self.close_connection = True
                return
            content = reply.body.encode()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/query", asked
        finally:
            server.shutdown()
            thread.join()

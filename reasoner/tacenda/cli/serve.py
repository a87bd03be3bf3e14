"""`tacenda serve`: the desk in a browser, and a SPARQL endpoint, on this machine."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from tacenda.cli import options
from tacenda.errors import Problem, SourceError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_GRACE = 3.0
"""After how many seconds a server that is told to stop does not wait any longer."""
_NEXT = 20
"""How many ports after one that is taken are tried for a hint."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda serve --port 8000")
    def serve(
        port: Annotated[
            int, typer.Option(help="Where to answer; 0 takes any that is free.", min=0, max=65535, metavar="PORT")
        ] = 8000,
        host: Annotated[
            str, typer.Option(help="The address to answer on; others than this machine's own let others in.")
        ] = "127.0.0.1",
        seconds: Annotated[
            float, typer.Option(help="The longest a query may take.", min=0.1, max=600, metavar="SECONDS")
        ] = 10.0,
        megabytes: Annotated[
            int, typer.Option(help="The largest answer to a query.", min=1, max=10_000, metavar="MB")
        ] = 64,
        memory: Annotated[
            int, typer.Option(help="How much memory a query may take, beyond the law.", min=50, metavar="MB")
        ] = 2_000,
        scenarios: Annotated[
            Path | None,
            typer.Option(help="A folder in which scenarios are kept when someone asks for it.", metavar="FOLDER"),
        ] = None,
        browser: Annotated[bool, typer.Option("--open", help="Open the desk in a browser.")] = False,
        kb: options.KbOption = None,
    ) -> None:
        """Serve the desk: pages to ask and to read the law, a SPARQL endpoint, scenarios to post."""
        try:
            import uvicorn

            from tacenda.server.app import Settings, create_app
        except ImportError as error:
            message = f"the desk needs `{error.name}`, which is not installed"
            raise SourceError(Problem(message, hint="pip install 'tacenda[web]'")) from error
        from tacenda.knowledge import KnowledgeBase
        from tacenda.server.shelf import refuse_folder

        refuse_folder(scenarios)
        folders = options.law_folders(kb)
        listening = _listening(host, port)
        address = _address(listening)
        settings = Settings(
            KnowledgeBase.open(folders=folders),
            folders,
            seconds=seconds,
            megabytes=megabytes,
            memory=memory,
            scenarios=scenarios,
            hosts=_LOOPBACK if host in _LOOPBACK else (),
        )
        if host not in _LOOPBACK:
            print(f"whoever can reach {host} can ask here, and post scenarios", file=sys.stderr)
        desk = create_app(settings, ready=lambda: _say(address, browser))
        config = uvicorn.Config(desk, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        with listening, suppress(KeyboardInterrupt):
            _server(config).run(sockets=[listening])
        print("stopped", file=sys.stderr)


def _server(config: Any) -> Any:
    """A server whose running queries are stopped as soon as it is told to stop."""
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # what is given up is no error, and a thread that works out an answer for minutes is not waited for
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            ending = threading.Timer(_GRACE, _end)
            ending.daemon = True
            ending.start()
            config.app.state.stop()
            super().handle_exit(sig, frame)

    return Server(config)


def _end() -> None:
    """End the process, whatever its threads are at."""
    os._exit(0)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises `SourceError` with a port that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for tried in (port, *(range(port + 1, min(port + _NEXT, 65535)) if port else ())):
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, tried))
            # to listen tells whether the port is free: two may be bound to one that was let go of
            found.listen(socket.SOMAXCONN)
        except OSError as error:
            found.close()
            if tried == port:
                problem = error
            continue
        if tried == port:
            return found
        found.close()
        raise _taken(host, port, problem, f"port {tried} is free: --port {tried}")
    raise _taken(host, port, problem, "name another with `--port`")


def _taken(host: str, port: int, error: OSError, hint: str) -> SourceError:
    import errno

    if error.errno == errno.EADDRINUSE:
        return SourceError(Problem("something answers there already", f"{host}:{port}", hint))
    reason = (error.strerror or str(error)).lower()
    return SourceError(Problem(f"cannot answer there: {reason}", f"{host}:{port}", hint))


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _say(address: str, browser: bool) -> None:
    """Say where the desk is, and open it."""
    options.put(
        f"the desk is at {address}/\n"
        f"SPARQL is answered at {address}/sparql, scenarios are taken at {address}/api/scenarios\n"
        "Ctrl-C stops it\n"
    )
    if browser:
        import webbrowser

        webbrowser.open(address)

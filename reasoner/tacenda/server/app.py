"""The application: everything that `tacenda serve` answers."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from tacenda import __version__
from tacenda.desk.desk import STATIC, Desk
from tacenda.errors import Problem, visible
from tacenda.knowledge import KnowledgeBase
from tacenda.server import (
    api_routes,
    ask_routes,
    compare_routes,
    graph_routes,
    law_routes,
    query_routes,
    scenario_routes,
    sparql_routes,
)
from tacenda.server.answering import Opening
from tacenda.server.protocol import RefusalError
from tacenda.server.proving import Prover
from tacenda.server.replies import refusal
from tacenda.server.shelf import Shelf
from tacenda.server.workers import Workers

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "form-action 'self'",
    )
)
"""Scripts come from the desk alone; the editor writes its styles into the page."""
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_LARGE = 1_000
"""From how many bytes an answer is compressed."""


@dataclass(frozen=True)
class Settings:
    """What a server offers, and how much it lets one question cost."""

    kb: KnowledgeBase = field(repr=False)
    folders: tuple[Path, ...] = ()
    """Further packs, for the processes that answer queries."""
    seconds: float = 10.0
    megabytes: int = 64
    """The largest answer to a query."""
    memory: int = 2_000
    """How many megabytes a query may take beyond what the law takes."""
    processes: int = 0
    scenarios: Path | None = None
    """The folder in which scenarios are kept beyond the session."""
    hosts: tuple[str, ...] = ()
    """The names under which the server is addressed; any, where none is given."""


def create_app(settings: Settings, ready: Callable[[], None] = lambda: None) -> FastAPI:
    """The application for these settings; its `state.desk` makes the pages. *ready* is called when it can answer."""
    app = FastAPI(
        title="tacenda",
        version=__version__,
        summary="The law of therapists' confidentiality and privilege, and what follows from it in a scenario.",
        description="Research, not legal advice. Queries go to `/sparql`, by the SPARQL 1.1 Protocol.",
        license_info={"name": "Apache-2.0 AND CC-BY-4.0"},
        docs_url=None,
        redoc_url=None,
        lifespan=_running(settings, ready),
    )
    app.state.desk = Desk(settings.kb)
    app.state.settings = settings
    app.add_middleware(GZipMiddleware, minimum_size=_LARGE)
    app.middleware("http")(_guard(settings))
    app.exception_handler(RefusalError)(scenario_routes.refused)
    app.exception_handler(RequestValidationError)(_misread)
    app.exception_handler(HTTPException)(_not_there)
    app.include_router(sparql_routes.router)
    app.include_router(scenario_routes.router)
    app.include_router(api_routes.router)
    app.include_router(law_routes.router)
    app.include_router(ask_routes.router)
    app.include_router(compare_routes.router)
    app.include_router(graph_routes.router)
    app.include_router(query_routes.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _running(settings: Settings, ready: Callable[[], None]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        """While the server runs, processes hold the law, and scenarios lie in a folder that goes with it."""
        with tempfile.TemporaryDirectory(prefix="tacenda-") as place:
            opening = Opening(
                settings.folders, Path(place), settings.megabytes * 1_000_000, settings.memory * 1_000_000
            )
            app.state.workers = Workers(opening, settings.seconds, settings.processes)
            prover = Prover(opening, app.state.workers.context)
            app.state.shelf = Shelf(settings.kb, Path(place), prover, keep=settings.scenarios)
            app.state.shelf.fill()
            loop = asyncio.get_running_loop()

            def close() -> None:
                app.state.workers.close()
                prover.close()

            app.state.stop = lambda: loop.call_soon_threadsafe(close)
            ready()
            try:
                yield
            finally:
                close()

    return running


async def _misread(request: Request, error: Exception) -> Response:
    """What FastAPI finds wrong with the parts of an address, in our words."""
    assert isinstance(error, RequestValidationError)
    problems = [
        Problem(str(one["msg"])[:1].lower() + str(one["msg"])[1:], str(one["loc"][-1])) for one in error.errors()
    ]
    return refusal(request, 400, problems)


async def _not_there(request: Request, error: Exception) -> Response:
    """What is at no address, or does not take such requests: a page for those who read pages."""
    assert isinstance(error, HTTPException)
    path, reason = request.url.path, HTTPStatus(error.status_code).phrase.lower()
    message = f"there is no page `{path}`" if error.status_code == HTTPStatus.NOT_FOUND else f"`{path}`: {reason}"
    problem = Problem(visible(message))
    if "text/html" not in request.headers.get("accept", ""):
        return refusal(request, error.status_code, [problem], headers=error.headers or {})
    page = request.app.state.desk.render("problem.html", title=reason.capitalize(), problems=[problem])
    return HTMLResponse(page, error.status_code, error.headers)


def _guard(settings: Settings) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    async def guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        """Every answer says what a browser may do with it; a name that is not ours gets none (DNS rebinding)."""
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        if settings.hosts and host.strip("[]").casefold() not in settings.hosts:
            problem = Problem(f"`{host}` is not a name of this server", "Host")
            return refusal(request, 421, [problem])
        response = await answer(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return guard

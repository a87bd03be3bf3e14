"""The application: everything that `tacenda serve` answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from tacenda import __version__
from tacenda.desk.desk import STATIC, Desk
from tacenda.knowledge import KnowledgeBase

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


@dataclass(frozen=True)
class Settings:
    """What a server offers, and how much it lets one question cost."""

    kb: KnowledgeBase


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings; its `state.desk` makes the pages."""
    app = FastAPI(
        title="tacenda",
        version=__version__,
        description="The law of therapists' confidentiality and privilege, and what follows from it in a scenario.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.desk = Desk(settings.kb)
    app.middleware("http")(_guard)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


async def _guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every answer says what a browser may do with it."""
    response = await answer(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response

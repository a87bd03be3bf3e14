"""How the server says that something is wrong: one shape, as text for people or as JSON for programs (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import Request, Response

from tacenda.errors import Problem
from tacenda.server.negotiation import Form, choose

_PLAIN = Form("text", "text/plain; charset=utf-8")
_JSON = Form("json", "application/problem+json", ("application/json",))


def refusal(
    request: Request, status: int, problems: Sequence[Problem], *, text: str = "", headers: Mapping[str, str] = {}
) -> Response:
    """Why a request is refused, as its sender reads it; *text* is what the places of the problems are places in."""
    accepted = request.headers.get("accept", "")
    form = choose(accepted, (_PLAIN, _JSON)) or _PLAIN
    if form is _JSON:
        content = json.dumps(details(status, problems), ensure_ascii=False, indent=1)
    else:
        content = "".join(f"{line}\n" for problem in problems for line in (str(problem), *_pointed_at(problem, text)))
    more = {"Retry-After": "5", **headers} if status == HTTPStatus.SERVICE_UNAVAILABLE else headers
    return Response(content, status, {**more, "Cache-Control": "no-store"}, media_type=form.media_type)


def details(status: int, problems: Sequence[Problem]) -> dict[str, object]:
    """Problems as the JSON of a problem report.

    >>> details(400, [Problem("no name", "a:1")])["problems"]
    [{'where': 'a:1', 'message': 'no name', 'hint': ''}]
    """
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": "; ".join(map(str, problems)),
        "problems": [{"where": one.where, "message": one.message, "hint": one.hint} for one in problems],
    }


def _pointed_at(problem: Problem, text: str) -> tuple[str, ...]:
    """The line of the text in which a problem lies, with a mark beneath its column."""
    name, _, place = problem.where.partition(":")
    row, _, column = place.partition(":")
    lines = text.splitlines()
    if not name or not (row.isdigit() and column.isdigit()) or not 0 < int(row) <= len(lines):
        return ()
    return f"  {lines[int(row) - 1]}", f"  {' ' * (int(column) - 1)}^"

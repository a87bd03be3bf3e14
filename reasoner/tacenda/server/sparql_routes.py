"""`/sparql`: the SPARQL 1.1 Protocol, queries only."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from tacenda.errors import Problem
from tacenda.server.answering import Job
from tacenda.server.asking import answer as ask
from tacenda.server.description import describe
from tacenda.server.negotiation import GRAPHS, TABLES, Form, by_name, choose
from tacenda.server.protocol import LARGEST, Operation, RefusalError, understand
from tacenda.server.replies import refusal

router = APIRouter(include_in_schema=False)
_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
"""Anybody's page may ask: the law is public, and scenarios that are held here are not there for it."""
_PAGE = Form("html", "text/html", ("application/xhtml+xml",))


@router.api_route("/sparql", methods=["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"])
async def sparql(request: Request) -> Response:
    """The answer to a query; without one, what the endpoint says of itself."""
    if request.method == "OPTIONS":
        allowed = {"Access-Control-Allow-Methods": ", ".join(_METHODS), "Access-Control-Allow-Headers": "*"}
        return Response(status_code=204, headers={**_OPEN, **allowed, "Allow": ", ".join(_METHODS)})
    if request.method not in _METHODS:
        problem = Problem(f"`{request.method}` is not understood here", "method", "GET or POST a query")
        return _opened(refusal(request, 405, [problem], headers={"Allow": ", ".join(_METHODS)}))
    try:
        body = await whole_body(request)
        content_type = request.headers.get("content-type", "")
        operation = understand(request.method, request.url.query, content_type, body)
        if operation is None:
            return _opened(await _described(request))
        return _opened(await _answered(request, operation))
    except RefusalError as why:
        return _opened(refusal(request, why.status, why.problems, headers=why.headers))


@router.get("/.well-known/void")
async def well_known(request: Request) -> Response:
    """The description of the data, where crawlers look for it."""
    return RedirectResponse(str(request.url_for("service_description")), 303)


@router.api_route("/service-description", methods=["GET", "HEAD"])
async def service_description(request: Request) -> Response:
    """The description of the endpoint, whatever the client is."""
    form = choose(request.headers.get("accept", ""), GRAPHS) or GRAPHS[0]
    return _opened(await _description(request, form))


def is_of_others(request: Request) -> bool:
    """Whether a page of another site asks; a browser says so, and nobody else says anything."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


async def whole_body(request: Request) -> bytes:
    """The body of a request; raises `RefusalError` for one that is too large, before all of it is there."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise RefusalError(413, Problem(f"the request is larger than {LARGEST // 1_000_000} MB", "body"))
        parts.append(part)
    return b"".join(parts)


async def _described(request: Request) -> Response:
    accepted = request.headers.get("accept", "")
    form = choose(accepted, (*GRAPHS, _PAGE))
    if form is None:
        raise RefusalError(406, Problem("no form of the description is accepted", "Accept", "ask for text/turtle"))
    if form is _PAGE:
        return RedirectResponse(request.app.state.desk.links.page("query"), 303)
    return await _description(request, form)


async def _description(request: Request, form: Form) -> Response:
    state = request.app.state
    endpoint = str(request.url_for("sparql"))
    content = await run_in_threadpool(
        describe, state.desk.kb, endpoint, state.shelf.graphs(of_others=is_of_others(request)), form.name
    )
    return Response(content, media_type=form.media_type, headers={"Vary": "Accept"})


async def _answered(request: Request, operation: Operation) -> Response:
    accepted = request.headers.get("accept", "")
    if operation.form:
        table, graph = by_name(operation.form, TABLES), by_name(operation.form, GRAPHS)
        if not (table or graph):
            known = ", ".join(form.name for form in (*TABLES, *GRAPHS))
            raise RefusalError(400, Problem(f"`{operation.form}` is no form of an answer", "format", f"one of {known}"))
    else:
        page = choose(accepted, (*TABLES, *GRAPHS, _PAGE))
        if page is _PAGE and request.method == "GET":
            query = urlencode({"query": operation.query})
            return RedirectResponse(f"{request.app.state.desk.links.page('query')}?{query}", 303)
        table, graph = choose(accepted, TABLES), choose(accepted, GRAPHS)
    job = Job(
        operation.query,
        operation.default_graphs,
        operation.named_graphs,
        table.name if table else "",
        graph.name if graph else "",
    )
    state = request.app.state
    answer = await ask(state.shelf, state.workers, job, of_others=is_of_others(request))
    if answer.problems:
        return refusal(request, answer.status, answer.problems, text=operation.query)
    forms = GRAPHS if answer.is_graph else TABLES
    media_type = next(form.media_type for form in forms if form.name == answer.form)
    return Response(answer.content, media_type=media_type, headers={"Vary": "Accept", "Cache-Control": "no-cache"})


def _opened(response: Response) -> Response:
    response.headers.update(_OPEN)
    return response

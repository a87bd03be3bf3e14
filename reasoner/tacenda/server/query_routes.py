"""`/queries`, `/query`: research questions asked from a page, answered by the same processes as `/sparql`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from tacenda.desk.desk import Desk
from tacenda.desk.gallery import EXAMPLE, SCENARIO, Asked, completions, gallery_page, inputs, own_page, query_page
from tacenda.desk.results import graph_of, show, table_of
from tacenda.errors import Problem, TacendaError
from tacenda.knowledge import GRAPHS
from tacenda.queries import Query, named
from tacenda.server.answering import Job, law_names
from tacenda.server.asking import answer as answer_query
from tacenda.sparql import Graph, Table, asked

router = APIRouter(include_in_schema=False)
_MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/sparql-results+json", "ttl": "text/turtle"}


@router.get("/queries")
def gallery(request: Request) -> Response:
    """The list of questions."""
    return HTMLResponse(gallery_page(request.app.state.desk))


@router.get("/queries/{name}")
async def one_query(request: Request, name: str) -> Response:
    """A question of the library, its parameters taken from the address."""
    desk: Desk = request.app.state.desk
    try:
        query = named(name)
    except TacendaError as error:
        return _problem_page(desk, "No such query", error.problems, HTTPStatus.NOT_FOUND)
    given = dict(request.query_params)
    values = {key: given.get(key, default).strip() for key, default in query.parameters}
    scenario = given.get("scenario", "").strip() or (SCENARIO if query.needs_scenario else "")
    found = Asked(query, inputs(desk.kb, query, values), scenario)
    try:
        text = await run_in_threadpool(
            asked, desk.kb, query, {key: value for key, value in values.items() if value}, over_scenario=bool(scenario)
        )
    except TacendaError as error:
        return HTMLResponse(query_page(desk, replace(found, problems=error.problems)), HTTPStatus.BAD_REQUEST)
    return await _answered(request, replace(found, text=text), given.get("format", ""), query_page)


@router.get("/query")
async def own_query(request: Request, query: str = "", scenario: str = "", format: str = "") -> Response:
    """A question of one's own."""
    desk: Desk = request.app.state.desk
    found = Asked(Query("query", query), scenario=scenario.strip(), text=query or EXAMPLE)
    if not query.strip():
        return HTMLResponse(own_page(desk, found))
    return await _answered(request, found, format, own_page)


@router.get("/api/terms.json")
async def terms(request: Request) -> Response:
    """What an editor may complete."""
    desk: Desk = request.app.state.desk
    tag = f'"{desk.kb.digest[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "max-age=3600"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return JSONResponse(list(await run_in_threadpool(completions, desk.kb)), headers=headers)


async def _answered(request: Request, found: Asked, form: str, page: Any) -> Response:
    desk: Desk = request.app.state.desk
    graphs: tuple[str, ...] = ()
    if found.scenario:
        try:
            held = request.app.state.shelf.get(found.scenario)
        except TacendaError as error:
            return HTMLResponse(page(desk, replace(found, problems=error.problems)), HTTPStatus.NOT_FOUND)
        graphs = (*(GRAPHS + name for name in law_names(desk.kb)), *held.case.graphs)
    answer = await answer_query(
        request.app.state.shelf,
        request.app.state.workers,
        Job(found.text, graphs, graphs, "json", "nt", found.query.name),
    )
    if answer.problems:
        return HTMLResponse(page(desk, replace(found, problems=answer.problems)), answer.status)
    result = await run_in_threadpool(graph_of, desk, answer.content) if answer.is_graph else table_of(answer.content)
    if form:
        return _file(desk, found, result, form)
    results = await run_in_threadpool(show, desk, result)
    downloads = _downloads(request, result)
    return HTMLResponse(page(desk, replace(found, results=results, downloads=downloads)))


def _downloads(request: Request, result: Table | Graph) -> Mapping[str, str]:
    given = [(key, value) for key, value in request.query_params.multi_items() if key != "format"]
    forms = {"JSON-LD": "json", "Turtle": "ttl"} if isinstance(result, Graph) else {"CSV": "csv", "JSON": "json"}
    return {name: f"{request.url.path}?{urlencode([*given, ('format', form)])}" for name, form in forms.items()}


def _file(desk: Desk, found: Asked, result: Table | Graph, form: str) -> Response:
    known = ("json", "ttl") if isinstance(result, Graph) else ("csv", "json")
    if form not in known:
        problem = Problem(f"`{form}` is no form of this answer", "format", f"it can be had as {' or '.join(known)}")
        return _problem_page(desk, "No such form", (problem,), HTTPStatus.BAD_REQUEST)
    if isinstance(result, Graph):
        content, media = (
            (result.to_turtle(), _MEDIA["ttl"]) if form == "ttl" else (result.to_json(), "application/ld+json")
        )
    else:
        content, media = (result.to_csv() if form == "csv" else result.to_json() + "\n"), _MEDIA[form]
    ending = "jsonld" if media == "application/ld+json" else form
    headers = {"Content-Disposition": f'attachment; filename="{found.query.name}.{ending}"'}
    return Response(content, media_type=media, headers=headers)


def _problem_page(desk: Desk, title: str, problems: tuple[Problem, ...], status: int) -> Response:
    return HTMLResponse(desk.render("problem.html", title=title, section="queries", problems=problems), status)

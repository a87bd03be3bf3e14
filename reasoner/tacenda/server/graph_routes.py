"""`/graph`: the rules as a picture to walk in, and as files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from tacenda.assessment import Assessment, assess
from tacenda.desk.desk import Desk
from tacenda.desk.gallery import scenario_names
from tacenda.desk.graph_page import FIRST, FORMATS, KEYS, View, graph_page
from tacenda.desk.question import Question
from tacenda.errors import Problem, TacendaError, nearest
from tacenda.graph import RuleGraph
from tacenda.server.replies import refusal

router = APIRouter(include_in_schema=False)
_ENDINGS = {"mermaid": "mmd"}


@router.get("/graph")
def graph(request: Request, format: str = "", scenario: str = "") -> Response:
    """The rules that the address names, in the scenario that it names or states."""
    desk: Desk = request.app.state.desk
    pairs = [(key, value) for key, value in parse_qsl(request.url.query) if key not in ("format", "scenario")]
    values = {key: value.strip() for key, value in pairs if key in KEYS and value.strip()}
    if not values.keys() - {"context", "distance"}:
        values |= dict(FIRST)
    question = Question() if scenario else Question.of(pair for pair in pairs if pair[0] != "context")
    view = View(values)
    stated = [pair for pair in question.pairs() if pair[0] != "context"]
    names = scenario_names()
    try:
        view = replace(view, assessment=_assessment(request, question, scenario))
        if view.assessment is None and not format:
            found, fragment = _of_the_law(desk, tuple(values.items()))
        else:
            found = view.graph(desk.kb)
            if format:
                return _file(request, found, format)
            fragment = found.to_fragment(desk.links.thing)
    except TacendaError as error:
        page = graph_page(desk, view, scenarios=names, scenario=scenario, question=stated, problems=error.problems)
        return HTMLResponse(page, HTTPStatus.BAD_REQUEST)
    page = graph_page(desk, view, scenarios=names, scenario=scenario, graph=found, fragment=fragment, question=stated)
    return HTMLResponse(page)


@lru_cache(maxsize=64)
def _of_the_law(desk: Desk, values: tuple[tuple[str, str], ...]) -> tuple[RuleGraph, str]:
    """Rules apart from any scenario, drawn once: what is large takes seconds, in which nothing else can be drawn."""
    found = View(dict(values)).graph(desk.kb)
    return found, found.to_fragment(desk.links.thing)


def _assessment(request: Request, question: Question, name: str) -> Assessment | None:
    """What the law makes of the scenario that is named, or of the one that the address states."""
    desk: Desk = request.app.state.desk
    if name:
        scenario = request.app.state.shelf.get(name).scenario
    elif not question.is_blank:
        scenario = question.scenario(desk.kb, date.today())
    else:
        return None
    return assess(desk.kb, scenario)


def _file(request: Request, found: RuleGraph, form: str) -> Response:
    if form not in FORMATS:
        problem = Problem(f"`{form}` is no format of a picture", "format", nearest(form, FORMATS) or ", ".join(FORMATS))
        return refusal(request, HTTPStatus.BAD_REQUEST, [problem])
    content: str | bytes
    if form == "json":
        content = json.dumps(found.to_cytoscape(), indent=1, ensure_ascii=False) + "\n"
    else:
        content = getattr(found, f"to_{form}")()
    name = f"rules.{_ENDINGS.get(form, form)}"
    return Response(
        content, media_type=FORMATS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )

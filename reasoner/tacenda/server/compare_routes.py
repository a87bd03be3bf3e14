"""`/compare`: jurisdictions side by side, on a topic or on a scenario."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from tacenda.desk.compare_page import FIRST_TOPIC, jurisdictions, problem_page, scenario_page, topic_page
from tacenda.desk.desk import Desk
from tacenda.desk.question import Question
from tacenda.errors import TacendaError
from tacenda.scenario import parse_day
from tacenda.server.ask_routes import examples

router = APIRouter(include_in_schema=False)
_OWN = ("topic", "scenario", "among", "map", "day")


@router.get("/compare")
def compare(request: Request, topic: str = "", scenario: str = "", map: str = "", day: str = "") -> Response:
    """The topic, the scenario that is named, or the one that the address states, under the law of each jurisdiction."""
    desk: Desk = request.app.state.desk
    pairs = parse_qsl(request.url.query)
    shipped = examples(desk.kb)
    question = Question.of(pair for pair in pairs if pair[0] not in _OWN)
    try:
        among = jurisdictions(desk.kb, (value for key, value in pairs if key == "among"))
        if scenario or not question.is_blank:
            if scenario:
                asked = request.app.state.shelf.get(scenario).scenario
            else:
                asked = question.scenario(desk.kb, date.today())
            stated = question.pairs()
            page = scenario_page(desk, asked, among, map, name=scenario, scenarios=shipped, question=stated)
        else:
            page = topic_page(desk, topic or FIRST_TOPIC, among, _day(day), shipped)
    except TacendaError as error:
        return HTMLResponse(problem_page(desk, error.problems, shipped), HTTPStatus.BAD_REQUEST)
    return HTMLResponse(page)


def _day(text: str) -> date:
    """The day in the address, else today; what is no day is today too: the page says of which day its law is."""
    try:
        return parse_day(text)
    except ValueError:
        return date.today()

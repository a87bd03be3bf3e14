"""`/ask`: a question, its answer, the answer to print, and files of both."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from tacenda.desk.ask import Asked, ask_page, memo_page, why_page
from tacenda.desk.desk import Desk
from tacenda.desk.question import Question
from tacenda.draft import Draft
from tacenda.errors import Problem, TacendaError, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.reading import read_draft
from tacenda.resources import folder
from tacenda.scenario import understand
from tacenda.textfile import LARGEST, decode
from tacenda.writing import scenario_to_yaml

router = APIRouter(include_in_schema=False)
_PROVING = threading.Lock()
"""The proof is worked out in the store of the law: one at a time."""


@router.get("/")
@router.get("/ask")
def ask(request: Request) -> Response:
    """The question that the address says, with its answer; what a form sent is told in a shorter address."""
    desk: Desk = request.app.state.desk
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    named = dict(pairs).get("scenario", "")
    if named:
        return _example(desk, named)
    question = Question.of(pairs).named(desk.kb)
    find = next((value for key, value in reversed(pairs) if key == "find" and value), "")
    plain = [*question.pairs(), *([("find", find)] if find else [])]
    if pairs != plain and [pair for pair in pairs if pair[1]] != plain:
        return RedirectResponse(desk.links.page("ask", plain), HTTPStatus.SEE_OTHER)
    asked = Asked(desk.kb, question, date.today(), find)
    return HTMLResponse(
        ask_page(desk, asked, examples(desk.kb)), HTTPStatus.BAD_REQUEST if asked.problems else HTTPStatus.OK
    )


@router.get("/ask/memo")
def memo(request: Request) -> Response:
    """The answer as a memorandum."""
    desk: Desk = request.app.state.desk
    asked = _asked(request)
    if asked.assessment is None:
        return _problems(desk, asked.problems or (Problem("nothing is asked yet", hint="begin on the page Ask"),))
    return HTMLResponse(memo_page(desk, asked))


@router.get("/ask/why")
def why(request: Request, act: str = "", of: str = "practice") -> Response:
    """The proof of one position."""
    desk: Desk = request.app.state.desk
    asked = _asked(request)
    try:
        position = asked.position(of, act)
    except TacendaError as error:
        return _problems(desk, asked.problems or error.problems)
    return HTMLResponse(why_page(desk, asked, position))


@router.get("/ask/scenario.yaml")
def scenario_file(request: Request) -> Response:
    """The question as a file that `tacenda ask` reads."""
    return _file(request, "scenario.yaml", "application/yaml")


@router.get("/ask/answer.json")
def answer_json(request: Request) -> Response:
    """The answer as `tacenda ask --format json` gives it."""
    return _file(request, "answer.json", "application/json")


@router.get("/ask/answer.ttl")
def answer_turtle(request: Request) -> Response:
    """The conclusions and the proof as `tacenda ask --format ttl` gives them."""
    return _file(request, "answer.ttl", "text/turtle; charset=utf-8")


@router.post("/ask/load")
def load(request: Request, file: UploadFile) -> Response:
    """The address of the question in a scenario file."""
    desk: Desk = request.app.state.desk
    name = (file.filename or "scenario").rpartition("/")[2][:80]
    try:
        text = decode(file.file.read(LARGEST + 1), name, "a scenario")
        scenario = understand(read_draft(name, text), desk.kb)
    except TacendaError as error:
        return _problems(desk, error.problems)
    return RedirectResponse(desk.links.page("ask", Question.about(scenario).pairs()), HTTPStatus.SEE_OTHER)


@lru_cache(maxsize=4)
def examples(kb: KnowledgeBase) -> Sequence[tuple[str, str]]:
    """The scenarios that come with tacenda, each with its title."""
    found = []
    for path in sorted((folder("kb") / "scenarios").glob("*.yaml")):
        draft: Draft = read_draft(path)
        found.append((path.stem, draft.text("title") or path.stem))
    return tuple(found)


def _example(desk: Desk, name: str) -> Response:
    known = dict(examples(desk.kb))
    if name not in known:
        message = f"no scenario that comes with tacenda is called `{name}`"
        return _problems(desk, (Problem(message, hint=nearest(name, known)),), HTTPStatus.NOT_FOUND)
    scenario = understand(read_draft(folder("kb") / "scenarios" / f"{name}.yaml"), desk.kb)
    return RedirectResponse(desk.links.page("ask", Question.about(scenario).pairs()), HTTPStatus.SEE_OTHER)


def _asked(request: Request) -> Asked:
    desk: Desk = request.app.state.desk
    return Asked(desk.kb, Question.of(parse_qsl(request.url.query)).named(desk.kb), date.today())


def _file(request: Request, name: str, media_type: str) -> Response:
    desk: Desk = request.app.state.desk
    asked = _asked(request)
    if asked.assessment is None:
        return _problems(desk, asked.problems or (Problem("nothing is asked yet", hint="begin on the page Ask"),))
    if name.endswith(".yaml"):
        content = scenario_to_yaml(desk.kb, asked.scenario)
    elif name.endswith(".json"):
        content = json.dumps(asked.assessment.to_dict(), indent=1, ensure_ascii=False) + "\n"
    else:
        with _PROVING:
            content = asked.assessment.to_turtle()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _problems(desk: Desk, problems: Sequence[Problem], status: int = HTTPStatus.BAD_REQUEST) -> Response:
    page = desk.render("problem.html", title="This cannot be asked", section="ask", problems=problems)
    return HTMLResponse(page, status)

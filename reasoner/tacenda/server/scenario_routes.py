"""`/api/…`: scenarios posted, and what the law makes of them, as JSON or RDF."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from starlette.concurrency import run_in_threadpool

from tacenda import vocabulary as v
from tacenda.assessment import assess
from tacenda.errors import Problem, ScenarioError, TacendaError
from tacenda.model import Scenario
from tacenda.remote.graphs import Case
from tacenda.scenario import parse_day
from tacenda.server.negotiation import DATASETS, GRAPHS, Form, choose
from tacenda.server.protocol import RefusalError
from tacenda.server.proving import Proof
from tacenda.server.replies import refusal
from tacenda.server.shelf import Held, Shelf
from tacenda.server.sparql_routes import is_of_others, whole_body

_JSON = Form("json", "application/json")
_TURTLE = GRAPHS[0]
_FORMS = (_JSON, _TURTLE, *DATASETS, *(form for form in GRAPHS[1:] if form.name != "nt"))
_FILE_NAMES = {
    "text/turtle": "scenario.ttl",
    "application/ld+json": "scenario.jsonld",
    "application/json": "scenario.json",
    "application/yaml": "scenario.yaml",
    "application/x-yaml": "scenario.yaml",
    "text/yaml": "scenario.yaml",
}
"""What a body is read as, by its media type; without one of these its beginning tells."""
_LONG = threading.Semaphore()
_EXAMPLE = """title: A client tells her clinical social worker that her brother beats his son
jurisdiction: us-ma
as_of: 2026-11-22
professional: licensed independent clinical social worker
facts:
  - client told it in therapy
  - reasonable cause to believe that a child is being abused
not:
  - psychotherapy notes kept separate
"""
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A scenario: YAML-LD, JSON-LD or Turtle.",
        "content": {
            "application/yaml": {"schema": {"type": "string"}, "example": _EXAMPLE},
            "application/ld+json": {"schema": {"type": "object"}},
            "text/turtle": {"schema": {"type": "string"}},
        },
    }
}
_PROBLEM: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}, "text/plain": {}}}
    for status, text in (
        (400, "The request cannot be understood."),
        (403, "The request comes from a page of another site."),
        (404, "There is no such scenario."),
        (406, "None of the forms that are accepted can be given."),
        (413, "The scenario is too large."),
        (422, "The scenario cannot be understood, or contradicts itself; every problem is told."),
    )
}


def _found_as(forms: Sequence[Form]) -> dict[int | str, dict[str, Any]]:
    """The forms in which an answer can be had, for the description."""
    return {200: {"description": "By `Accept`.", "content": {form.names[0]: {} for form in forms}}}


def _own_pages_only(request: Request) -> None:
    """Refuse what a page of another site would have a browser send: it could fill the shelf or empty it."""
    is_own = "origin" in request.headers and not is_of_others(request)
    if is_own:
        return
    if is_of_others(request) or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise RefusalError(403, Problem("pages of other sites may not send scenarios", "Origin"))


router = APIRouter(prefix="/api", tags=["scenarios"], responses=_PROBLEM)
_Sent = Depends(_own_pages_only)


class Reading:
    """How a scenario is read: what stands in the address takes the place of what stands in the scenario."""

    def __init__(
        self,
        as_of: Annotated[str, Query(description="The day whose law is asked about, such as 2026-11-22.")] = "",
        closed: Annotated[bool, Query(description="Read what is not stated as false.")] = False,
        where: Annotated[str, Query(alias="in", description="Another jurisdiction, such as us-ma.")] = "",
        context: Annotated[Literal["practice", "court", ""], Query(description="Both, unless named.")] = "",
        everything: Annotated[
            bool, Query(alias="all", description="Work out even what turns on very many facts; this can take minutes.")
        ] = False,
    ) -> None:
        self.as_of, self.closed, self.where, self.context = as_of, closed, where, context
        self.everything = everything

    def of(self, shelf: Shelf, scenario: Scenario) -> Scenario:
        """The scenario, so read; raises `ScenarioError`."""
        day: date | None = None
        if self.as_of:
            try:
                day = parse_day(self.as_of)
            except ValueError as error:
                raise ScenarioError(Problem(f"`{self.as_of}` is not a date", "as_of", "as in 2026-11-22")) from error
        if self.where:
            shelf.kb.pack(self.where)
        return replace(
            scenario,
            as_of=day or scenario.as_of or date.today(),
            closed=self.closed or scenario.closed,
            context=self.context or scenario.context,
            jurisdiction=self.where or scenario.jurisdiction,
        )


_Read = Annotated[Reading, Depends()]


@router.post(
    "/assess",
    summary="Put a scenario to the law",
    openapi_extra=_BODY,
    dependencies=[_Sent],
    response_class=Response,
    responses=_found_as(_FORMS),
)
async def assess_scenario(request: Request, reading: _Read) -> Response:
    """The positions, reasons and citations as JSON, as `tacenda ask --format json` gives them; or, by `Accept`, the
    conclusions and the proof as RDF. Nothing is kept."""
    form = _form(request)
    text, name = await _sent(request)
    shelf: Shelf = request.app.state.shelf
    scenario = await _done(lambda: reading.of(shelf, shelf.read(text, name)))
    return await _assessed(shelf, scenario, form, reading.everything)


@router.post("/scenarios", summary="Hold a scenario", status_code=201, openapi_extra=_BODY, dependencies=[_Sent])
async def post_scenario(
    request: Request,
    name: Annotated[str, Query(description="What to call it; else it gets a name that cannot be guessed.")] = "",
    keep: Annotated[bool, Query(description="Keep it when the server stops, where the server keeps any.")] = False,
) -> Response:
    """The scenario is held until the server stops, and can be asked about at `/sparql`, where it, its conclusions and
    its proof are named graphs."""
    text, file_name = await _sent(request)
    shelf: Shelf = request.app.state.shelf
    held = await _done(lambda: shelf.add(text, name, keep=keep, file_name=file_name))
    return JSONResponse(_summary(request, held), 201, {"Location": _address(request, held)})


@router.get("/scenarios", summary="The scenarios that are there")
async def list_scenarios(request: Request) -> list[dict[str, Any]]:
    """Those that come with tacenda, and those kept. Who posted one knows its name; nobody else is told."""
    return [_summary(request, held) for held in request.app.state.shelf if held.origin != "posted"]


@router.get("/scenarios/{name}", summary="One scenario")
async def get_scenario(request: Request, name: str) -> dict[str, Any]:
    """The scenario as it was sent, with its addresses and the names of its graphs."""
    held = await _found(request, name)
    return {**_summary(request, held), "text": held.text}


@router.delete("/scenarios/{name}", summary="Forget a scenario", status_code=204, dependencies=[_Sent])
async def delete_scenario(request: Request, name: str) -> Response:
    """The scenario, its conclusions and its proof are gone."""
    held = await _found(request, name)
    await _done(lambda: request.app.state.shelf.remove(held.name))
    return Response(status_code=204)


@router.get(
    "/scenarios/{name}/assessment",
    summary="What the law makes of it",
    response_class=Response,
    responses=_found_as(_FORMS),
)
async def get_assessment(request: Request, name: str, reading: _Read) -> Response:
    """As for a scenario that is put to the law without being held."""
    form = _form(request)
    held = await _found(request, name)
    shelf: Shelf = request.app.state.shelf
    scenario = await _done(
        lambda: reading.of(shelf, replace(held.scenario, iri=Scenario(held.scenario.jurisdiction).iri))
    )
    return await _assessed(shelf, scenario, form, reading.everything)


@router.get(
    "/scenarios/{name}/{part}", summary="One of its graphs", response_class=Response, responses=_found_as(GRAPHS)
)
async def get_graph(request: Request, name: str, part: Literal["statements", "conclusions", "proof"]) -> Response:
    """What it states, what follows from it, or the proof, as Turtle, N-Triples, RDF/XML or JSON-LD."""
    form = choose(request.headers.get("accept", ""), GRAPHS)
    if form is None:
        raise RefusalError(406, Problem("no form of a graph is accepted", "Accept", "ask for text/turtle"))
    held = await _found(request, name)
    shelf: Shelf = request.app.state.shelf
    await _proof(shelf.hurry(held))
    graph = held.case.graphs[("statements", "conclusions", "proof").index(part)]
    content = await _done(lambda: _graph(held.path.read_bytes(), graph, form))
    return Response(content, media_type=form.media_type, headers={"Vary": "Accept"})


def _graph(quads: bytes, graph: str, form: Form) -> bytes:
    """One of several graphs, in one of its forms."""
    triples = (
        quad.triple
        for quad in parse(quads, format=RdfFormat.N_QUADS)
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value == graph
    )
    return _serialized(triples, form)


def _serialized(triples: Iterable[Triple], form: Form) -> bytes:
    chosen = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}
    prefixes = dict(v.PREFIXES) if form.name in ("ttl", "rdf") else None
    return serialize(triples, format=chosen.get(form.name, RdfFormat.JSON_LD), prefixes=prefixes) or b""


def _written(proof: bytes, form: Form) -> bytes:
    """A scenario, its conclusions and its proof: as named graphs where the form has them, else as one."""
    quads = parse(proof, format=RdfFormat.N_QUADS)
    if form.name == "nq":
        return proof
    if form.name == "trig":
        return serialize(quads, format=RdfFormat.TRIG, prefixes=dict(v.PREFIXES)) or b""
    return _serialized(dict.fromkeys(quad.triple for quad in quads), form)


async def _assessed(shelf: Shelf, scenario: Scenario, form: Form, everything: bool) -> Response:
    headers = {"Vary": "Accept", "Cache-Control": "no-store"}
    if form is _JSON:
        found = await _done(lambda: _told(shelf, scenario, everything))
        return JSONResponse(found, headers=headers)
    await _done(lambda: assess(shelf.kb, scenario))
    proof = await _proof(shelf.prover.prove(Case.of("scenario.", scenario)))
    content = await run_in_threadpool(_written, proof.text, form)
    return Response(content, media_type=form.media_type, headers=headers)


def _told(shelf: Shelf, scenario: Scenario, everything: bool) -> dict[str, Any]:
    """The answer as JSON. What can take minutes is worked out for one at a time: nothing could stop it."""
    if not everything:
        return assess(shelf.kb, scenario).to_dict()
    if not _LONG.acquire(blocking=False):
        raise RefusalError(503, Problem("everything is being worked out for somebody else", "all", "ask without it"))
    try:
        return assess(shelf.kb, scenario).to_dict(everything=True)
    finally:
        _LONG.release()


async def _proof(proof: Future[Proof]) -> Proof:
    """A proof, waited for; there is none of what was forgotten meanwhile."""
    waited = asyncio.wrap_future(proof)
    await asyncio.wait([waited])
    if waited.cancelled():
        raise RefusalError(404, Problem("the scenario was forgotten meanwhile"))
    try:
        return waited.result()
    except TacendaError as error:
        raise RefusalError(422, *error.problems) from error


def _form(request: Request) -> Form:
    form = choose(request.headers.get("accept", ""), _FORMS)
    if form is None:
        known = ", ".join(form.media_type for form in _FORMS)
        raise RefusalError(406, Problem("no form of an assessment is accepted", "Accept", f"one of {known}"))
    return form


async def _sent(request: Request) -> tuple[str, str]:
    """The text of a scenario that was sent, and a name by whose ending it is read."""
    body = await whole_body(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    try:
        return body.decode("utf-8-sig"), _FILE_NAMES.get(kind, "scenario")
    except UnicodeDecodeError as error:
        raise RefusalError(400, Problem("not UTF-8 text", "scenario", "send it as UTF-8")) from error


async def _found(request: Request, name: str) -> Held:
    shelf: Shelf = request.app.state.shelf
    try:
        return shelf.get(name)
    except ScenarioError as error:
        raise RefusalError(404, *error.problems) from error


async def _done(work: Callable[[], Any]) -> Any:
    """What some work comes to, done beside the answering of others; what is wrong becomes a refusal."""
    try:
        return await run_in_threadpool(work)
    except TacendaError as error:
        raise RefusalError(422, *error.problems) from error


def _address(request: Request, held: Held) -> str:
    return str(request.url_for("get_scenario", name=held.name))


def _summary(request: Request, held: Held) -> dict[str, Any]:
    states, follows, proof = held.case.graphs
    address = _address(request, held)
    return {
        "name": held.name,
        "title": held.scenario.title,
        "jurisdiction": held.scenario.jurisdiction,
        "as_of": str(held.scenario.as_of),
        "origin": held.origin,
        "address": address,
        "assessment": f"{address}/assessment",
        "graphs": {"statements": states, "conclusions": follows, "proof": proof},
    }


def refused(request: Request, why: Exception) -> Response:
    """The answer to a request that is refused."""
    assert isinstance(why, RefusalError)
    return refusal(request, why.status, why.problems, headers=why.headers)

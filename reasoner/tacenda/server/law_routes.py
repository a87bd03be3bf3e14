"""Law and vocabulary as pages, and every name of ours at `/id/…`, as page, Turtle, JSON-LD, RDF/XML or N-Triples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tacenda import vocabulary as v
from tacenda.desk import law_pages, vocabulary_pages
from tacenda.desk.descriptions import descriptions
from tacenda.desk.desk import Desk
from tacenda.desk.law_pages import FORCES, KINDS, Filters, topics_of
from tacenda.desk.linked_data import to_jsonld
from tacenda.desk.links import place
from tacenda.errors import LawError, Problem, ScenarioError, TacendaError, nearest
from tacenda.scenario import parse_day
from tacenda.server.negotiation import GRAPHS, Form, by_name, choose
from tacenda.server.protocol import RefusalError

router = APIRouter()

_PAGE = Form("html", "text/html", ("application/xhtml+xml",))
_FORMS = (_PAGE, *GRAPHS)
_READ = ("GET", "HEAD")
_LASTING = {"Cache-Control": "max-age=300", "Vary": "Accept"}


@router.api_route("/law", methods=list(_READ), include_in_schema=False)
def law(request: Request) -> Response:
    """The packs."""
    return _page(request, lambda desk: law_pages.overview(desk))


@router.api_route("/law/{code}", methods=list(_READ), include_in_schema=False)
def pack(
    request: Request, code: str, q: str = "", kind: str = "", topic: str = "", force: str = "", as_of: str = ""
) -> Response:
    """The provisions of a pack."""
    topics = [one.name for one in topics_of(request.app.state.desk.kb).known.values()]
    problems = [
        Problem(f"`{value}` is not known", name, nearest(value, known) or f"one of {', '.join(known)}")
        for name, value, known in (("kind", kind, KINDS), ("topic", topic, topics), ("force", force, FORCES))
        if value and value not in known
    ]
    day = _day(as_of, problems)
    return _page(request, lambda desk: law_pages.pack_page(desk, code, Filters(q, kind, topic, force, day)), problems)


@router.api_route("/law/{code}/{name:path}", methods=list(_READ), include_in_schema=False)
def provision(request: Request, code: str, name: str, as_of: str = "") -> Response:
    """A provision, a norm, or a term of one jurisdiction."""
    problems: list[Problem] = []
    day = _day(as_of, problems)
    return _page(request, lambda desk: law_pages.find_page(desk, code, name, day), problems)


@router.api_route("/vocabulary", methods=list(_READ), include_in_schema=False)
def vocabulary(request: Request, q: str = "") -> Response:
    """The parts of the vocabulary, and what is searched for in it."""
    return _page(request, lambda desk: vocabulary_pages.overview(desk, q))


@router.api_route("/vocabulary/{path:path}", methods=list(_READ), include_in_schema=False)
def term(request: Request, path: str) -> Response:
    """A part, a file or a term of the vocabulary."""
    return _page(request, lambda desk: vocabulary_pages.find_page(desk, path))


@router.head("/id/{name:path}", include_in_schema=False)
@router.get(
    "/id/{name:path}",
    tags=["law"],
    summary="What the law base says of the thing whose IRI is https://w3id.org/tacenda/NAME",
    responses={
        200: {"description": "Its description.", "content": {form.media_type: {} for form in GRAPHS}},
        303: {"description": "See its page, or its description in the form that is accepted."},
        404: {"description": "Nothing has this name; the nearest is named."},
        406: {"description": "None of the forms that are accepted can be given."},
    },
)
def thing(
    request: Request,
    name: str,
    form: Annotated[
        str | None, Query(alias="format", description="html, ttl, jsonld, rdf or nt, whatever is accepted.")
    ] = None,
) -> Response:
    """Redirects to its page or its data by what is accepted; with an ending such as `.ttl`, gives the data."""
    desk: Desk = request.app.state.desk
    if not name:
        return RedirectResponse(desk.links.page("vocabulary"), 303)
    stem, _, ending = name.rpartition(".")
    asked = next((one for one in _FORMS if one.name == ending), None)
    iri = _thing(desk, stem if asked else name)
    if asked:
        return _described(desk, iri, asked)
    if form:
        chosen = by_name(form, _FORMS)
        if chosen is None:
            raise RefusalError(400, _no_form("format", form))
    else:
        chosen = choose(request.headers.get("accept", ""), _FORMS)
        if chosen is None:
            raise RefusalError(406, _no_form("Accept", request.headers.get("accept", "")))
    return _sent_to(desk, iri, chosen)


def _thing(desk: Desk, name: str) -> str:
    """The IRI of what has this name; a refusal with the nearest name."""
    iri = v.BASE + name
    known = descriptions(desk.kb)
    for pack in desk.kb.packs:
        # the namespace of a pack, and its graph, are its law
        if name.rstrip("/") in (pack.code, f"graph/{pack.code}"):
            iri = pack.iri
    try:
        known.turtle(iri)
    except LawError as error:
        raise RefusalError(404, *error.problems) from error
    return iri


def _sent_to(desk: Desk, iri: str, form: Form) -> Response:
    to = desk.links.page(place(iri)) if form is _PAGE else desk.links.data(iri, form.name)
    return RedirectResponse(to, 303, headers={"Vary": "Accept"})


def _described(desk: Desk, iri: str, form: Form) -> Response:
    if form is _PAGE:
        return _sent_to(desk, iri, form)
    turtle = descriptions(desk.kb).turtle(iri)
    headers = _LASTING | {"Link": f'<{desk.links.page(place(iri))}>; rel="alternate"; type="text/html"'}
    if form.name == "ttl":
        return Response(turtle, media_type="text/turtle; charset=utf-8", headers=headers)
    if form.name == "jsonld":
        return Response(to_jsonld(turtle), media_type=form.media_type, headers=headers)
    from pyoxigraph import RdfFormat, parse, serialize

    chosen = RdfFormat.RDF_XML if form.name == "rdf" else RdfFormat.N_TRIPLES
    triples = (quad.triple for quad in parse(turtle.encode(), format=RdfFormat.TURTLE))
    prefixes = dict(v.PREFIXES) if form.name == "rdf" else None
    return Response(serialize(triples, format=chosen, prefixes=prefixes), media_type=form.media_type, headers=headers)


def _no_form(where: str, given: str) -> Problem:
    known = ", ".join(form.name if where == "format" else form.names[0] for form in _FORMS)
    return Problem(f"no form `{given}` can be given", where, f"one of {known}")


def _day(text: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        return parse_day(text)
    except ValueError:
        problems.append(Problem(f"`{text}` is not a date; write it as 2026-11-22", "as_of"))
        return None


def _page(request: Request, make: Callable[[Desk], str], problems: list[Problem] | None = None) -> Response:
    """A page; or one that says what is wrong with its address."""
    desk: Desk = request.app.state.desk
    if not problems:
        try:
            return HTMLResponse(make(desk))
        except (LawError, ScenarioError) as error:
            problems, status, title = list(error.problems), 404, "Nothing here has that name"
        except TacendaError as error:
            problems, status, title = list(error.problems), 500, "This page cannot be made"
    else:
        status, title = 400, "This address cannot be understood"
    return HTMLResponse(desk.render("problem.html", title=title, problems=problems), status)

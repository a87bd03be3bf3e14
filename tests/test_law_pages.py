"""Law and vocabulary as pages, and what every name of ours resolves to."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from fastapi import FastAPI
from pyoxigraph import BlankNode, RdfFormat, parse
from rdflib import Graph
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from commands import LAW
from tacenda import vocabulary as v
from tacenda.desk import law_pages, vocabulary_pages
from tacenda.desk.descriptions import descriptions
from tacenda.desk.desk import Desk
from tacenda.desk.law_pages import Filters
from tacenda.desk.linked_data import to_jsonld
from tacenda.desk.vocabulary import vocabulary
from tacenda.errors import LawError
from tacenda.knowledge import KnowledgeBase
from tacenda.server import law_routes, scenario_routes
from tacenda.server.protocol import RefusalError


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(KnowledgeBase.open("us-zz", folders=[LAW]))


@pytest.fixture(scope="module")
def client(desk: Desk) -> TestClient:
    app = FastAPI()
    app.state.desk = desk
    app.exception_handler(RefusalError)(scenario_routes.refused)
    app.include_router(law_routes.router)
    return TestClient(app, follow_redirects=False)


def text_of(page: str) -> str:
    """What a page says between its tags, without pictures, scripts and head."""
    body = re.sub(r"<(svg|script|head|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_a_provision_says_each_norm_beside_its_words(desk: Desk) -> None:
    said = text_of(law_pages.provision_page(desk, desk.kb.sources[v.expand("us-zz:s1")]))
    start = said.index("What it says")
    exception = said[start:].partition("Exception (b) ")[2]
    words = (
        "the client consents in writing read does away with the norm above unless the client consents in writing when"
    )
    assert exception[: len(words)] == words
    assert "in force from 2001-05-01" in said.casefold()
    assert "(e), penalties" in said


def test_a_day_marks_what_is_not_law(desk: Desk) -> None:
    source = desk.kb.sources[v.expand("us-zz:s1")]
    mark = "not yet law on 2001-04-30: from 2001-05-01"
    pages = {day: law_pages.provision_page(desk, source, day) for day in (date(2001, 4, 30), date(2001, 5, 1), None)}
    assert {day: mark in page for day, page in pages.items()} == {
        date(2001, 4, 30): True,
        date(2001, 5, 1): False,
        None: False,
    }


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(words="penalties"), ["us-zz:s1"]),
        (Filters(words="SILENCE privilege"), ["us-zz:s1"]),
        (Filters(words="no such words"), []),
        (Filters(kind="Decision"), []),
        (Filters(topic="privilege", words="Z.C. § 1"), ["us-zz:s1"]),
        (Filters(force="in-force", words="Z.C. § 1", as_of=date(2000, 1, 1)), []),
        (Filters(force="former", words="Z.C. § 1", as_of=date(2000, 1, 1)), ["us-zz:s1"]),
    ],
    ids=str,
)
def test_a_pack_can_be_sifted(desk: Desk, filters: Filters, found: list[str]) -> None:
    page = law_pages.pack_page(desk, "us-zz", filters)
    listed = re.findall(r'<a href="/law/us-zz/([^"]*)"><strong>', page)
    assert [f"us-zz:{name}" for name in listed] == found


def test_a_norm_leads_to_what_stands_against_it(desk: Desk) -> None:
    said = text_of(law_pages.norm_page(desk, desk.kb.norm("us-zz:s1.silence")))
    assert "It is defeated by the client consents in writing exception, Z.C. § 1(b)" in said
    assert "It does not hold at all while one exception does: see below." in said
    assert "client consents in writing by way of the client consents in writing" in said


def test_a_term_says_where_it_is_used(desk: Desk) -> None:
    said = text_of(vocabulary_pages.find_page(desk, "fact/WrittenConsent"))
    assert "Must be true 1 the client consents in writing exception, Z.C. § 1(b)" in said
    assert "Stands for all of these together: consent is express" in said


def test_every_page_of_a_name_is_found_or_the_nearest_named(desk: Desk) -> None:
    with pytest.raises(LawError, match=r"did you mean `us-zz/s1\.silence`"):
        law_pages.find_page(desk, "us-zz", "s1.silense")
    with pytest.raises(LawError, match="did you mean `fact/WrittenConsent`"):
        vocabulary_pages.find_page(desk, "fact/WritenConsent")


def test_what_is_shown_is_escaped(desk: Desk) -> None:
    page = vocabulary_pages.overview(desk, '<script>alert("x")</script>')
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_descriptions_say_all_that_the_files_say(desk: Desk) -> None:
    """Cut into blocks and put together again, no statement is lost and none is added; names of nodes aside."""

    def statements(text: str) -> set[tuple[str, ...]]:
        found = (quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE))
        return {
            tuple(
                "_" if isinstance(one, BlankNode) else str(one)
                for one in (triple.subject, triple.predicate, triple.object)
            )
            for triple in found
        }

    found = descriptions(desk.kb)
    whole = [pack.iri for pack in desk.kb.packs] + [iri for iri in found.things() if "/ontology/" in iri]
    told = {one for iri in whole for one in statements(found.turtle(iri))}
    files = {one for path in desk.kb.files for one in statements(path.read_text("utf-8"))}
    assert files - told == set()


def test_json_ld_says_what_turtle_says(desk: Desk) -> None:
    for name in ("us-zz:s1", "us-zz:s2", "tac:Privilege", "fact:InChildCustodyProceeding", "fact:WrittenConsent"):
        turtle = descriptions(desk.kb).turtle(v.expand(name))
        one, other = Graph(), Graph()
        one.parse(data=turtle, format="turtle")
        other.parse(data=to_jsonld(turtle), format="json-ld")
        assert isomorphic(one, other), name


@pytest.mark.parametrize(
    ("path", "accept", "to"),
    [
        ("/id/us-zz/s1.silence", "text/html", "/law/us-zz/s1.silence"),
        ("/id/us-zz/s1.silence", "*/*", "/law/us-zz/s1.silence"),
        ("/id/us-zz/s1.silence", "text/turtle", "/id/us-zz/s1.silence.ttl"),
        ("/id/us-zz/s1.silence", "text/html;q=0.5, application/ld+json", "/id/us-zz/s1.silence.jsonld"),
        ("/id/us-zz/s1?format=rdf", "text/html", "/id/us-zz/s1.rdf"),
        ("/id/us-zz/s1.html", "text/turtle", "/law/us-zz/s1"),
        ("/id/jurisdiction/us-zz", "text/html", "/law/us-zz"),
        ("/id/us-zz/", "application/n-triples", "/id/jurisdiction/us-zz.nt"),
        ("/id/Act", "text/html", "/vocabulary/tac/Act"),
        ("/id/act", "text/html", "/vocabulary/property/act"),
        ("/id/fact/WrittenConsent", "text/html", "/vocabulary/fact/WrittenConsent"),
        ("/id/ontology/facts/consent", "text/html", "/vocabulary/ontology/facts/consent"),
    ],
)
def test_a_name_leads_to_what_is_accepted(client: TestClient, path: str, accept: str, to: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["location"], answer.headers["vary"]) == (303, to, "Accept")
    assert client.get(to).status_code == 200


@pytest.mark.parametrize(
    ("form", "media", "syntax"),
    [
        ("ttl", "text/turtle; charset=utf-8", "turtle"),
        ("jsonld", "application/ld+json", "json-ld"),
        ("rdf", "application/rdf+xml", "xml"),
        ("nt", "application/n-triples", "nt"),
    ],
)
def test_each_form_says_the_same(client: TestClient, desk: Desk, form: str, media: str, syntax: str) -> None:
    answer = client.get(f"/id/us-zz/s1.{form}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    wanted, found = Graph(), Graph()
    wanted.parse(data=descriptions(desk.kb).turtle(v.expand("us-zz:s1")), format="turtle")
    found.parse(data=answer.text, format=syntax)
    assert isomorphic(wanted, found)


@pytest.mark.parametrize(
    ("path", "accept", "status", "told"),
    [
        ("/id/us-zz/s1.silense", "*/*", 404, "nothing is called `us-zz/s1.silense` · did you mean `us-zz/s1.silence`?"),
        ("/id/act", "image/png", 406, "Accept: no form `image/png` can be given"),
        ("/id/act?format=xls", "*/*", 400, "format: no form `xls` can be given"),
        ("/law/us-zy", "*/*", 404, "unknown jurisdiction `us-zy`"),
        ("/law/us-zz/s22", "*/*", 404, "nothing is called `us-zz/s22`"),
        ("/law/us-zz?as_of=yesterday&kind=Statut", "*/*", 400, "`yesterday` is not a date; write it as 2026-11-22"),
        ("/law/us-zz?as_of=yesterday&kind=Statut", "*/*", 400, "did you mean `Statute`?"),
        ("/vocabulary/nothing", "*/*", 404, "nothing is called `nothing`"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(
    client: TestClient, path: str, accept: str, status: int, told: str
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == status
    assert told in answer.text


def test_of_all_law_the_vocabulary_is_terms_and_every_part_of_it_a_page() -> None:
    desk = Desk(KnowledgeBase.open())
    found = vocabulary(desk.kb)
    assert [entry.name for entry in found.entries.values() if not entry.module] == []
    groups = {entry.group for entry in found.entries.values()}
    assert {pack.code for pack in desk.kb.packs} - {"us"} <= groups
    for group in groups:
        said = unescape(text_of(vocabulary_pages.group_page(desk, group)))
        assert [entry.label for entry in found.group(group) if " ".join(entry.label.split()) not in said] == []


def test_a_term_names_what_it_overlaps_with(desk: Desk) -> None:
    said = text_of(vocabulary_pages.find_page(desk, "act/ReportToAdultProtection"))
    assert (
        "Overlaps with report abuse of a disabled person to the protective agency"
        " · report elder abuse to the protective agency" in said
    )


def test_terms_are_searched_by_all_their_words(desk: Desk) -> None:
    found = vocabulary(desk.kb).search("client consents in writing")
    assert found[0].name == "fact:WrittenConsent"
    assert vocabulary(desk.kb).search("zzz qqq") == []

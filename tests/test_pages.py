"""The pages of a desk that is served, by plain requests, as a browser without scripts sends them."""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from pyoxigraph import RdfFormat, parse

from commands import ROOT, tacenda
from serving import Server, serving
from test_docs import blocks, matches, sessions

SCENARIO = "suspected-child-abuse"
FILE = ROOT / "kb" / "scenarios" / f"{SCENARIO}.yaml"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def statements(turtle: str) -> set[str]:
    """What a Turtle text says, in whatever order it says it."""
    return {str(quad.triple) for quad in parse(turtle.encode(), format=RdfFormat.TURTLE)}


@pytest.fixture(scope="module")
def question(server: Server) -> str:
    """The part of the address that says the shipped scenario."""
    answer = server.request("GET", "/ask", params={"scenario": SCENARIO})
    assert answer.status_code == 303
    return urlsplit(answer.headers["Location"]).query


def test_what_a_form_sends_is_led_to_the_address_that_says_it(server: Server) -> None:
    sent = [
        ("in", "us-ma"),
        ("as_of", "2026-11-22"),
        ("professional", ""),
        ("is.fact:WrittenConsent", "yes"),
        ("find", ""),
    ]
    answer = server.request("GET", "/ask", params=sent)
    assert answer.status_code == 303
    assert parse_qsl(urlsplit(answer.headers["Location"]).query) == [
        ("in", "us-ma"),
        ("as_of", "2026-11-22"),
        ("yes", "fact:WrittenConsent"),
    ]
    assert server.request("GET", answer.headers["Location"].removeprefix(server.address)).status_code == 200


def test_the_files_to_take_along_are_those_of_the_command(server: Server, question: str) -> None:
    found = server.request("GET", f"/ask/answer.json?{question}").json()
    told = json.loads(tacenda("ask", str(FILE), "--format", "json").out)
    # the desk holds the law of every state, the command that of one
    assert {**found, "scenario": "", "law_base": ""} == {**told, "scenario": "", "law_base": ""}
    turtle = server.request("GET", f"/ask/answer.ttl?{question}")
    assert turtle.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert statements(turtle.text) == statements(tacenda("ask", str(FILE), "--format", "ttl").out)


def test_a_scenario_file_is_taken_and_one_that_is_wrong_is_told_why(server: Server, question: str) -> None:
    answer = server.request("POST", "/ask/load", files={"file": (FILE.name, FILE.read_bytes())})
    assert answer.status_code == 303
    assert urlsplit(answer.headers["Location"]).query == question
    wrong = FILE.read_text(encoding="utf-8").replace("told it in therapy", "told it in thearpy")
    answer = server.request("POST", "/ask/load", files={"file": ("mine.yaml", wrong.encode())})
    assert answer.status_code == 400
    assert "unknown fact `client told it in thearpy`" in answer.text
    assert "did you mean `client told it in therapy`?" in answer.text


@pytest.mark.parametrize("path", ["/ask/memo", "/ask/answer.json", "/ask/scenario.yaml", "/ask/why"])
def test_nothing_comes_of_nothing(server: Server, path: str) -> None:
    assert server.request("GET", path).status_code == 400


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("who-may-assert-each-privilege", {"state": "us-ma"}),
        ("why-a-norm-holds", {"scenario": SCENARIO}),
        ("duties-with-a-deadline", {}),
    ],
)
def test_a_question_gives_the_table_of_the_command(server: Server, name: str, values: dict[str, str]) -> None:
    scenario = ["--scenario", values["scenario"]] if "scenario" in values else []
    parameters = [part for key, value in values.items() if key != "scenario" for part in ("-p", f"{key}={value}")]
    told = tacenda("query", name, *scenario, *parameters, "--format", "csv").out
    answer = server.request("GET", f"/queries/{name}", params={**values, "format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert sorted(answer.text.splitlines()) == sorted(told.splitlines())
    assert server.request("GET", f"/queries/{name}", params=values).status_code == 200


def test_a_query_that_is_wrong_shows_where(server: Server) -> None:
    answer = server.request("GET", "/query", params={"query": "SELECT * {\n  ?a tac:holder }"})
    assert answer.status_code == 400
    assert 'data-row="2" data-column="17"' in answer.text
    assert "query:2:17" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"/query?query={MARKUP}",
        f"/query?query=ASK{{}}&scenario={MARKUP}",
        f"/queries/who-may-assert-each-privilege?state={MARKUP}",
        f"/queries/{MARKUP}",
        f"/graph?norm={MARKUP}",
        f"/graph?provision={MARKUP}&pack=us-ma",
        f"/compare?topic={MARKUP}",
        f"/compare?among={MARKUP}",
        f"/compare?scenario={SCENARIO}&among=us-ma,us&map={MARKUP}",
        f"/ask?in={MARKUP}&title={MARKUP}",
        f"/ask?scenario={MARKUP}",
    ],
)
def test_what_a_person_writes_is_shown_and_never_obeyed(server: Server, path: str) -> None:
    answer = server.request("GET", path, headers={"Accept": "text/html"}, follow_redirects=True)
    assert answer.status_code in (400, 403, 404)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert MARKUP not in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_literal_that_is_markup_is_shown_as_text(server: Server) -> None:
    answer = server.request("GET", "/query", params={"query": f"SELECT ('{MARKUP}' AS ?x) {{}}"})
    assert answer.status_code == 200
    assert MARKUP not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


def test_a_graph_is_drawn_of_the_question_that_is_asked(server: Server, question: str) -> None:
    answer = server.request("GET", f"/graph?proof=act:ReportToChildProtection&context=practice&{question}")
    assert answer.status_code == 200
    assert "REQUIRED in practice: report child abuse to the child-protection agency" in answer.text
    same = server.request(
        "GET", "/graph", params={"proof": "act:ReportToChildProtection", "scenario": SCENARIO, "format": "mermaid"}
    )
    told = tacenda("graph", "--proof", "act:ReportToChildProtection", "--scenario", SCENARIO, "--format", "mermaid")
    assert same.text == told.out


def test_states_are_compared_on_the_question_that_is_asked(server: Server, question: str) -> None:
    answer = server.request("GET", f"/compare?{question}&among=us-ma,us&map=practice+act:ReportToChildProtection")
    assert answer.status_code == 200
    assert "<title>Massachusetts: required</title>" in answer.text
    told = json.loads(tacenda("compare", SCENARIO, "--in", "us-ma,us", "--format", "json").out)
    for row in told["rows"]:
        assert f">{html.escape(row['label'], quote=False)}</a></th>".replace("'", "&#39;") in answer.text
        for difference in row["differences"]:
            for reason in difference["reasons"]:
                assert html.escape(reason["text"]).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in answer.text


def test_a_topic_is_compared_with_a_map(server: Server) -> None:
    answer = server.request("GET", "/compare?topic=duty-to-protect&day=2026-11-22")
    assert answer.status_code == 200
    assert "<title>Massachusetts: required and permitted</title>" in answer.text
    assert "duty to protect others, law of 2026-11-22" in answer.text


CURL = [session for block in blocks("curl") for session in sessions(block)]


@pytest.mark.skipif(shutil.which("curl") is None and not os.environ.get("TACENDA_CI"), reason="curl is not installed")
@pytest.mark.parametrize(("command", "shown"), CURL, ids=[command.split()[2] for command, _ in CURL])
def test_curl_gets_what_the_readme_shows(server: Server, command: str, shown: str) -> None:
    here = command.replace("http://127.0.0.1:8000", server.address)
    found = subprocess.run(["/bin/sh", "-c", here], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() != ""
    assert matches(shown, found.stdout), f"\n--- the README shows\n{shown}\n--- it is\n{found.stdout}"


def test_the_words_an_editor_completes_are_asked_for_once(server: Server) -> None:
    first = server.request("GET", "/api/terms.json")
    named = {one["name"]: one for one in first.json()}
    assert named["fact:WrittenConsent"]["label"] == "client consents in writing"
    again = server.request("GET", "/api/terms.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

"""The law, its words, its picture and its questions, walked through by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commands import process

PRIVILEGE = "us-ma:c112-s135B.privilege"


def expect(found: Any) -> Any:
    """What is to be so within a moment."""
    from playwright.sync_api import expect as expected

    return expected(found)


# ── questions ─────────────────────────────────────────────────────────────────────────────────────────


def rows(page: Any) -> list[list[str]]:
    """The rows of the results."""
    found = page.locator("#results table.sortable tbody tr")
    return [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in found.all()]


def test_a_question_of_the_gallery_becomes_ones_own(page: Any, tmp_path: Path) -> None:
    page.goto("/queries")
    page.get_by_label("Find a question").fill("who may assert each")
    expect(page.locator(".questions li:visible")).to_have_count(1)
    page.locator(".questions li:visible a").click()
    state = page.get_by_label("state")
    assert state.input_value() == "us-ma"
    found = rows(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    kept = Path(waiting.value.path()).read_bytes().decode()
    command = process("query", "who-may-assert-each-privilege", "-p", "state=us-ma", "--format", "csv")
    assert kept.replace("\r\n", "\n") == command.out
    assert len(found) > 5
    page.get_by_text("The query", exact=True).click()
    page.get_by_role("link", name="Edit as your own").click()
    expect(page.locator(".cm-content")).to_contain_text("SELECT")
    assert rows(page) == found


def test_ones_own_query_runs_from_the_editor_and_its_address_gives_the_same(page: Any) -> None:
    page.goto("/query")
    write(page, f"SELECT ?label {{ {PRIVILEGE} rdfs:label ?label }}")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/query?query=*")
    assert rows(page) == [["client's privilege for communications with a social worker"]]
    page.goto(page.url)
    assert rows(page) == [["client's privilege for communications with a social worker"]]


def test_the_editor_completes_our_terms_by_what_they_are_called(page: Any) -> None:
    page.goto("/query")
    write(page, "SELECT * { ?norm tac:allOf consents")
    page.keyboard.press("Control+Space")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("client consents in writing")


def test_a_mistake_is_shown_where_it_is(reader: Callable[..., Any]) -> None:
    page = reader(expected=(400,))
    page.goto("/query")
    write(page, "SELECT ?label {\n  ?norm rdfs:label ?label ;; }\n} nonsense")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/query?query=*")
    problem = page.locator("#problems")
    expect(problem).to_contain_text(re.compile(r":\d+:\d+"))
    expect(problem.locator("pre")).to_contain_text("^")
    expect(page.locator(".cm-lintRange-error, .cm-lintPoint-error").first).to_be_attached()


def write(page: Any, text: str) -> None:
    """Put a text into the editor in place of what is there."""
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def test_what_a_query_finds_cannot_run(page: Any) -> None:
    page.goto("/query")
    write(page, "SELECT ?x { BIND('<script>document.title=1</script><img src=x onerror=alert(1)>' AS ?x) }")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/query?query=*")
    assert rows(page) == [["<script>document.title=1</script><img src=x onerror=alert(1)>"]]
    assert page.locator("#results img, #results script").count() == 0


# ── law and vocabulary ────────────────────────────────────────────────────────────────────────────────


def test_from_the_law_of_a_state_to_a_norm_and_what_it_turns_on(page: Any) -> None:
    page.goto("/law")
    page.get_by_role("link", name="Massachusetts").first.click()
    page.wait_for_url("**/law/us-ma")
    page.get_by_role("link", name=re.compile(r"G\.L\. c\. 112, § 135B")).first.click()
    page.wait_for_url("**/law/us-ma/c112-s135B")
    expect(page.locator("main")).to_contain_text("privilege of refusing to disclose and of preventing a witness")
    page.locator(f"a[href$='/law/{PRIVILEGE.replace(':', '/')}']").first.click()
    expect(page.locator("main")).to_contain_text("Asserted by")
    page.locator("a[href*='/vocabulary/fact/']").first.click()
    page.wait_for_url("**/vocabulary/fact/*")
    expect(page.locator("h1")).not_to_be_empty()


def test_a_name_leads_to_its_page_and_to_its_data(page: Any) -> None:
    page.goto("/id/us-ma/c112-s135B.privilege")
    assert page.url.endswith("/law/us-ma/c112-s135B.privilege")
    page.goto("/id/fact/WrittenConsent")
    assert page.url.endswith("/vocabulary/fact/WrittenConsent")
    expect(page.locator("h1")).to_contain_text("client consents in writing")
    for kind, start in (("text/turtle", "@prefix"), ("application/ld+json", "[")):
        answered = page.request.get("/id/us-ma/c112-s135B.privilege", headers={"Accept": kind})
        assert answered.ok
        assert answered.headers["content-type"].startswith(kind)
        assert answered.text().lstrip()[: len(start)] in (start, "{")


def test_words_narrow_the_vocabulary(page: Any) -> None:
    page.goto("/vocabulary")
    page.locator("main a", has_text=re.compile("^[Ff]acts")).first.click()
    field = page.locator("main input[type=search]").first
    field.fill("consents in writing")
    expect(page.locator("main dt:visible").first).to_contain_text("consents in writing")
    assert all("consent" in one.lower() for one in page.locator("main dt:visible").all_inner_texts())


def test_what_is_not_there_is_said_to_be_not_there_with_the_nearest_name(reader: Callable[..., Any]) -> None:
    page = reader(expected=(404,))
    for path, hint in (
        ("/law/us-ma/c112-s135C", "c112-s135"),
        ("/vocabulary/fact/WritenConsent", "WrittenConsent"),
        ("/queries/why-the-norm-holds", "why-a-norm-holds"),
        ("/nothing-here", "there is no page `/nothing-here`"),
    ):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(hint)
        assert page.locator(".masthead").count() == 1, path


# ── the graph ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_graph_is_searched_sifted_and_followed(page: Any) -> None:
    page.goto("/graph?" + "pack=us-ma&provision=c112-s135B")
    node = page.locator(f"g.node[data-of='{PRIVILEGE}']")
    expect(node).to_have_attribute("role", "group")
    page.get_by_label("Search the picture").fill("guardian")
    expect(page.locator(".graph-found")).not_to_be_empty()
    page.get_by_label("Search the picture").fill("")
    kinds = page.locator(".graph-legend input[type=checkbox]")
    before = page.locator("g.node:not(.is-hidden)").count()
    kinds.first.uncheck()
    expect(page.locator("g.node.is-hidden").first).to_be_attached()
    assert page.locator("g.node:not(.is-hidden)").count() < before
    kinds.first.check()
    node.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".graph-panel")).to_contain_text("client's privilege for communications with a social worker")
    page.locator(".graph-panel a").first.click()
    page.wait_for_url("**/law/us-ma/c112-s135B.privilege")

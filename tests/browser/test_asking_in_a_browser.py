"""A question asked by hand, from a blank page to the memorandum."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import tacenda
from tacenda.model import Status

REPORT = "report child abuse to the child-protection agency"
CAUSE = "reasonable cause to believe that a child is being abused"
SOCIAL_WORKER = "us-ma:LicensedIndependentClinicalSocialWorker"
STATED = ("client told it in therapy", CAUSE, "HIPAA covered entity", "protected health information")


def expect(found: Any) -> Any:
    """What is to be so within a moment."""
    from playwright.sync_api import expect as expected

    return expected(found)


def settled(page: Any) -> None:
    """Wait until the answer to what was done last is there."""
    page.wait_for_function("() => !document.querySelector('#answer.is-waiting')")


def fact(page: Any, label: str) -> Any:
    """The three-way answer to a fact."""
    return page.get_by_role("group", name=label, exact=True).first


def answer(page: Any, label: str, word: str) -> None:
    """Look for a fact by words of it, and answer it."""
    if not fact(page, label).count():
        page.get_by_label("Find a fact").fill(label)
        expect(fact(page, label)).to_be_visible()
    fact(page, label).get_by_label(word, exact=True).check()
    value = {"yes": "yes", "no": "no"}.get(word)
    page.wait_for_function(
        "([label, value]) => [...document.querySelectorAll('#stated legend')]"
        ".some(one => one.textContent === label && one.parentElement.querySelector(`input[value='${value}']`).checked)",
        arg=[label, value],
    )
    settled(page)


def positions(page: Any, context: str) -> list[str]:
    """The settled positions of a context as they are read."""
    found = page.locator(f"section[aria-label='In {context}'] article h3").all_inner_texts()
    return [" ".join(text.split()) for text in found]


ADDRESS = "/ask?" + urlencode(
    [
        ("in", "us-ma"),
        ("as_of", "2026-11-22"),
        ("professional", SOCIAL_WORKER),
        ("yes", "fact:ToldInTherapy"),
        ("yes", "fact:ReasonableCauseChildAbuse"),
        ("yes", "fact:HipaaCoveredEntity"),
        ("yes", "fact:ProtectedHealthInformation"),
    ]
)


def test_from_a_blank_page_to_both_sides_of_the_answer(page: Any) -> None:
    page.goto("/")
    page.get_by_label("State", exact=True).select_option("us-ma")
    page.wait_for_url("**in=us-ma*")
    page.get_by_label("Law of the day").fill("2026-11-22")
    page.wait_for_url("**as_of=2026-11-22*")
    page.get_by_label("The professional is").select_option(SOCIAL_WORKER)
    page.wait_for_url("**professional=*")
    for label in STATED:
        answer(page, label, "yes")
    assert f"▲ REQUIRED {REPORT}" in positions(page, "practice")
    assert [one.split()[1] for one in positions(page, "court")][:1] == ["FORBIDDEN"]
    sides = [page.locator(f"section[aria-label='In {one}']").bounding_box() for one in ("practice", "court")]
    assert sides[0]["y"] == sides[1]["y"]
    assert sides[0]["x"] + sides[0]["width"] <= sides[1]["x"]


def test_the_address_is_the_question_and_a_changed_fact_changes_the_answer(page: Any) -> None:
    page.goto(ADDRESS)
    before = page.inner_text("#answer")
    address = page.url
    page.reload()
    assert page.inner_text("#answer") == before
    answer(page, CAUSE, "no")
    assert f"▲ REQUIRED {REPORT}" not in positions(page, "practice")
    page.go_back()
    expect(page.locator("section[aria-label='In practice'] article h3").first).to_contain_text(REPORT)
    assert page.url == address


def test_a_proof_unfolds_beneath_its_position(page: Any) -> None:
    page.goto(ADDRESS)
    article = page.locator("article.position", has_text=REPORT).first
    article.get_by_text("Why", exact=True).click()
    expect(article.locator("details.proof")).to_contain_text("learned in a professional capacity")
    expect(article.locator("details.proof")).to_contain_text("exception tried")


def test_what_if_shows_what_would_move_and_leads_back(page: Any) -> None:
    page.goto(ADDRESS)
    page.locator(".stated", has_text=CAUSE).get_by_role("link", name="what if not?").click()
    expect(page.locator("section.supposed")).to_contain_text(f"practice: {REPORT}: ▲ required → ? unsettled")
    page.get_by_role("link", name="Back to what is stated").click()
    expect(page.locator("section.supposed")).to_have_count(0)
    assert f"▲ REQUIRED {REPORT}" in positions(page, "practice")


def downloaded(page: Any, name: str, folder: Path) -> Path:
    """The file behind a button."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_the_files_say_what_the_page_says(page: Any, tmp_path: Path) -> None:
    page.goto(ADDRESS)
    files = {name: downloaded(page, name, tmp_path) for name in ("YAML", "JSON", "Turtle")}
    again = tacenda.ask(files["YAML"])
    assert again.position("practice", "act:ReportToChildProtection").status is Status.REQUIRED
    told = json.loads(files["JSON"].read_text("utf-8"))
    for context in told["contexts"]:
        assert {one["act"]: one["status"] for one in context["positions"]} == {
            tacenda.vocabulary.shorten(one.act): str(one.status) for one in again.context(context["context"]).positions
        }
    from pyoxigraph import RdfFormat, parse

    ours, theirs = (
        {
            (str(one.predicate), str(one.object))
            for one in parse(text.encode(), format=RdfFormat.TURTLE)
            if "governedBy" in str(one.predicate)
        }
        for text in (again.to_turtle(), files["Turtle"].read_text("utf-8"))
    )
    assert ours == theirs != set()


def test_a_file_that_was_kept_is_loaded(page: Any, tmp_path: Path) -> None:
    page.goto(ADDRESS)
    before = page.inner_text("#answer .columns")
    kept = downloaded(page, "YAML", tmp_path)
    page.goto("/")
    page.get_by_label(re.compile("Load a scenario file")).set_input_files(kept)
    page.get_by_role("button", name="Load", exact=True).click()
    page.wait_for_url("**/ask?*")
    assert page.inner_text("#answer .columns") == before


def test_the_memorandum_prints_what_was_asked_and_nothing_of_the_desk(page: Any) -> None:
    page.goto(ADDRESS)
    page.get_by_role("link", name="Memo to print").click()
    expect(page.locator("h1")).to_have_text("Memorandum")
    page.emulate_media(media="print")
    memo = page.inner_text("main")
    for told in (CAUSE, REPORT, "G.L. c. 119, § 51A", "Massachusetts", "2026", "Research, not legal advice"):
        assert told in memo
    for part in (".masthead nav", ".no-print"):
        assert page.locator(part).first.is_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_the_whole_path_by_keyboard_alone(page: Any) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    by_keys(page, "#in")
    page.keyboard.type("Massachusetts")
    page.wait_for_url("**in=us-ma*")
    settled(page)
    by_keys(page, "#professional")
    page.keyboard.type("psychologist")
    page.wait_for_url("**professional=*")
    settled(page)
    by_keys(page, "#find")
    page.keyboard.type("client told it in therapy")
    expect(fact(page, "client told it in therapy")).to_be_visible()
    settled(page)
    assert page.evaluate("document.activeElement.id") == "find"
    by_keys(page, "#found input[type=radio]")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**yes=fact%3AToldInTherapy*")
    expect(page.locator("#stated .fact legend")).to_have_text(["client told it in therapy"])


def by_keys(page: Any, wanted: str) -> None:
    """Press Tab until the focus is on a certain thing."""
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_nothing_that_is_written_into_an_address_runs(reader: Callable[..., Any]) -> None:
    page = reader(expected=(400, 404))
    hostile = "%3Cscript%3Edocument.title%3D1%3C/script%3E%22%27%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    for path in (
        f"/ask?in=us-ma&title={hostile}&professional=psychologist",
        f"/ask?in={hostile}",
        f"/ask?in=us-ma&find={hostile}",
        f"/ask?in=us-ma&is.{hostile}=yes",
        f"/query?query={hostile}",
        f"/queries/{hostile}",
        f"/law/us-ma/{hostile}",
        f"/vocabulary/fact/{hostile}",
    ):
        page.goto(path)
        assert page.locator("script:not([src]):not([type='application/json']), img[src='x']").count() == 0, path
        assert page.title() != "1"


def test_without_scripts_the_form_is_answered_all_the_same(reader: Callable[..., Any]) -> None:
    page = reader(java_script_enabled=False)
    page.goto("/")
    page.get_by_label("State", exact=True).select_option("us-ma")
    page.get_by_label("The professional is").select_option(SOCIAL_WORKER)
    page.get_by_role("button", name="Answer").last.click()
    page.goto(page.url + "&find=abuse")
    page.get_by_role("group", name=CAUSE, exact=True).first.get_by_label("yes", exact=True).check()
    page.get_by_role("button", name="Answer").last.click()
    assert page.locator("#stated .fact legend").all_inner_texts() == [CAUSE]

"""A rule graph walked in by a person: what `tacenda graph -o rules.html` writes, in a real browser, from a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tacenda.graph import ladder
from test_graph import child, made_up

SILENCE, CONSENT = "us-zz:s1.silence", "us-zz:s1.consent"


@pytest.fixture
def page(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """The page of a provision in a scenario; whatever is fetched, or said on the console, is a failure."""
    (tmp_path / "rules.html").write_text(
        made_up("provision", told=True).to_html(lambda iri: f"law.html?{iri}"), "utf-8"
    )
    (tmp_path / "ladder.html").write_text(ladder(child().kb, SILENCE, child()).to_html(), "utf-8")
    (tmp_path / "law.html").write_text("<title>law</title>", "utf-8")
    opened = chromium.new_page(viewport={"width": 1280, "height": 900})
    told: list[str] = []
    opened.on("console", lambda message: told.append(message.text))
    opened.on("pageerror", lambda error: told.append(str(error)))
    opened.on("request", lambda request: None if request.url.startswith("file:") else told.append(request.url))
    opened.goto((tmp_path / "rules.html").as_uri())
    yield opened
    assert told == []
    opened.close()


def shown(page: Any, condition: str = "") -> list[str]:
    """The nodes that can be seen, and of which a condition holds."""
    return list(
        page.eval_on_selector_all(
            f"g.node[data-of]:not(.is-hidden){condition}", "all => all.map(one => one.dataset.of)"
        )
    )


def test_pointing_tells_what_a_node_says(page: Any) -> None:
    page.hover(f"g.node[data-of='{CONSENT}']")
    assert page.inner_text(".graph-panel h3") == "the client consents in writing"
    assert page.inner_text(".graph-panel .graph-kind") == "Exception · Z.C. § 1(b)"
    assert page.inner_text(".graph-panel .graph-state") == "✗ does not hold"
    assert page.inner_text(".graph-panel blockquote") == "“unless the client consents in writing”"
    page.hover(".graph-tools")
    assert page.inner_text(".graph-panel").startswith("Point at a node")


def test_a_click_shows_what_stands_around_a_node_and_the_address_remembers(page: Any) -> None:
    page.click(f"g.node[data-of='{CONSENT}']")
    assert sorted(shown(page, ".is-near")) == ["fact:WrittenConsent", CONSENT, SILENCE]
    assert page.url.endswith("#node=us-zz%3As1.consent")
    page.reload()
    assert sorted(shown(page, ".is-near")) == ["fact:WrittenConsent", CONSENT, SILENCE]
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert shown(page, ".is-near") == []
    assert "#node" not in page.url


def test_a_second_click_follows_the_link(page: Any) -> None:
    page.click(f"g.node[data-of='{SILENCE}']")
    page.click(f"g.node[data-of='{SILENCE}']")
    page.wait_for_url(re.compile(r"law\.html\?.*/s1\.silence$"), timeout=5000)


def test_searching_finds_by_words_and_goes_from_one_to_the_next(page: Any) -> None:
    page.fill("input[type=search]", "examination court")
    assert page.inner_text(".graph-found") == "2 found"
    assert shown(page, ".is-found") == ["us-zz:s1.examination", "fact:CourtOrderedExamination"]
    page.press("input[type=search]", "Enter")
    assert page.inner_text(".graph-found") == "1 of 2 found"
    assert shown(page, ".is-selected") == ["us-zz:s1.examination"]
    page.fill("input[type=search]", "nowhere to be found")
    assert page.inner_text(".graph-found") == "nothing found"


def test_kinds_and_states_can_be_hidden(page: Any) -> None:
    before = shown(page)
    page.uncheck("input[data-hide='exception']")
    assert shown(page) == [name for name in before if name not in (CONSENT, "us-zz:s1.examination")]
    page.uncheck("input[data-hide='state-unknown']")
    page.check("input[data-hide='exception']")
    unknown = ("fact:Communication", "fact:CourtOrderedExamination")
    assert shown(page) == [name for name in before if name not in unknown]
    lines = page.eval_on_selector_all("g.edge:not(.is-hidden) title", "all => all.map(one => one.textContent)")
    assert not [line for line in lines if "communication with the client" in line]


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    page.focus("[data-tool='print']")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.inner_text(".graph-panel h3") == "a social worker must not disclose what was learned from a client"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.of") == "act:Disclose"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.dataset.tool") == "print"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.of") == "act:Disclose"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"law\.html\?.*/act/Disclose$"), timeout=5000)


def test_the_panel_leads_on(page: Any) -> None:
    page.click(f"g.node[data-of='{SILENCE}']")
    page.click(".graph-panel button:has-text('the client consents in writing')")
    assert shown(page, ".is-selected") == [CONSENT]


def test_a_ladder_can_be_read_too(page: Any, tmp_path: Path) -> None:
    page.goto((tmp_path / "ladder.html").as_uri())
    page.hover("g.node[data-of='fact:ClientRelationship']")
    assert page.inner_text(".graph-panel h3") == "client relationship"


def test_a_picture_that_was_folded_away_is_whole_when_it_is_unfolded(page: Any, tmp_path: Path) -> None:
    text = (tmp_path / "rules.html").read_text("utf-8")
    folded = text.replace('<div class="rule-graph">', '<details><summary>picture</summary><div class="rule-graph">')
    (tmp_path / "folded.html").write_text(folded, "utf-8")
    page.goto((tmp_path / "folded.html").as_uri())
    page.click("summary:has-text('picture')")
    page.wait_for_function("document.querySelector('svg.picture > g').hasAttribute('transform')", timeout=5000)
    frame, *nodes = page.evaluate(
        """[".graph-picture", "g.node[data-of]"].flatMap((which) => [...document.querySelectorAll(which)])
        .map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"""
    )
    assert (min(frame[0], *(left for left, _ in nodes)), max(frame[1], *(right for _, right in nodes))) == tuple(frame)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_telephone_needs_no_scrolling_sideways(chromium: Any, tmp_path: Path, scheme: str) -> None:
    (tmp_path / "rules.html").write_text(made_up("provision", told=True).to_html(), "utf-8")
    small = chromium.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    small.goto((tmp_path / "rules.html").as_uri())
    assert small.evaluate("document.documentElement.scrollWidth") == 390
    paper, ink = (
        small.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{name}")
        for selector, name in ((".graph-picture", "backgroundColor"), ("svg.picture text", "fill"))
    )
    assert (paper, ink) == {
        "light": ("rgb(255, 255, 255)", "rgb(26, 26, 26)"),
        "dark": ("rgb(20, 24, 31)", "rgb(232, 234, 240)"),
    }[scheme]
    small.close()

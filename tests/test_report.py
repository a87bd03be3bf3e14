"""The text and the table of an answer: width, order, and nothing in the data that could do harm."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from commands import GOOD, LAW
from tacenda.assessment import Assessment, assess
from tacenda.report import to_html, to_text
from tacenda.scenario import read_scenario


@cache
def answer(title: str = "", *, closed: bool = False) -> Assessment:
    scenario, kb = read_scenario(GOOD / "child.yaml", folders=(LAW,))
    return assess(kb, replace(scenario, title=title or scenario.title, closed=closed))


@pytest.mark.parametrize("width", [120, 100, 99, 60, 40])
@pytest.mark.parametrize("everything", [False, True])
def test_no_line_is_wider_than_asked(width: int, everything: bool) -> None:
    text = to_text(answer(), everything=everything, proof=True, width=width)
    assert [line for line in text.splitlines() if len(line) > width] == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_practice_and_court_stand_side_by_side_where_there_is_room() -> None:
    assert any(line.startswith("IN PRACTICE") and "IN COURT" in line for line in to_text(answer()).splitlines())
    narrow = to_text(answer(), width=80).splitlines()
    assert [line for line in narrow if line.startswith("IN ")] == [
        "IN PRACTICE: the therapist's duties",
        "IN COURT: what may come out, and who can stop it",
    ]


def test_the_brief_text_fits_one_screen() -> None:
    assert len(to_text(answer()).splitlines()) <= 40


def test_what_is_settled_comes_before_what_is_open_and_the_disclaimer_last() -> None:
    lines = [line.strip() for line in to_text(answer(), proof=True, width=80).splitlines()]
    firsts = ["REQUIRED", "FORBIDDEN", "STILL OPEN", "PROOF", "Research, not legal advice."]
    places = [next(n for n, line in enumerate(lines) if line.startswith(first)) for first in firsts]
    assert places == sorted(places)
    assert sum(line.startswith("Research, not legal advice") for line in lines) == 1


def test_a_closed_reading_has_nothing_open() -> None:
    assert "STILL OPEN" not in to_text(answer(closed=True))


def test_nothing_in_a_title_can_steer_a_terminal_or_a_page() -> None:
    hostile = answer("\x1b]0;mine\x07\u202e<script>alert(1)</script>")
    assert to_text(hostile).splitlines()[0] == "\\x1b]0;mine\\x07\\u202e<script>alert(1)</script>"
    assert "<script>" not in to_html(hostile)
    assert "&lt;script&gt;" in to_html(hostile)


def test_an_answer_shows_itself() -> None:
    assert str(answer()) == to_text(answer())
    assert answer()._repr_html_() == to_html(answer())


def test_the_table_has_a_row_for_each_position_told_and_each_that_is_open() -> None:
    html = to_html(answer())
    assert html.startswith("<table><caption>A client tells her social worker that her brother beats his son</caption>")
    row = (
        "<tr><td>practice</td><td>required</td><td>report child abuse to the child-protection agency</td>"
        "<td>Z.C. § 2(a)</td><td></td></tr>"
    )
    assert row in html
    opened = "<td>unsettled</td><td>disclose the communication in the proceeding</td>"
    assert opened in html

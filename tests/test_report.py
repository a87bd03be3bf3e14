"""The text and the table of an answer: width, order, and nothing in the data that could do harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from commands import GOOD, LAW
from tacenda.analysis import BROAD
from tacenda.assessment import Assessment, assess
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.report import to_text
from tacenda.scenario import read_scenario
from tacenda.vocabulary import expand, shorten


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


def test_nothing_in_a_title_can_steer_a_terminal() -> None:
    hostile = answer("\x1b]0;mine\x07\u202e<script>alert(1)</script>")
    assert to_text(hostile).splitlines()[0] == "\\x1b]0;mine\\x07\\u202e<script>alert(1)</script>"


def test_an_answer_shows_itself() -> None:
    assert str(answer()) == to_text(answer())


def test_broad_positions_are_told_in_json_by_what_they_may_turn_on_until_everything_is_asked_for() -> None:
    kb = KnowledgeBase.open("us-ma")
    scenario = Scenario("us-ma", as_of=date(2026, 11, 22), professional=expand("prof:Psychologist"), context="court")
    answer = assess(kb, scenario)
    positions = {one["act"]: one for one in answer.to_dict()["contexts"][0]["positions"]}
    for position in answer.contexts[0].positions:
        told = positions[shorten(position.act)]
        assert told["depends_on_exact"] is not position.is_broad
        expected = position.may_depend_on if position.is_broad else position.depends_on
        assert told["depends_on"] == list(map(shorten, expected))
        assert (told["would_be"] == {}) == (position.is_broad or not position.look)
    broad = next(one for one in answer.contexts[0].positions if one.is_broad)
    assert set(broad.depends_on) <= set(broad.may_depend_on)
    assert len(broad.may_depend_on) == broad.breadth > BROAD

"""An answer that turns on an open question of law says so, and names the courts on each side, whatever is supposed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from commands import tacenda
from tacenda.assessment import Assessment, assess
from tacenda.knowledge import KnowledgeBase
from tacenda.questions import Questions
from tacenda.reading import read_draft
from tacenda.scenario import suppose, understand

HEADING = "OPEN QUESTIONS OF LAW on which this turns"
TALK = """\
jurisdiction: us
as_of: 2026-11-22
context: court
court: federal court in the First Circuit
closed: true
professional: {professional}
proceeding: {proceeding}
facts: [client relationship, confidential communication in psychotherapy{more}]
not: [{denied}]
"""


@dataclass(frozen=True)
class Split:
    """A scenario that turns on questions, the one to suppose, and what is shown of each question below its head."""

    scenario: str
    asked: str
    below: dict[str, list[str]]
    excluded: tuple[str, ...] = ()
    """The questions that are answered no when the one is supposed to be answered yes."""


def talk(
    *facts: str,
    professional: str = "psychologist",
    proceeding: str = "civil claim for damages",
    denied: str = "the holder expressly waives the privilege",
) -> str:
    more = "".join(f', "{fact}"' for fact in facts)
    return TALK.format(professional=professional, proceeding=proceeding, more=more, denied=denied)


DANGEROUS = "the court recognizes a dangerous-patient exception"
NARROW = "the court takes the narrow view of waiver by a patient who sues"
BROAD = "the court takes the broad view of waiver by a patient who sues"
MIDDLE = "the court takes the middle view of waiver by a patient who sues"
PREDOMINANT = "the predominant claims decide which privilege law governs"
LICENCE = "the federal privilege reaches other licensed counselors and therapists"
ACCUSED = "the rights of an accused override a witness's psychotherapist privilege"

SPLITS = {
    "dangerous patient": Split(
        talk(
            "judge finds that the threat was serious when uttered",
            "judge finds that disclosure was the only means of averting harm",
            proceeding="criminal proceeding",
        ),
        DANGEROUS,
        {
            DANGEROUS: [
                "yes: Tenth Circuit, which left the door open: United States v. Glass, 133 F.3d 1356 (1998)",
                "no: Sixth Circuit: United States v. Hayes, 227 F.3d 578 (2000);"
                " Eighth Circuit: United States v. Ghane, 673 F.3d 771 (2012);"
                " Ninth Circuit: United States v. Chase, 340 F.3d 978 (2003) (en banc)",
                "left open: Supreme Court, in a dictum: Jaffee v. Redmond, 518 U.S. 1, 18 n.19 (1996);"
                " Fifth Circuit, which decided on another ground: United States v. Auster, 517 F.3d 312 (2008);"
                " First, Second, Third, Fourth, Seventh, Eleventh and D.C. Circuits: no controlling decision is known",
            ]
        },
    ),
    "a patient who sues": Split(
        talk(
            "the client places mental condition or emotional state in issue",
            "the distress claimed is more than garden variety",
            "the client uses the substance of the communication as evidence",
        ),
        BROAD,
        {
            NARROW: [
                "yes: District of Massachusetts: Vanderbilt v. Town of Chilmark, 174 F.R.D. 225 (1997);"
                " Northern District of California: Fitzgerald v. Cassil, 216 F.R.D. 632 (2003)",
                "no: Eighth Circuit: Schoffstall v. Henderson, 223 F.3d 818 (2000);"
                " Seventh Circuit: Doe v. Oberweis Dairy, 456 F.3d 704 (2006);"
                " Second Circuit, which takes the middle view: In re Sims, 534 F.3d 117 (2008)",
                "left open: D.C. Circuit, which comes close to it: Koch v. Cox, 489 F.3d 384 (2007);"
                " First Circuit: no controlling decision is known",
            ],
            BROAD: [
                "yes: Eastern District of Pennsylvania: Sarko v. Penn-Del Directory Co., 170 F.R.D. 127 (1997);"
                " Eighth Circuit: Schoffstall v. Henderson, 223 F.3d 818 (2000);"
                " Seventh Circuit: Doe v. Oberweis Dairy, 456 F.3d 704 (2006)",
                "no: District of Massachusetts: Vanderbilt v. Town of Chilmark, 174 F.R.D. 225 (1997);"
                " Northern District of California: Fitzgerald v. Cassil, 216 F.R.D. 632 (2003);"
                " Second Circuit: In re Sims, 534 F.3d 117 (2008); D.C. Circuit: Koch v. Cox, 489 F.3d 384 (2007)",
                "left open: First Circuit: no controlling decision is known",
            ],
            MIDDLE: [
                "yes: Second Circuit: In re Sims, 534 F.3d 117 (2008)",
                "no: Northern District of Illinois, for the Seventh Circuit:"
                " Laudicina v. City of Crystal Lake, 328 F.R.D. 510 (2018)",
                "left open: First Circuit: no controlling decision is known",
            ],
        },
        excluded=(NARROW, MIDDLE),
    ),
    "mixed claims": Split(
        talk(
            "evidence bears on both federal and supplemental state claims",
            "the state claims predominate",
            denied="each claim keeps its own privilege law",
        ),
        PREDOMINANT,
        {
            PREDOMINANT: [
                "yes: some district courts, none of them read",
                "no: Ninth Circuit and the majority: Wilcox v. Arpaio, 753 F.3d 872 (2014)",
            ]
        },
    ),
    "other licences": Split(
        talk(professional="marriage and family therapist"),
        LICENCE,
        {
            LICENCE: [
                "yes: Northern District of California: Fitzgerald v. Cassil, 216 F.R.D. 632 (2003);"
                " Ninth Circuit, on counsellors of an employee assistance program:"
                " Oleszko v. State Compensation Ins. Fund, 243 F.3d 1154 (2001)",
                "left open: Supreme Court, which named psychiatrists, psychologists and licensed social workers:"
                " Jaffee v. Redmond, 518 U.S. 1, 15 (1996)",
            ]
        },
    ),
    "the rights of an accused": Split(
        talk("the accused seeks a witness's communications with a psychotherapist", proceeding="criminal proceeding"),
        ACCUSED,
        {
            ACCUSED: [
                "left open: Supreme Court, which reserved absolute privileges:"
                " Pennsylvania v. Ritchie, 480 U.S. 39 (1987)",
            ]
        },
    ),
}
SUPPOSED = {None: "not supposed either way", True: "supposed here: yes", False: "supposed here: no"}
every_split = pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
every_answer = pytest.mark.parametrize("answer", [None, True, False], ids=["open", "yes", "no"])


@cache
def law(code: str) -> KnowledgeBase:
    return KnowledgeBase.open(code)


def assessed(text: str, asked: str, answer: bool | None) -> Assessment:
    draft = read_draft("inline.yaml", text)
    kb = law(draft.text("jurisdiction"))
    scenario = understand(draft, kb)
    if answer is not None:
        scenario = suppose(kb, scenario, [asked] if answer else [], [] if answer else [asked])
    return assess(kb, scenario)


def answers(split: Split, answer: bool | None) -> dict[str, bool | None]:
    """Each question that the answer turns on, and how it is answered when the split's own is answered so."""
    excluded = dict.fromkeys(split.excluded, False) if answer else {}
    return {question: answer if question == split.asked else excluded.get(question) for question in split.below}


@every_split
@every_answer
def test_the_lines_of_each_question(split: Split, answer: bool | None) -> None:
    (context,) = assessed(split.scenario, split.asked, answer).contexts
    expected = [
        line
        for question, value in answers(split, answer).items()
        for line in (f"{question}: {SUPPOSED[value]}", *split.below[question])
    ]
    found = Questions(law("us"), context).behind(context.positions)
    assert [line for question in found for line in question.lines()] == expected


@every_split
@every_answer
def test_the_text_ends_with_them(split: Split, answer: bool | None) -> None:
    text = str(assessed(split.scenario, split.asked, answer))
    shown = text.split(f"\n{HEADING}\n", 1)[1].split("\n\nResearch, not legal advice.", 1)[0]
    expected = [
        line
        for question, value in answers(split, answer).items()
        for line in (f"{question}: {SUPPOSED[value]}", *split.below[question])
    ]
    assert " ".join(shown.split()) == " ".join(expected)


def run(path: Path, split: Split, answer: bool | None) -> list[dict[str, Any]]:
    path.write_text(split.scenario, encoding="utf-8")
    option = [] if answer is None else ["--suppose" if answer else "--suppose-not", split.asked]
    result = tacenda("ask", str(path), *option, "--format", "json")
    assert result.err == ""
    (context,) = json.loads(result.out)["contexts"]
    found: list[dict[str, Any]] = context["open_questions"]
    return found


@every_split
@every_answer
def test_the_json_names_the_courts(tmp_path: Path, split: Split, answer: bool | None) -> None:
    def sides(question: str) -> dict[str, list[str]]:
        keys = {"yes": "accepted_by", "no": "rejected_by", "left open": "left_open_by"}
        named = dict(line.split(": ", 1) for line in split.below[question])
        return {key: [*filter(None, named.get(side, "").split("; "))] for side, key in keys.items()}

    found = run(tmp_path / "split.yaml", split, answer)
    assert [{key: value for key, value in one.items() if key != "fact"} for one in found] == [
        {"label": question, "supposed": value, **sides(question)} for question, value in answers(split, answer).items()
    ]


@every_answer
def test_a_position_names_only_the_questions_that_it_turns_on(answer: bool | None) -> None:
    split = SPLITS["a patient who sues"]
    (context,) = assessed(split.scenario, split.asked, answer).contexts
    questions = Questions(law("us"), context)
    turns = {
        act: [law("us").label(iri) for iri in questions.of(context.position(act))]
        for act in ("act:DiscloseWaived", "act:DiscloseInCourt", "act:DiscloseFactsOfTreatment")
    }
    assert turns == {
        "act:DiscloseWaived": [NARROW, BROAD, MIDDLE],
        "act:DiscloseInCourt": [],
        "act:DiscloseFactsOfTreatment": [],
    }


@pytest.mark.parametrize(
    ("court", "asked"),
    [
        ("federal court in the Sixth Circuit", "dangerous patient"),
        ("federal court in the Tenth Circuit", "dangerous patient"),
        ("federal court in the Seventh Circuit", "a patient who sues"),
        ("federal court in the Ninth Circuit", "mixed claims"),
    ],
)
@every_answer
def test_a_court_that_has_decided_asks_no_more(court: str, asked: str, answer: bool | None) -> None:
    split = SPLITS[asked]
    text = split.scenario.replace("federal court in the First Circuit", court)
    result = assessed(text, split.asked, answer)
    assert HEADING not in str(result)
    assert [context["open_questions"] for context in result.to_dict()["contexts"]] == [[]]


def test_a_supposition_that_decides_nothing_is_not_named() -> None:
    result = assessed(talk(), DANGEROUS, True)
    assert HEADING not in str(result)

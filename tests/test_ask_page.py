"""The page on which a question is put: its address says the question whole, and the answer is that of `tacenda ask`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tacenda import vocabulary as v
from tacenda.assessment import assess, change
from tacenda.desk.ask import Asked, ask_page, memo_page, why_page
from tacenda.desk.desk import Desk
from tacenda.desk.question import Question
from tacenda.errors import ScenarioError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.reading import read_draft
from tacenda.resources import folder
from tacenda.scenario import suppose, understand
from tacenda.writing import scenario_to_yaml

SHIPPED = sorted((folder("kb") / "scenarios").glob("*.yaml"))
TODAY = date(2026, 11, 22)
MARKUP = "<script>alert('1')</script> & \"so\""


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return KnowledgeBase.open()


@pytest.fixture(scope="module")
def desk(kb: KnowledgeBase) -> Desk:
    return Desk(kb)


def read(kb: KnowledgeBase, path: Path) -> Scenario:
    found = understand(read_draft(path), kb)
    return replace(found, as_of=found.as_of or TODAY, where="")


def child_abuse(kb: KnowledgeBase) -> Question:
    return Question.about(read(kb, folder("kb") / "scenarios" / "suspected-child-abuse.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_an_address_says_a_scenario_whole(path: Path, kb: KnowledgeBase) -> None:
    scenario = read(kb, path)
    question = Question.of(Question.about(scenario).pairs())
    again = replace(question.scenario(kb, TODAY), where="")
    assert again == scenario
    asked = Asked(kb, question, TODAY)
    assert asked.assessment is not None
    expected = assess(kb, scenario)
    for mine, other in zip(asked.assessment.contexts, expected.contexts, strict=True):
        assert {p.act: p.status for p in mine.positions} == {p.act: p.status for p in other.positions}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_file_to_take_along_reads_back_as_the_question(path: Path, kb: KnowledgeBase) -> None:
    scenario = Question.about(read(kb, path)).scenario(kb, TODAY)
    again = understand(read_draft("scenario.yaml", scenario_to_yaml(kb, scenario)), kb)
    assert replace(again, where="") == replace(scenario, where="")


def test_what_a_form_sends_becomes_the_short_address() -> None:
    sent = [
        ("in", "us-ma"),
        ("professional", ""),
        ("is.fact:WrittenConsent", "no"),
        ("yes", "fact:Emergency"),
        ("is.fact:Emergency", ""),
        ("is.fact:ClientRelationship", "yes"),
        ("find", "consent"),
        ("title", "  A   title "),
    ]
    assert Question.of(sent).pairs() == [
        ("in", "us-ma"),
        ("title", "A title"),
        ("yes", "fact:ClientRelationship"),
        ("no", "fact:WrittenConsent"),
    ]


def test_an_answer_is_given_changed_and_taken_back() -> None:
    question = Question.of([("in", "us-ma"), ("yes", "fact:A"), ("suppose", "fact:B")])
    assert question.answered("fact:A", False).pairs() == [("in", "us-ma"), ("no", "fact:A")]
    assert question.answered("fact:A", None).pairs() == [("in", "us-ma")]
    assert question.given("as_of", "2026-01-01").pairs() == [
        ("in", "us-ma"),
        ("as_of", "2026-01-01"),
        ("yes", "fact:A"),
    ]
    assert question.supposing("fact:B", False).supposed == ("fact:B", False)
    assert question.supposing("", None).supposed is None


def test_a_state_alone_is_a_beginning(kb: KnowledgeBase) -> None:
    scenario = Question.of([("in", "us-ma")]).scenario(kb, TODAY)
    assert scenario == Scenario("us-ma", as_of=TODAY, roles={"court": v.STATE_COURT}, where="the question")
    asked = Asked(kb, Question.of([("in", "us-ma")]), TODAY)
    assert [column.context for column in asked.columns] == ["practice", "court"]
    assert asked.next


def test_everything_that_is_wrong_is_told_at_once_with_the_nearest_spelling(kb: KnowledgeBase) -> None:
    question = Question.of(
        [
            ("in", "us-mma"),
            ("as_of", "yesterday"),
            ("professional", "psychologst"),
            ("yes", "client consents in writting"),
            ("context", "cort"),
        ]
    )
    assert sorted(map(str, Asked(kb, question, TODAY).problems)) == [
        "as_of: `yesterday` is not a date · write it as 2026-11-22",
        "context: unknown context `cort` · did you mean `court`?",
        "in: unknown jurisdiction `us-mma` · did you mean `us-ma`?",
        "professional: unknown profession `psychologst` · did you mean `psychologist`?",
        "yes: unknown fact `client consents in writting` · did you mean `client consents in writing`?",
    ]


def test_a_contradiction_is_told_and_nothing_of_the_question_is_lost(desk: Desk) -> None:
    pairs = [("in", "us-ma"), ("yes", "fact:WrittenConsent"), ("no", "fact:ClientConsents")]
    known = desk.kb.taxonomy.wider(v.expand("fact:WrittenConsent"))
    wider = next(v.shorten(iri) for iri in known if iri != v.expand("fact:WrittenConsent") and "/fact/" in iri)
    question = Question.of([*pairs[:2], ("no", wider)])
    asked = Asked(desk.kb, question, TODAY)
    assert asked.assessment is None
    page = ask_page(desk, asked, [])
    assert 'role="alert"' in page
    assert [(fact.name, fact.answer) for fact in asked.stated] == [("fact:WrittenConsent", True), (wider, False)]
    assert 'name="is.fact:WrittenConsent" value="yes" checked' in page


def test_what_is_not_known_stays_in_the_form_to_be_mended(desk: Desk) -> None:
    pairs = [("in", "us-zz"), ("context", "moon"), ("professional", "psychologst")]
    page = ask_page(desk, Asked(desk.kb, Question.of(pairs), TODAY), [])
    assert re.findall("<option selected>([^<]*)<", page) == ["us-zz", "moon", "psychologst"]


@pytest.mark.parametrize("fact", ["fact:Nope", "nope", "http://x/"])
def test_to_suppose_what_is_no_fact_is_told(desk: Desk, fact: str) -> None:
    asked = Asked(desk.kb, Question.of([("in", "us-ma"), ("suppose", f"-{fact}")]), TODAY)
    assert [(problem.where, problem.message) for problem in asked.problems] == [("suppose", f"unknown fact `{fact}`")]
    assert f"unknown fact `{fact}`" in ask_page(desk, asked, [])


def test_a_form_without_a_state_asks_for_one(kb: KnowledgeBase) -> None:
    asked = Asked(kb, Question.of([("professional", "prof:Psychologist")]), TODAY)
    assert list(map(str, asked.problems)) == ["in: choose a state: it is its law that answers"]


def test_facts_called_by_their_labels_are_told_by_name_and_a_contradiction_stays_one(kb: KnowledgeBase) -> None:
    label, name = kb.label(v.expand("fact:WrittenConsent")), "fact:WrittenConsent"
    assert Question(yes=(label,), suppose=f"-{label}").named(kb) == Question(yes=(name,), suppose=f"-{name}")
    twice = Question((("in", "us-ma"),), yes=(label,), no=(name,))
    assert twice.named(kb) == twice
    assert Asked(kb, twice, TODAY).problems


def test_an_address_that_says_yes_and_no_of_a_fact_is_told_so(kb: KnowledgeBase) -> None:
    asked = Asked(
        kb, Question.of([("in", "us-ma"), ("yes", "fact:WrittenConsent"), ("no", "fact:WrittenConsent")]), TODAY
    )
    assert "the scenario contradicts itself" in "".join(map(str, asked.problems))
    assert asked.assessment is None


def test_what_an_address_denies_or_leaves_empty_is_not_stated() -> None:
    assert Question.of([("closed", "no"), ("suppose", "-"), ("yes", "")]).is_blank


def test_what_if_is_what_would_move(kb: KnowledgeBase) -> None:
    question = child_abuse(kb)
    scenario = question.scenario(kb, TODAY)
    fact = "fact:ReasonableCauseChildAbuse"
    asked = Asked(kb, question.supposing(fact, False), TODAY)
    other = suppose(kb, scenario, [], [kb.label(v.expand(fact))])
    assert asked.moved == tuple(change(assess(kb, scenario), assess(kb, other)))
    assert asked.moved


def test_facts_are_found_by_the_words_of_their_labels_and_definitions(kb: KnowledgeBase) -> None:
    found = Asked(
        kb, Question.of([("in", "us-ma"), ("yes", "fact:WrittenConsent")]), TODAY, "consents in writing"
    ).found
    answers = {fact.name: fact.answer for _, facts in found for fact in facts}
    assert answers["fact:WrittenConsent"] is True
    assert all(
        {"consents", "in", "writing"} <= {word for word in ("consents", "in", "writing") if word in text}
        for _, facts in found
        for text in (f"{fact.label} {fact.definition}".casefold() for fact in facts)
    )


def test_all_facts_are_those_that_the_law_of_the_state_asks_for(kb: KnowledgeBase) -> None:
    found = Asked(kb, Question.of([("in", "us-ma")]), TODAY, "*").found
    offered = {v.expand(fact.name) for _, facts in found for fact in facts}
    law = kb.under("us-ma")
    facts = {term.iri for term in law.taxonomy.facts()}
    asked = {leaf for norm in law.norms.values() for leaf in norm.condition.leaves() if leaf in facts}
    assert asked < offered < facts
    unasked = facts - offered
    assert not any(law.taxonomy.is_a(fact, other) for fact in unasked for other in asked)


def test_the_memorandum_holds_every_citation_and_its_words(desk: Desk) -> None:
    asked = Asked(desk.kb, child_abuse(desk.kb), TODAY)
    page = memo_page(desk, asked)
    for column in asked.columns:
        for passage in column.passages:
            for norm in passage.first.because:
                assert str(escaped(desk.kb.cite(norm))) in page
                assert str(escaped(norm.words)) in page


def escaped(text: str) -> str:
    from markupsafe import escape

    return str(escape(text))


def test_the_proof_of_a_position_names_the_norms_that_decide(desk: Desk) -> None:
    asked = Asked(desk.kb, child_abuse(desk.kb), TODAY)
    position = asked.position("practice", "act:ReportToChildProtection")
    assert v.shorten(next(asked.steps(position)).norm.iri) == "us-ma:c119-s51A.report"
    assert "G.L. c. 119, § 51A" in why_page(desk, asked, position)
    with pytest.raises(ScenarioError, match="the law takes no position on `act:ReportToChildProtectoin`"):
        asked.position("practice", "act:ReportToChildProtectoin")


def test_what_a_person_writes_is_shown_and_never_obeyed(desk: Desk) -> None:
    question = Question.of([("in", "us-ma"), ("title", MARKUP), ("yes", MARKUP), ("professional", MARKUP)])
    page = ask_page(desk, Asked(desk.kb, question, TODAY, MARKUP), [])
    assert "<script>alert" not in page
    assert escaped(MARKUP) in page
    told = Question.of([("in", "us-ma"), ("title", MARKUP)])
    assert "<script>alert" not in memo_page(desk, Asked(desk.kb, told, TODAY))

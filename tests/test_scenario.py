"""Scenarios understood: what each phrase comes to, which statements cannot stand together, and what validation adds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from commands import GOOD, LAW
from tacenda.consistency import contradictions
from tacenda.errors import Problem, ScenarioError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.scenario import parse_day, read_scenario
from tacenda.taxonomy import Taxonomy, Term
from tacenda.validation import scenario_triples, validate_scenario
from tacenda.vocabulary import expand, tac

FOLDERS = (LAW,)


def read(text: str) -> Scenario:
    scenario, _ = read_scenario("client.yaml", text, folders=FOLDERS)
    return scenario


def refused(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        read(text)
    return [str(problem) for problem in raised.value.problems]


def test_every_key_comes_to_its_value() -> None:
    scenario, kb = read_scenario(GOOD / "every-key.yaml", folders=FOLDERS)
    assert scenario == Scenario(
        jurisdiction="us-zz",
        title="Every key: a title may have a colon in it",
        as_of=date(2015, 6, 30),
        context="court",
        professional=expand("prof:SocialWorker"),
        roles={
            "client": expand("person:AdultClient"),
            "proceeding": expand("proc:ChildCustody"),
            "court": expand("court:StateCourt"),
            "process": expand("process:Subpoena"),
        },
        facts=(expand("fact:ClientRelationship"), expand("fact:Communication")),
        closed=True,
        where=str(GOOD / "every-key.yaml"),
    )
    assert [pack.code for pack in kb.packs] == ["us-zz"]


def test_a_jurisdiction_may_be_put_in_place_of_the_files_own() -> None:
    scenario, _ = read_scenario(GOOD / "child.yaml", folders=FOLDERS, jurisdiction="us")
    assert scenario.jurisdiction == "us"


def test_a_jurisdiction_put_in_its_place_may_be_wrong_too() -> None:
    with pytest.raises(ScenarioError) as raised:
        read_scenario(GOOD / "child.yaml", folders=FOLDERS, jurisdiction="us-zy")
    assert raised.value.problems == (Problem("unknown jurisdiction `us-zy`", "--in", "did you mean `us-zz`?"),)


def test_the_same_phrase_twice_is_one_fact() -> None:
    scenario = read("jurisdiction: us-zz\nfacts: [client relationship, CLIENT  relationship, fact:ClientRelationship]")
    assert scenario.facts == (expand("fact:ClientRelationship"),)


def test_a_day_is_written_in_one_way() -> None:
    assert parse_day("2024-02-29") == date(2024, 2, 29)
    with pytest.raises(ValueError, match="day"):
        parse_day("2023-02-29")
    for text in ("20240229", "2024-W09-4", "2024-2-29", "٢٠٢٤-٠٢-٢٩", "2024-02-29T00:00", "x"):
        with pytest.raises(ValueError, match=f"^{text}$"):
            parse_day(text)


def test_a_contradiction_names_both_statements_and_both_lines() -> None:
    assert refused("jurisdiction: us-zz\nfacts:\n- client told it in therapy\nnot:\n- client relationship\n") == [
        "client.yaml:5: the scenario contradicts itself: `client told it in therapy` is stated (line 3), "
        "but `client relationship`, which it implies, is denied"
    ]


def taxonomy() -> Taxonomy:
    """`Narrow` below `Wide`, `Apart` disjoint with it; `Whole` is `One` and `Two`; `ByRole` a professional `Kind`."""
    names = ("Wide", "Narrow", "Apart", "One", "Two", "Whole", "ByRole", "Kind", "KindOfKind", "Other")
    iris = {name: tac(name) for name in names}
    facts = names[:7]
    above = {iris[name]: {tac("Scenario")} for name in facts}
    above[iris["Narrow"]].add(iris["Wide"])
    above[iris["Whole"]] |= {iris["One"], iris["Two"]}
    above[iris["KindOfKind"]] = {iris["Kind"]}
    return Taxonomy(
        {iri: Term(iri, name.lower()) for name, iri in iris.items()},
        {iri: frozenset(wide) for iri, wide in above.items()},
        {iris["Apart"]: frozenset({iris["Wide"]}), iris["Wide"]: frozenset({iris["Apart"]})},
        {iris["ByRole"]: (tac("professional"), iris["Kind"])},
        {iris["Whole"]: (iris["One"], iris["Two"])},
        {},
    )


@pytest.mark.parametrize(
    ("facts", "denied", "professional", "told"),
    [
        ("Wide", "Narrow", None, None),
        ("Narrow", "One", None, None),
        ("ByRole", "", "Kind", None),
        ("", "ByRole", "Other", None),
        ("One", "Whole", None, None),
        ("Wide", "Wide", None, "`wide` is stated, but `wide` is denied"),
        ("Narrow", "Wide", None, "`narrow` is stated, but `wide`, which it implies, is denied"),
        ("Narrow Apart", "", None, "`narrow` is stated, but so is `apart`, which excludes it"),
        ("ByRole", "", "Other", "the professional is `other`, but `byrole` is stated"),
        ("", "ByRole", "KindOfKind", "the professional is `kindofkind`, but `byrole` is denied"),
        ("One Two", "Whole", None, "`one` and `two` are stated, but `whole` is denied"),
        ("Whole", "Two", None, "`whole` is stated, but `two`, which it implies, is denied"),
    ],
)
def test_statements_that_can_and_cannot_stand_together(
    facts: str, denied: str, professional: str | None, told: str | None
) -> None:
    scenario = Scenario(
        "us-zz",
        facts=tuple(map(tac, facts.split())),
        excluded=tuple(map(tac, denied.split())),
        professional=tac(professional) if professional else None,
        where="client.yaml",
    )
    expected = [Problem(f"the scenario contradicts itself: {told}", "client.yaml")] if told else []
    assert contradictions(taxonomy(), scenario) == expected


def test_validation_tells_of_everything_at_once(tmp_path: Path) -> None:
    path = tmp_path / "client.yaml"
    path.write_text("jurisdiction: us-zz\nas_of: soon\nfacts: [client relationshipp]\n")
    assert validate_scenario(path, folders=FOLDERS) == [
        Problem("`soon` is not a date", f"{path}:2", "write it as 2026-11-22"),
        Problem("unknown fact `client relationshipp`", f"{path}:3", "did you mean `client relationship`?"),
    ]


def test_a_scenario_in_rdf_says_what_the_file_says() -> None:
    scenario, kb = read_scenario(GOOD / "every-key.yaml", folders=FOLDERS)
    found = sorted(f"{t.predicate.value.rpartition('/')[2]} {t.object}" for t in scenario_triples(kb, scenario))
    base = "<https://w3id.org/tacenda/"
    kind = "22-rdf-syntax-ns#type"
    assert found == sorted(
        [
            f"{kind} {base}Scenario>",
            f"{kind} {base}fact/ClientRelationship>",
            f"{kind} {base}fact/Communication>",
            f"{kind} {base}profession/SocialWorker>",
            f"{kind} {base}person/AdultClient>",
            f"{kind} {base}proceeding/ChildCustody>",
            f"{kind} {base}court/StateCourt>",
            f"{kind} {base}process/Subpoena>",
            *(
                f"{role} <{scenario.iri}#{key}>"
                for role, key in [
                    ("professional", "professional"),
                    ("client", "client"),
                    ("proceeding", "proceeding"),
                    ("forum", "court"),
                    ("process", "process"),
                ]
            ),
            f"jurisdiction {base}jurisdiction/us-zz>",
            f"context {base}Court>",
            'closed "true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
            'asOf "2015-06-30"^^<http://www.w3.org/2001/XMLSchema#date>',
            'title "Every key: a title may have a colon in it"',
        ]
    )


def test_what_ships_as_a_scenario_is_valid() -> None:
    from tacenda.resources import folder

    found = {path.name: validate_scenario(path) for path in sorted((folder("kb") / "scenarios").glob("*.yaml"))}
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_an_unknown_jurisdiction_does_not_hide_the_other_problems() -> None:
    assert refused("jurisdiction: nowhere\nfacts: [client relationshipp]\n") == [
        "client.yaml:1: unknown jurisdiction `nowhere` · the jurisdictions are "
        + ", ".join(pack.code for pack in KnowledgeBase.open(folders=FOLDERS).packs),
        "client.yaml:2: unknown fact `client relationshipp` · did you mean `client relationship`?",
    ]

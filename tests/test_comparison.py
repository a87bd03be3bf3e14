"""Two states on one scenario: what each says, and why they differ, for each way in which law can differ."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from commands import process, tacenda
from tacenda import vocabulary as v
from tacenda.comparison import Comparison, compare, compare_topic
from tacenda.comparison.page import as_page, comparison_map, topic_map
from tacenda.errors import LawError, ScenarioError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario

DAY = date(2026, 11, 22)
PRECAUTIONS, PUBLIC, WARN = map(v.expand, ("act:TakePrecautions", "act:DiscloseToPublic", "act:WarnVictim"))
DANGER = ("fact:ClientRelationship", "fact:SeriousDangerToOthers", "fact:VictimIdentified")

DUTY = """
    a tac:Obligation ; rdfs:label "protect the victim"@en ; tac:pinpoint "(a)" ; tac:context tac:Practice ;
    tac:bearer role:Therapist ; tac:holder role:PotentialVictim ; tac:act act:TakePrecautions ; tac:status tac:Read"""
SECRECY = """
    a tac:Prohibition ; rdfs:label "keep it secret"@en ; tac:pinpoint "(b)" ; tac:context tac:Practice ;
    tac:bearer role:Therapist ; tac:holder role:Client ; tac:act act:Disclose ; tac:status tac:Read"""
WARNING = """
    a tac:Exception ; rdfs:label "to warn"@en ; tac:pinpoint "(c)" ; tac:act act:WarnVictim ; tac:status tac:Read"""
_NONE = """
    a tac:Absence ; rdfs:label "no duty to protect"@en ; tac:pinpoint "(z)" ; tac:lacks tac:Obligation ;
    tac:act act:TakePrecautions ; tac:topic topic:DutyToProtect ; tac:status tac:Read"""
_UNKNOWN = "; tac:noAuthorityFound topic:DutyToProtect"
_LIFTING = f"{WARNING} ; tac:lifts OWN:s1.secrecy ; tac:allOf ( fact:SeriousDangerToOthers )"
_TWO = f"{DUTY} ; tac:binds prof:Psychologist , prof:SocialWorker"
_ONE = f"{DUTY} ; tac:binds prof:SocialWorker"
_WORD = 'rdfs:subClassOf prof:MentalHealthCounselor ; rdfs:label "licensed counselor of Alpha"@en'
_WAYS = "tac:dischargedBy [ tac:anyOf ( act:WarnVictim act:NotifyLawEnforcement ) ]"
PAIRS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "lacking": ({"duty": DUTY}, {"secrecy": SECRECY}),
    "absent": ({"duty": DUTY}, {"none": _NONE}),
    "unfound": (
        {"duty": f"{DUTY} ; tac:binds prof:Psychologist ; tac:allOf ( fact:SeriousDangerToOthers )"},
        {"": _UNKNOWN},
    ),
    "professions": ({"duty": _TWO}, {"duty": _ONE}),
    "conditions": (
        {"duty": f"{DUTY} ; tac:allOf ( fact:SeriousDangerToOthers )"},
        {"duty": f"{DUTY} ; tac:allOf ( fact:SeriousDangerToOthers fact:ExplicitThreat )"},
    ),
    "barred": ({"duty": DUTY}, {"duty": f"{DUTY} ; tac:noneOf ( fact:VictimIdentified )"}),
    "lifted": ({"secrecy": SECRECY}, {"secrecy": SECRECY, "warning": _LIFTING}),
    "later": ({"duty": DUTY}, {"duty": f'{DUTY} ; tac:inForceFrom "2030-01-01"^^xsd:date'}),
    "terms": (
        {"duty": f'{DUTY} ; tac:deadline [ tac:manner tac:Oral ; tac:within "immediately" ]'},
        {"duty": f"{DUTY} ; {_WAYS}"},
    ),
    "open": ({"duty": DUTY}, {"duty": f"{DUTY} ; tac:allOf ( fact:ExplicitThreat )"}),
    "close": (
        {"duty": DUTY.replace("act:TakePrecautions", "act:ReportToElderProtection")},
        {
            "duty": DUTY.replace("act:TakePrecautions", "act:ReportToAdultProtection")
            + "; tac:allOf ( fact:ExplicitThreat )"
        },
    ),
    "words": (
        {"duty": DUTY, "Counselor": f"a owl:Class ; {_WORD}"},
        {"duty": f"{DUTY} ; tac:binds prof:MentalHealthCounselor"},
    ),
}
"""The law of Alpha and that of Beta, for each way in which two laws can differ."""


def codes(pair: str) -> tuple[str, str]:
    """The short names of the two states of a pair."""
    number = list(PAIRS).index(pair)
    return f"us-a{number}", f"us-b{number}"


def write(home: Path, code: str, name: str, norms: dict[str, str]) -> None:
    """A pack with one statute; what has no name is said of the jurisdiction."""
    prefixes = {**v.PREFIXES, code: f"{v.BASE}{code}/"}
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    folder = home / code
    folder.mkdir()
    place = (
        f'jurisdiction:{code} a tac:Jurisdiction ; rdfs:label "{name}"@en ; tac:code "{code}" {norms.get("", "")} .\n'
    )
    place += "".join(f"{code}:{word} {text} .\n" for word, text in norms.items() if word[:1].isupper())
    folder.joinpath("jurisdiction.ttl").write_text(head + place, "utf-8")
    law = f'{code}:s1 a tac:Statute ; tac:jurisdiction jurisdiction:{code} ; tac:citation "{name} Code § 1" ;'
    law += ' rdfs:label "the section"@en .\n'
    for norm, text in norms.items():
        if norm[:1].islower():
            law += f"{code}:s1.{norm} {text.replace('OWN:', f'{code}:')} ; dcterms:source {code}:s1 .\n"
    folder.joinpath("s1.ttl").write_text(head + law, "utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all the packs."""
    found = tmp_path_factory.mktemp("packs")
    for pair, laws in PAIRS.items():
        for code, name, norms in zip(codes(pair), ("Alpha", "Beta"), laws, strict=True):
            write(found, code, name, norms)
    return found


@pytest.fixture(scope="module")
def law(home: Path) -> KnowledgeBase:
    """All of them in one law base."""
    return KnowledgeBase.open(*(code for pair in PAIRS for code in codes(pair)), folders=[home])


def both(law: KnowledgeBase, pair: str, professional: str = "prof:Psychologist", *, closed: bool = True) -> Comparison:
    """Both states of a pair on a client who endangers someone who can be made out."""
    one, other = codes(pair)
    asked = Scenario(
        one, as_of=DAY, professional=v.expand(professional), facts=tuple(map(v.expand, DANGER)), closed=closed
    )
    return compare(law, asked, [one, other])


def told(found: Comparison, act: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The statuses of an act, and the kinds and texts of the reasons why they differ."""
    row = found.row("practice", act)
    statuses = [cell.status.value for cell in row.cells]
    return statuses, [(reason.kind, reason.text) for one in row.differences for reason in one.reasons]


def test_a_duty_that_one_has_and_the_other_lacks(law: KnowledgeBase) -> None:
    assert told(both(law, "lacking"), PRECAUTIONS) == (
        ["required", "permitted"],
        [("not encoded", "Alpha: protect the victim (Alpha Code § 1(a)); no such obligation of Beta is encoded")],
    )


def test_acts_that_overlap_stand_in_one_row(law: KnowledgeBase) -> None:
    found = both(law, "close", closed=False)
    elders, adults = "act:ReportToElderProtection", "act:ReportToAdultProtection"
    row = found.row("practice", elders)
    assert [(v.shorten(cell.act), cell.status.value) for cell in row.cells] == [
        (elders, "required"),
        (adults, "unsettled"),
    ]
    assert found.row("practice", adults) is row
    ((why,),) = (one.reasons for one in row.differences)
    assert why.kind == "open"
    assert (
        why.text
        == f"Beta: protect the victim (Beta Code § 1(a)) turns on: {law.label(v.expand('fact:ExplicitThreat'))}"
    )
    assert "in Beta this is: report abuse of a vulnerable adult to the adult-protection agency" in str(found)
    (told,) = [one for one in found.to_dict()["rows"] if one["act"] == elders]  # type: ignore[attr-defined]
    assert [told["positions"][code]["act"] for code in codes("close")] == [elders, adults]
    assert [line["about"] for line in csv.DictReader(io.StringIO(found.to_csv())) if line["act"] == elders] == [
        elders,
        adults,
    ]


def test_a_duty_that_an_authority_says_is_not_there(law: KnowledgeBase) -> None:
    assert told(both(law, "absent"), PRECAUTIONS)[1] == [
        (
            "no counterpart",
            "Alpha: protect the victim (Alpha Code § 1(a)); Beta has none: no duty to protect (Beta Code § 1(z))",
        )
    ]


def test_a_topic_on_which_nothing_was_found(law: KnowledgeBase) -> None:
    assert told(both(law, "unfound"), PRECAUTIONS)[1] == [
        (
            "no counterpart",
            "Alpha: protect the victim (Alpha Code § 1(a)); no authority on duty to protect others was found in Beta",
        )
    ]


def test_another_list_of_professions(law: KnowledgeBase) -> None:
    assert told(both(law, "professions"), PRECAUTIONS) == (
        ["required", "permitted"],
        [("profession", "Beta: protect the victim (Beta Code § 1(a)) speaks to social worker only")],
    )


def test_another_condition(law: KnowledgeBase) -> None:
    asks = "asks for: explicit threat to kill or inflict serious bodily injury"
    assert told(both(law, "conditions"), PRECAUTIONS) == (
        ["required", "permitted"],
        [("condition", f"Beta: protect the victim (Beta Code § 1(a)) {asks}")],
    )


def test_something_that_bars_the_one_and_not_the_other(law: KnowledgeBase) -> None:
    bars = "does not hold where: reasonably identified victim"
    assert told(both(law, "barred"), PRECAUTIONS)[1] == [
        ("condition", f"Beta: protect the victim (Beta Code § 1(a)) {bars}")
    ]


def test_an_exception_that_frees_the_act_in_one(law: KnowledgeBase) -> None:
    found = both(law, "lifted")
    assert told(found, WARN) == (
        ["forbidden", "permitted"],
        [("exception", "Beta: keep it secret (Beta Code § 1(b)) gives way: to warn (Beta Code § 1(c))")],
    )
    assert told(found, PUBLIC) == (["forbidden", "forbidden"], [])


def test_a_duty_that_is_not_law_yet(law: KnowledgeBase) -> None:
    assert told(both(law, "later"), PRECAUTIONS)[1] == [
        ("date", "Beta: protect the victim (Beta Code § 1(a)) is law only from 2030-01-01")
    ]


def test_the_same_duty_with_another_deadline_and_another_way_out(law: KnowledgeBase) -> None:
    found = both(law, "terms")
    assert found.row("practice", PRECAUTIONS).differs
    assert told(found, PRECAUTIONS) == (
        ["required", "required"],
        [
            ("deadline", "deadline: Alpha: oral immediately; Beta: none is named"),
            (
                "discharge",
                "discharged by: Alpha: the act itself; "
                "Beta: any one of: warn the identified victim; notify law enforcement of the threat",
            ),
        ],
    )


def test_what_is_open_in_one_says_on_what_it_may_turn(law: KnowledgeBase) -> None:
    turns = "explicit threat to kill or inflict serious bodily injury"
    assert told(both(law, "open", closed=False), PRECAUTIONS) == (
        ["required", "unsettled"],
        [
            ("open", f"Beta: protect the victim (Beta Code § 1(a)) turns on: {turns}"),
        ],
    )


def test_a_word_of_one_state_is_read_elsewhere_as_the_nearest_that_all_share(law: KnowledgeBase) -> None:
    found = both(law, "words", professional=f"{v.BASE}{codes('words')[0]}/Counselor")
    assert found.readings == ("Beta: `licensed counselor of Alpha` is read as `mental health counselor`",)
    assert told(found, PRECAUTIONS)[0] == ["required", "required"]


def test_one_jurisdiction_is_no_comparison(law: KnowledgeBase) -> None:
    one, _ = codes("open")
    with pytest.raises(ScenarioError, match="name two jurisdictions or more"):
        compare(law, Scenario(one, as_of=DAY), [one, one])


def test_a_topic_side_by_side(law: KnowledgeBase) -> None:
    one, other = codes("unfound")
    alpha, beta = compare_topic(law, "duty-to-protect", [one, other], DAY).profiles
    assert (str(alpha.regime), str(beta.regime)) == ("required", "no authority found")
    assert alpha.features["trigger"] == (
        "required: protect the victim, if serious danger to others (Alpha Code § 1(a))",
    )
    assert alpha.features["who"] == ("psychologist (Alpha Code § 1(a))",)
    assert alpha.features["who holds"] == ("potential victim (Alpha Code § 1(a))",)
    assert set(beta.features.values()) == {()}
    assert str(compare_topic(law, "firearms", [one], DAY).profiles[0].regime) == "not yet looked at"
    absent = compare_topic(law, "duty-to-protect", [codes("absent")[1]], DAY).profiles[0]
    assert str(absent.regime) == "none (no duty to protect)"


def test_an_unknown_topic_is_told_with_the_nearest(law: KnowledgeBase) -> None:
    with pytest.raises(LawError) as error:
        compare_topic(law, "duty-to-protekt", [codes("open")[0]], DAY)
    assert str(error.value) == "unknown topic `duty-to-protekt` · did you mean `duty-to-protect`?"


def test_every_form_says_the_same(law: KnowledgeBase) -> None:
    found = both(law, "professions")
    one, other = found.codes
    why = "Beta: protect the victim (Beta Code § 1(a)) speaks to social worker only"
    row = next(row for row in found.to_dict()["rows"] if row["act"] == "act:TakePrecautions")
    assert {code: cell["status"] for code, cell in row["positions"].items()} == {
        one: "required",
        other: "permitted",
    }
    assert row["differences"] == [
        {
            "between": [one, other],
            "reasons": [
                {
                    "kind": "profession",
                    "text": why,
                    "norm": {"norm": f"{one}:s1.duty", "citation": "Alpha Code § 1(a)"},
                    "counterpart": {"norm": f"{other}:s1.duty", "citation": "Beta Code § 1(a)"},
                    "absence": None,
                    "facts": ["social worker"],
                }
            ],
        }
    ]
    lines = [line for line in csv.DictReader(io.StringIO(found.to_csv())) if line["act"] == "act:TakePrecautions"]
    assert [(line["jurisdiction"], line["status"], line["differs_because"]) for line in lines] == [
        (one, "required", ""),
        (other, "permitted", why),
    ]
    assert why in " ".join(str(found).split())
    triples = {str(quad.triple) for quad in parse(found.to_turtle(), format=RdfFormat.TURTLE)}
    assert any(f'"{why}"@en' in triple for triple in triples)
    assert sum("ComparedPosition" in triple for triple in triples) == 2
    page = as_page(found)
    assert why in page
    assert "<script" not in page
    assert page.count("<h1>") == 1


def test_the_map_names_each_state_and_what_it_says() -> None:
    kb = KnowledgeBase.open("us-ma")
    svg = topic_map(compare_topic(kb, "duty-to-protect", ["us-ma"], DAY))
    assert "<title>Massachusetts: required and permitted</title>" in svg
    assert svg.count("<rect") > 51
    asked = Scenario("us-ma", as_of=DAY, professional=v.expand("prof:Psychologist"), closed=True)
    found = compare(kb, asked, ["us-ma", "us"])
    assert "<title>Massachusetts: permitted</title>" in comparison_map(found, "practice", "act:TakePrecautions")


def test_the_command_compares_and_writes_files(home: Path, tmp_path: Path) -> None:
    one, other = codes("lacking")
    case = tmp_path / "case.yaml"
    case.write_text(f"jurisdiction: {one}\nas_of: 2026-11-22\nfacts: [serious danger to others]\nclosed: true\n")
    ours = ("--in", f"{one},{other}", "--kb", str(home))
    out = tacenda("compare", str(case), *ours, "--format", "json", "--act", "take reasonable precautions")
    assert (out.code, out.err) == (0, "")
    assert [row["act"] for row in json.loads(out.out)["rows"]] == ["act:TakePrecautions"]
    page = tmp_path / "page.html"
    assert tacenda("compare", str(case), *ours, "-o", str(page)).err == f"{page} is written\n"
    assert "Alpha" in page.read_text("utf-8")
    out = tacenda("compare", "--topic", "duty-to-protect", *ours, "--format", "csv")
    assert out.out.splitlines()[1] == f"duty-to-protect,{one},regime,required"


def test_every_run_says_the_same() -> None:
    arguments = "compare", "suspected-child-abuse", "--in", "us-ma,us", "--format", "json"
    one, other = (process(*arguments, env={"PYTHONHASHSEED": seed}) for seed in "12")
    assert one.code == 0
    assert one.out == other.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a scenario, or a topic with --topic, and not both"),
        (("suspected-child-abuse", "--in", "us-ma,us-maa"), "unknown jurisdiction `us-maa` · did you mean `us-ma`?"),
        (("suspected-child-abuse", "--in", "us-ma,us", "--act", "act:Wran"), "unknown act `act:Wran`"),
        (("suspected-child-abuse", "--in", "us-ma,us", "--format", "svg"), "a map shows one act: name it with --act"),
        (("suspected-child-abuse", "--in", "us-ma"), "name two jurisdictions or more to compare"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], message: str) -> None:
    result = tacenda("compare", *arguments)
    assert result.code in (2, 3)
    assert message in result.err
    assert "Traceback" not in result.err

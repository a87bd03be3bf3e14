"""What each command gives: answers in every form, the keys of the contract, results and messages apart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from commands import BAD, CHILD, GOOD, LAW, OURS, Result, ask, tacenda

Golden = Callable[[str, str], None]


def told(result: Result) -> str:
    """What a run said, without what changes from one run to another."""
    out = re.sub(r"sha256:[0-9a-f]{64}", "sha256:…", result.out)
    return f"exit {result.code}\n--- stdout\n{out}--- stderr\n{result.err}"


def test_an_answer_in_json_has_the_keys_of_the_contract() -> None:
    answer = json.loads(ask().out)
    assert list(answer) == [
        "scenario",
        "jurisdictions",
        "as_of",
        "closed",
        "engine",
        "law_base",
        "warnings",
        "disclaimer",
        "contexts",
        "ask_next",
    ]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", answer["law_base"])
    assert {key: answer[key] for key in list(answer)[:5]} == {
        "scenario": "A client tells her social worker that her brother beats his son",
        "jurisdictions": ["us-zz"],
        "as_of": "2026-11-22",
        "closed": False,
        "engine": "compiled",
    }
    assert answer["ask_next"][:1] == [
        {
            "fact": "fact:Communication",
            "role": None,
            "label": "communication with the client",
            "yes": 40,
            "no": 42,
            "expected": 41.0,
            "positions": 42,
        }
    ]
    practice, court = answer["contexts"]
    assert list(practice) == ["context", "positions", "open_questions", "norms", "correlatives"]
    assert (practice["context"], court["context"]) == ("practice", "court")
    assert practice["norms"] == [
        {
            "norm": "us-zz:s1.silence",
            "kind": "Prohibition",
            "label": "a social worker must not disclose what was learned from a client",
            "holds": True,
            "citation": "Z.C. § 1(a)",
            "words": "shall not disclose",
            "review": "checked",
        },
        {
            "norm": "us-zz:s1.consent",
            "kind": "Exception",
            "label": "the client consents in writing",
            "holds": False,
            "citation": "Z.C. § 1(b)",
            "words": "unless the client consents in writing",
            "review": "read",
        },
        {
            "norm": "us-zz:s2.report",
            "kind": "Obligation",
            "label": "a professional must report child abuse",
            "holds": True,
            "citation": "Z.C. § 2(a)",
            "words": "shall immediately report",
            "review": "checked",
        },
    ]
    assert {norm["norm"]: norm["holds"] for norm in court["norms"]} == {
        "us-zz:s1.privilege": None,
        "us-zz:s1.examination": None,
    }


def position(context: str, act: str, *arguments: str, scenario: str = CHILD) -> dict[str, object]:
    answer = json.loads(ask(*arguments, scenario=scenario).out)
    found = next(c for c in answer["contexts"] if c["context"] == context)["positions"]
    chosen: dict[str, object] = next(p for p in found if p["act"] == act)
    return chosen


def test_a_position_in_json_has_the_keys_of_the_contract() -> None:
    found = position("practice", "act:ReportToChildProtection")
    assert found == {
        "act": "act:ReportToChildProtection",
        "label": "report child abuse to the child-protection agency",
        "status": "required",
        "required": True,
        "forbidden": False,
        "privileged": False,
        "because": ["us-zz:s2.report"],
        "citations": ["Z.C. § 2(a)"],
        "words": ["shall immediately report"],
        "review": "checked",
        "depends_on": [],
        "depends_on_exact": True,
        "would_be": {},
        "would_be_complete": True,
        "open_questions": [],
        "lifted": [{"norm": "us-zz:s1.silence", "by": ["us-zz:s2.report"]}],
        "limited_by": [],
        "deadline": {"oral": "immediately", "written": "PT48H"},
        "discharge": {"any_of": ["act:ReportToChildProtection", "act:NotifyPersonInCharge"]},
        "holder": ["the child"],
        "bearer": ["the therapist"],
        "recipient": ["the child-protection agency"],
        "standard": ["reasonable cause to believe"],
    }


def test_an_open_position_in_json_says_what_it_depends_on_and_what_it_would_be() -> None:
    found = position("court", "act:DiscloseInCourt")
    assert {key: found[key] for key in ("status", "required", "forbidden", "privileged", "depends_on", "would_be")} == {
        "status": "unsettled",
        "required": False,
        "forbidden": False,
        "privileged": None,
        "depends_on": ["fact:Communication"],
        "would_be": {"privileged": [{"fact:Communication": True}], "permitted": [{"fact:Communication": False}]},
    }


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", ()),
        ("ask-explain", ("--explain", "--context", "practice")),
        ("ask-suppose-not", ("--suppose-not", "learned in a professional capacity", "--context", "practice")),
        ("ask-suppose", ("--suppose", "client consents in writing", "--context", "practice")),
        ("ask-suppose-in-vain", ("--suppose", "communication with the client", "--context", "practice")),
        ("ask-before-the-law", ("--as-of", "2005-01-01")),
    ],
)
def test_an_answer_in_text(name: str, arguments: tuple[str, ...], golden: Golden) -> None:
    golden(f"cli/{name}.txt", told(ask("--format", "text", *arguments)))


def test_the_law_of_another_day() -> None:
    norms = {n["norm"] for c in json.loads(ask("--as-of", "2005-01-01").out)["contexts"] for n in c["norms"]}
    assert norms == {"us-zz:s1.silence", "us-zz:s1.consent", "us-zz:s1.privilege", "us-zz:s1.examination"}
    early = json.loads(ask("--as-of", "2000-01-01").out)
    assert [c["norms"] for c in early["contexts"]] == [[], []]


def test_without_a_date_the_law_of_today_is_asked_about_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "undated.yaml"
    path.write_text("jurisdiction: us-zz\nprofessional: social worker\n")
    before = date.today()
    result = ask(scenario=str(path))
    day = json.loads(result.out)["as_of"]
    assert before.isoformat() <= day <= date.today().isoformat()
    assert result.err == f"no date is given, so the law of today, {day}, is asked about\n"


def test_a_closed_reading_settles_what_is_not_stated() -> None:
    assert json.loads(ask("--closed").out)["closed"] is True
    assert position("court", "act:DiscloseInCourt", "--closed")["status"] == "permitted"


def test_one_context_or_another_jurisdiction_may_be_asked_about() -> None:
    answer = json.loads(ask("--context", "court").out)
    assert [context["context"] for context in answer["contexts"]] == ["court"]
    assert json.loads(ask("--in", "us").out)["jurisdictions"] == ["us"]


def test_all_lists_every_position() -> None:
    brief, full = (ask("--format", "text", *more).out for more in ((), ("--all",)))
    assert "listed with --all" in brief
    assert "listed with --all" not in full
    labels = [p["label"] for c in json.loads(ask().out)["contexts"] for p in c["positions"]]
    squeezed = re.sub(r"[\s│]+", "", full)
    assert [label for label in labels if re.sub(r"\s+", "", label) not in squeezed] == []


def test_what_moved_is_in_the_json() -> None:
    answer = json.loads(ask("--suppose-not", "learned in a professional capacity").out)
    assert answer["supposed"] == {"true": [], "false": ["learned in a professional capacity"]}
    assert answer["moved"] == [
        {
            "context": "practice",
            "act": "act:ReportToChildProtection",
            "label": "report child abuse to the child-protection agency",
            "before": "required",
            "after": "forbidden",
        }
    ]


def test_the_answer_as_turtle_is_turtle() -> None:
    from pyoxigraph import RdfFormat, parse

    result = ask("--format", "ttl")
    assert result.code == 0
    found = {str(quad.triple) for quad in parse(result.out, format=RdfFormat.TURTLE)}
    practice = "<urn:tacenda:scenario#practice>"
    requires = "<https://w3id.org/tacenda/requires>"
    assert f"{practice} {requires} <https://w3id.org/tacenda/act/ReportToChildProtection>" in found


def test_a_scenario_from_standard_input() -> None:
    by_name, by_stdin = ask(), tacenda("ask", "-", *OURS, stdin=(GOOD / "child.yaml").read_bytes())
    assert by_stdin == by_name


def test_validate_tells_of_every_file_and_exits_with_the_worst(tmp_path: Path) -> None:
    broken, wrong, missing = (
        str(path) for path in (BAD / "broken.yaml", BAD / "wrong-date.yaml", tmp_path / "none.yaml")
    )
    result = tacenda("validate", CHILD, wrong, *OURS)
    assert result.code == 1
    assert json.loads(result.out) == [
        {"scenario": CHILD, "problems": []},
        {
            "scenario": wrong,
            "problems": [
                {"where": f"{wrong}:2", "message": "`22 November 2026` is not a date", "hint": "write it as 2026-11-22"}
            ],
        },
    ]
    result = tacenda("validate", missing, broken, CHILD, wrong, *OURS, "--format", "text")
    assert result.code == 3
    assert result.err == ""
    assert [line.partition(": ")[0] for line in result.out.splitlines()] == [
        missing,
        f"{broken}:8",
        CHILD,
        f"{wrong}:2",
    ]
    assert tacenda("validate", CHILD, *OURS, "--format", "text") == Result(0, f"{CHILD}: nothing wrong\n", "")


@pytest.mark.parametrize("arguments", [["us-zz"], ["us-zz", "s1"], ["us-zz", "s1", "--tree"], ["us-zz", "--tree"]])
def test_show(arguments: list[str], golden: Golden) -> None:
    golden(
        f"cli/show {' '.join(arguments)}.txt".replace(" --", "-").replace(" ", "-"),
        told(tacenda("show", *arguments, *OURS)),
    )


def test_a_provision_is_found_by_its_citation_too() -> None:
    assert tacenda("show", "us-zz", "Z.C. § 1", *OURS) == tacenda("show", "us-zz", "s1", *OURS)


LIST = "SELECT ?norm ?words { ?norm tac:words ?words ; dcterms:source us-zz:s2 }"


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_query_in_each_form(form: str, golden: Golden) -> None:
    golden(f"cli/query-{form}.txt", told(tacenda("query", "-", *OURS, "--format", form, stdin=LIST.encode())))


def test_a_query_from_a_file_with_a_parameter_and_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "holds.rq"
    path.write_text(
        "#+ summary: Norms that hold.\n#+ over: scenario\n"
        "SELECT DISTINCT ?norm { ?s tac:governedBy ?norm . ?norm a ?kind }"
    )
    arguments = ("query", str(path), *OURS, "--scenario", CHILD, "--format", "csv", "-p")
    assert tacenda(*arguments, "kind=tac:Obligation") == Result(0, "norm\nus-zz:s2.report\n", "")
    assert tacenda(*arguments, "kind=prohibition") == Result(0, "norm\nus-zz:s1.silence\n", "")


def test_forms_that_a_result_cannot_take_are_told() -> None:
    result = tacenda("query", "-", *OURS, "--format", "ttl", stdin=LIST.encode())
    assert result == Result(3, "", "a table cannot be written as Turtle · use `--format csv`, or a CONSTRUCT query\n")
    graph = b"CONSTRUCT WHERE { us-zz:s2 tac:citation ?c }"
    result = tacenda("query", "-", *OURS, "--format", "csv", stdin=graph)
    assert result == Result(3, "", "a graph cannot be written as csv · use `--format ttl`\n")
    assert tacenda("query", "-", *OURS, "--format", "ttl", stdin=graph).out.endswith(
        'us-zz:s2 tac:citation "Z.C. § 2" .\n'
    )


def test_without_a_name_the_queries_are_listed() -> None:
    from tacenda.queries import library

    found = json.loads(tacenda("query").out)
    assert found == [
        {"name": q.name, "summary": q.summary, "parameters": dict(q.parameters)} for q in library().values()
    ]
    assert [q["name"] for q in found if not q["summary"]] == []


def test_the_limits_of_a_query_are_told() -> None:
    everything = b"SELECT * { ?a ?b ?c }"
    result = tacenda("query", "-", *OURS, "--rows", "2", stdin=everything)
    assert result == Result(3, "", "standard input: more than 2 rows · add LIMIT, or allow more with `--rows`\n")


def test_check_and_test_exit_with_one_when_something_is_wrong(tmp_path: Path) -> None:
    assert tacenda("check", str(LAW), "--format", "text") == Result(0, "nothing wrong\n", "")
    wrong = tmp_path / "us-zz"
    wrong.mkdir()
    (wrong / "s1.ttl").write_text("not turtle")
    result = tacenda("check", str(wrong), "--format", "text")
    assert (result.code, result.err) == (1, "")
    assert result.out.startswith(f"{wrong / 's1.ttl'}:1: not Turtle")

"""Law tests: a case fails when the answer or its reasons differ, and a malformed one is told by its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import LAW, tacenda
from tacenda.errors import Problem, SourceError
from tacenda.lawtest import Failure, cases, run, summary

FOLDERS = (LAW,)
CASES = """\
law: us-zz/s1
written_by: nobody
cases:
  - name: A social worker keeps silent
    jurisdiction: us-zz
    professional: social worker
    facts: [client relationship]
    not: [client consents in writing]
    expect:
      - {act: tell the police, in: practice, is: forbidden, because: [us-zz:s1.silence], binds: [the therapist]}
      - {norm: us-zz:s1.consent, in: practice, holds: false}
      - {norm: us-zz:s2.report, in: court, holds: out of reach}

  - name: With consent the social worker may speak
    like: A social worker keeps silent
    and: [client consents in writing]
    expect:
      - {act: act:DiscloseToPublic, in: practice, is: permitted, because: []}
      - {norm: us-zz:s1.consent, holds: true, turns on: [client consents in writing]}

  - name: Before 2001 there was no such law
    like: A social worker keeps silent
    date: 2000-12-31
    expect: [{norm: us-zz:s1.silence, holds: out of reach, in: practice}]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(text)
    return path


def test_cases_that_come_out_as_written(tmp_path: Path) -> None:
    report = run([written(tmp_path, CASES)], FOLDERS)
    assert report.failures == []
    assert {norm.iri.rpartition("/")[2]: why for norm, why in report.uncovered()} == {
        "s1.silence": ["no case turns on `client relationship`"],
        "s1.privilege": [
            "it holds in no case",
            "no case turns on `client relationship`; `communication with the client`",
        ],
        "s1.examination": [
            "it holds in no case",
            "no pair of cases, one fact apart, shows it holding and failing",
            "no case turns on `examination ordered by a court`",
        ],
        "s2.report": [
            "it holds in no case",
            "no case turns on `learned in a professional capacity`; "
            "`reasonable cause to believe that a child is harmed`",
        ],
    }
    assert summary(report) == (
        "3 of 3 cases came out as written\n"
        "provision        norms  exceptions both ways  operands flipped\n"
        "us-zz:s1       2 of 4                1 of 2            1 of 5\n"
        "us-zz:s2       0 of 1                  none            0 of 2\n"
        "all            2 of 5                1 of 2            1 of 7\n"
        "add --uncovered for what is not covered, and why\n"
    )
    assert (
        summary(report, uncovered=True).splitlines()[-1]
        == "  us-zz:s2.report: no case turns on `learned in a professional capacity`; "
        "`reasonable cause to believe that a child is harmed`"
    )


def test_a_file_that_mirrors_a_provision_tells_of_that_one_alone(tmp_path: Path) -> None:
    folder = tmp_path / "us-zz"
    folder.mkdir()
    (folder / "s2.yaml").write_text(CASES)
    report = run([folder / "s2.yaml"], FOLDERS)
    assert [(row.source, str(row.norms), str(row.operands)) for row in report.coverage.by_provision()] == [
        ("https://w3id.org/tacenda/us-zz/s2", "0 of 1", "0 of 2")
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "is: permitted, because: []",
            "is: forbidden, because: []",
            "act:DiscloseToPublic in practice: `is` is permitted, not forbidden",
        ),
        (
            "because: [us-zz:s1.silence]",
            "because: [us-zz:s2.report]",
            "tell the police in practice: `because` is ['us-zz:s1.silence'], not ['us-zz:s2.report']",
        ),
        ("holds: true", "holds: false", "us-zz:s1.consent in practice: holds is true, not false"),
        (
            "turns on: [client consents in writing]",
            "turns on: [client relationship]",
            "us-zz:s1.consent in practice: `turns on` is ['client consents in writing'], not ['client relationship']",
        ),
        (
            "turns on: [client consents in writing]",
            "turns on: []",
            "us-zz:s1.consent in practice: `turns on` is ['client consents in writing'], not []",
        ),
        (
            "holds: out of reach, in: practice",
            "holds: true, in: practice",
            "us-zz:s1.silence does not reach the scenario in practice",
        ),
        ("act:DiscloseToPublic", "act:DiscloseToPublik", "unknown act `act:DiscloseToPublik`"),
        ("binds:", "bindz:", "unknown key `bindz` · did you mean `binds`?"),
        (
            "us-zz:s1.consent, holds",
            "us-zz:s1.konsent, holds",
            "no norm is called `us-zz:s1.konsent` · did you mean `us-zz:s1.consent`?",
        ),
    ],
)
def test_a_case_that_comes_out_otherwise(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in CASES
    path = written(tmp_path, CASES.replace(right, wrong))
    failures = run([path], FOLDERS).failures
    assert [failure.message for failure in failures] == [message]
    assert str(failures[0]) == f"{path}: {failures[0].case}: {message}"


def test_a_scenario_that_is_refused_is_a_failure(tmp_path: Path) -> None:
    path = written(tmp_path, CASES.replace("and: [client consents in writing]", "and: [client consents in writting]"))
    assert run([path], FOLDERS).failures == [
        Failure(
            str(path),
            "With consent the social worker may speak",
            "suppose: unknown fact `client consents in writting` · did you mean `client consents in writing`?",
        )
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem("the file is empty", "case.yaml")),
        ("hello\n", Problem("a law test is a mapping with a list `cases`", "case.yaml")),
        ("cases:\n - [\n", Problem("not YAML: did not find expected node content", "case.yaml:3")),
        ("cases:\n - x\n", Problem("each case has a `name`, a sentence", "case.yaml:2")),
        ("cases:\n - name: A\n   nam: B\n", Problem("unknown key `nam`", "case.yaml:2", "did you mean `name`?")),
        ("cases:\n - name: A\n   name: B\n", Problem("`name` is given twice", "case.yaml:3")),
        ("cases:\n - name: A\n   on: x\n", Problem("unknown key `True`", "case.yaml:2")),
        ("cases:\n - name: A\n", Problem("a case says in a list what to `expect`", "case.yaml:2")),
        ("cases:\n - name: A\n   like: B\n", Problem("no earlier case is called `B`", "case.yaml:2")),
        ("cases:\n - name: A\n   like: [B]\n", Problem("`like` takes one name", "case.yaml:2")),
        ("cases:\n - name: A\n   and: x\n", Problem("`and` takes a list of phrases", "case.yaml:2")),
        (
            "cases:\n - name: A\n   expect: [3]\n",
            Problem(
                "each expectation is a mapping, such as "
                "{in: practice, act: disclose client information, is: forbidden}",
                "case.yaml:2",
            ),
        ),
        (
            "cases:\n - name: A\n   expect: [{act: x, in: church, is: required}]\n",
            Problem("`in` is practice or court, not `church`", "case.yaml:2"),
        ),
        (
            "cases:\n - name: A\n   expect: [{norm: x, holds: maybe}]\n",
            Problem("`holds` is true, false, unknown or out of reach", "case.yaml:2"),
        ),
        (
            "cases:\n - name: A\n   expect: [{act: x, in: court}]\n",
            Problem("nothing is expected of `x`", "case.yaml:2"),
        ),
    ],
)
def test_a_malformed_case_is_told_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: Problem
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, text)
    with pytest.raises(SourceError) as raised:
        cases(Path("case.yaml"))
    assert raised.value.problems == (problem,)


def test_every_malformed_case_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "cases:\n - x\n - name: A\n   nam: B\n")
    with pytest.raises(SourceError) as raised:
        run([path])
    assert [problem.where for problem in raised.value.problems] == [f"{path}:2", f"{path}:3"]


def test_a_folder_without_law_tests_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no law tests there"):
        run([tmp_path])


def test_the_command_exits_with_one_when_a_case_fails(tmp_path: Path) -> None:
    path = written(tmp_path, CASES)
    assert tacenda("test", str(path), "--kb", str(LAW)).code == 0
    written(tmp_path, CASES.replace("holds: true", "holds: false"))
    result = tacenda("test", str(path), "--kb", str(LAW))
    assert (result.code, result.err) == (1, "")
    assert json.loads(result.out)["failures"] == [
        {
            "where": str(path),
            "case": "With consent the social worker may speak",
            "message": "us-zz:s1.consent in practice: holds is true, not false",
        }
    ]


def test_an_alias_may_stand_for_what_is_expected_twice(tmp_path: Path) -> None:
    text = CASES.replace("because: [us-zz:s1.silence]", "because: &why [us-zz:s1.silence]")
    more = "\n  - name: Silence again\n    like: A social worker keeps silent\n    expect:\n"
    more += "      - {act: tell the press or the public, in: practice, because: *why}\n"
    assert run([written(tmp_path, text + more)], FOLDERS).failures == []

"""Decided cases: what courts held beside what the law base says; where they part, the case says why.

`tests/decided/` has one file a decision. The law is that of the day on which the court decided; a case whose law has
changed since stands a second time, on today's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from commands import LAW, tacenda
from tacenda.decided import Verdict, table
from tacenda.errors import Problem, SourceError
from tacenda.lawtest import cases, run, summary

DECIDED = Path(__file__).parent / "decided"
FILES = sorted(DECIDED.rglob("*.yaml"))
CASE = """\
cases:
  - name: Roe v. Doe
    decision: Roe v. Doe, 1 Z. 1 (2020)
    decided by: Z. Sup. Ct.
    question: May the social worker tell the police?
    outcome: disclosure-prohibited
    held:
      - {act: tell the police, in: practice, is: forbidden}
    date: 2020-03-01
    jurisdiction: us-zz
    professional: social worker
    facts: [client relationship]
    not: [client consents in writing]
    expect:
      - {act: tell the police, in: practice, is: forbidden, because: [us-zz:s1.silence]}
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(DECIDED).with_suffix("").as_posix())
def test_decided(file: Path) -> None:
    assert [str(failure) for failure in run([file]).failures] == []


def test_the_table_of_outcomes(golden: Callable[[str, str], None]) -> None:
    golden("decided.txt", summary(run([DECIDED])))


def verdicts(tmp_path: Path, *changes: tuple[str, str]) -> tuple[list[Verdict], list[str]]:
    text = CASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "roe.yaml"
    path.write_text(text)
    report = run([path], (LAW,))
    return report.verdicts, [failure.message for failure in report.failures]


def test_a_case_that_comes_out_as_decided(tmp_path: Path) -> None:
    found, messages = verdicts(tmp_path)
    assert messages == []
    assert found == [Verdict("Roe v. Doe", "Roe v. Doe, 1 Z. 1 (2020)", "disclosure-prohibited", "agreed")]
    assert table(found) == [
        "outcome in court          agreed  disagreed  unsettled",
        "disclosure-prohibited          1          0          0",
        "all                            1          0          0",
    ]


def test_a_case_that_comes_out_otherwise_says_why(tmp_path: Path) -> None:
    held = ("practice, is: forbidden}\n    date", "practice, is: permitted}\n    date")
    found, messages = verdicts(tmp_path, held)
    assert [one.agreement for one in found] == ["disagreed"]
    assert messages == ["it comes out disagreed beside what the court held: say why under `differs`"]
    found, messages = verdicts(tmp_path, held, ("    date", "    differs: the court read a constitution\n    date"))
    assert messages == []
    assert table(found)[-1] == "  disagreed: Roe v. Doe: the court read a constitution"


def test_a_case_that_the_law_leaves_open_is_unsettled(tmp_path: Path) -> None:
    opened = ("    not: [client consents in writing]\n", "")
    text = ("forbidden, because: [us-zz:s1.silence]", "unsettled, because: [us-zz:s1.silence]")
    found, messages = verdicts(tmp_path, opened, text)
    assert [one.agreement for one in found] == ["unsettled"]
    assert messages == ["it comes out unsettled beside what the court held: say why under `differs`"]


def test_a_reason_without_need_is_a_failure(tmp_path: Path) -> None:
    _, messages = verdicts(tmp_path, ("    date", "    differs: nothing\n    date"))
    assert messages == ["it comes out as the court held: drop `differs`"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    outcome: disclosure-prohibited\n", "", Problem("a decided case says its `outcome`", "roe.yaml:2")),
        (
            "disclosure-prohibited",
            "disclosure-forbidden",
            Problem("unknown outcome `disclosure-forbidden`", "roe.yaml:2", "did you mean `disclosure-prohibited`?"),
        ),
        ("    date: 2020-03-01\n", "", Problem("a decided case says its `date`", "roe.yaml:2")),
        (
            "is: forbidden}\n    date",
            "was: forbidden, in: practise}\n    date",
            Problem("`in` is practice or court, not `practise`", "roe.yaml:2"),
        ),
    ],
)
def test_a_malformed_decided_case_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, problem: Problem
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("roe.yaml").write_text(CASE.replace(old, new, 1).replace("in: practice, was", "was"))
    with pytest.raises(SourceError) as raised:
        cases(Path("roe.yaml"))
    assert raised.value.problems == (problem,)


def test_the_command_prints_the_table(tmp_path: Path) -> None:
    path = tmp_path / "roe.yaml"
    path.write_text(CASE)
    result = tacenda("test", str(path), "--kb", str(LAW), "--format", "text")
    assert result.code == 0
    assert result.out.splitlines()[0] == "1 of 1 cases came out as written"
    assert result.out.splitlines()[-1] == "all                            1          0          0"


def test_every_case_is_read_as_of_the_day_of_its_decision_or_of_today() -> None:
    days = {case["name"]: case.get("date") for file in FILES for case in cases(file)}
    assert {name for name, day in days.items() if not isinstance(day, date)} == set()

"""What packs hold, topic by topic, and what comes next; and a pack begun with one command."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from commands import ROOT, tacenda
from tacenda.errors import LawError
from tacenda.knowledge import KnowledgeBase
from tacenda.resources import installed_packs
from tacenda.survey import Answer, next_steps, survey, to_markdown
from test_comparison import DUTY, SECRECY, write

_NONE = """
    a tac:Absence ; rdfs:label "no report"@en ; tac:pinpoint "(z)" ; tac:lacks tac:Obligation ;
    tac:topic topic:AdultAbuse ; tac:status tac:Read"""
LAW = {
    "": "; tac:noAuthorityFound topic:Firearms , topic:Clergy ; tac:isWithin jurisdiction:us",
    "duty": DUTY,
    "secrecy": SECRECY.replace("tac:Read", "tac:Unverified"),
    "none": _NONE,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one state."""
    found = tmp_path_factory.mktemp("packs")
    write(found, "us-ee", "Epsilon", LAW)
    return found


@pytest.fixture(scope="module")
def law(home: Path) -> KnowledgeBase:
    return KnowledgeBase.open("us-ee", folders=[home])


def test_three_answers_are_three_things(law: KnowledgeBase) -> None:
    found = {one.pack.code: one for one in survey(law)}["us-ee"]
    answers = {entry.topic.name: (entry.answer, entry.norms, entry.absences, entry.read) for entry in found.entries}
    assert answers["duty-to-protect"] == (Answer.ENCODED, 1, 0, 1)
    assert answers["confidentiality"] == (Answer.ENCODED, 1, 0, 0)
    assert answers["adult-abuse"] == (Answer.ENCODED, 0, 1, 0)
    assert answers["firearms"] == answers["clergy"] == (Answer.NO_AUTHORITY, 0, 0, 0)
    assert answers["privilege"] == (Answer.NOT_LOOKED_AT, 0, 0, 0)
    assert (found.norms, found.exceptions, found.absences, found.open) == (2, 0, 1, 1)


def test_what_comes_next(law: KnowledgeBase, tmp_path: Path) -> None:
    steps = list(next_steps(law, "us-ee", tmp_path))
    assert steps[0] == f"write a law test for `us-ee:s1`: {tmp_path / 'us-ee' / 's1'}.yaml"
    looked_for = [step for step in steps if step.startswith("look for law on ")]
    assert any("tac:noAuthorityFound topic:Privilege" in step for step in looked_for)
    assert not any("Firearms" in step or "DutyToProtect" in step for step in looked_for)
    assert steps[-1].startswith("1 norms rest on text that nobody found")


def test_the_command_lists_packs(home: Path) -> None:
    out = tacenda("packs", "us-ee", "--kb", str(home), "--format", "json")
    assert [one["jurisdiction"] for one in json.loads(out.out)] == ["us", "us-ee"]
    text = tacenda("packs", "us-ee", "--kb", str(home), "--format", "text").out
    assert "firearms" in text
    assert "– no authority was found" in text
    csv = tacenda("packs", "us-ee", "--kb", str(home), "--format", "csv").out.splitlines()
    assert "us-ee,firearms,no authority found,0,0,0" in csv
    assert tacenda("packs", "--next").code == 2


def test_the_table_of_packs_in_the_readme_is_the_one_that_the_command_makes(request: pytest.FixtureRequest) -> None:
    table = to_markdown(survey(KnowledgeBase.open(), ROOT / "tests" / "law"))
    path = ROOT / "README.md"
    text = path.read_text("utf-8")
    head, mark, rest = text.partition("<!-- tacenda packs --format markdown -->\n")
    assert mark
    _, end, tail = rest.partition("<!-- end -->\n")
    if request.config.getoption("--update-golden"):
        path.write_text(f"{head}{mark}{table}{end}{tail}", "utf-8")
    else:
        assert rest.partition(end)[0] == table


def test_two_packs_of_one_name_are_refused(home: Path, tmp_path: Path) -> None:
    write(tmp_path, "us-ee", "Another", {"duty": DUTY})
    with pytest.raises(LawError, match="there is a pack `us-ee` already"):
        KnowledgeBase.open("us-ee", folders=[home, tmp_path])


def test_a_pack_states_nothing_about_what_is_anothers(tmp_path: Path) -> None:
    write(tmp_path, "us-ff", "Phi", {"duty": DUTY})
    with tmp_path.joinpath("us-ff", "s1.ttl").open("a", encoding="utf-8") as file:
        file.write("tac:Privilege rdfs:subClassOf tac:Power .\n")
    with pytest.raises(LawError) as error:
        KnowledgeBase.open("us-ff", folders=[tmp_path])
    assert "a file of the pack `us-ff` states something about `tac:Privilege`" in str(error.value)
    assert "never edited" in str(error.value)


def test_an_installed_package_brings_its_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "tacenda_hh"
    data.mkdir()
    write(data, "us-hh", "Eta", {"duty": DUTY})
    about = tmp_path / "tacenda_hh-1.0.dist-info"
    about.mkdir()
    about.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: tacenda-hh\nVersion: 1.0\n", "utf-8")
    about.joinpath("entry_points.txt").write_text("[tacenda.packs]\neta = tacenda_hh\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    installed_packs.cache_clear()
    try:
        assert installed_packs() == (data,)
        assert KnowledgeBase.open("us-hh").packs[-1].name == "Eta"
        assert "tacenda_hh" not in sys.modules
    finally:
        installed_packs.cache_clear()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("us-zz", "`us-zz` is no state of the United States · say what it is called: --name"),
        (
            "Vermont",
            "`Vermont` cannot be the short name of a jurisdiction · write the country and the state, such as us-vt",
        ),
    ],
)
def test_a_pack_cannot_be_begun_under_a_wrong_name(code: str, message: str, tmp_path: Path) -> None:
    result = tacenda("new", code, "--in", str(tmp_path))
    assert (result.code, result.err) == (3, f"{message}\n")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    assert tacenda("new", "us-zz", "--in", str(tmp_path), "--name", "Zenda").code == 0
    mine = tmp_path / "kb" / "us-zz" / "jurisdiction.ttl"
    mine.write_text("# mine\n")
    assert "there is a pack already" in tacenda("new", "us-zz", "--in", str(tmp_path), "--name", "Zenda").err
    assert mine.read_text() == "# mine\n"

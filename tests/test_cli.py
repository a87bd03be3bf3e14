"""The command line as people meet it: results and messages apart, exit codes, terminals and pipes, all mistakes."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands import BAD, COMMAND, GOOD, LAW, ROOT, Result, environment, process, tacenda, terminal
from tacenda import __version__

Golden = Callable[[str, str], None]
CHILD = os.path.relpath(GOOD / "child.yaml")
OURS = ("--kb", os.path.relpath(LAW))
COMMANDS = ("ask", "validate", "show", "query", "test", "check")
on_terminals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


def ask(*arguments: str, scenario: str = CHILD) -> Result:
    return tacenda("ask", scenario, *OURS, *arguments)


def told(result: Result) -> str:
    """What a run said, without what changes from one run to another."""
    out = re.sub(r"sha256:[0-9a-f]{64}", "sha256:…", result.out)
    return f"exit {result.code}\n--- stdout\n{out}--- stderr\n{result.err}"


# ask


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
    ]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", answer["law_base"])
    assert {key: answer[key] for key in list(answer)[:5]} == {
        "scenario": "A client tells her social worker that her brother beats his son",
        "jurisdictions": ["us-zz"],
        "as_of": "2026-11-22",
        "closed": False,
        "engine": "sparql",
    }
    practice, court = answer["contexts"]
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
        "would_be": {},
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


# mistakes


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["aks"], 2, "tacenda: no such command `aks` · did you mean `ask`?"),
        (
            ["frobnicate"],
            2,
            "tacenda: no such command `frobnicate` · the commands are ask, validate, show, query, test, check",
        ),
        (["--versoin"], 2, "tacenda: no such option `--versoin` · did you mean `--version`?"),
        (["ask"], 2, "tacenda ask: missing argument `SCENARIO` · see `tacenda ask --help`"),
        (["ask", CHILD, "--explian"], 2, "tacenda ask: no such option `--explian` · did you mean `--explain`?"),
        (["ask", CHILD, "--supose", "x"], 2, "tacenda ask: no such option `--supose` · did you mean `--suppose`?"),
        (
            ["ask", CHILD, "--as-of", "yesterday"],
            2,
            "tacenda ask: invalid value for --as-of: `yesterday` is not a date; write it as 2026-11-22"
            " · see `tacenda ask --help`",
        ),
        (
            ["ask", CHILD, "--format", "jsn"],
            2,
            "tacenda ask: invalid value for --format: `jsn` is none of text, json, ttl · did you mean `json`?",
        ),
        (
            ["ask", CHILD, "--context", "curt"],
            2,
            "tacenda ask: invalid value for --context: `curt` is not known · did you mean `court`?",
        ),
        (
            ["ask", CHILD, "--engine", "magic"],
            2,
            "tacenda ask: invalid value for --engine: `magic` is not known · write sparql",
        ),
        (["ask", "clientt", *OURS], 3, "no file and no scenario that comes with tacenda is called `clientt`"),
        (
            ["ask", "suspected-child-abus"],
            3,
            "no file and no scenario that comes with tacenda is called "
            "`suspected-child-abus` · did you mean `suspected-child-abuse`?",
        ),
        (["ask", CHILD, "--kb", "nowhere"], 3, "nowhere: no such folder of packs"),
        (["ask", CHILD, *OURS, "--in", "us-zy"], 3, "--in: unknown jurisdiction `us-zy` · did you mean `us-zz`?"),
        (
            ["ask", CHILD, *OURS, "--suppose", "client relationshipp"],
            3,
            "suppose: unknown fact `client relationshipp` · did you mean `client relationship`?",
        ),
        (
            ["ask", CHILD, *OURS, "--suppose", "client relationship", "--suppose-not", "client relationship"],
            3,
            f"{CHILD}: the scenario contradicts itself: `client relationship` is stated, "
            "but `client relationship` is denied",
        ),
        (["show", "us-zy", *OURS], 3, "unknown jurisdiction `us-zy` · did you mean `us-zz`?"),
        (["show", "us-zz", "s22", *OURS], 3, "no provision of `us-zz` is called `s22` · did you mean `s2`?"),
        (
            ["query", "who-may-asert-each-privilege"],
            3,
            "no query is called `who-may-asert-each-privilege` · did you mean `who-may-assert-each-privilege`?",
        ),
        (["query", "zzzz"], 3, "no query is called `zzzz` · `tacenda query` lists them"),
        (["query", "nowhere.rq"], 3, "nowhere.rq: no such file"),
        (
            ["query", "zzzz", "-p", "state"],
            2,
            "tacenda query: invalid value for -p: `state` is not NAME=VALUE, "
            "such as state=us-ma · see `tacenda query --help`",
        ),
        (
            ["query", "--seconds", "soon"],
            2,
            "tacenda query: invalid value for `--seconds`: Input should be a valid number · see `tacenda query --help`",
        ),
        (
            ["query", "-", "--scenario", "-"],
            2,
            "tacenda query: invalid value for --scenario: "
            "only one of the query and the scenario can be standard input · see `tacenda query --help`",
        ),
        (["test", "nowhere"], 3, "nowhere: no such file"),
        (["check", "nowhere"], 3, "nowhere: no such file or folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_is_told_in_one_line(arguments: list[str], code: int, message: str) -> None:
    assert tacenda(*arguments) == Result(code, "", f"{message}\n")


def test_a_missing_value_is_told() -> None:
    result = tacenda("query", "--rows")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "`--rows`" in result.err


# validate, show, query, test, check


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


# terminals, pipes and other surroundings


@on_terminals
def test_on_a_terminal_an_answer_is_text_and_fits_the_width() -> None:
    for columns in (120, 80, 40):
        result = terminal(*COMMAND, "ask", CHILD, *OURS, columns=columns)
        assert (result.code, result.err) == (0, "")
        assert "IN PRACTICE: the therapist's duties" in result.out
        plain = re.sub(r"\x1b\[[0-9;]*m", "", result.out)
        assert [line for line in plain.splitlines() if len(line) > columns] == []


@on_terminals
def test_a_very_narrow_terminal_is_no_reason_to_fail() -> None:
    assert terminal(*COMMAND, "ask", CHILD, *OURS, columns=1).code == 0
    assert terminal(*COMMAND, "query", columns=1).code == 0


@on_terminals
def test_colour_is_for_terminals_and_can_be_declined() -> None:
    coloured = terminal(*COMMAND, "ask", CHILD, *OURS, env={"NO_COLOR": ""})
    assert "\x1b[" in coloured.out
    plain = terminal(*COMMAND, "ask", CHILD, *OURS)
    assert "\x1b[3" not in plain.out
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.out) == re.sub(r"\x1b\[[0-9;]*m", "", plain.out)


CONTROL = "\\u001b]0;mine\\u0007\\u009b31m\\u202e"


@on_terminals
@pytest.mark.parametrize("form", ["table", "csv", "json", "ttl"])
def test_nothing_in_the_data_can_steer_a_terminal(tmp_path: Path, form: str) -> None:
    path = tmp_path / "control.rq"
    query = f'SELECT ("{CONTROL}" AS ?x) {{}}'
    if form == "ttl":
        query = f'CONSTRUCT {{ tac:x tac:y "{CONTROL}" }} {{}}'
    path.write_text(query)
    result = terminal(*COMMAND, "query", str(path), *OURS, "--format", form)
    assert result.code == 0
    assert "mine" in result.out
    assert re.findall(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202e]|\x1b\]", result.out) == []
    assert tacenda("query", str(path), *OURS, "--format", form).code == 0


@on_terminals
def test_a_title_cannot_steer_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "control.yaml"
    path.write_text(f'jurisdiction: us-zz\nas_of: 2026-11-22\ntitle: "{CONTROL}"\nprofessional: social worker\n')
    out = terminal(*COMMAND, "ask", str(path), *OURS).out
    assert "\\x1b]0;mine" in out
    assert re.findall(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202e]|\x1b\]", out) == []


def test_a_reader_who_goes_away_is_no_mistake() -> None:
    for arguments in (["ask", CHILD, *OURS, "--all", "--format", "text"], ["query", "--format", "table"]):
        running = subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=ROOT
        )
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        running.stderr.close()
        assert running.wait() == 0


def test_a_full_disk_is_told() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("only Linux has a disk that is always full")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "show", "us-zz", *OURS],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd=ROOT,
            check=False,
        )
    assert (done.returncode, done.stderr.decode()) == (3, "cannot go on: no space left on device\n")


@pytest.mark.parametrize("busy", ["reading", "waiting for a query"])
def test_being_stopped_is_told_and_no_more(busy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    if busy == "reading":
        monkeypatch.setattr("tacenda.cli.options.decode", stop)
    else:
        monkeypatch.setattr("threading.Thread.join", stop)
    assert tacenda("query", "-", *OURS, stdin=LIST.encode()) == Result(130, "", "stopped\n")


def test_a_mistake_of_our_own_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError("out of sheep")

    monkeypatch.setattr("tacenda.scenario.read_scenario", fail)
    assert ask() == Result(
        70,
        "",
        "a mistake in tacenda itself: ZeroDivisionError: out of sheep"
        " · please report it; TACENDA_TRACE=1 shows where it happened\n",
    )
    monkeypatch.setenv("TACENDA_TRACE", "1")
    with pytest.raises(ZeroDivisionError):
        ask()


@pytest.mark.parametrize(
    "env", [{"PYTHONIOENCODING": "ascii"}, {"LANG": "C", "LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}]
)
def test_a_locale_without_our_letters_is_no_reason_to_fail(env: dict[str, str]) -> None:
    for arguments in (["ask", CHILD, *OURS, "--format", form] for form in ("text", "json", "ttl")):
        done = subprocess.run(
            [*COMMAND, *arguments], capture_output=True, env=environment(**env), cwd=ROOT, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
        if arguments[-1] == "json":
            assert json.loads(done.stdout)["contexts"][0]["norms"][0]["citation"] == "Z.C. § 1(a)"
    wrong = subprocess.run(
        [*COMMAND, "ask", "Café"], capture_output=True, env=environment(**env), cwd=ROOT, check=False
    )
    assert wrong.returncode == 3
    assert b"no file and no scenario" in wrong.stderr


def test_turtle_and_json_survive_a_stream_that_knows_only_ascii() -> None:
    from pyoxigraph import RdfFormat, parse

    for form in ("json", "ttl"):
        plain = tacenda("ask", CHILD, *OURS, "--format", form)
        narrow = tacenda("ask", CHILD, *OURS, "--format", form, encoding="ascii")
        if form == "json":
            assert json.loads(narrow.out) == json.loads(plain.out)
        else:
            read = [{str(quad) for quad in parse(r.out, format=RdfFormat.TURTLE)} for r in (narrow, plain)]
            assert read[0] == read[1]


# help


def test_the_version() -> None:
    assert tacenda("--version") == Result(0, f"tacenda {__version__}\n", "")


def test_without_anything_the_help_is_shown() -> None:
    assert tacenda() == tacenda("--help")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(command: str, golden: Golden) -> None:
    result = process(*command.split(), "--help", env={"COLUMNS": "110", "TERMINAL_WIDTH": "110"})
    assert (result.code, result.err) == (0, "")
    golden(f"help/{command or 'tacenda'}.txt", result.out)
    assert process(*command.split(), "-h", env={"COLUMNS": "110", "TERMINAL_WIDTH": "110"}) == result


def examples() -> Iterator[str]:
    """The example at the end of each command's help."""
    for command in ("", *COMMANDS):
        text = process(*command.split(), "--help", env={"COLUMNS": "500", "TERMINAL_WIDTH": "500"}).out
        last = text.strip().splitlines()[-1].strip()
        assert last.startswith("Example: tacenda "), last
        yield last.removeprefix("Example: ")


def test_the_example_in_every_help_works() -> None:
    found = list(examples())
    assert len(found) == len(COMMANDS) + 1
    for example in found:
        result = tacenda(*shlex.split(example)[1:])
        assert result.code == 0, example
        assert re.fullmatch(r"(\d+ rows?\n)?", result.err)
        assert result.out


# anything at all

_WORDS = st.sampled_from(
    [
        "ask",
        "show",
        "query",
        "validate",
        "--format",
        "json",
        "ttl",
        "--kb",
        "--in",
        "--as-of",
        "--suppose",
        "-p",
        "-",
        "--",
        "us",
    ]
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_WORDS | st.text(max_size=12), max_size=5), st.binary(max_size=60))
def test_whatever_is_typed_there_is_no_trace(arguments: list[str], stdin: bytes) -> None:
    result = tacenda(*arguments, stdin=stdin)
    assert result.code in (0, 1, 2, 3)
    assert "Traceback" not in result.err


_SCENARIO = (GOOD / "child.yaml").read_bytes()


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(GOOD.iterdir())), st.data())
def test_whatever_a_file_holds_there_is_no_trace(path: Path, data: st.DataObject) -> None:
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 30)))
    put_in = data.draw(
        st.binary(max_size=5) | st.sampled_from([b'"', b"[", b"{", b": ", b"\n- ", b"&a ", b"*a", b"\t", b"@"])
    )
    result = tacenda("validate", "-", *OURS, stdin=whole[:start] + put_in + whole[end:])
    assert result.code in (0, 1, 3)
    assert result.err == ""

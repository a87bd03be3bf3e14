"""What a notebook shows, and the tutorial: it runs, and comes to what it is committed with."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.lib.pretty import pretty
from nbclient import NotebookClient

import tacenda
from commands import GOOD, LAW, ROOT
from tacenda.assessment import Assessment, assess
from tacenda.counterfactual import counterfactuals
from tacenda.coverage import Count, Coverage, Provision
from tacenda.markup import STYLE
from tacenda.scenario import read_scenario
from tacenda.sparql import Table

TUTORIAL = ROOT / "queries" / "tutorial.ipynb"
_HOSTILE = '\x1b]0;mine\x07\u202e<script>alert("1")</script>'


@cache
def answer(title: str = "") -> Assessment:
    scenario, kb = read_scenario(GOOD / "child.yaml", folders=(LAW,))
    return assess(kb, replace(scenario, title=title or scenario.title))


def words(markup: str) -> str:
    """What is read of some markup: its text, each row of a table and each block on its own line."""
    text = re.sub(r"</?(?:tr|p|div|li|ul|h4|summary|details|pre|br|g|svg)\b[^>]*>", "\n", markup.replace(STYLE, ""))
    text = re.sub(r"</t[dh]>", " | ", text)
    lines = (" ".join(line.split()) for line in unescape(re.sub(r"<[^>]*>", "", text)).split("\n"))
    return "\n".join(line for line in lines if line)


# ── the tutorial ──────────────────────────────────────────────────────────────────────────────────────


def executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The tutorial after a run in a folder of its own."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "reasoner"))
    book = nbformat.read(TUTORIAL, as_version=4)
    client = NotebookClient(
        book, timeout=120, kernel_name="python3", record_timing=False, resources={"metadata": {"path": tmp_path}}
    )
    client.execute()
    for cell in book.cells:
        if cell.cell_type == "code":
            # what a machine's fonts or libraries complain of is not what the law says
            cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]
    book.metadata = {"kernelspec": book.metadata.kernelspec, "language_info": {"name": "python"}}
    return book


def told(book: Any) -> Iterator[tuple[str, list[str]]]:
    """Each code cell with what is read of its outputs."""
    for cell in book.cells:
        if cell.cell_type == "code":
            texts = []
            for output in cell.outputs:
                data = output.get("data", {})
                texts.append(output.get("text", "") or data["text/plain"])
                # what is drawn is held to account by the tests of pictures
                texts.append(words(re.sub(r"<svg\b.*?</svg>", "", data.get("text/html", ""), flags=re.DOTALL)))
            yield cell.id, texts


def test_the_tutorial_runs_and_comes_to_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    book = executed(tmp_path, monkeypatch)
    if request.config.getoption("--update-golden"):
        nbformat.write(book, TUTORIAL)
    assert dict(told(book)) == dict(told(nbformat.read(TUTORIAL, as_version=4)))


def test_the_tutorial_says_nothing_of_the_machine_or_the_hour_of_its_run() -> None:
    book = nbformat.read(TUTORIAL, as_version=4)
    nbformat.validate(book)
    assert book.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert [cell.id for cell in book.cells if cell.metadata] == []
    assert [cell.execution_count for cell in book.cells if cell.cell_type == "code"] == list(
        range(1, 1 + sum(cell.cell_type == "code" for cell in book.cells))
    )
    text = TUTORIAL.read_text("utf-8")
    assert re.findall(r"/(?:home|root|tmp|usr|work|Users)/|file://|sha256", text) == []
    assert os.path.getsize(TUTORIAL) < 300_000


# ── what shows itself ─────────────────────────────────────────────────────────────────────────────────


def test_an_answer_has_its_contexts_side_by_side() -> None:
    shown = answer()._repr_html_()
    sides = re.fullmatch(
        r'.*<div class="sides"><section>(.*)</section><section>(.*)</section></div>.*', shown, re.DOTALL
    )
    assert sides
    assert [words(side).split("\n")[0] for side in sides.groups()] == [
        "In practice: the therapist's duties",
        "In court: what may come out, and who can stop it",
    ]


def test_answers_positions_and_proofs_read_as_told(golden: Callable[[str, str], None]) -> None:
    report = answer().position("practice", "act:ReportToChildProtection")
    opened = answer().position("court", "act:DiscloseInCourt")
    step = tacenda.explain(answer(), "practice", report.because[0].iri)
    for name, one in (("answer", answer()), ("required", report), ("open", opened), ("proof", step)):
        golden(f"notebook/{name}.txt", words(one._repr_html_()) + "\n")


def test_nothing_in_a_title_can_steer_a_notebook() -> None:
    shown = answer(_HOSTILE)._repr_html_()
    assert "\\x1b]0;mine\\x07\\u202e&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert "\x1b" not in shown


def test_nothing_that_a_query_finds_can_steer_a_notebook() -> None:
    found = tacenda.query(
        'SELECT ?text ?place ?name { VALUES (?text ?place) { ("<script>alert(1)</script>" "javascript:alert(1)") }\n'
        "BIND(IRI('https://example.org/?\\'%22%3E') AS ?name) }"
    )
    shown = found._repr_html_()
    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td>javascript:alert(1)</td><td><a href=" in shown
    assert 'href="https://example.org/?&#x27;%22%3E"' in shown
    assert "<script" not in shown


def test_a_table_leads_out_of_tacenda_only_and_gives_compact_names_in_full() -> None:
    found = tacenda.query("SELECT ?ours ?theirs { VALUES (?ours ?theirs) { (us-ma:x <https://example.org/a?b&c>) } }")
    assert (
        '<td><span title="https://w3id.org/tacenda/us-ma/x">us-ma:x</span></td>'
        '<td><a href="https://example.org/a?b&amp;c" target="_blank" rel="noopener noreferrer">'
        "https://example.org/a?b&amp;c</a></td>"
    ) in found._repr_html_()


def test_a_long_table_says_how_much_of_it_is_shown() -> None:
    found = tacenda.query("SELECT ?n { VALUES ?n { " + " ".join(map(str, range(250))) + " } }")
    lines = words(found._repr_html_()).split("\n")
    assert [line.rstrip("| ") for line in lines[:-1]] == ["n", *map(str, range(100))]
    assert lines[-1] == "250 rows, of which 100 are shown: `.to_pandas()` and `.to_csv()` have all"


def test_a_data_frame_has_numbers_truth_values_and_short_names() -> None:
    found = tacenda.query(
        'SELECT ?n ?d ?t ?s ?iri ?none { VALUES (?n ?d ?t ?s ?iri ?none) { (1 2.5 true "1" act:Disclose UNDEF) } }'
    )
    assert isinstance(found, Table)
    frame = found.to_pandas()
    assert list(frame.columns) == ["n", "d", "t", "s", "iri", "none"]
    assert frame.iloc[0].to_list() == [1, 2.5, True, "1", "act:Disclose", None]


def test_a_question_of_yes_or_no_is_answered_so() -> None:
    shown = [tacenda.query(f"ASK {{ us-ma:c112-s135B.privilege a tac:{kind} }}") for kind in ("Privilege", "Exception")]
    assert [words(one._repr_html_()) for one in shown] == ["yes", "no"]


def test_a_graph_shows_its_turtle_with_the_prefixes_that_it_uses_always_in_the_same_order() -> None:
    found = tacenda.query(
        "CONSTRUCT { ?fact rdfs:label ?label ; a tac:X } { BIND('<b>' AS ?label) BIND(fact:Y AS ?fact) }"
    )
    assert words(found._repr_html_()).split("\n") == [
        "2 statements",
        "@prefix fact: <https://w3id.org/tacenda/fact/> .",
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .",
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
        "@prefix tac: <https://w3id.org/tacenda/> .",
        "fact:Y a tac:X ;",
        'rdfs:label "<b>" .',
    ]


def test_counterfactuals_are_a_table_and_lines_of_text() -> None:
    report = answer().position("practice", "act:ReportToChildProtection")
    found = counterfactuals(answer(), [report.act])
    unlearned = "not learned in a professional capacity"
    told = f"practice: if {unlearned}, {report.label}: required → forbidden"
    assert told in str(found).split("\n")
    assert pretty(found[0]) in str(found).split("\n")
    rows = [line.rstrip("| ") for line in words(found._repr_html_()).split("\n")]
    assert rows[0] == "if | | then"
    assert f"{unlearned} | practice | {report.label} | ▲ required → ✕ forbidden" in rows


def test_coverage_is_a_table() -> None:
    class Told(Coverage):
        def by_provision(self) -> Iterator[Provision]:
            yield Provision("https://w3id.org/tacenda/us-zz/c1", Count(1, 2), Count(0, 0), Count(3, 3))

    assert words(Told()._repr_html_()).split("\n")[1].rstrip("| ") == "us-zz:c1 | 1 of 2 | none | 3 of 3"


def test_at_a_prompt_everything_is_text() -> None:
    position = answer().position("practice", "act:ReportToChildProtection")
    assert pretty(answer()) == str(answer()).rstrip("\n")
    assert pretty(position) == "REQUIRED in practice: report child abuse to the child-protection agency"


# ── query in one line ─────────────────────────────────────────────────────────────────────────────────


def test_a_query_may_be_a_name_a_file_or_a_text(tmp_path: Path) -> None:
    name = "who-may-assert-each-privilege"
    file = ROOT / "queries" / f"{name}.rq"
    by_name = tacenda.query(name, state="us-ma")
    assert tacenda.query(file, state="us-ma") == by_name
    assert tacenda.query(str(file), state="us-ma") == by_name
    assert tacenda.query(file.read_text("utf-8"), state="us-ma") == by_name


def test_a_query_over_an_answer_and_over_its_scenario_comes_to_the_same() -> None:
    whole = tacenda.ask("suspected-child-abuse")
    over = [tacenda.query("why-a-norm-holds", one) for one in (whole, whole.scenario)]
    assert over[0] == over[1]
    with pytest.raises(tacenda.TacendaError, match="asks about a scenario"):
        tacenda.query("why-a-norm-holds")


def test_the_nearest_query_is_named() -> None:
    with pytest.raises(tacenda.TacendaError, match="did you mean `why-a-norm-holds`"):
        tacenda.query("why-the-norm-holds")

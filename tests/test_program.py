"""Programs as values: built, run, restricted, saved, read back, printed, drawn; and circles of norms refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from commands import LAW
from packs import NARROW
from strategies import LAWS, knowledge_base
from tacenda import vocabulary as v
from tacenda.compiler import compile_law
from tacenda.errors import LawError, SourceError
from tacenda.knowledge import KnowledgeBase
from tacenda.program import Builder, Program
from tacenda.reach import reach

DAY = date(2026, 11, 22)
BOTH = tuple(v.CONTEXTS)
PRIVILEGE = """\
true privilege = true relationship & true communication & false waiver
false privilege = false relationship | false communication | true waiver"""


def small() -> Program:
    """A privilege of two conditions and a waiver, with its two planes."""
    builder = Builder()
    truths = {name: [builder.input(f"{side} {name}") for side in ("true", "false")] for name in FACTS}
    relationship, communication, waiver = truths.values()
    holds = builder.all_of([relationship[0], communication[0], waiver[1]])
    fails = builder.any_of([relationship[1], communication[1], waiver[0]])
    builder.output("privilege", [holds, fails])
    return builder.program()


FACTS = ("relationship", "communication", "waiver")


def test_gates_that_say_the_same_are_one_and_what_is_always_so_is_none() -> None:
    builder = Builder()
    a, b = builder.input("a"), builder.input("b")
    never = builder.all_of([a, 0])
    assert builder.all_of([a, b, 1]) == builder.all_of([b, a, a])
    assert [never, builder.any_of([a, 1]), builder.any_of([a, never]), builder.all_of([]), builder.any_of([])] == [
        0,
        1,
        a,
        1,
        0,
    ]
    assert [builder.complement(0), builder.complement(1)] == [1, 0]


def test_what_no_output_rests_on_is_dropped() -> None:
    builder = Builder()
    a, b, c = (builder.input(name) for name in "abc")
    builder.any_of([a, b])
    builder.output("kept", [builder.all_of([a, c])])
    program = builder.program()
    assert (program.inputs, program.gates, program.outputs) == (("a", "c"), ((0, (2, 3)),), {"kept": (4,)})


def test_a_program_reads_as_text() -> None:
    assert str(small()) == PRIVILEGE


def test_a_program_is_drawn() -> None:
    dot = small().to_dot()
    assert dot.startswith("digraph program {")
    assert dot.endswith("}\n")
    assert dot.count("->") == 6
    assert 'label="and\\ntrue privilege"' in dot


def test_a_program_comes_back_from_a_file_as_it_was(tmp_path: Path) -> None:
    program = compile_law(knowledge_base(0), reach(knowledge_base(0), NARROW, DAY, BOTH))
    program.save(tmp_path / "law.program")
    again = Program.load(tmp_path / "law.program")
    assert (again.inputs, again.gates, dict(again.outputs)) == (program.inputs, program.gates, dict(program.outputs))
    assert again.digest == program.digest
    assert program.digest != small().digest
    assert [path.name for path in tmp_path.iterdir()] == ["law.program"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "tacenda program 1", "inputs": [], "gates": [[0, [5]]], "outputs": {}}',
        '{"format": "tacenda program 1", "inputs": ["a"], "gates": [[9, [2]]], "outputs": {}}',
        '{"format": "tacenda program 1", "inputs": ["a"], "gates": [], "outputs": {"x": [3]}}',
        '{"format": "tacenda program 1", "inputs": ["a"], "gates": [[0, []]], "outputs": {}}',
        '{"format": "tacenda program 1", "inputs": ["a"], "gates": 7, "outputs": {}}',
    ],
)
def test_a_file_that_holds_no_program_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "law.program"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"law\.program: the file holds no program"):
        Program.load(path)


def test_a_restricted_program_says_the_same_of_what_is_left() -> None:
    kb = knowledge_base(3)
    program = compile_law(kb, reach(kb, NARROW, DAY, BOTH))
    inputs, outputs = program.inputs[::2], list(program.outputs)[::3]
    part = program.restricted(inputs, outputs)
    planes = {name: (number * 0x9E3779B97F4A7C15 >> 7) & 0xFFFF for number, name in enumerate(inputs)}
    whole, some = (one.run(planes, zeros=0, ones=0xFFFF) for one in (program, part))
    assert set(part.inputs) <= set(inputs)
    assert {name: part.output(some, name) for name in outputs} == {
        name: program.output(whole, name) for name in outputs
    }


def test_days_under_the_same_law_have_the_same_reach() -> None:
    kb = KnowledgeBase.open("us-ma")
    day, next_day = date(2026, 11, 22), date(2026, 11, 23)
    assert reach(kb, "us-ma", day, BOTH) is reach(kb, "us-ma", next_day, BOTH)
    assert reach(kb, "us-ma", day, BOTH) is not reach(kb, "us-ma", date(1980, 1, 1), BOTH)


def test_a_circle_of_norms_is_refused_and_named(tmp_path: Path) -> None:
    home = tmp_path / "law" / "us-zz"
    home.mkdir(parents=True)
    for path in (LAW / "us-zz").glob("*.ttl"):
        (home / path.name).write_text(path.read_text())
    (home / "circle.ttl").write_text(CIRCLE)
    kb = KnowledgeBase.open("us-zz", folders=[home.parent])
    with pytest.raises(LawError) as refused:
        compile_law(kb, reach(kb, "us-zz", DAY, BOTH))
    (problem,) = refused.value.problems
    assert problem.message in {
        "these norms rest on each other in a circle: us-zz:c.one → us-zz:c.other → us-zz:c.one",
        "these norms rest on each other in a circle: us-zz:c.other → us-zz:c.one → us-zz:c.other",
    }
    assert problem.where.startswith("us-zz/circle.ttl:") or "circle.ttl:" in problem.where


CIRCLE = """\
@prefix tac: <https://w3id.org/tacenda/> .
@prefix us-zz: <https://w3id.org/tacenda/us-zz/> .
@prefix jurisdiction: <https://w3id.org/tacenda/jurisdiction/> .
@prefix act: <https://w3id.org/tacenda/act/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

us-zz:c a tac:Statute ; tac:citation "Z.L. § 9" ; rdfs:label "circles"@en ; tac:jurisdiction jurisdiction:us-zz .
us-zz:c.one a tac:Permission ; rdfs:label "one"@en ; dcterms:source us-zz:c ; tac:pinpoint "(a)" ;
    tac:status tac:Read ;
    tac:act act:Disclose ; tac:context tac:Practice ; tac:defeats us-zz:c.other .
us-zz:c.other a tac:Permission ; rdfs:label "other"@en ; dcterms:source us-zz:c ; tac:pinpoint "(b)" ;
    tac:status tac:Read ;
    tac:act act:Disclose ; tac:context tac:Practice ; tac:defeats us-zz:c.one .
"""


def test_every_gate_rests_on_what_comes_before_it() -> None:
    for seed in range(LAWS):
        kb = knowledge_base(seed)
        program = compile_law(kb, reach(kb, NARROW, DAY, BOTH))
        first = 2 + len(program.inputs)
        late = [slot for slot, (_, operands) in enumerate(program.gates, first) if max(operands) >= slot]
        assert late == []

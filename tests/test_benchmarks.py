"""What the benchmarks give to other engines means what the law means: their answers are tacenda's, row by row."""

from __future__ import annotations

import doctest
from collections.abc import Sequence
from functools import cache
from itertools import product
from types import ModuleType

import answers
import pytest
import report
import rules
import shacl
import sql
from answers import Planes
from contest import Competitor, Contest, DisagreementError, Work, play
from definitions import define, law_in_reach
from files import STATUS_NAMES, statuses
from rows import draw

from packs import NARROW
from strategies import knowledge_base
from tacenda.compiled import conclude
from tacenda.compiler import CONTRADICTION, compile_law
from tacenda.inference import infer
from tacenda.model import status_of

SEEDS = (0, 1, 5)
ROWS = 70


@cache
def contest(seed: int) -> Contest:
    """A random law base, some random scenarios, and what the compiled program says of them."""
    kb = knowledge_base(seed)
    reached = law_in_reach(kb, NARROW)
    definitions, whole = define(kb, reached), compile_law(kb, reached)
    rows = draw(kb, whole, list(definitions.inputs), ROWS, seed)
    values = whole.run(rows.planes, zeros=0, ones=(1 << ROWS) - 1)
    expected = {name: pair(whole.output(values, name)) for name in definitions.outputs}
    assert whole.output(values, CONTRADICTION) == (0,)
    return Contest("random", kb, definitions, whole, rows, expected)


def pair(planes: Sequence[int]) -> Planes:
    true, false = planes
    return true, false


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rows_are_scenarios_that_both_engines_answer_as_expected(seed: int) -> None:
    given = contest(seed)
    few = given.rows.first(8)
    for engine in (conclude, infer):
        found = [engine(given.kb, scenario) for scenario in few.scenarios()]
        truths = [{f"{one.context} {name}": t for one in c.views for name, t in one.truths.items()} for c in found]
        assert list(answers.differences(given.expected, answers.packed(truths, list(given.expected)), 8)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_three_valued_sql_says_the_same(seed: int) -> None:
    given = contest(seed)
    found = sql.execute(sql.prepared(given.definitions, sql.table(given.definitions, given.rows)))
    assert dict(sql.read_table(given.definitions, found)) == given.expected


@pytest.mark.parametrize("seed", SEEDS)
def test_clingo_says_the_same(seed: int) -> None:
    given = contest(seed)
    written = rules.clingo_rules(given.definitions)
    found = rules.clingo_solve(written, rules.clingo_facts(given.definitions, given.rows))
    assert dict(rules.clingo_read(given.definitions, found, ROWS)) == given.expected


@pytest.mark.parametrize("seed", SEEDS)
def test_nemo_says_the_same(seed: int) -> None:
    pytest.importorskip("nmo_python", reason="nemo-python is an engine to compare with: pip install 'tacenda[bench]'")
    given = contest(seed)
    found = rules.nemo_reason(rules.nemo_rules(given.definitions, given.rows), given.definitions)
    assert dict(rules.nemo_read(given.definitions, found, ROWS)) == given.expected


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_shacl_rules_say_the_same(seed: int) -> None:
    given = contest(seed)
    few = given.rows.first(2)
    found = shacl.reason(shacl.data(given.definitions, few), shacl.shapes(given.definitions))
    said = shacl.read_graph(given.definitions, found, 2)
    assert list(answers.differences(given.expected, said, 2)) == []


def test_an_answer_that_differs_ends_the_contest() -> None:
    given = contest(0)
    name, (true, false) = next(iter(given.expected.items()))
    wrong = {**given.expected, name: (true ^ 1, false)}
    liar = Competitor("liar", "nothing", (1,), lambda _: lambda _: lambda: lambda: wrong)
    with pytest.raises(DisagreementError) as raised:
        play(liar, given, 60)
    assert raised.value.args[0] == "liar does not agree:"
    assert [line.partition(" in scenario ")[0] for line in raised.value.args[1:]] == [name]


def test_who_is_too_slow_is_said_not_to_finish() -> None:
    def ready(_: int) -> Work:
        while True:
            pass

    result = play(Competitor("slow", "nothing", (1,), lambda _: ready), contest(0), 0.3)
    assert (result.played, result.stopped) == ((), "did not finish 1 within 0 s")


def test_the_statuses_of_planes_are_those_of_truths() -> None:
    drawn = list(product((True, False, None), repeat=3))
    flags = {f"court {flag} act": number for number, flag in enumerate(("required", "forbidden", "privileged"))}
    truths = [{name: one[number] for name, number in flags.items()} for one in drawn]
    planes = statuses(answers.packed(truths, list(flags)), "court", "act", (1 << len(drawn)) - 1)
    found = [
        [name for name, plane in zip(STATUS_NAMES, planes, strict=True) if plane >> row & 1]
        for row in range(len(drawn))
    ]
    assert found == [[str(status_of(*one))] for one in drawn]


@pytest.mark.parametrize("module", [answers, report])
def test_the_examples_are_true(module: ModuleType) -> None:
    examples = [one for test in doctest.DocTestFinder().find(module) for one in test.examples]
    assert examples
    assert doctest.testmod(module) == doctest.TestResults(failed=0, attempted=len(examples))

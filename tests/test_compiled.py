"""The compiled program comes to the same as the rules of inference, to the last truth, statement and reason.

Here on the law as it is: for every decided case, and for one in a hundred of the law tests, picked by their names.
With `--every-case` all of them, which takes many minutes. On random law `test_inference.py` holds both
engines beside the oracle.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from oracle import Oracle
from strategies import LAWS, knowledge_base, law, scenarios
from tacenda.assessment import Assessment, assess
from tacenda.compiled import conclude, reach_of, stated
from tacenda.compiler import CONTRADICTION, compile_law
from tacenda.inference import VERDICTS, View, infer
from tacenda.knowledge import KnowledgeBase
from tacenda.lawtest import cases, scenario_of
from tacenda.model import Scenario
from tacenda.scenario import read_scenario

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parent / "kb" / "scenarios").glob("*.yaml"))
LAW = sorted([*(HERE / "law").rglob("*.yaml"), *(HERE / "decided").rglob("*.yaml")])


def truths(kb: KnowledgeBase, view: View) -> dict[str, object]:
    """What a view says of everything that may be asked of it."""
    applied = set(kb.network.applications.values())
    names = [*kb.norms, *(term.iri for term in kb.taxonomy.facts()), *applied]
    names += [iri for iri in kb.network.gates if iri not in applied]
    names += [f"{flag} {act}" for flag in VERDICTS for act in kb.network.regulated]
    others = {"reached": view.reached, "correlatives": view.correlatives}
    return {**others, **{name: view.truths.get(name) for name in names}}


def differences(kb: KnowledgeBase, scenario: Scenario) -> list[tuple[str, str]]:
    """Each thing that the two engines see differently, with the context."""
    ours, theirs = conclude(kb, scenario), infer(kb, scenario)
    assert [view.context for view in ours.views] == [view.context for view in theirs.views]
    found = []
    for one, other in zip(ours.views, theirs.views, strict=True):
        left, right = truths(kb, one), truths(kb, other)
        found += [(one.context, name) for name in right if left[name] != right[name]]
    return found


def proof(answer: Assessment) -> set[str]:
    """The statements of an answer as Turtle."""
    return {str(quad.triple) for quad in parse(answer.to_turtle(), format=RdfFormat.TURTLE)}


@pytest.mark.parametrize("file", LAW, ids=lambda file: file.relative_to(HERE).with_suffix("").as_posix())
def test_law_tests_and_decided_cases(file: Path, request: pytest.FixtureRequest) -> None:
    asked = {}
    is_every = "decided" in file.parts or request.config.getoption("--every-case")
    for case in cases(file):
        if not is_every and crc32(case["name"].encode()) % 100:
            continue
        kb, scenario = scenario_of(file, case)
        said = (kb.digest, replace(scenario, title="", where="", roles={}), tuple(sorted(scenario.roles.items())))
        asked[repr(said)] = kb, scenario
    assert {where: found for where, one in asked.items() if (found := differences(*one))} == {}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_answers_and_proofs_are_the_same(file: Path) -> None:
    scenario, kb = read_scenario(file)
    scenario = replace(scenario, as_of=scenario.as_of or date(2026, 11, 22))
    compiled, sparql = (assess(kb, scenario, engine=engine) for engine in ("compiled", "sparql"))
    assert (compiled.engine, sparql.engine) == ("compiled", "sparql")
    for one, other in zip(compiled.contexts, sparql.contexts, strict=True):
        assert (one.context, one.positions, one.norms) == (other.context, other.positions, other.norms)
    assert {**compiled.to_dict(), "engine": ""} == {**sparql.to_dict(), "engine": ""}
    assert proof(compiled) == proof(sparql)


@pytest.mark.parametrize("seed", range(LAWS))
def test_the_proofs_are_the_same_on_random_law(seed: int) -> None:
    kb = knowledge_base(seed)

    @settings(max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(scenarios(law(seed)))
    def agree(scenario: Scenario) -> None:
        assert differences(kb, scenario) == []
        one, other = (proof(assess(kb, scenario, engine=engine)) for engine in ("compiled", "sparql"))
        assert one == other

    agree()


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.integers(0, LAWS - 1), st.data())
def test_a_scenario_that_contradicts_itself_is_marked(seed: int, data: st.DataObject) -> None:
    kb = knowledge_base(seed)
    scenario = data.draw(scenarios(law(seed), consistent=False))
    program = compile_law(kb, reach_of(kb, scenario))
    values = program.run(dict.fromkeys(stated(kb, scenario), 1), zeros=0, ones=1)
    (marked,) = program.output(values, CONTRADICTION)
    assert bool(marked) == Oracle(law(seed), scenario, "").contradictory()


@pytest.mark.parametrize("seed", range(LAWS))
def test_many_scenarios_at_once_are_each_alone(seed: int) -> None:
    """A lane a scenario: what one says never reaches another."""
    kb = knowledge_base(seed)

    @settings(max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        first = data.draw(scenarios(law(seed)))
        drawn = data.draw(st.lists(scenarios(law(seed)), min_size=1, max_size=6))
        like = [
            replace(one, jurisdiction=first.jurisdiction, as_of=first.as_of, context=first.context, closed=first.closed)
            for one in drawn
        ]
        together = [one for one in [first, *like] if not Oracle(law(seed), one, "").contradictory()]
        program = compile_law(kb, reach_of(kb, first))
        planes: dict[str, int] = {}
        for lane, one in enumerate(together):
            for name in stated(kb, one):
                planes[name] = planes.get(name, 0) | 1 << lane
        values = program.run(planes, zeros=0, ones=(1 << len(together)) - 1)
        for lane, one in enumerate(together):
            alone = program.run_one(frozenset(stated(kb, one)))
            assert [value >> lane & 1 for value in values] == alone

    agree()

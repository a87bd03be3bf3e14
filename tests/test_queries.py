"""The research questions: each against its whole expected tables in `tests/queries/QUESTION/CASE.csv`.

A case may have settings beside it in `CASE.yaml`: `parameters`, a `scenario` (one of `kb/scenarios/`, or a file of
`tests/queries/scenarios/`), the `states` whose law is asked (`all`, or some; else Massachusetts), a `law` (a folder of
packs in `tests/queries/law/`), and `empty`, the reason why the table has no row. `pytest --update-golden` writes the
tables again; read them before you commit them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import Store
from rdflib.plugins.sparql import prepareQuery

from tacenda.errors import QueryError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.queries import Query, library, parse_query
from tacenda.resources import folder
from tacenda.scenario import read_scenario
from tacenda.sparql import Table, run_query

HERE = Path(__file__).parent / "queries"
CASES = sorted(
    {
        path.relative_to(HERE).with_suffix("").as_posix()
        for suffix in ("csv", "yaml")
        for path in HERE.glob(f"*/*.{suffix}")
        if path.parent.name not in ("scenarios", "law")
    }
)


@cache
def law(*codes: str, packs: str = "") -> KnowledgeBase:
    return KnowledgeBase.open(*codes, folders=[HERE / "law" / packs] if packs else [])


@cache
def backwards(*codes: str, packs: str = "") -> KnowledgeBase:
    """The same law, its statements put into the store the other way round."""
    kb = copy.copy(law(*codes, packs=packs))
    kb.store, store = Store(), kb.store
    for quad in reversed(list(store)):
        kb.store.add(quad)
    return kb


def settings(case: str) -> dict[str, Any]:
    path = HERE / f"{case}.yaml"
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader) if path.is_file() else {}


def scenario(name: str) -> Scenario:
    own = HERE / "scenarios" / f"{name}.yaml"
    return read_scenario(own if own.is_file() else folder("kb") / "scenarios" / f"{name}.yaml")[0]


def answer(case: str, opened: Callable[..., KnowledgeBase]) -> Table:
    about = settings(case)
    asked = scenario(about["scenario"]) if "scenario" in about else None
    packs = about.get("law", "")
    states = about.get("states", "us-ma")
    kb = opened(packs, packs=packs) if packs else opened(*(states.split(",") if states != "all" else ()))
    found = run_query(kb, library()[case.partition("/")[0]], about.get("parameters", {}), scenario=asked)
    assert isinstance(found, Table)
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_question_has_its_whole_expected_table(case: str, golden: Callable[[str, str], None]) -> None:
    table = answer(case, law)
    assert bool(table.rows) is not bool(settings(case).get("empty"))
    golden(f"../queries/{case}.csv", table.to_csv())


@pytest.mark.parametrize("case", CASES)
def test_the_order_of_rows_does_not_depend_on_the_order_of_the_law(case: str) -> None:
    assert answer(case, backwards).to_csv() == (HERE / f"{case}.csv").read_text("utf-8")


def test_every_question_has_a_table_and_every_table_a_question() -> None:
    assert {case.partition("/")[0] for case in CASES} == set(library())


@pytest.mark.parametrize("query", library().values(), ids=lambda query: query.name)
def test_a_question_can_be_pasted_elsewhere(query: Query) -> None:
    assert query.summary.endswith(".")
    Store().query(query.text)
    prepareQuery(query.text)


def test_every_question_is_described_in_the_readme() -> None:
    text = (folder("queries") / "README.md").read_text("utf-8")
    assert [name for name in library() if f"`{name}`" not in text] == []


def test_a_parameter_may_stand_anywhere_and_be_left_free() -> None:
    query = parse_query(
        "acts",
        "#+ parameter: act = act:CollectFees\n"
        "SELECT ?act ?pinpoint WHERE {\n"
        "  { SELECT ?norm ?act { ?norm tac:act ?act } }\n"
        "  FILTER EXISTS { ?norm dcterms:source xx:secrets-act ; tac:act ?act }\n"
        "  ?norm tac:pinpoint ?pinpoint .\n"
        "} GROUP BY ?act ?pinpoint ORDER BY ?act ?pinpoint",
    )
    invented = law("xx", packs="xx")
    tables = [run_query(invented, query, {"act": act}) for act in ("act:CollectFees", "disclose to collect fees", "")]
    assert [list(table.cells()) for table in tables if isinstance(table, Table)] == [
        [("act:CollectFees", "3")],
        [("act:CollectFees", "3")],
        [
            ("act:CollectFees", "3"),
            ("act:Disclose", "1"),
            ("act:ReportAdultAbuse", "2a"),
            ("act:ReportToChildProtection", "2"),
        ],
    ]


def test_a_question_over_a_scenario_asks_for_one() -> None:
    with pytest.raises(QueryError, match="`why-a-norm-holds` asks about a scenario"):
        run_query(law("us-ma"), library()["why-a-norm-holds"])

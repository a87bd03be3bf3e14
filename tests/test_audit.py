"""A batch of rows is judged as each row is judged alone, whatever else is in the batch and however it is kept."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packs import NARROW
from strategies import LAWS, knowledge_base, law, scenarios
from tacenda import vocabulary as v
from tacenda.assessment import assess
from tacenda.batch import audit, groups
from tacenda.batch import scenarios as single
from tacenda.batch.audit import Auditor, Request, acts_named, find_acts, whole_law
from tacenda.batch.bits import bitmaps
from tacenda.batch.naming import Names, acts, facts, role_values
from tacenda.batch.rows import Defaults
from tacenda.batch.scenarios import scenario_of
from tacenda.batch.summary import Summary
from tacenda.errors import Problem, ScenarioError, SourceError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario, Status
from tacenda.resources import folder
from tacenda.scenario import read_scenario
from tacenda.taxonomy import Term

TODAY = date(2026, 11, 22)
DEFAULTS = Defaults(None, TODAY)
ALL = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def alone(auditor: Auditor, batch: pa.RecordBatch, engine: str = "compiled") -> list[dict[str, Any]]:
    """What each row comes to when it is asked as a scenario of its own: statuses and norms, none when it cannot be."""
    request, kb, found = auditor.request, auditor.request.law(), []
    short = acts(kb).short
    defaults = Defaults(request.jurisdiction, request.as_of, request.context, request.closed)
    norms = [name for name in auditor.schema.names if name.startswith(("practice ", "court "))]
    for number in range(batch.num_rows):
        row: dict[str, Any] = dict.fromkeys([*(short[act] for act in request.acts), *norms])
        try:
            answer = assess(*_turned(scenario_of(kb, auditor.layout, batch.slice(number, 1), defaults)), engine=engine)
        except ScenarioError:
            found.append(row)
            continue
        for context in answer.contexts:
            said = {short[one.act]: str(one.status) for one in context.positions if one.act in request.acts}
            out_of_reach = {name: False for name in norms if name.startswith(f"{context.context} ")}
            row |= said | out_of_reach
            row |= {
                name: truth
                for norm, truth in context.norms
                if (name := f"{context.context} {v.shorten(norm.iri)}") in row
            }
        found.append(row)
    return found


def _turned(pair: tuple[Scenario, KnowledgeBase]) -> tuple[KnowledgeBase, Scenario]:
    return pair[1], pair[0]


def results(auditor: Auditor, batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The statuses and norms of each row, by an audit."""
    audited, _ = auditor.run(batch)
    written = ("id", "jurisdiction", "as_of", "problem")
    return [{name: value for name, value in row.items() if name not in written} for row in audited.to_pylist()]


def table(columns: dict[str, list[Any]], types: dict[str, pa.DataType] | None = None) -> pa.RecordBatch:
    """A batch of these columns; those of a fact are nullable Booleans."""
    kinds = types or {}
    return pa.RecordBatch.from_pydict({name: pa.array(values, kinds.get(name)) for name, values in columns.items()})


@cache
def stories() -> tuple[Scenario, ...]:
    """The scenarios that come with tacenda."""
    return tuple(read_scenario(path)[0] for path in sorted((folder("kb") / "scenarios").glob("*.yaml")))


def random_rows(random: Random, count: int, asked: int) -> pa.RecordBatch:
    """Rows under the real law: both jurisdictions, two dates, closed ones, some that contradict themselves.

    Half of them tell a story that comes with tacenda, with some facts changed.
    """
    kb = whole_law()
    names = facts(kb)
    told = [random.choice([None, random.choice(stories())]) for _ in range(count)]
    found: dict[str, list[Any]] = {
        "id": [f"r{number}" for number in range(count)],
        "jurisdiction": random.choices(("us-ma", "us", None, "us-mq"), (16, 4, 1, 1), k=count),
        "as_of": random.choices((TODAY, date(1995, 7, 1), None), (4, 2, 1), k=count),
        "context": random.choices((None, "practice", "court"), (4, 1, 1), k=count),
        "closed": random.choices((None, True, False), k=count),
    }
    for role in v.ROLES:
        values = [term.label for term in role_values(kb, role).terms.values()]
        found[role] = [
            story.role_values().get(role) if story else random.choice([None, None, random.choice(values)])
            for story in told
        ]
    said = {fact for story in stories() for fact in (*story.facts, *story.excluded)}
    chosen = dict.fromkeys([*sorted(said), *random.sample(list(names.terms), asked)])
    for fact in chosen:
        # a row states few things of many: two at random often exclude each other
        drawn = random.choices((None, True, False), (98, 1, 1), k=count)
        found[names.short[fact]] = [
            True if story and fact in story.facts else False if story and fact in story.excluded else value
            for story, value in zip(told, drawn, strict=True)
        ]
    return table(found, dict.fromkeys((names.short[fact] for fact in chosen), pa.bool_()))


def test_rows_under_the_real_law_come_out_as_scenarios_do() -> None:
    batch = random_rows(Random(1), 80, 200)
    auditor = Auditor(Request(TODAY, acts_named(whole_law(), ["us-ma"]), norms=True, codes=("us-ma",)), batch.schema)
    found = results(auditor, batch)
    assert found == alone(auditor, batch)
    statuses = {value for row in found for name, value in row.items() if " " not in name}
    assert statuses >= {None, "required", "forbidden", "privileged", "permitted", "unsettled"}


def test_the_rules_of_inference_say_the_same() -> None:
    batch = random_rows(Random(2), 7, 50)
    auditor = Auditor(Request(TODAY, acts_named(whole_law(), ["us-ma"]), norms=True, codes=("us-ma",)), batch.schema)
    assert results(auditor, batch) == alone(auditor, batch, "sparql")


@contextmanager
def made_up(kb: KnowledgeBase) -> Iterator[None]:
    """A random law base in place of the real one."""
    with (
        patch.object(audit, "whole_law", lambda folders: kb),
        patch.object(groups, "law_of", lambda code, folders: kb.under(code)),
        patch.object(single, "law_of", lambda code, folders: kb.under(code)),
    ):
        yield


def as_rows(kb: KnowledgeBase, drawn: Sequence[Scenario]) -> pa.RecordBatch:
    """Scenarios as rows."""
    names = facts(kb)
    columns: dict[str, list[Any]] = {
        "jurisdiction": [one.jurisdiction for one in drawn],
        "as_of": [one.as_of for one in drawn],
        "context": [one.context for one in drawn],
        "closed": [one.closed for one in drawn],
        **{role: [one.role_values().get(role) for one in drawn] for role in v.ROLES},
    }
    for fact, name in names.short.items():
        columns[name] = [False if fact in one.excluded else True if fact in one.facts else None for one in drawn]
    kinds = {name: pa.bool_() for name in names.short.values()} | {role: pa.string() for role in v.ROLES}
    return table(columns, kinds | {"context": pa.string()})


@pytest.mark.parametrize("seed", range(LAWS))
def test_rows_under_random_law_come_out_as_scenarios_do(seed: int) -> None:
    kb = knowledge_base(seed)

    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=ALL)
    @given(st.lists(scenarios(law(seed), consistent=False), min_size=1, max_size=12))
    def agree(drawn: list[Scenario]) -> None:
        batch = as_rows(kb, drawn)
        with made_up(kb):
            auditor = Auditor(Request(TODAY, tuple(acts(kb).terms), norms=True, codes=(NARROW,)), batch.schema)
            assert results(auditor, batch) == alone(auditor, batch)

    agree()


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from((True, False, None)), max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_bitmaps_begin_anywhere(values: list[bool | None], start: int, length: int) -> None:
    column = pa.array(values, pa.bool_()).slice(min(start, len(values)), length)
    found = bitmaps(column)
    bits = [int(word) >> bit & 1 for word in found.values for bit in range(64)]
    known = bits if found.valid is None else [int(word) >> bit & 1 for word in found.valid for bit in range(64)]
    read = [bool(bit) if found.valid is None or valid else None for bit, valid in zip(bits, known, strict=True)]
    assert read[: len(column)] == column.to_pylist()


def test_a_column_that_begins_at_a_word_is_not_copied() -> None:
    column = pa.array([True, None] * 320)
    for part in (column, column.slice(64), column.slice(128, 256)):
        found = bitmaps(part)
        assert found.valid is not None
        for words, buffer in zip((found.valid, found.values), part.buffers(), strict=True):
            assert words.ctypes.data == buffer.address + part.offset // 8
            assert not words.flags.writeable


def test_a_batch_may_be_cut_anywhere() -> None:
    """Slices with odd offsets, one row, and no rows; numbered on, they are the rows of the whole."""
    batch = random_rows(Random(3), 150, 150).drop_columns(["id"])
    auditor = Auditor(Request(TODAY, acts_named(whole_law(), ["us-ma"]), norms=True, codes=("us-ma",)), batch.schema)
    whole, summary = auditor.run(batch)
    cuts = [0, 0, 1, 8, 71, 135, 150]
    pieces = [auditor.run(batch.slice(a, b - a), first=a + 1) for a, b in pairwise(cuts)]
    assert [row for piece, _ in pieces for row in piece.to_pylist()] == whole.to_pylist()
    assert whole.column("id").to_pylist() == list(range(1, 151))
    assert Summary.total(part for _, part in pieces) == summary


def test_what_is_given_is_not_written_to() -> None:
    batch = random_rows(Random(4), 80, 100)
    before = batch.to_pylist()
    Auditor(Request(TODAY, acts_named(whole_law(), ["us-ma"])), batch.schema).run(batch)
    assert batch.to_pylist() == before


def test_an_auditor_can_be_sent_away() -> None:
    batch = random_rows(Random(5), 40, 60)
    auditor = Auditor(Request(TODAY, acts_named(whole_law(), ["us-ma"]), norms=True, codes=("us-ma",)), batch.schema)
    other = pickle.loads(pickle.dumps(auditor))
    assert other.schema == auditor.schema
    assert other.run(batch)[0].equals(auditor.run(batch)[0])


def test_the_summary_counts_what_came_out() -> None:
    batch = random_rows(Random(6), 50, 100)
    chosen = acts_named(whole_law(), ["us-ma"])
    auditor = Auditor(Request(TODAY, chosen), batch.schema)
    audited, summary = auditor.run(batch)
    rows = audited.to_pylist()
    short = acts(whole_law()).short
    assert (summary.rows, summary.problems) == (50, sum(row["problem"] is not None for row in rows))
    said = {(act, str(one)): sum(row[short[act]] == one for row in rows) for act in chosen for one in Status}
    assert {key: number for key, number in said.items() if number} == {k: n for k, n in summary.statuses.items() if n}
    deciding: dict[tuple[str, str], int] = {}
    for number in range(50):
        try:
            scenario, kb = scenario_of(whole_law(), auditor.layout, batch.slice(number, 1), DEFAULTS)
            answer = assess(kb, scenario)
        except ScenarioError:
            continue
        for context in answer.contexts:
            for position in context.positions:
                if position.act in chosen and position.status != Status.UNSETTLED:
                    for norm in position.because:
                        key = position.act, norm.iri
                        deciding[key] = deciding.get(key, 0) + 1
    assert dict(summary.deciding) == deciding


# what the columns may hold

RELATION, CONSENT = "client-relationship", "written-consent"


def answers(columns: dict[str, Any], **request: Any) -> list[dict[str, Any]]:
    """The rows of an audit of one act."""
    batch = pa.RecordBatch.from_pydict(columns)
    chosen = find_acts(whole_law(), ["act:Disclose"])
    audited, _ = Auditor(Request(TODAY, chosen, **request), batch.schema).run(batch)
    found: list[dict[str, Any]] = audited.to_pylist()
    return found


def test_every_way_to_write_a_truth_value_is_the_same() -> None:
    ways = {
        "Boolean": pa.array([True, False, None]),
        "text": pa.array(["yes", "No", ""]),
        "other text": pa.array([" TRUE ", "false", None], pa.large_string()),
        "number": pa.array([1, 0, None], pa.int8()),
        "dictionary": pa.array(["1", "0", None]).dictionary_encode(),
        "dictionary with nothing in it": pa.DictionaryArray.from_arrays([0, 1, 2], ["true", "no", None]),
    }
    shared = {"jurisdiction": ["us-ma"] * 3, "professional": ["psychologist"] * 3}
    found = {way: answers({**shared, "protected-health-information": values}) for way, values in ways.items()}
    assert found == dict.fromkeys(ways, found["Boolean"])


def test_a_column_is_called_by_label_compact_name_or_kebab_case() -> None:
    names = ("client consents in writing", "fact:WrittenConsent", "written-consent", "Written_Consent")
    iris = (*names, v.expand("fact:WrittenConsent"))
    columns = {"jurisdiction": ["us-ma"], "professional": ["psychologist"]}
    found = [answers({**columns, name: [True]}) for name in iris]
    assert found == [found[0]] * len(iris)


def test_what_a_row_does_not_say_is_taken_from_the_request() -> None:
    row = {"professional": ["psychologist"], "protected-health-information": [True]}
    asked = {"jurisdiction": ["us-ma"], "as_of": [TODAY], "context": ["practice"], "closed": [True]}
    by_row = answers({**row, **asked})
    assert answers(row, jurisdiction="us-ma", context="practice", closed=True) == by_row
    nothing = {name: pa.nulls(1) for name in asked}
    assert answers({**row, **nothing}, jurisdiction="us-ma", context="practice", closed=True) == by_row
    assert [one["disclose"] for one in answers({**row, **asked, "context": ["court"]})] == [None]


def test_each_problem_is_told_in_its_row_and_the_other_rows_are_answered() -> None:
    found = answers(
        {
            "id": ["a", "b", "c", "d", "e", "f"],
            "jurisdiction": ["us-ma", "us-mm", "us-ma", None, "us-ma", "us-ma"],
            "as_of": ["2026-11-22", "2026-11-22", "22.11.2026", "2026-11-22", "", "2026-11-22"],
            "context": ["practice", "practise", None, "", "practice", "practice"],
            "professional": ["psychologist", "psychologst", "prof:Psychologist", None, "", "psychologist"],
            RELATION: ["yes", "maybe", "1", "no", "\x1b[31m", "no"],
            "told-in-therapy": [None, None, None, None, None, "yes"],
        }
    )
    assert {row["id"]: row["problem"] for row in found} == {
        "a": None,
        "b": "unknown jurisdiction `us-mm` · did you mean `us-ma`?; unknown context `practise` · did you mean"
        " `practice`?; unknown professional `psychologst` · did you mean `psychologist`?; `maybe` is neither true nor"
        " false in `client-relationship`",
        "c": "`22.11.2026` is not a date · write it as 2026-11-22",
        "d": "no jurisdiction is given",
        "e": "`\\x1b[31m` is neither true nor false in `client-relationship`",
        "f": "contradicts itself: `client relationship` would be both true and false",
    }
    assert [row["disclose"] for row in found][1:] == [None] * 5
    assert found[0]["disclose"] is not None
    assert [(row["jurisdiction"], row["as_of"]) for row in found] == [
        ("us-ma", TODAY),
        (None, TODAY),
        ("us-ma", None),
        (None, TODAY),
        ("us-ma", TODAY),
        ("us-ma", TODAY),
    ]


def test_columns_that_say_nothing_are_carried_over_when_asked() -> None:
    columns = {"jurisdiction": ["us-ma", "us"], "team": ["red", None], "size": [1, 2]}
    assert [(row["team"], row["size"]) for row in answers(columns, keep=True)] == [("red", 1), (None, 2)]


def refused(schema: pa.Schema, **request: Any) -> list[str]:
    """What is said of columns that cannot be understood."""
    with pytest.raises(SourceError) as error:
        Auditor(Request(TODAY, (), **request), schema, "t.csv")
    return list(map(str, error.value.problems))


def test_every_wrong_column_is_told_at_once() -> None:
    text, truth = pa.string(), pa.bool_()
    schema = pa.schema(
        [
            ("jurisdicton", text),
            ("client-relationshp", truth),
            ("client consents in writting", truth),
            ("fact:WrittenConsnt", truth),
            ("qqqqqqq", truth),
            ("written-consent", truth),
            ("client consents in writing", truth),
            ("told-in-therapy", pa.float64()),
            ("professional", truth),
            ("as_of", pa.int64()),
            ("Court", text),
            ("court", text),
        ]
    )
    assert refused(schema) == [
        "t.csv: unknown column `jurisdicton` · did you mean `jurisdiction`?",
        "t.csv: unknown column `client-relationshp` · did you mean `client-relationship`?",
        "t.csv: unknown column `client consents in writting` · did you mean `client consents in writing`?",
        "t.csv: unknown column `fact:WrittenConsnt` · did you mean `fact:WrittenConsent`?",
        "t.csv: unknown column `qqqqqqq` · keep it out, or use `--keep`",
        "t.csv: the columns `written-consent` and `client consents in writing` both say `client consents in writing`"
        " · leave one of them out",
        "t.csv: the column `told-in-therapy` holds double, not true and false",
        "t.csv: the column `professional` holds bool, not text",
        "t.csv: the column `as_of` holds int64, not dates",
        "t.csv: the columns `Court` and `court` both say `court` · leave one of them out",
    ]


def test_a_kept_column_takes_no_name_that_the_audit_writes() -> None:
    schema = pa.schema([("problem", pa.string()), ("team", pa.string()), ("team", pa.string())])
    assert refused(schema, keep=True) == [
        "t.csv: the column `problem` cannot be kept: the audit writes one of that name · call it otherwise",
        "t.csv: two columns are called `team` · leave one of them out",
    ]


def test_an_unknown_act_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as error:
        find_acts(whole_law(), ["disclose", "act:Reprt", "disclos"])
    assert error.value.problems == (
        Problem("unknown act `act:Reprt`", hint="did you mean `act:Report`?"),
        Problem("unknown act `disclos`", hint="did you mean `disclose`?"),
    )


def test_terms_with_one_name_in_kebab_case_are_called_by_their_compact_names() -> None:
    terms = [Term(f"{v.BASE}{code}/SameName", f"label {code}") for code in ("us", "us-ma")]
    assert Names([*terms, Term(v.expand("fact:Other"), "other")]).short == {
        terms[0].iri: "us:SameName",
        terms[1].iri: "us-ma:SameName",
        v.expand("fact:Other"): "other",
    }


def test_a_row_of_a_state_is_before_a_court_of_the_state_unless_it_says_otherwise() -> None:
    kb = whole_law()
    implying = next(fact for fact, (role, _) in kb.taxonomy.by_role.items() if role == v.ROLE_PROPERTIES["court"])
    name = facts(kb).short[implying]
    batch = table(
        {
            "jurisdiction": ["us-ma", "us-ma", "us-ma", "us"],
            "court": [None, "federal court", None, None],
            name: [None, None, True, None],
        },
        {"court": pa.string(), name: pa.bool_()},
    )
    auditor = Auditor(Request(TODAY, acts_named(kb, ["us-ma"]), norms=True, codes=("us-ma",)), batch.schema)
    read = [scenario_of(kb, auditor.layout, batch.slice(row, 1), DEFAULTS)[0] for row in range(4)]
    assert [scenario.roles.get("court") for scenario in read] == [
        v.STATE_COURT,
        v.PREFIXES["court"] + "FederalCourt",
        None,
        None,
    ]
    assert results(auditor, batch) == alone(auditor, batch)


def test_no_rows_are_no_mistake() -> None:
    batch = random_rows(Random(7), 1, 5).slice(0, 0)
    auditor = Auditor(Request(TODAY, acts_named(whole_law(), ["us"])), batch.schema)
    audited, summary = auditor.run(batch)
    assert audited.schema == auditor.schema
    assert (audited.num_rows, summary) == (0, Summary())


def test_days_beyond_the_calendar_are_a_problem() -> None:
    found = answers(
        {"jurisdiction": ["us"], "as_of": pa.array(np.array([9_000_000], dtype=np.int32)).cast(pa.date32())}
    )
    assert [(row["as_of"], row["problem"]) for row in found] == [(None, "the date is not one of our calendar")]

"""One row of a table as a scenario, to be answered and explained like any other."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from tacenda import vocabulary as v
from tacenda.batch.columns import Layout
from tacenda.batch.groups import law_of
from tacenda.batch.roles import implying_a_court
from tacenda.batch.rows import Defaults, day, read
from tacenda.errors import Problem, ScenarioError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario


def scenario_of(
    kb: KnowledgeBase,
    layout: Layout,
    row: pa.RecordBatch,
    defaults: Defaults,
    folders: tuple[Path, ...] = (),
    *,
    title: str = "",
    where: str = "",
) -> tuple[Scenario, KnowledgeBase]:
    """The scenario that a batch of one row states, and the law that it comes under.

    Raises `ScenarioError` when the row cannot be read.
    """
    rows = read(kb, layout, row, defaults)
    (problem,) = rows.wrong.column().to_pylist()
    if problem:
        raise ScenarioError(Problem(problem, where))
    code = rows.codes[rows.jurisdictions[0]]
    law = law_of(code, folders)
    roles = {role: values[codes[0]] for role, (codes, values) in rows.roles.items() if codes[0] >= 0}
    said = {fact: column[0].as_py() for fact, column in rows.facts.items()}
    facts = tuple(fact for fact, truth in said.items() if truth)
    if law.pack(code).within and not implying_a_court(law).intersection(facts):
        roles.setdefault("court", v.STATE_COURT)
    context = rows.contexts[0]
    scenario = Scenario(
        jurisdiction=code,
        title=title,
        as_of=day(int(rows.days[0])),
        context=None if context < 0 else tuple(v.CONTEXTS)[context],
        professional=roles.pop("professional", None),
        roles=roles,
        facts=facts,
        excluded=tuple(fact for fact, truth in said.items() if truth is False),
        closed=bool(rows.closed[0]),
        where=where,
    )
    return scenario, law

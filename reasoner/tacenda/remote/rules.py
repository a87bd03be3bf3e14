"""The rules of inference, run where the statements are: each CONSTRUCT as an update, to the same fixpoint."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tacenda.errors import Problem, QueryError
from tacenda.queries import Query
from tacenda.remote.answers import read_table
from tacenda.remote.connection import Connection
from tacenda.terms import value_of

_CONSTRUCT = re.compile(r"^CONSTRUCT\s*\{(?P<template>[^{}]*)\}\s*(?=WHERE\b)", re.MULTILINE)
_REPEATS = "#+ repeat:"


def as_update(rule: Query, target: str, graphs: Sequence[str]) -> str:
    """The update that adds to *target* what a rule finds in the *graphs*; raises `QueryError` for what is no rule.

    >>> print(as_update(Query("x", "CONSTRUCT { ?a a ?b }\\nWHERE { ?b a ?a }"), "urn:t", ["urn:g"]))
    INSERT { GRAPH <urn:t> { ?a a ?b } }
    USING <urn:g>
    WHERE { ?b a ?a }
    """
    using = "".join(f"USING <{graph}>\n" for graph in graphs)
    text, found = _CONSTRUCT.subn(
        lambda match: f"INSERT {{ GRAPH <{target}> {{{match['template']}}} }}\n{using}", rule.text, count=1
    )
    if not found:
        raise QueryError(Problem("a rule of inference is CONSTRUCT { … } WHERE { … }", rule.name))
    return text


def run_rules(
    connection: Connection,
    stages: Sequence[Sequence[Query]],
    target: str,
    graphs: Sequence[str],
    *,
    seconds: float,
    told: Callable[[str], None],
) -> None:
    """Run the stages in order; a stage that repeats runs until none of its rules adds anything to *target*."""

    def run(rule: Query) -> None:
        told(rule.name)
        connection.update(as_update(rule, target, graphs))

    for stage in stages:
        if _REPEATS not in stage[0].text:
            for rule in stage:
                run(rule)
            continue
        size, settled = count(connection, target, seconds), dict[str, int]()
        while any(settled.get(rule.name) != size for rule in stage):
            for rule in stage:
                if settled.get(rule.name) == size:
                    continue  # nothing was added since this rule last added nothing
                run(rule)
                before, size = size, count(connection, target, seconds)
                if before == size:
                    settled[rule.name] = size


def count(connection: Connection, graph: str, seconds: float) -> int:
    """How many statements a graph of the store has."""
    table = read_table(connection, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", seconds=seconds)
    return int(value_of(table.rows[0][0]))

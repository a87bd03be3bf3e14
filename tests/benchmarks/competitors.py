"""Who takes part: each turns the same scenarios into the same answers, and says what its times include."""

from __future__ import annotations

from collections.abc import Callable

import ours
import reference
import rules
import sql
from answers import Answers
from contest import Competitor, Contest, Ready, Work


def clingo(given: Contest) -> Ready:
    """All scenarios of a run in one program: rules and facts are parsed, grounded and solved."""
    written = rules.clingo_rules(given.definitions)

    def ready(rows: int) -> Work:
        facts = rules.clingo_facts(given.definitions, given.rows.first(rows))

        def work() -> Callable[[], Answers]:
            found = rules.clingo_solve(written, facts)
            return lambda: rules.clingo_read(given.definitions, found, rows)

        return work

    return ready


def nemo(given: Contest) -> Ready:
    """All scenarios of a run in one program, which is parsed and reasoned over."""

    def ready(rows: int) -> Work:
        program = rules.nemo_rules(given.definitions, given.rows.first(rows))

        def work() -> Callable[[], Answers]:
            found = rules.nemo_reason(program, given.definitions)
            return lambda: rules.nemo_read(given.definitions, found, rows)

        return work

    return ready


def duckdb(given: Contest) -> Ready:
    """One prepared query over a table of its own."""

    def ready(rows: int) -> Work:
        connection = sql.prepared(given.definitions, sql.table(given.definitions, given.rows.first(rows)))

        def work() -> Callable[[], Answers]:
            found = sql.execute(connection)
            return lambda: sql.read_table(given.definitions, found)

        return work

    return ready


def pyshacl(given: Contest) -> Ready:
    """All scenarios of a run in one graph."""
    import shacl

    shapes = shacl.shapes(given.definitions)

    def ready(rows: int) -> Work:
        data = shacl.data(given.definitions, given.rows.first(rows))

        def work() -> Callable[[], Answers]:
            found = shacl.reason(data, shapes)
            return lambda: shacl.read_graph(given.definitions, found, rows)

        return work

    return ready


COMPETITORS = (
    Competitor(
        "tacenda: batch in memory",
        "bits of the inputs to bits of the answers, both cores",
        (100, 10_000, 131_072, 524_288, 1_048_576),
        ours.batch,
    ),
    Competitor(
        "tacenda: batch in memory, one core",
        "the same on one core",
        (131_072, 524_288, 1_048_576),
        ours.batch_on_one_core,
    ),
    Competitor(
        "floor: copying",
        "every plane of bits that the batch reads or writes, copied once with np.copyto into fresh memory, both cores",
        (131_072, 524_288, 1_048_576),
        ours.copying,
        note="answers nothing",
    ),
    Competitor(
        "tacenda: program on Python integers",
        "bits of the inputs to bits of the answers",
        (1, 1000, 100_000),
        ours.on_integers,
    ),
    Competitor(
        "tacenda: compiled, one scenario",
        "a scenario to the truth of everything, contradictions refused",
        (1, 10, 100, 1000),
        ours.by_program,
        limit=15,
    ),
    Competitor(
        "tacenda: compiled, with reasons",
        "a scenario to a position on each act, with reasons",
        (1, 10, 100),
        ours.with_reasons,
        limit=15,
    ),
    Competitor(
        "tacenda: OWL + SPARQL rules",
        "a scenario to every conclusion as statements, in Oxigraph",
        (1, 10, 100),
        ours.by_rules,
        limit=20,
    ),
    Competitor(
        "DuckDB",
        "one three-valued SQL query, planned beforehand with the optimizer off (faster here), its table to Arrow",
        (100, 10_000, 131_072, 524_288),
        duckdb,
        limit=45,
    ),
    Competitor(
        "clingo",
        "parsing rules and facts, grounding, solving; the scenarios of a run in one program (one by one is slower)",
        (1, 10, 100, 1000, 10_000),
        clingo,
        limit=40,
    ),
    Competitor(
        "Nemo",
        "parsing rules and facts, reasoning; the scenarios of a run in one program (one by one is slower)",
        (1, 10, 100, 1000, 10_000),
        nemo,
        limit=40,
    ),
    Competitor(
        "pySHACL",
        "a sh:TripleRule for each way to be true or false, in order, so that one pass suffices; shapes parsed before",
        (1, 10, 100),
        pyshacl,
        limit=30,
    ),
    Competitor(
        "owlrl + rdflib",
        "OWL 2 RL closure of vocabulary, law and scenario, then the rules of inference as SPARQL on rdflib",
        (1,),
        reference.prepare,
        limit=100,
    ),
)

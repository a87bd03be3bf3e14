"""Query in one line: the name of a research question, or SPARQL, in; a table or a graph out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from tacenda.assessment import Assessment
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.queries import Query, named, parse_query, read_query
from tacenda.sparql import Graph, Table, run_query


def query(
    question: str | Path,
    over: Assessment | Scenario | None = None,
    *,
    kb: KnowledgeBase | None = None,
    **parameters: str,
) -> Table | Graph:
    """The answer to a research question: the name of one that comes with tacenda, an `.rq` file, or SPARQL.

    It is asked of all law, or of *kb*; and *over* an assessment or a scenario too, its conclusions and its proof. The
    usual prefixes need no declaring; *parameters* take the place of variables, as with `tacenda query -p`. Raises
    `QueryError` when the query is not known, wrong, refused or too long.

    >>> table = query("who-may-assert-each-privilege", state="us-ma")
    >>> table.columns[:2]
    ('privilege', 'person')
    >>> query("ASK { us-ma:c112-s135B.privilege a tac:Privilege }").answer
    True
    """
    asked = _read(question)
    if over is None:
        return run_query(kb or _all_law(), asked, parameters)
    if isinstance(over, Assessment):
        return run_query(kb or over.kb, asked, parameters, scenario=over.scenario)
    dated = over if over.as_of else replace(over, as_of=date.today())
    return run_query(kb or KnowledgeBase.open(over.jurisdiction), asked, parameters, scenario=dated)


def _read(question: str | Path) -> Query:
    text = str(question)
    if isinstance(question, str) and ("{" in text or "\n" in text):
        return parse_query("query", text)
    if isinstance(question, Path) or text.endswith(".rq"):
        return read_query(Path(question))
    return named(text)


@lru_cache(maxsize=1)
def _all_law() -> KnowledgeBase:
    return KnowledgeBase.open()

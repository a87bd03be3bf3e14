"""The research questions as pages: what each answers, what it needs to know, its text, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from pyoxigraph import NamedNode

from tacenda import vocabulary as v
from tacenda.desk.desk import Desk
from tacenda.desk.results import Results
from tacenda.errors import Problem
from tacenda.knowledge import GRAPHS, KnowledgeBase
from tacenda.queries import Query, library
from tacenda.resources import folder
from tacenda.sparql import prefixes

EXAMPLE = """# Who holds each privilege, and who may assert it?
SELECT ?privilege ?label ?holder ?asserted {
  ?privilege a tac:Privilege ; rdfs:label ?label ; tac:holder ?holder .
  OPTIONAL { ?privilege tac:assertedBy ?asserted }
}
ORDER BY ?privilege
LIMIT 50
"""
SCENARIO = "suspected-child-abuse"
"""The scenario that a question about one is put to first."""
_GROUPS = ("About the law", "About something you name", "About a scenario")


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter of a question, with the value that it has and values to choose from."""

    name: str
    value: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a page shows it: with its inputs, its text, and what it came to."""

    query: Query
    inputs: tuple[Input, ...] = ()
    scenario: str = ""
    text: str = ""
    results: Results | None = None
    problems: tuple[Problem, ...] = ()
    downloads: Mapping[str, str] | None = None
    """The address of the answer in each form in which it can be had."""

    @property
    def mark(self) -> tuple[int, int] | None:
        """The line and the column at which the text is wrong."""
        for problem in self.problems:
            row, _, column = problem.where.partition(":")[2].partition(":")
            if row.isdigit() and column.isdigit():
                return int(row), int(column)
        return None


def groups() -> list[tuple[str, list[Query]]]:
    """The questions that come with tacenda, by what each needs to be told.

    >>> [name for name, _ in groups()]
    ['About the law', 'About something you name', 'About a scenario']
    """

    def needs(query: Query) -> int:
        named = [name for name, _ in query.parameters if name != "state"]
        return 2 if query.needs_scenario else 1 if named else 0

    ordered = sorted(library().values(), key=needs)
    return [(_GROUPS[place], list(members)) for place, members in groupby(ordered, key=needs)]


def scenario_names() -> list[str]:
    """The scenarios that come with tacenda."""
    return sorted(path.stem for path in (folder("kb") / "scenarios").glob("*.yaml"))


def inputs(kb: KnowledgeBase, query: Query, values: Mapping[str, str]) -> tuple[Input, ...]:
    """The parameters of a question, each with its value and with what else it might be."""
    return tuple(Input(name, values.get(name, default), suggestions(kb, default)) for name, default in query.parameters)


@lru_cache(maxsize=64)
def suggestions(kb: KnowledgeBase, default: str) -> tuple[str, ...]:
    """Other values for a parameter: whatever is of the kind of its default."""
    if default in {pack.code for pack in kb.packs}:
        return tuple(pack.code for pack in kb.packs)
    labels = {term.label.casefold(): term.iri for term in kb.taxonomy.terms.values() if term.label}
    iri = labels.get(default.casefold()) or v.expand(default)
    if iri in kb.norms:
        return tuple(map(v.shorten, kb.norms))
    if iri in kb.sources:
        return tuple(map(v.shorten, kb.sources))
    space = iri.rpartition("/")[0]
    known = [term for term in kb.taxonomy.terms.values() if term.iri.rpartition("/")[0] == space != v.BASE[:-1]]
    return tuple(sorted(term.label if default.casefold() in labels else v.shorten(term.iri) for term in known))


def gallery_page(desk: Desk) -> str:
    """The list of questions."""
    return desk.render("gallery.html", title="Queries", section="queries", groups=groups())


def query_page(desk: Desk, asked: Asked) -> str:
    """One question of the library, with its answer."""
    return desk.render(
        "query.html",
        title=asked.query.summary or asked.query.name,
        section="queries",
        asked=asked,
        scenarios=scenario_names(),
        is_own=False,
    )


def own_page(desk: Desk, asked: Asked) -> str:
    """A question of one's own: an editor, and the answer."""
    return desk.render(
        "query.html",
        title="Your own query",
        section="queries",
        asked=asked,
        scenarios=scenario_names(),
        is_own=True,
        prefixes=prefixes(desk.kb),
    )


@lru_cache(maxsize=4)
def completions(kb: KnowledgeBase) -> Sequence[Mapping[str, str]]:
    """Every name of ours that a query may use: what to write, what it is called, and what kind of thing it is."""
    found: dict[str, Mapping[str, str]] = {}
    for name in ("ontology", *(pack.code for pack in kb.packs)):
        graph = NamedNode(GRAPHS + name)
        for quad in kb.store.quads_for_pattern(None, NamedNode(v.RDF_TYPE), None, graph):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(v.BASE):
                iri = quad.subject.value
                short = v.shorten(iri)
                if ":" in short and not short.startswith("http") and short not in found:
                    found[short] = {"name": short, "label": kb.label(iri), "kind": v.shorten(quad.object.value)}  # type: ignore[union-attr]
    return tuple(found[name] for name in sorted(found))


def shipped(name: str) -> Path:
    """The file of a scenario that comes with tacenda."""
    return folder("kb") / "scenarios" / f"{name}.yaml"

"""What shapes cannot say of terms and of law: one rule a file in `ontology/lint/`, whose rows are the problems.

A rule selects `?term`, the subject that is wrong, a `?message`, and, where there is one, the `?value` that is at fault.
Beyond what the files say it may ask for `lint:kindOf` (each class is a kind of itself and of all above it) and
`lint:meets` (some class is a kind of both), for the operands and the guards in effect that the rules of inference
work out, and for what the queries and the code name (`lint:names`).
A term that has reason to break a rule is excused in `ontology/lint/excused.ttl`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store, Triple

from tacenda import vocabulary as v
from tacenda.errors import Problem
from tacenda.network import prepare
from tacenda.queries import Query, read_query, rules
from tacenda.resources import folder
from tacenda.terms import in_graph, value_of
from tacenda.turtle import Statements, read_turtle

LINT = v.BASE + "lint/"
PREFIXES = v.PREFIXES | {"lint": LINT}
_DERIVED = NamedNode("urn:graph:derived")
_WORKED_OUT = ("10-operands", "20-guards-own", "21-guards-taken")
_HOMES = (v.BASE + "ontology/", v.BASE + "shapes/")
_COMPACT = re.compile(r"\b([a-z]+):([A-Za-z]\w*)")
_QUOTED = re.compile(r"[\"'](\w+)[\"']")
_BRACKETED = re.compile(r"<(\S+?)>")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One row of a rule: the subject for which it does not hold, and what is wrong with it."""

    rule: str
    term: str
    message: str

    def problem(self) -> Problem:
        """The problem, whose place is the short name of the subject."""
        return Problem(self.message, self.term)


@cache
def lint_rules() -> tuple[Query, ...]:
    """The rules about terms and about law, by name."""
    return tuple(read_query(path) for path in sorted((folder("ontology") / "lint").glob("*.rq")))


@cache
def excuses() -> Mapping[tuple[str, str], str]:
    """Why a term need not keep a rule, by the rule's name and the term's short name."""
    data = Statements(read_turtle(folder("ontology") / "lint" / "excused.ttl", "excused"))
    return {
        (rule, v.shorten(term)): data.text(excuse, LINT + "reason")
        for excuse in data.by_subject
        for rule in data.texts(excuse, LINT + "rule")
        for term in data.iris(excuse, LINT + "term")
    }


def broken(files: Mapping[Path, Iterable[Triple]]) -> Iterator[Finding]:
    """Every row of every rule over *files*, save those that are excused."""
    store = gather(files)
    for rule in lint_rules():
        for finding in findings(rule, store):
            if (finding.rule, finding.term) not in excuses():
                yield finding


def findings(rule: Query, store: Store) -> list[Finding]:
    """The rows of one rule, each once, whether excused or not."""
    rows = store.query(rule.text, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    has_value = "value" in {variable.value for variable in rows.variables}
    found = set()
    for row in rows:
        message = _BRACKETED.sub(lambda match: f"`{_shown(match[1])}`", value_of(row["message"]))
        if has_value and row["value"] is not None:
            message += f": `{_shown(value_of(row['value']))}`"
        found.add(Finding(rule.name, v.shorten(value_of(row["term"])), message))
    return sorted(found)


def gather(files: Mapping[Path, Iterable[Triple]]) -> Store:
    """What the rules are asked of: each file in a graph of its own, and beside them what follows and what is named."""
    store = Store()
    for path, triples in files.items():
        kept = list(triples)
        graph = NamedNode(_header(kept) or f"urn:file:{path.name}")
        store.extend(in_graph(triple, graph) for triple in kept)
    derive(store)
    return store


def derive(store: Store) -> None:
    """Add what rules may ask for beyond what the files say."""
    subclasses = store.quads_for_pattern(None, NamedNode(v.RDFS_SUBCLASS), None)
    wider = above((value_of(quad.subject), value_of(quad.object)) for quad in subclasses)
    kind_of, meets = NamedNode(LINT + "kindOf"), NamedNode(LINT + "meets")
    for name, others in wider.items():
        store.extend(Quad(NamedNode(name), kind_of, NamedNode(other), _DERIVED) for other in others)
        store.extend(Quad(NamedNode(a), meets, NamedNode(b), _DERIVED) for a in others for b in others)
    list(prepare(store, [rule for rule in rules("prepare") if rule.name in _WORKED_OUT]))
    declared = {value_of(quad.subject) for quad in store.quads_for_pattern(None, NamedNode(v.RDF_TYPE), None)}
    store.extend(_names(declared))


def above(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """For each name everything above it, itself included, where *pairs* say what is right above what."""
    import networkx as nx

    graph = nx.DiGraph(pairs)
    return {name: nx.descendants(graph, name) | {name} for name in graph}


def _names(declared: set[str]) -> Iterator[Quad]:
    """Which query and which module names which term."""
    names = NamedNode(LINT + "names")
    for path in (*folder("queries").rglob("*.rq"), *Path(__file__).parent.glob("**/*.py")):
        text = path.read_text(encoding="utf-8")
        named = {v.expand(f"{prefix}:{local}") for prefix, local in _COMPACT.findall(text)}
        named |= {v.tac(word) for word in _QUOTED.findall(text)} | set(_BRACKETED.findall(text))
        for iri in sorted(named & declared):
            if iri.startswith(v.BASE):
                yield Quad(NamedNode(f"urn:file:{path.name}"), names, NamedNode(iri), _DERIVED)


def _header(triples: Iterable[Triple]) -> str:
    """The name of the ontology whose header is among the triples, if one is."""
    ontology = v.PREFIXES["owl"] + "Ontology"
    headers = (t.subject for t in triples if t.predicate.value == v.RDF_TYPE and value_of(t.object) == ontology)
    return next(map(value_of, headers), "")


def _shown(text: str) -> str:
    """A name as readers know it: a term's short name, a module's file, a text as it is."""
    return text.removeprefix(v.BASE) + ".ttl" if text.startswith(_HOMES) else v.shorten(text)

"""What depends on what: the law as a network of conditions, made by the rules in `queries/inference/prepare/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from pyoxigraph import NamedNode, Store, Triple

from tacenda import vocabulary as v
from tacenda.queries import Query
from tacenda.terms import in_graph, value_of

GRAPH = NamedNode(v.BASE + "graph/network")
_PLACES = {v.tac("needs"): 0, v.tac("needsOneOf"): 1, v.tac("isBarredBy"): 2}
_APPLIES_NORM, _APPLIED_TO, _SOME_OF = v.tac("appliesNorm"), v.tac("appliedTo"), v.tac("SomeOf")
_CONTEXT, _REGULATED = v.tac("contextInEffect"), v.tac("RegulatedAct")


class Gate(NamedTuple):
    """True when all of `needs`, one of `needs_one_of` (if it is a choice) and none of `barred_by` are true."""

    needs: tuple[str, ...] = ()
    needs_one_of: tuple[str, ...] = ()
    barred_by: tuple[str, ...] = ()
    is_choice: bool = False


@dataclass(frozen=True)
class Network:
    """The gates by IRI, and which gate applies which norm to which act."""

    gates: dict[str, Gate]
    applications: dict[tuple[str, str], str]
    """For a norm and an act, the gate that says whether the norm reaches the act."""
    contexts: dict[str, frozenset[str]]
    """For a norm the contexts in which it works, its own or those of what it defeats or lifts."""
    regulated: frozenset[str]
    """The acts of which the law says anything."""

    @classmethod
    def read(cls, triples: Iterable[Triple]) -> Network:
        """The network that *triples* describe."""
        parts: dict[str, tuple[list[str], list[str], list[str]]] = {}
        choices: set[str] = set()
        norms: dict[str, str] = {}
        acts: dict[str, str] = {}
        contexts: dict[str, set[str]] = {}
        regulated: set[str] = set()
        for subject, predicate, obj in triples:
            name = predicate.value
            if name in _PLACES:
                parts.setdefault(value_of(subject), ([], [], []))[_PLACES[name]].append(value_of(obj))
            elif name == _APPLIES_NORM:
                norms[value_of(subject)] = value_of(obj)
            elif name == _APPLIED_TO:
                acts[value_of(subject)] = value_of(obj)
            elif name == _CONTEXT:
                contexts.setdefault(value_of(subject), set()).add(value_of(obj))
            elif name == v.RDF_TYPE and value_of(obj) == _SOME_OF:
                choices.add(value_of(subject))
            elif name == v.RDF_TYPE and value_of(obj) == _REGULATED:
                regulated.add(value_of(subject))
        gates = {iri: _gate(*parts.get(iri, ([], [], [])), iri in choices) for iri in {*parts, *choices}}
        return cls(
            gates,
            {(norm, acts[iri]): iri for iri, norm in norms.items() if iri in acts},
            {iri: frozenset(found) for iri, found in contexts.items()},
            frozenset(regulated),
        )


def _gate(needs: list[str], one_of: list[str], barred: list[str], is_choice: bool) -> Gate:
    return Gate(tuple(sorted(set(needs))), tuple(sorted(set(one_of))), tuple(sorted(set(barred))), is_choice)


def prepare(store: Store, rules: Sequence[Query]) -> Iterator[Triple]:
    """Run the rules over the law in *store* and give everything they add.

    A rule that repeats runs until it finds nothing that is not there yet.
    """
    before = set(store.quads_for_pattern(None, None, None, GRAPH))
    for rule in rules:
        pending = True
        while pending:
            triples = cast("Iterable[Triple]", store.query(rule.text, use_default_graph_as_union=True))
            found = [in_graph(triple, GRAPH) for triple in triples]
            store.extend(found)
            pending = bool(found) and "#+ repeat:" in rule.text
    for quad in store.quads_for_pattern(None, None, None, GRAPH):
        if quad not in before:
            yield quad.triple

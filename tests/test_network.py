"""The network of conditions that the rules make of the law, against what the norms say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from oracle import Law, Oracle
from packs import NARROW, own, small_ontology
from strategies import LAWS, knowledge_base, law
from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, Norm, Scenario
from tacenda.network import Gate, Network

seeds = pytest.mark.parametrize("seed", range(LAWS))


def parts(gate: Gate) -> tuple[str, ...]:
    """Everything that a gate turns on."""
    return (*gate.needs, *gate.needs_one_of, *gate.barred_by)


@seeds
def test_every_gate_turns_on_things_that_exist(seed: int) -> None:
    kb = knowledge_base(seed)
    known = {*law(seed).words.parents, *kb.norms, *kb.network.gates}
    assert {part for gate in kb.network.gates.values() for part in parts(gate)} <= known


@seeds
def test_nothing_turns_on_itself(seed: int) -> None:
    gates = knowledge_base(seed).network.gates
    order = list(TopologicalSorter({iri: parts(gate) for iri, gate in gates.items()}).static_order())
    assert set(gates) <= set(order)


@seeds
def test_a_norm_needs_and_is_barred_by_what_it_says(seed: int) -> None:
    kb, its_law = knowledge_base(seed), law(seed)
    oracle = Oracle(its_law, Scenario(NARROW), "")
    for iri, norm in kb.norms.items():
        gate = kb.network.gates.get(iri, Gate())
        bound = oracle.bound(its_law.norms[iri])
        guard = [name_of(bound)] if bound is not None else []
        assert gate.needs == tuple(sorted({*guard, *needed(its_law, norm.condition)}))
        assert gate.needs_one_of == tuple(sorted(names(norm.condition.any_of)))
        against = {other.iri for other in oracle.against(its_law.norms[iri])}
        assert gate.barred_by == tuple(sorted(against.union(names(norm.condition.none_of))))
        if bound is not None:
            assert kb.network.gates[name_of(bound)] == Gate(needs_one_of=tuple(sorted(bound)), is_choice=True)


def name_of(professions: Iterable[str]) -> str:
    """The choice that norms share which bind the same professions."""
    return v.tac("bound/" + "+".join(sorted(iri.removeprefix(v.BASE).replace("/", ".") for iri in professions)))


def needed(law: Law, condition: Condition) -> set[str]:
    """What a condition asks for: the members of its first list, and each fact of which they are all the parts."""
    wholes = {fact for fact, parts in law.words.wholes.items() if set(parts) <= set(condition.all_of)}
    return wholes.union(names(condition.all_of))


def names(members: tuple[object, ...]) -> Iterator[str]:
    """The names of the members of a list of conditions."""
    for member in members:
        yield member if isinstance(member, str) else member.iri  # type: ignore[attr-defined]


@seeds
def test_what_can_reach_or_free_an_act_is_applied_to_every_kind_of_it(seed: int) -> None:
    kb, its_law = knowledge_base(seed), law(seed)
    applied = {
        (norm.iri, act)
        for norm in its_law.norms.values()
        if norm.kind in ("Prohibition", "Privilege", "Limitation") or norm.lifts
        for act in its_law.words.acts
        if norm.act and its_law.words.is_a(act, norm.act)
    }
    assert set(kb.network.applications) == applied
    for (norm_iri, act), application in kb.network.applications.items():
        gate = kb.network.gates[application]
        assert norm_iri in gate.needs
        assert set(gate.barred_by) == {
            kb.network.applications[other.iri, act]
            for other in lifting(its_law, norm_iri)
            if (other.iri, act) in applied
        }


def lifting(law: Law, iri: str) -> list[Norm]:
    """The norms that lift a norm."""
    return [other for other in law.norms.values() if iri in other.lifts]


def test_an_empty_network() -> None:
    assert Network.read([]) == Network({}, {}, {}, frozenset())


SUM = f"""
@prefix owl: <{v.PREFIXES["owl"]}> .
@prefix rdfs: <{v.PREFIXES["rdfs"]}> .
@prefix dcterms: <{v.PREFIXES["dcterms"]}> .
@prefix tac: <{v.BASE}> .
@prefix xb: <{v.BASE}xb/> .
@prefix jurisdiction: <{v.PREFIXES["jurisdiction"]}> .

xb:One a owl:Class ; rdfs:subClassOf tac:Scenario ; rdfs:label "one"@en .
xb:Other a owl:Class ; rdfs:subClassOf tac:Scenario ; rdfs:label "other"@en .
xb:Both a owl:Class ; rdfs:subClassOf tac:Scenario ; rdfs:label "both"@en ;
    owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( xb:One xb:Other ) ] .
xb:s a tac:Statute ; tac:jurisdiction jurisdiction:xb ; tac:citation "X" ; rdfs:label "x"@en .
xb:split a tac:Power ; rdfs:label "p"@en ; dcterms:source xb:s ; tac:pinpoint "1" ; tac:status tac:Read ;
    tac:context tac:Court ; tac:allOf ( xb:One xb:Other ) .
xb:half a tac:Power ; rdfs:label "q"@en ; dcterms:source xb:s ; tac:pinpoint "1" ; tac:status tac:Read ;
    tac:context tac:Court ; tac:allOf ( xb:One ) .
"""


def test_a_condition_that_asks_for_all_parts_of_a_fact_asks_for_the_fact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that whoever denies the whole, without knowing which part is missing, denies the condition."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    pack = tmp_path / "law" / "xb"
    pack.mkdir(parents=True)
    head = f'<{v.PREFIXES["jurisdiction"]}xb> a <{v.tac("Jurisdiction")}> ; <{v.tac("code")}> "xb" .'
    (pack / "jurisdiction.ttl").write_text(head, encoding="utf-8")
    (pack / "law.ttl").write_text(SUM, encoding="utf-8")
    with small_ontology():
        gates = KnowledgeBase.open("xb", folders=[tmp_path / "law"]).network.gates
    one, other, both = own("One"), own("Other"), own("Both")
    assert gates[own("split")] == Gate(needs=(both, one, other))
    assert gates[own("half")] == Gate(needs=(one,))
    assert gates[both] == Gate(needs=(one, other))


def test_groups_keep_their_shape() -> None:
    """A group inside a condition is a gate of its own, with the group's lists."""
    kb = knowledge_base(0)
    groups = [group for norm in kb.norms.values() for group in inside(norm.condition)]
    assert groups
    for group in groups:
        gate = kb.network.gates[group.iri]
        assert gate.needs == tuple(sorted(needed(law(0), group)))
        assert gate.needs_one_of == tuple(sorted(names(group.any_of)))
        assert gate.barred_by == tuple(sorted(names(group.none_of)))
        assert gate.is_choice == bool(group.any_of)


def inside(condition: Condition) -> Iterator[Condition]:
    """The groups inside a condition, at any depth."""
    for member in condition.members():
        if isinstance(member, Condition):
            yield member
            yield from inside(member)

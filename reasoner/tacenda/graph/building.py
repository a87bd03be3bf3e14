"""Norms as a network: each with its conditions, its act, its people, the provision it rests on, and its exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache

import networkx

from tacenda import vocabulary as v
from tacenda.assessment import discharge_text
from tacenda.graph import elements as e
from tacenda.graph.states import Standing, States
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm, Operand, Source
from tacenda.passage import deadline_text

Kept = Callable[[Condition, str, Operand], bool]
"""Whether, of a condition, an operand that stands in some relation to it is shown."""


def empty(title: str, description: str) -> e.Network:
    """A network without nodes that says what it will show."""
    return networkx.MultiDiGraph(title=title, description=description)


class Builder:
    """Puts norms and what they rest on into a network; with states, each node says what it is in the scenario."""

    def __init__(self, kb: KnowledgeBase, network: e.Network, states: States | None = None) -> None:
        self.kb = kb
        self.network = network
        self.states = states
        self.some: dict[str, KindHolds] = {}
        """The nodes that ask for some norm of a kind."""

    def norms(self, norms: Iterable[Norm], *, outside: bool = True, center: str = "") -> None:
        """Norms in full, and between them whatever defeats or lifts what.

        What they defeat or lift is named where it is not among them; norms *outside* that defeat or lift them are
        named too, or else counted. The *center* is a fact or an act that is shown though no norm may name it.
        """
        wanted = {norm.iri: norm for norm in norms}
        for norm in wanted.values():
            self.network.nodes[self.norm(norm)]["detail"] = "full"
        for norm in wanted.values():
            self.operands(norm.iri, v.shorten(norm.iri), norm.condition)
            self.surroundings(norm)
        beyond: dict[str, set[str]] = {}
        for one, other, relation in _oppositions(self.kb):
            if one.iri in wanted or (outside and other.iri in wanted):
                self._relate(self.norm(one), self.norm(other), relation)
            elif other.iri in wanted:
                beyond.setdefault(v.shorten(other.iri), set()).add(one.iri)
        for name, others in beyond.items():
            self.network.nodes[name]["beyond"] = f"{len(others)} that defeat or lift it"
        if self.kb.taxonomy.is_a(center, v.tac("Act")):
            self.act(center)
        elif self.kb.taxonomy.is_a(center, v.tac("Scenario")):
            self.fact(center)
        self.kinds()

    def norm(self, norm: Norm) -> str:
        """The node of a norm, without anything around it."""
        source = self.kb.sources[norm.source]
        first, last = norm.in_force(source)
        standing = self.states.norm(norm) if self.states else Standing()
        return e.add_node(
            self.network,
            v.shorten(norm.iri),
            norm.kind,
            iri=norm.iri,
            label=norm.label,
            citation=self.kb.cite(norm),
            words=norm.words,
            review=norm.status,
            in_force_from=_day(first),
            in_force_until=_day(last),
            provision=source.citation,
            detail="named",
            note="; ".join(_notes(self.kb, norm)),
            state=standing.state,
            state_note=standing.note,
        )

    def source(self, source: Source) -> str:
        """The node of a provision."""
        standing = self.states.source(source) if self.states else Standing()
        return e.add_node(
            self.network,
            v.shorten(source.iri),
            "Provision",
            iri=source.iri,
            label=source.label,
            citation=source.citation,
            in_force_from=source.since or _day(source.in_force_from),
            in_force_until=source.until or _day(source.in_force_until),
            provision=source.citation,
            note="; ".join(f"left out: {omission}" for omission in source.omits),
            state=standing.state,
            state_note=standing.note,
        )

    def surroundings(self, norm: Norm) -> None:
        """The provision, the act, the professions and the people of a norm."""
        name, add = v.shorten(norm.iri), self._relate
        add(name, self.source(self.kb.sources[norm.source]), e.RESTS_ON)
        if norm.act:
            add(name, self.act(norm.act), e.ABOUT)
        if norm.discharge:
            for leaf in norm.discharge.leaves():
                if isinstance(leaf, str) and leaf != norm.act:
                    add(name, self.act(leaf), e.FULFILLED_BY)
        for iri in norm.binds:
            standing = self.states.profession(iri) if self.states else Standing()
            add(name, self._term(iri, "Profession", standing), e.BINDS)
        for field, relation in e.PEOPLE.items():
            for iri in getattr(norm, field):
                add(name, self._term(iri, "Person", Standing()), relation)
        for iri in norm.displaces:
            label = f"every {v.shorten(iri).rpartition(':')[2].lower()} of narrower law"
            add(name, e.add_node(self.network, f"every {v.shorten(iri)}", "Some norm", label=label), e.DISPLACES)

    def operands(self, owner: str, name: str, condition: Condition, kept: Kept | None = None) -> None:
        """What a condition needs and what makes it fail, below the node *name*; *owner* is the norm's IRI."""
        groups = zip(e.CONDITIONS, (condition.all_of, condition.any_of, condition.none_of), strict=True)
        for relation, members in groups:
            for place, member in enumerate(members, 1):
                if kept is None or kept(condition, relation, member):
                    below = f"{name}/{relation.rpartition(' ')[2] if relation != e.NEEDS else 'all'}{place}"
                    self._relate(name, self._operand(owner, below, member, kept), relation)

    def _operand(self, owner: str, name: str, member: Operand, kept: Kept | None) -> str:
        if isinstance(member, Condition):
            node = self._group(name, _group_label(member), member.iri)
            self.operands(owner, name, member, kept)
            return node
        if isinstance(member, KindHolds):
            about = f": {self.kb.label(member.act)}" if member.act else " about this very act"
            label = f"some {member.kind.lower()}{about}"
            node = e.add_node(self.network, name, "Some norm", label=label, **self._truth(member.iri))
            self.some[node] = member
            if member.act:
                self._relate(node, self.act(member.act), e.ABOUT)
            return node
        return self.norm(self.kb.norms[member]) if member in self.kb.norms else self.fact(member)

    def _group(self, name: str, label: str, iri: str) -> str:
        return e.add_node(self.network, name, "Condition", label=label, **self._truth(iri))

    def _truth(self, iri: str) -> dict[str, str]:
        return {"state": self.states.truth(iri).state} if self.states else {}

    def fact(self, iri: str) -> str:
        """The node of a fact, or of an open question of law."""
        term = self.kb.term(iri)
        kind = "Open question" if term and term.is_open_question else "Fact"
        return self._term(iri, kind, self.states.fact(iri) if self.states else Standing())

    def act(self, iri: str) -> str:
        """The node of an act."""
        return self._term(iri, "Act", self.states.act(iri) if self.states else Standing())

    def _term(self, iri: str, kind: str, standing: Standing) -> str:
        term = self.kb.term(iri)
        return e.add_node(
            self.network,
            v.shorten(iri),
            kind,
            iri=iri,
            label=self.kb.label(iri),
            note=term.definition if term else "",
            state=standing.state,
            state_note=standing.note,
        )

    def kinds(self) -> None:
        """Among the facts and among the acts that are there, which is a narrower kind of which, nearest only."""
        for family in (("Fact", "Open question"), ("Act",)):
            there = {data["iri"]: name for name, data in self.network.nodes(data=True) if data["kind"] in family}
            for iri, name in there.items():
                above = self.kb.taxonomy.wider(iri) & there.keys() - {iri}
                nearest = (one for one in above if not any(self._between(one, other) for other in above - {one}))
                for one in sorted(nearest):
                    self._relate(name, there[one], e.KIND_OF)

    def _between(self, wide: str, other: str) -> bool:
        return self.kb.taxonomy.is_a(other, wide) and not self.kb.taxonomy.is_a(wide, other)

    def _relate(self, source: str, target: str, relation: str) -> None:
        e.add_edge(self.network, source, target, relation)


@lru_cache(maxsize=8)
def _oppositions(kb: KnowledgeBase) -> tuple[tuple[Norm, Norm, str], ...]:
    """Every norm with each that it defeats or lifts."""
    return tuple(
        (norm, kb.norms[iri], relation)
        for norm in kb.norms.values()
        for relation, targets in ((e.DEFEATS, norm.defeats), (e.LIFTS, norm.lifts))
        for iri in targets
        if iri in kb.norms
    )


def _group_label(condition: Condition) -> str:
    """A group by what it asks of its members."""
    lists = [bool(condition.all_of), bool(condition.any_of), bool(condition.none_of)]
    if lists.count(True) != 1:
        return "all of"
    return ("all of", "any of", "none of")[lists.index(True)]


def _notes(kb: KnowledgeBase, norm: Norm) -> Iterator[str]:
    for name, text in (("scope", norm.scope), ("standard", norm.standard), ("consequence", norm.consequence)):
        if text:
            yield f"{name}: {text}"
    if norm.deadlines:
        yield "deadline: " + ", ".join(map(deadline_text, norm.deadlines))
    if norm.discharge:
        yield f"fulfilled by {discharge_text(kb, norm.discharge)}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""

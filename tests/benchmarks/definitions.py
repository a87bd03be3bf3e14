"""The law as three-valued definitions, for competitors that have a logic of their own.

They are made from the network of conditions and the vocabulary, beside the compiler and not through it: what DuckDB,
clingo, Nemo and pySHACL are given still has truth values, not planes of bits. Definitions that say the same are one,
and what is always true or false is worked out here, so that no competitor does anything twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tacenda import vocabulary as v
from tacenda.compiler import FLAGS
from tacenda.knowledge import KnowledgeBase
from tacenda.reach import Reach, reach

DAY = date(2026, 11, 22)
"""The day on which the law is asked about."""
ASKED = ("required", "forbidden", "privileged")
"""What is asked of every act."""

Reference = int | bool
"""The number of a definition, or the truth that it always has."""
Literal = tuple[int, bool]
"""A definition as it is, or negated (`False`)."""


@dataclass(frozen=True, slots=True)
class Given:
    """An input: a nullable Boolean."""

    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """True where one of `affirming` is true; false where one of `denying` is false or one of `excluding` is true."""

    affirming: tuple[int, ...]
    denying: tuple[int, ...]
    excluding: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """Strong Kleene conjunction."""

    members: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Strong Kleene disjunction."""

    members: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The truth of whichever of the two is not unknown; they never contradict each other."""

    members: tuple[int, int]


Definition = Given | Evidence | Every | Some | Known


@dataclass
class Definitions:
    """Definitions in an order in which each rests only on those before it, and which of them is asked for."""

    nodes: list[Definition] = field(default_factory=list)
    outputs: dict[str, Reference] = field(default_factory=dict)

    @property
    def inputs(self) -> dict[str, int]:
        """The inputs by name."""
        return {node.name: number for number, node in enumerate(self.nodes) if isinstance(node, Given)}

    @property
    def asked(self) -> list[int]:
        """The definitions that are asked for, each once."""
        return sorted({number for number in self.outputs.values() if not isinstance(number, bool)})

    def layers(self) -> list[int]:
        """For each definition, how many others stand between it and the inputs."""
        found: list[int] = []
        for node in self.nodes:
            found.append(1 + max((found[number] for number in rests_on(node)), default=-1))
        return found


def rests_on(node: Definition) -> Iterator[int]:
    """The definitions that a definition names."""
    if isinstance(node, Evidence):
        yield from (*node.affirming, *node.denying, *node.excluding)
    elif isinstance(node, Every | Some):
        yield from (number for number, _ in node.members)
    elif isinstance(node, Known):
        yield from node.members


def law_in_reach(kb: KnowledgeBase, jurisdiction: str = "us-ma", day: date = DAY) -> Reach:
    """The norms of a day, in both contexts."""
    return reach(kb, jurisdiction, day, tuple(v.CONTEXTS))


def define(kb: KnowledgeBase, reached: Reach) -> Definitions:
    """Every norm in reach, and what is required, forbidden and privileged, called as the compiled program calls it."""
    found = Definitions()
    writer = _Writer(kb, found)
    duties = [norm for norm in kb.norms.values() if norm.kind == "Obligation"]
    for context, norms in reached.contexts:
        for iri in kb.norms:
            if iri in norms:
                found.outputs[f"{context} {iri}"] = writer.value(context, norms, iri)
        for act in sorted(kb.network.regulated):
            required = [writer.value(context, norms, norm.iri) for norm in duties if norm.act == act]
            found.outputs[f"{context} required {act}"] = writer.some((one, True) for one in required)
            for flag in ASKED[1:]:
                applied = [
                    writer.value(context, norms, gate) if norm in norms else False
                    for (norm, about), gate in kb.network.applications.items()
                    if about == act and kb.norms[norm].kind == FLAGS[flag]
                ]
                found.outputs[f"{context} {flag} {act}"] = writer.some((one, True) for one in applied)
    return _needed(found)


class _Writer:
    """Writes each definition once."""

    def __init__(self, kb: KnowledgeBase, into: Definitions) -> None:
        self._kb = kb
        self._nodes = into.nodes
        self._numbers: dict[Definition, int] = {}
        self._values: dict[tuple[str, str], Reference] = {}

    def value(self, context: str, norms: frozenset[str], iri: str) -> Reference:
        """A norm, an application, a condition, a fact or a kind of role, as seen in a context."""
        key = (context, iri)
        if key not in self._values:
            self._values[key] = self._work_out(context, norms, iri)
        return self._values[key]

    def _work_out(self, context: str, norms: frozenset[str], iri: str) -> Reference:
        kb = self._kb
        if iri in kb.norms and iri not in norms:
            return False
        gate = kb.network.gates.get(iri)
        if gate is None:
            return True if iri in kb.norms else self._stated(iri)
        members = [(self.value(context, norms, one), True) for one in gate.needs]
        members += [(self.value(context, norms, one), False) for one in gate.barred_by]
        if gate.is_choice:
            members.append((self.some((self.value(context, norms, one), True) for one in gate.needs_one_of), True))
        whole = self._every(members)
        if iri not in kb.taxonomy.composites:
            return whole
        stated = self._stated(iri)
        assert not isinstance(whole, bool)
        assert not isinstance(stated, bool)
        return self._number(Known((stated, whole)))

    def _stated(self, iri: str) -> Reference:
        taxonomy, scenarios = self._kb.taxonomy, v.tac("Scenario")
        if scenarios not in taxonomy.above.get(iri, ()):
            return self._number(Given(iri))
        wider = [wide for wide in taxonomy.wider(iri) if scenarios in taxonomy.above.get(wide, ())]
        affirming = self._inputs(taxonomy.kinds(iri))
        denying = self._inputs(wide for wide in wider if wide != scenarios)
        excluding = self._inputs(taxonomy.disjoint_with(iri))
        if affirming == denying and not excluding and len(affirming) == 1:
            return affirming[0]
        return self._number(Evidence(affirming, denying, excluding))

    def _inputs(self, facts: Iterable[str]) -> tuple[int, ...]:
        """The inputs that say something of some facts: their own, and those of the kinds of role that define them."""
        found = set()
        for fact in facts:
            found.add(self._number(Given(fact)))
            if fact in self._kb.taxonomy.by_role:
                found.add(self._number(Given(self._kb.taxonomy.by_role[fact][1])))
        return tuple(sorted(found))

    def _every(self, members: Iterable[tuple[Reference, bool]]) -> Reference:
        kept: dict[Literal, None] = {}
        for reference, sign in members:
            if isinstance(reference, bool):
                if reference is not sign:
                    return False
            else:
                kept[reference, sign] = None
        return self._joined(Every(tuple(sorted(kept)))) if kept else True

    def some(self, members: Iterable[tuple[Reference, bool]]) -> Reference:
        """Strong Kleene disjunction."""
        kept: dict[Literal, None] = {}
        for reference, sign in members:
            if isinstance(reference, bool):
                if reference is sign:
                    return True
            else:
                kept[reference, sign] = None
        return self._joined(Some(tuple(sorted(kept)))) if kept else False

    def _joined(self, node: Every | Some) -> Reference:
        if len(node.members) == 1 and node.members[0][1]:
            return node.members[0][0]
        return self._number(node)

    def _number(self, node: Definition) -> int:
        if node not in self._numbers:
            self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
        return self._numbers[node]


def _needed(found: Definitions) -> Definitions:
    """The definitions on which those that are asked for rest, numbered anew."""
    needed = set(found.asked)
    for number in range(len(found.nodes) - 1, -1, -1):
        if number in needed:
            needed.update(rests_on(found.nodes[number]))
    order = sorted(needed)
    places = {number: place for place, number in enumerate(order)}
    nodes = [_renumbered(found.nodes[number], places) for number in order]
    outputs = {name: one if isinstance(one, bool) else places[one] for name, one in found.outputs.items()}
    return Definitions(nodes, outputs)


def _renumbered(node: Definition, places: dict[int, int]) -> Definition:
    if isinstance(node, Evidence):
        return Evidence(
            *(tuple(places[one] for one in part) for part in (node.affirming, node.denying, node.excluding))
        )
    if isinstance(node, Every | Some):
        return type(node)(tuple((places[one], sign) for one, sign in node.members))
    if isinstance(node, Known):
        return Known((places[node.members[0]], places[node.members[1]]))
    return node

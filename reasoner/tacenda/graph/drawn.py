"""From a network of rules to what is put on paper: a tree for each norm, so that no line need cross the page.

A fact that several norms or groups share is drawn once for each; professions, people and the acts that exceptions are
about are written into the card of the norm; a choice becomes a gate of its own. Where norms are many every provision
is a sheet by itself, on which norms of other provisions are only named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import networkx

from tacenda.graph import elements as e

LARGE = 36
"""From how many norms on provisions are drawn apart."""
_LEAVES = ("Fact", "Open question", "Some norm", "Position")
_PEOPLE = (e.BINDS, *e.PEOPLE.values())


def drawn(network: e.Network) -> e.Network:
    """The network as it is drawn: `of` is the node that a copy stands for, `rows` what a card says besides.

    `frame` is the provision whose frame a node stands in.
    """
    return _Drawing(network).made()


class _Drawing:
    def __init__(self, network: e.Network) -> None:
        self.network = network
        self.paper: e.Network = networkx.MultiDiGraph(**network.graph)
        norms = [name for name, data in network.nodes(data=True) if data["kind"] in e.NORMS]
        full = [name for name in norms if network.nodes[name]["detail"] != "named"]
        provisions = [network.nodes[name]["provision"] for name in full]
        self.answered = any(data["kind"] == "Position" for _, data in network.nodes(data=True))
        self.apart = len(full) > LARGE and not self.answered
        self.framed = {one for one in provisions if self.apart or provisions.count(one) > 1}
        self.paper.graph["apart"] = "yes" if self.apart else ""
        self.full = full

    def made(self) -> e.Network:
        """Every norm with its card and its tree, then what stands between norms."""
        for name in self.full:
            self._put(name, name, self._frame(name))
        for name in self.full:
            self._tree(name, name)
            self._acts(name)
        for source, target, relation in self.network.edges(keys=True):
            if relation in e.AGAINST:
                self._against(source, target, relation)
        for name, data in self.network.nodes(data=True):
            if name not in self.paper and (data["kind"] == "Position" or not self.network.degree(name)):
                self._put(name, name, "")
        self._positions()
        return self.paper

    def _frame(self, name: str) -> str:
        provision = self.network.nodes[name].get("provision", "")
        return provision if provision in self.framed else ""

    def _put(self, name: str, of: str, frame: str, **changes: str) -> str:
        if name not in self.paper:
            rows = "\n".join(self._rows(of) if of in self.full else self._kinds(of))
            self.paper.add_node(name, **self.network.nodes[of] | {"of": of, "frame": frame, "rows": rows} | changes)
        return name

    def _gate(self, name: str, members: list[str], frame: str) -> str:
        """A gate that is true when some member is."""
        states = {self.network.nodes[member]["state"] for member in members}
        state = next((word for word in ("true", "holds", "unknown", "open") if word in states), "false")
        state = {"holds": "true", "open": "unknown"}.get(state, state) if any(states) else ""
        blank = dict.fromkeys((*e.NODE_ATTRIBUTES, "of", "rows"), "")
        self.paper.add_node(name, **blank | {"kind": "Condition", "label": "any of", "frame": frame, "state": state})
        return name

    def _tree(self, owner: str, name: str) -> None:
        """What a norm or a group needs, each member a copy of its own."""
        frame = self.paper.nodes[name]["frame"]
        members: dict[str, list[str]] = {relation: [] for relation in e.CONDITIONS}
        for _, target, relation in self.network.out_edges(self.paper.nodes[name]["of"], keys=True):
            if relation in members:
                members[relation].append(target)
        is_group = self.paper.nodes[name]["kind"] == "Condition"
        pure = is_group and sum(map(bool, members.values())) == 1
        for relation, targets in members.items():
            below = name
            if relation != e.NEEDS and not pure and len(targets) > 1:
                below = self._gate(f"{name} {relation}", targets, frame)
                link = e.NEEDS if relation == e.NEEDS_ANY_OF else e.FAILS_IF
                self._line(name, below, link)
            for target in targets:
                self._line(below, self._member(owner, below, target), relation if below == name else e.NEEDS_ANY_OF)

    def _member(self, owner: str, parent: str, target: str) -> str:
        frame = self.paper.nodes[parent]["frame"]
        kind = self.network.nodes[target]["kind"]
        if kind in e.NORMS:
            return self._named(owner, target)
        if kind in _LEAVES:
            leaf = self._put(f"{target} for {parent}", target, frame)
            for _, other, relation in self.network.out_edges(target, keys=True):
                if relation == e.NEEDS_ANY_OF:
                    self._line(leaf, self._named(owner, other), relation)
            return leaf
        self._put(target, target, frame)
        self._tree(owner, target)
        return target

    def _named(self, owner: str, name: str) -> str:
        """A norm that another speaks of: itself where it is on the sheet, else a card that only names it."""
        nodes = self.network.nodes
        if name in self.full and (not self.apart or nodes[name]["provision"] == nodes[owner]["provision"]):
            return name
        copy = f"{name} for {nodes[owner]['provision']}" if self.apart else name
        return self._put(copy, name, "", rows="", detail="named")

    def _against(self, source: str, target: str, relation: str) -> None:
        """A line from an exception to its norm; between sheets one on each of them."""
        if target not in self.network or self.network.nodes[target]["kind"] not in e.NORMS:
            self._line(source, self._put(f"{target} for {source}", target, ""), relation)
        elif not self.apart:
            self._line(self._named(target, source), self._named(source, target), relation)
        else:
            if target in self.full:
                self._line(self._named(target, source), target, relation)
            if source in self.full:
                self._line(source, self._named(source, target), relation)

    def _acts(self, name: str) -> None:
        if self._lifts(name) or self.answered:
            return
        for _, target, relation in self.network.out_edges(name, keys=True):
            if relation in (e.ABOUT, e.FULFILLED_BY):
                where = f" for {self.network.nodes[name]['provision']}" if self.apart else ""
                self._line(name, self._put(f"{target}{where}", target, ""), relation)

    def _positions(self) -> None:
        """In the picture of a proof, what the norms make of the act."""
        for source, target, relation in self.network.edges(keys=True):
            if self.network.nodes[target]["kind"] == "Position" and source in self.paper:
                self._line(source, target, relation)

    def _lifts(self, name: str) -> bool:
        return self.network.nodes[name]["kind"] == "Exception" or any(
            relation == e.LIFTS for _, _, relation in self.network.out_edges(name, keys=True)
        )

    def _rows(self, name: str) -> Iterator[str]:
        """What is written into the card of a norm: for which act it frees, whom it binds, who holds it."""
        found: dict[str, list[str]] = {}
        for _, target, relation in self.network.out_edges(name, keys=True):
            if relation in _PEOPLE or (relation in (e.ABOUT, e.FULFILLED_BY) and self._lifts(name)):
                found.setdefault(relation, []).append(self._called(target))
        named: dict[str, list[str]] = {}
        for relation, names in found.items():
            named.setdefault(_some(names), []).append(
                {e.ABOUT: "act:", e.FULFILLED_BY: "fulfilled by:"}.get(relation, relation)
            )
        for people, relations in named.items():
            yield f"{', '.join(relations)} {people}"
        if beyond := self.network.nodes[name]["beyond"]:
            yield f"not shown: {beyond}"

    def _kinds(self, name: str) -> Iterator[str]:
        """Of a fact or an act, the narrower ones in the network: each of the facts implies it."""
        narrower = [one for one, _, relation in self.network.in_edges(name, keys=True) if relation == e.KIND_OF]
        if narrower:
            word = "includes" if self.network.nodes[name]["kind"] == "Act" else "follows from"
            yield f"{word}: {_some((self.network.nodes[one]['label'] for one in narrower), 3)}"

    def _called(self, name: str) -> str:
        data = self.network.nodes[name]
        mark = {"true": " ✓", "false": " ✗", "unknown": " ?"}.get(data["state"], "")
        return f"{data['label']}{mark}"

    def _line(self, source: str, target: str, relation: str) -> None:
        if not self.paper.has_edge(source, target, key=relation):
            self.paper.add_edge(source, target, key=relation, relation=relation)


def _some(names: Iterable[str], most: int = 6) -> str:
    """Names in a row, those beyond a few only counted."""
    every = list(names)
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[: most - 1])} and {len(every) - most + 1} more"

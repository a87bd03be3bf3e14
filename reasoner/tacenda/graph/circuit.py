"""The condition of one norm as a circuit: what is in series must all be true, of what is in parallel one suffices.

A negated contact lets current through while it is false; negations stand at single contacts, as De Morgan allows.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from tacenda import vocabulary as v
from tacenda.graph.building import Builder
from tacenda.graph.states import denied_wholes
from tacenda.model import Condition, Norm, Operand, Truth

WIDTH, LINE, LETTERS = 138.0, 12.0, 25
GAP, BETWEEN = 30.0, 10.0
"""The wire between parts in series, and the room between parts in parallel; all in points."""
_TRUTHS: dict[str, Truth] = {"true": True, "holds": True, "unknown": None, "open": None}


@dataclass(frozen=True)
class Contact:
    """One thing that must be true, or false, for current to pass."""

    text: str
    of: str
    negated: bool
    truth: Truth

    @property
    def passes(self) -> Truth:
        """Whether current passes."""
        return self.truth if not self.negated or self.truth is None else not self.truth

    @property
    def lines(self) -> list[str]:
        """What is written in it."""
        return textwrap.wrap(self.text, LETTERS)

    @property
    def size(self) -> tuple[float, float, float]:
        """Its width, and how far it reaches above and below its wire."""
        half = (len(self.lines) + 1 + self.negated) * LINE / 2 + 4
        return WIDTH, half, half


@dataclass(frozen=True)
class Series:
    """Parts one after the other: all must pass."""

    parts: tuple[Part, ...]

    @property
    def passes(self) -> Truth:
        """Whether current passes."""
        found = [part.passes for part in self.parts]
        return False if False in found else None if None in found else True

    @property
    def size(self) -> tuple[float, float, float]:
        """Its width, and how far it reaches above and below its wire."""
        sizes = [part.size for part in self.parts]
        return (
            sum(width for width, _, _ in sizes) + GAP * (len(sizes) - 1),
            max((above for _, above, _ in sizes), default=0),
            max((below for _, _, below in sizes), default=0),
        )


@dataclass(frozen=True)
class Parallel:
    """Parts one above the other: one that passes is enough."""

    parts: tuple[Part, ...]

    @property
    def passes(self) -> Truth:
        """Whether current passes."""
        found = [part.passes for part in self.parts]
        return True if True in found else None if None in found else False

    @property
    def size(self) -> tuple[float, float, float]:
        """Its width with a bus on either side, and how far it reaches above and below the wire of its first part."""
        sizes = [part.size for part in self.parts]
        height = sum(above + below for _, above, below in sizes) + BETWEEN * (len(sizes) - 1)
        return max(width for width, _, _ in sizes) + 2 * GAP, sizes[0][1], height - sizes[0][1]


Part = Contact | Series | Parallel


class Reading:
    """A norm read as a circuit; *network* holds its nodes, with their states where there is a scenario."""

    def __init__(self, builder: Builder) -> None:
        self.kb = builder.kb
        self.network = builder.network
        self._states = builder.states
        self._builder = builder
        self._some = {asked.iri: name for name, asked in builder.some.items()}

    def norm(self, norm: Norm) -> Series:
        """Whom it binds, its condition, and every norm that would defeat it."""
        gate = self.kb.network.gates.get(norm.iri)
        parts: list[Part] = []
        for bound in gate.needs if gate else ():
            if bound.startswith(v.tac("bound/")):
                names = [self.kb.label(iri) for iri in self.kb.network.gates[bound].needs_one_of]
                shown = " or ".join(names[:4]) + (f" or {len(names) - 4} more" if len(names) > 4 else "")
                state = self._states.truth(bound).state if self._states else ""
                parts.append(Contact(f"the professional is bound: {shown}", "", False, _TRUTHS.get(state, False)))
        parts += self._condition(norm.condition, negated=False).parts
        own = {leaf if isinstance(leaf, str) else leaf.iri for leaf in norm.condition.leaves()}
        for iri in gate.barred_by if gate else ():
            other = self.kb.norms.get(iri)
            if other and iri not in own:
                parts.append(
                    self._contact(v.shorten(iri), f"{other.kind.lower()} {self.kb.cite(other)}: {other.label}")
                )
        return Series(tuple(parts))

    def _condition(self, condition: Condition, *, negated: bool) -> Series:
        """A condition as parts in series; negated, it is one part in which its parts are negated, in parallel."""
        parts = [self._operand(member, negated=negated) for member in condition.all_of]
        if self._states:
            denied = denied_wholes(self.kb, condition, self._known)
            parts += [self._contact(self._builder.fact(iri), "", negated=negated) for iri in denied]
        if condition.any_of:
            options = tuple(self._operand(member, negated=negated) for member in condition.any_of)
            parts.append(_flat(Series(options) if negated else Parallel(options)))
        parts += [self._operand(member, negated=not negated) for member in condition.none_of]
        if negated and len(parts) > 1:
            return Series((Parallel(tuple(parts)),))
        return Series(tuple(parts))

    def _known(self, iri: str) -> Truth:
        assert self._states is not None
        return _TRUTHS.get(self._states.truth(iri).state, False)

    def _operand(self, member: Operand, *, negated: bool) -> Part:
        if isinstance(member, Condition):
            return _flat(self._condition(member, negated=negated))
        if isinstance(member, str):
            return self._contact(v.shorten(member), "", negated=negated)
        return self._contact(self._some[member.iri], "", negated=negated)

    def _contact(self, name: str, text: str, *, negated: bool = True) -> Contact:
        data = self.network.nodes.get(name, {"label": text, "state": ""})
        return Contact(text or data["label"], name, negated, _TRUTHS.get(data["state"], False))


def _flat(part: Part) -> Part:
    return part.parts[0] if isinstance(part, Series | Parallel) and len(part.parts) == 1 else part

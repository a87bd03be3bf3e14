"""Which act of one state's law stands where another state's law speaks of a like one.

Massachusetts has one agency for elders and one for disabled adults, where other states have one for both: their reports
are different acts, and yet one question.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from pyoxigraph import NamedNode

from tacenda import vocabulary as v
from tacenda.assessment import Position
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import WEIGHTIEST_FIRST
from tacenda.terms import value_of

_CLOSE = NamedNode(v.PREFIXES["skos"] + "closeMatch")
_GIVING = ("Obligation", "Permission", "Power")
"""What a state says of an act when it speaks of just that act; what forbids or protects reaches many."""


def close_acts(kb: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """For an act those that overlap with it, neither containing the other, by `skos:closeMatch` read both ways."""
    found: dict[str, set[str]] = {}
    for quad in kb.store.quads_for_pattern(None, _CLOSE, None):
        one, other = value_of(quad.subject), value_of(quad.object)
        if all(kb.taxonomy.is_a(act, v.tac("Act")) for act in (one, other)):
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {act: tuple(sorted(others)) for act, others in found.items()}


def spoken_of(kb: KnowledgeBase, view: View) -> frozenset[str]:
    """The acts of which the norms that a view reaches say just that: owed, allowed or in someone's power."""
    norms = (kb.norms[iri] for iri in view.reached)
    return frozenset(norm.act for norm in norms if norm.act and norm.kind in _GIVING)


def standing_in(
    act: str, close: Mapping[str, tuple[str, ...]], spoken: Set[str], positions: Mapping[str, Position]
) -> str:
    """The act of which a jurisdiction's law speaks where another's speaks of *act*: *act* itself, or one close to it.

    Of several that are close the one on which its law says the weightiest thing.
    """
    others = [other for other in close.get(act, ()) if other in spoken and other in positions]
    if act in spoken or not others:
        return act
    return min(others, key=lambda other: (WEIGHTIEST_FIRST.index(positions[other].status), other))

"""Which norm bears on which: what defeats, lifts and needs what, both ways, and where each term is used."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import NamedNode

from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm
from tacenda.terms import value_of

OUTGOING = ("defeats", "lifts", "holds only while there holds", "fails while there holds")
INCOMING = ("is defeated by", "is lifted by", "is asked for by", "bars")
_BACK = dict(zip(OUTGOING, INCOMING, strict=True))


class Relation(NamedTuple):
    """That a norm stands so to another."""

    norm: Norm
    verb: str
    other: Norm


class Relations:
    """The relations of the norms of a law base, and the uses of its terms.

    >>> kb = KnowledgeBase.open("us-ma")
    >>> found = relations(kb).of(kb.norm("us-ma:c112-s135B.examination-use-limit"))
    >>> [(one.verb, v.shorten(one.other.iri)) for one in found]
    [('lifts', 'us-ma:c112-s135B.court-ordered-examination')]
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._of: dict[str, list[Relation]] = {}
        self._uses: dict[str, dict[str, list[Norm]]] = {}
        for norm in kb.norms.values():
            for verb, iri in _outward(norm):
                if iri in kb.norms:
                    self._of.setdefault(norm.iri, []).append(Relation(norm, verb, kb.norms[iri]))
                    self._of.setdefault(iri, []).append(Relation(kb.norms[iri], _BACK[verb], norm))
            for use, iri in _uses(norm):
                norms = self._uses.setdefault(iri, {}).setdefault(use, [])
                if norm not in norms:
                    norms.append(norm)
        self.construes: dict[str, list[str]] = {}
        self.construed_by: dict[str, list[str]] = {}
        for quad in kb.store.quads_for_pattern(None, NamedNode(v.tac("construes")), None):
            reader, text = value_of(quad.subject), value_of(quad.object)
            if reader in kb.sources and text in kb.sources:
                self.construes.setdefault(reader, []).append(text)
                self.construed_by.setdefault(text, []).append(reader)
        for found in (*self.construes.values(), *self.construed_by.values()):
            found.sort(key=lambda iri: kb.sources[iri].where)

    def of(self, norm: Norm) -> list[Relation]:
        """How a norm stands to others: first what it does, then what is done to it."""
        order = [*OUTGOING, *INCOMING]
        return sorted(self._of.get(norm.iri, ()), key=lambda one: order.index(one.verb))

    def uses(self, iri: str) -> dict[str, list[Norm]]:
        """The norms that name a term, by what it is to them."""
        return self._uses.get(iri, {})


@lru_cache(maxsize=4)
def relations(kb: KnowledgeBase) -> Relations:
    """The relations of a law base, worked out once."""
    return Relations(kb)


def _outward(norm: Norm) -> Iterator[tuple[str, str]]:
    yield from (("defeats", iri) for iri in norm.defeats)
    yield from (("lifts", iri) for iri in norm.lifts)
    for iri, wanted in dict.fromkeys(signed(norm.condition)):
        if isinstance(iri, str):
            yield (OUTGOING[2] if wanted else OUTGOING[3]), iri


def signed(condition: Condition, wanted: bool = True) -> Iterator[tuple[str | KindHolds, bool]]:
    """Every leaf of a condition, and whether the condition wants it true or false."""
    for members, sign in ((condition.all_of, True), (condition.any_of, True), (condition.none_of, False)):
        for member in members:
            if isinstance(member, Condition):
                yield from signed(member, wanted == sign)
            else:
                yield member, wanted == sign


def _uses(norm: Norm) -> Iterator[tuple[str, str]]:
    for leaf, wanted in signed(norm.condition):
        if isinstance(leaf, KindHolds):
            yield "a norm of this kind is asked for", v.tac(leaf.kind)
            if leaf.act:
                yield "a norm about this act is asked for", leaf.act
        else:
            yield ("must be true" if wanted else "must be false"), leaf
    for use, iris in (
        ("the act in question", (norm.act,) if norm.act else ()),
        ("profession bound", norm.binds),
        ("holder", norm.holder),
        ("bearer", norm.bearer),
        ("may assert", norm.asserted_by),
        ("may waive", norm.waived_by),
        ("recipient", norm.recipient),
        ("context", norm.contexts),
    ):
        yield from ((use, iri) for iri in iris)
    if norm.discharge:
        yield from (("a way to fulfil it", leaf) for leaf in norm.discharge.leaves() if isinstance(leaf, str))

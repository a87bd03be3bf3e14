"""Which norm of one jurisdiction answers to which of another."""

from __future__ import annotations

from collections.abc import Iterator

from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm

_FREEING = ("Exception", "Permission")


def counterparts(kb: KnowledgeBase, norm: Norm, code: str, *, about: str | None = None) -> list[Norm]:
    """The norms of the jurisdiction called *code* that do what *norm* does, the nearest first.

    They are of the same kind, work in one of its contexts, and are about its act, a wider or a narrower one, or, where
    an act is given in *about*, reach that. An exception answers to an exception or permission that frees the same act.
    Nearness is told by the act, then by the professions that both bind, then by the facts on which both turn.
    """
    act = about or norm.act
    found = [
        (rank, other)
        for other in kb.norms.values()
        if other.iri != norm.iri and kb.sources[other.source].jurisdiction == code
        if (rank := _rank(kb, norm, other, act))
    ]
    return [other for _, other in sorted(found, key=lambda one: one[0], reverse=True)]


def _rank(kb: KnowledgeBase, norm: Norm, other: Norm, act: str | None) -> tuple[int, int, int] | None:
    if not _same_kind(norm, other) or not _contexts(kb, norm) & _contexts(kb, other):
        return None
    nearness = _nearness(kb, norm, other, act)
    if nearness is None:
        return None
    return nearness, len(professions(kb, norm) & professions(kb, other)), len(facts(kb, norm) & facts(kb, other))


def _same_kind(norm: Norm, other: Norm) -> bool:
    return norm.kind == other.kind or (norm.kind in _FREEING and other.kind in _FREEING)


def _nearness(kb: KnowledgeBase, norm: Norm, other: Norm, act: str | None) -> int | None:
    """How near the acts of two norms are; nothing when they are about different things."""
    if act is None or other.act is None:
        freed = _kinds_freed(kb, norm) & _kinds_freed(kb, other)
        return 1 if norm.act == other.act and freed and facts(kb, norm) & facts(kb, other) else None
    if other.act == act:
        return 3
    if kb.taxonomy.is_a(act, other.act):
        # a duty is about exactly its act; what forbids, protects or frees reaches every narrower one
        return 1 if norm.kind == "Obligation" else 2
    return 1 if kb.taxonomy.is_a(other.act, act) else None


def _contexts(kb: KnowledgeBase, norm: Norm) -> frozenset[str]:
    return kb.network.contexts.get(norm.iri, frozenset())


def _kinds_freed(kb: KnowledgeBase, norm: Norm) -> frozenset[str]:
    return frozenset(kb.norms[iri].kind for iri in (*norm.defeats, *norm.lifts) if iri in kb.norms)


def professions(kb: KnowledgeBase, norm: Norm) -> frozenset[str]:
    """The professions to whose members a norm speaks, its own or those of what it defeats or lifts; none for anyone."""
    if norm.binds:
        return frozenset(norm.binds)
    return frozenset(profession for iri in (*norm.defeats, *norm.lifts) for profession in _above(kb, iri))


def _above(kb: KnowledgeBase, iri: str) -> frozenset[str]:
    return professions(kb, kb.norms[iri]) if iri in kb.norms else frozenset()


def facts(kb: KnowledgeBase, norm: Norm) -> frozenset[str]:
    """The facts that a norm's condition names, and the wider facts that they imply."""
    return frozenset(wide for fact in _named(kb, norm) for wide in kb.taxonomy.wider(fact))


def _named(kb: KnowledgeBase, norm: Norm) -> Iterator[str]:
    for leaf in norm.condition.leaves():
        if isinstance(leaf, str) and leaf in kb.taxonomy.terms:
            yield leaf

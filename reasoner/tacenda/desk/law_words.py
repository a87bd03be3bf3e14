"""A norm in a few sentences: when it holds, what makes it fail, and which facts bear on it near and far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tacenda import vocabulary as v
from tacenda.desk.law_relations import relations, signed
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm, Operand


def sentences(kb: KnowledgeBase, norm: Norm) -> Iterator[str]:
    """When a norm holds, and what stands against it, as one would say it.

    >>> kb = KnowledgeBase.open("us-ma")
    >>> print(*sentences(kb, kb.norm("us-ma:c112-s135B.examination-use-limit")))
    It holds in court.
    """
    parts = []
    contexts = [name for name, iri in v.CONTEXTS.items() if iri in kb.network.contexts.get(norm.iri, ())]
    if contexts:
        parts.append(" and ".join(f"in {name}" for name in contexts))
    if norm.binds:
        parts.append(f"for {_either(map(kb.label, norm.binds))}")
    said = formula(kb, norm.condition)
    if said:
        parts.append(f"if {said}")
    yield f"It holds {', '.join(parts)}." if parts else "It holds always."
    for verb, one, many in (
        ("is defeated by", "It does not hold at all while one exception does", "It does not hold while one of {} does"),
        ("is lifted by", "It does not reach the act of one norm", "It does not reach the acts of {} norms"),
    ):
        others = {relation.other.iri for relation in relations(kb).of(norm) if relation.verb == verb}
        if others:
            yield f"{(one if len(others) == 1 else many).format(len(others))}: see below."


def formula(kb: KnowledgeBase, condition: Condition) -> str:
    """A condition as a formula in words.

    >>> fact = v.PREFIXES["fact"]
    >>> choice = Condition("", any_of=(fact + "WrittenConsent", fact + "ClientRelationship"))
    >>> formula(KnowledgeBase.open("us"), choice)
    '(“client consents in writing” or “client relationship”)'
    """
    parts = [_operand(kb, member) for member in condition.all_of]
    for members, opening in ((condition.any_of, ""), (condition.none_of, "not ")):
        said = [_operand(kb, member) for member in members]
        if len(said) > 1:
            parts.append(f"{opening}({' or '.join(said)})")
        elif said:
            parts.append(opening + said[0])
    return " and ".join(parts)


def _operand(kb: KnowledgeBase, member: Operand) -> str:
    if isinstance(member, Condition):
        inside = formula(kb, member)
        several = len(member.all_of) + bool(member.any_of) + bool(member.none_of) > 1
        return f"({inside})" if several else inside
    if isinstance(member, KindHolds):
        about = f" to {kb.label(member.act)}" if member.act else " about the very act"
        return f"some {member.kind.lower()}{about} holds"
    if member in kb.norms:
        return f"{kb.cite(kb.norms[member])} holds"
    return f"“{kb.label(member)}”"


def bearing(kb: KnowledgeBase, norm: Norm) -> list[tuple[str, tuple[Norm, ...]]]:
    """Every fact on which it can turn whether a norm holds, and the other norms by way of which it does, if by others.

    Norms that defeat it, or that it asks for, bring their own facts, and so on; those that lift it leave it standing.
    """
    found: dict[str, list[Norm]] = {}
    reached, pending = {norm.iri}, [norm]
    while pending:
        one = pending.pop(0)
        for leaf, _ in signed(one.condition):
            if isinstance(leaf, str) and leaf not in kb.norms:
                found.setdefault(leaf, [])
                if one not in found[leaf]:
                    found[leaf].append(one)
        for relation in relations(kb).of(one):
            near = relation.verb in ("is defeated by", "holds only while there holds", "fails while there holds")
            if near and relation.other.iri not in reached:
                reached.add(relation.other.iri)
                pending.append(relation.other)
    return [(fact, () if norm in ways else tuple(ways)) for fact, ways in found.items()]


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last

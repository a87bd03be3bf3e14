"""On which operands of its condition a norm turns in a scenario, each changed alone."""

from __future__ import annotations

from collections.abc import Mapping

from tacenda import vocabulary as v
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm, Operand, Truth

Leaf = str | KindHolds
_KINDS = {kind: {kind} for kind in v.NORM_KINDS} | {
    kind: {kind, "Duty"} for kind in ("Obligation", "Prohibition", "Limitation")
}


def turns_on(kb: KnowledgeBase, norm: Norm, view: View) -> frozenset[Leaf]:
    """The operands of a norm each of which, changed alone, would change whether its condition is met.

    An operand that is unknown, or one that changes nothing because of the others, is not among them.
    """
    truths = operand_truths(kb, norm, view)
    return frozenset(
        leaf
        for leaf, truth in truths.items()
        if truth is not None and None not in (both := _either_way(norm.condition, truths, leaf)) and both[0] != both[1]
    )


def operand_phrase(kb: KnowledgeBase, leaf: Leaf) -> str:
    """How a law test names an operand: a fact by its label, a norm by its name, a kind of norm by `some` and its kind.

    >>> kb = KnowledgeBase.open("us-ma")
    >>> operand_phrase(kb, KindHolds("", "Obligation", v.expand("act:Report")))
    'some obligation: report to a protective agency'
    """
    if isinstance(leaf, str):
        return v.shorten(leaf) if leaf in kb.norms else kb.label(leaf)
    kind = f"some {leaf.kind.lower()}"
    return f"{kind}: {kb.label(leaf.act)}" if leaf.act else kind


def operand_truths(kb: KnowledgeBase, norm: Norm, view: View) -> dict[Leaf, Truth]:
    """The truth of each operand; of a bare kind, whether some such norm is about the norm's act or a narrower one."""
    return {leaf: _truth(kb, norm, view, leaf) for leaf in norm.condition.leaves()}


def _truth(kb: KnowledgeBase, norm: Norm, view: View, leaf: Leaf) -> Truth:
    if isinstance(leaf, str):
        # a norm that cannot reach the scenario does not hold in it
        return view.truth(leaf) if leaf not in kb.norms or leaf in view.reached else False
    about = leaf.act or norm.act
    found = [
        view.truth(iri)
        for iri in view.reached
        if about and leaf.kind in _KINDS[kb.norms[iri].kind] and kb.taxonomy.is_a(kb.norms[iri].act or "", about)
    ]
    return True if True in found else None if None in found else False


def _either_way(condition: Condition, truths: Mapping[Leaf, Truth], leaf: Leaf) -> tuple[Truth, Truth]:
    return met(condition, {**truths, leaf: True}), met(condition, {**truths, leaf: False})


def met(operand: Operand, truths: Mapping[Leaf, Truth]) -> Truth:
    """Whether a condition is met, given the truth of what it turns on; by the strong Kleene connectives."""
    if not isinstance(operand, Condition):
        return truths[operand]
    needed = [met(member, truths) for member in operand.all_of]
    needed += [None if (one := met(member, truths)) is None else not one for member in operand.none_of]
    if operand.any_of:
        options = [met(member, truths) for member in operand.any_of]
        needed.append(True if True in options else None if None in options else False)
    return False if False in needed else None if None in needed else True

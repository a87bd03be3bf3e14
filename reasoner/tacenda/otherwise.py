"""The counterfactuals of an answer as text: what would change if a stated fact had not been so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacenda.assessment import Assessment
from tacenda.counterfactual import Counterfactual
from tacenda.explanation import fact_phrase
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Status
from tacenda.passage import wrapped

_SHOWN = 4


def otherwise_lines(
    assessment: Assessment, found: Sequence[Counterfactual], width: int, *, everything: bool = False
) -> list[str]:
    """The counterfactuals, those that change the same facts together; few of each kind, unless *everything*."""
    kb = assessment.kb
    lines = ["WHAT WOULD CHANGE if what is stated were otherwise"]
    groups: dict[tuple[str, tuple[tuple[str, bool], ...]], list[Counterfactual]] = {}
    for one in found:
        groups.setdefault((one.position.context, one.changes), []).append(one)
    for (context, changes), members in sorted(groups.items(), key=lambda one: len(one[0][1])):
        phrase = " and ".join(fact_phrase(kb, iri, value) for iri, value in changes)
        lines += wrapped(f"{context}: if {phrase}", width, "  ", "    ")
        moves = list(_moves(kb, members, everything))
        for move in moves if everything else moves[:_SHOWN]:
            lines += wrapped(move, width, "    ", "      ")
        if not everything and len(moves) > _SHOWN:
            lines.append(f"    and {len(moves) - _SHOWN} more, listed with --all")
    return [*lines, *([] if found else ["  nothing that is stated, taken otherwise, changes what is settled"]), ""]


def _moves(kb: KnowledgeBase, members: Sequence[Counterfactual], everything: bool) -> Iterator[str]:
    """Each move, for the widest of the acts that make it."""
    kinds: dict[tuple[Status, Status], dict[str, Counterfactual]] = {}
    for one in members:
        kinds.setdefault((one.position.status, one.status), {})[one.position.act] = one
    for (before, after), acts in kinds.items():
        for act, one in acts.items():
            if everything or not any(act != other and kb.taxonomy.is_a(act, other) for other in acts):
                yield f"{one.position.label}: {before.value} → {after.value}"

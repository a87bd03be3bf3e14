"""What an audit found in all: how often each act came out how, and which norms decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase
from tacenda.model import WEIGHTIEST_FIRST


@dataclass
class Summary:
    """Counts over some rows; the counts of several batches add up.

    >>> one = Summary(rows=2, statuses=Counter({("act:A", "required"): 2}))
    >>> (one + one).statuses["act:A", "required"]
    4
    """

    rows: int = 0
    problems: int = 0
    """How many rows contradict themselves or cannot be read."""
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many rows by act and status."""
    deciding: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many rows by act and norm that decides its status there."""

    def __add__(self, other: Summary) -> Summary:
        return Summary(
            self.rows + other.rows,
            self.problems + other.problems,
            self.statuses + other.statuses,
            self.deciding + other.deciding,
        )

    @classmethod
    def total(cls, parts: Iterable[Summary]) -> Summary:
        """The sum of summaries."""
        return reduce(add, parts, cls())

    def to_dict(self, kb: KnowledgeBase, acts: Iterable[str]) -> dict[str, Any]:
        """The summary as JSON; acts in the order asked for, norms those first that decide most."""
        return {"rows": self.rows, "problems": self.problems, "acts": [self._act(kb, act) for act in acts]}

    def _act(self, kb: KnowledgeBase, act: str) -> dict[str, Any]:
        counts = {str(one): self.statuses[act, str(one)] for one in WEIGHTIEST_FIRST}
        found = [(norm, count) for (of, norm), count in self.deciding.items() if of == act and count]
        norms = [
            {"norm": v.shorten(norm), "citation": kb.cite(kb.norms[norm]), "rows": count}
            for norm, count in sorted(found, key=lambda one: (-one[1], one[0]))
        ]
        return {"act": v.shorten(act), "label": kb.label(act), "rows": counts, "decided_by": norms}

    def to_text(self, kb: KnowledgeBase, acts: Iterable[str], width: int = 120) -> str:
        """The summary as a table: an act a line, its statuses, and the norm that decides most."""
        found = [self._act(kb, act) for act in acts]
        shown = [one for one in found if any(one["rows"].values())]
        lines = [f"{_many(self.rows, 'row')}, {_many(self.problems, 'problem')}"]
        if shown:
            heads = [str(status) for status in WEIGHTIEST_FIRST]
            sizes = [max(len(head), *(len(f"{one['rows'][head]:,}") for one in shown)) for head in heads]
            room = max(20, min(max(len(one["label"]) for one in shown), width - sum(sizes) - 2 * len(sizes) - 2))
            lines += ["", "  ".join([" " * room, *(head.rjust(size) for head, size in zip(heads, sizes, strict=True))])]
            for one in shown:
                label = one["label"] if len(one["label"]) <= room else one["label"][: room - 1] + "…"
                numbers = (f"{one['rows'][head]:,}" if one["rows"][head] else "·" for head in heads)
                cells = [cell.rjust(size) for cell, size in zip(numbers, sizes, strict=True)]
                lines.append("  ".join([label.ljust(room), *cells]))
        decided = Counter[str]()
        for (_, norm), count in self.deciding.items():
            decided[norm] = max(decided[norm], count)
        if decided := Counter({norm: count for norm, count in decided.items() if count}):
            lines += ["", "DECIDED MOST OFTEN BY"]
            size = len(f"{max(decided.values()):,}")
            order = sorted(decided.items(), key=lambda one: (-one[1], one[0]))
            for norm, count in order[:_SHOWN]:
                text = f"{kb.cite(kb.norms[norm])}: {kb.label(norm)}"
                lines.append(
                    f"  {count:>{size},}  {text if len(text) < width - size - 4 else text[: width - size - 5] + '…'}"
                )
            if len(order) > _SHOWN:
                lines.append(f"  and {len(order) - _SHOWN} more, all in the JSON")
        return "\n".join(lines) + "\n"


_SHOWN = 10


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

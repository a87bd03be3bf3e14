"""One settled position as a few lines of text: what, by which words, to whom, by when, freed by what."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from tacenda.assessment import Position, discharge_text, means_excused
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Deadline, Norm, Status


def passage(kb: KnowledgeBase, view: View, group: Sequence[Position], width: int, *, full: bool) -> Iterator[str]:
    """The lines for positions that rest on the same norms; *full* adds scope, standard and consequence."""
    position = group[0]
    also = " and PRIVILEGED" if position.privileged and position.status is Status.FORBIDDEN else ""
    acts = "; ".join(member.label for member in group)
    yield from wrapped(f"{position.status.value.upper()}{also}  {acts}", width, "  ", "    ")
    for norm in position.because:
        yield from wrapped(reason(kb, norm), width, "    ", "      ")
    for detail in details(kb, view, position, full=full):
        yield from wrapped(detail, width, "    ", "      ")


def details(kb: KnowledgeBase, view: View, position: Position, *, full: bool = False) -> Iterator[str]:
    """What else is to be said of a settled position, a sentence each; *full* adds scope, standard and consequence."""
    yield from _about(kb, view, position)
    if full:
        yield from _in_full(position.because)
    yield from _freed(kb, position, full)
    if position.status is not Status.FORBIDDEN:
        for norm in position.limited_by:
            yield f"no more than {kb.cite(norm)} lets: {norm.label}"
    if position.status is Status.REQUIRED and (position.is_broad or position.depends_on):
        yield "might yet conflict with a prohibition: see what is still open"


def reason(kb: KnowledgeBase, norm: Norm) -> str:
    """The citation of a norm, its words, and how well it was checked."""
    return f"{kb.cite(norm)}{_quoted(norm)} [{norm.status}]"


def wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    """A paragraph with its own indent, words unbroken."""
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False) or [""]


def deadline_text(deadline: Deadline) -> str:
    """A deadline as one says it.

    >>> deadline_text(Deadline("written", "PT48H", "the oral report"))
    'written within 48 hours of the oral report'
    """
    within = deadline.within
    for unit, name in (("H", "hours"), ("D", "days")):
        if within.startswith("P") and within.endswith(unit):
            within = f"within {within.strip('PTHD')} {name}"
    start = f" of {deadline.runs_from}" if deadline.runs_from else ""
    return f"{deadline.manner} {within}{start}"


def _about(kb: KnowledgeBase, view: View, position: Position) -> Iterator[str]:
    """To whom and by when, owed to whom, who holds and asserts, in what ways it is fulfilled: each once."""

    def people(values: Iterable[str]) -> str:
        return ", ".join(dict.fromkeys(map(kb.label, values)))

    because = position.because
    if position.status in (Status.REQUIRED, Status.CONFLICT):
        recipients = people(iri for norm in because for iri in norm.recipient)
        times = " · ".join(dict.fromkeys(deadline_text(due) for norm in because for due in norm.deadlines))
        parts = [f"to {recipients}" if recipients else "", times]
        if any(parts):
            yield " · ".join(part for part in parts if part)
    owed = people(iri for norm in because if norm.kind in ("Obligation", "Prohibition") for iri in norm.holder)
    if owed:
        yield f"owed to {owed}, whose claim it is"
    for norm in because:
        if norm.kind == "Privilege":
            yield (
                f"held by {people(norm.holder)}; asserted by {people(norm.asserted_by)}; "
                f"waived by {people(norm.waived_by)}; binds {people(norm.bearer)}"
            )
    for way in dict.fromkeys(discharge_text(kb, norm.discharge) for norm in because if norm.discharge):
        yield f"fulfilled by {way}"
    for norm in because:
        for act, other in means_excused(kb, view, norm):
            yield f"not asked: {kb.label(act)} ({kb.cite(other)}: {other.label})"


def _in_full(because: Iterable[Norm]) -> Iterator[str]:
    for norm in because:
        for name, text in (("scope", norm.scope), ("standard", norm.standard), ("consequence", norm.consequence)):
            if text:
                yield f"{name}: {text}"


def _freed(kb: KnowledgeBase, position: Position, full: bool) -> Iterator[str]:
    for lift in position.lifted:
        cites = (f"{kb.cite(norm)}{_quoted(norm) if full else ''}" for norm in lift.by)
        yield f"free of {kb.cite(lift.norm)}, by {'; '.join(dict.fromkeys(cites))}"


def _quoted(norm: Norm) -> str:
    return f' "{norm.words}"' if norm.words else ""

"""What must be said of the law's own authority on the day that is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Scenario, Source

_ENDS = {"Vacated": "was later vacated as unlawful", "Superseded": "was later superseded"}
_SHOWN = 6


def notes(kb: KnowledgeBase, scenario: Scenario, proof: Iterable[Norm]) -> Iterator[str]:
    """Plain warnings about the dates of the law on which an answer rests, *proof* being its norms.

    Whether the day is before or after everything that was read, which sources have no known beginning, which
    lost their force later, and which were law on that day before they had to be obeyed.
    """
    today = scenario.as_of
    if today is None:
        return
    codes = {scenario.jurisdiction, *kb.pack(scenario.jurisdiction).within}
    own = [source for source in kb.sources.values() if source.jurisdiction in codes]
    begun = [source.in_force_from for source in own if source.in_force_from]
    read = [source.read_on for source in own if source.read_on]
    if begun and today < min(begun):
        yield f"{today} is before anything whose beginning the law base knows; older law is not in it"
    if read and today > max(read):
        yield f"the law was last read on {max(read)}; what changed between then and {today} is not in the law base"
    norms = list(dict.fromkeys(proof))
    sources = list(dict.fromkeys(kb.sources[norm.source] for norm in norms))
    undated = [source for source in sources if not _known(source, norms) and source.read_on and today < source.read_on]
    if undated:
        names = "; ".join(source.citation for source in undated[:_SHOWN])
        more = f"; and {len(undated) - _SHOWN} more" if len(undated) > _SHOWN else ""
        yield f"not known since when these are law, taken to be so on {today}: {names}{more}"
    for source in sources:
        yield from _fate(kb, source)
    for norm in norms:
        yield from _compliance(kb, norm, today)


def _known(source: Source, norms: Iterable[Norm]) -> bool:
    return bool(source.in_force_from) or all(norm.in_force_from for norm in norms if norm.source == source.iri)


def _fate(kb: KnowledgeBase, source: Source) -> Iterator[str]:
    """What became of a source that lost its force."""
    if source.authority in _ENDS or source.ended_by:
        by = [kb.sources[iri].citation if iri in kb.sources else iri for iri in source.ended_by]
        ending = _ENDS.get(source.authority, "later lost its force")
        until = f" on {source.until}" if source.until else ""
        yield f"{source.citation} {ending}{until}" + (f" by {' and '.join(by)}" if by else "")


def _compliance(kb: KnowledgeBase, norm: Norm, today: date) -> Iterator[str]:
    """That a norm was law before it had to be obeyed."""
    due = norm.compliance_from or kb.sources[norm.source].compliance_from
    if due and today < due:
        yield f"{kb.cite(norm)} is law on {today}, but need not be obeyed before {due}"

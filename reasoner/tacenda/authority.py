"""What must be said of the law's own authority on the day that is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Scenario, Source

_ENDS = {"Vacated": "was later vacated as unlawful", "Superseded": "was later superseded"}
_BINDING = {"Obligation", "Prohibition", "Limitation", "Privilege", "Right"}
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
    norms = list({norm.iri: norm for norm in proof}.values())
    sources = [kb.sources[iri] for iri in dict.fromkeys(norm.source for norm in norms)]
    undated = [source for source in sources if not _known(source, norms) and source.read_on and today < source.read_on]
    if undated:
        names = _listed([source.citation for source in undated])
        yield f"not known since when these are law, taken to be so on {today}: {names}"
    for source in sources:
        yield from _fate(kb, source)
    yield from _compliance(kb, norms, today)


def _known(source: Source, norms: Iterable[Norm]) -> bool:
    return bool(source.in_force_from) or all(norm.in_force_from for norm in norms if norm.source == source.iri)


def _fate(kb: KnowledgeBase, source: Source) -> Iterator[str]:
    """What became of a source that lost its force."""
    if source.authority in _ENDS or source.ended_by:
        by = [kb.sources[iri].citation if iri in kb.sources else iri for iri in source.ended_by]
        ending = _ENDS.get(source.authority, "later lost its force")
        when = "on" if len(source.until) == len("2025-06-18") else "in"
        until = f" {when} {source.until}" if source.until else ""
        yield f"{source.citation} {ending}{until}" + (f" by {_and(by)}" if by else "")


def _compliance(kb: KnowledgeBase, norms: Iterable[Norm], today: date) -> Iterator[str]:
    """Which of the norms that bind someone were law before they had to be obeyed, by the day of that."""
    later: dict[date, list[str]] = {}
    for norm in norms:
        if norm.kind not in _BINDING:
            continue
        due = norm.compliance_from or kb.sources[norm.source].compliance_from
        if due and today < due:
            later.setdefault(due, []).append(kb.cite(norm))
    for due, cited in sorted(later.items()):
        names = list(dict.fromkeys(cited))
        are = "is" if len(names) == 1 else "are"
        yield f"{_listed(names)} {are} law on {today}, but need not be obeyed before {due}"


def _listed(names: Sequence[str]) -> str:
    """Citations in a row, the first of them where there are many."""
    more = [f"and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return "; ".join([*names[:_SHOWN], *more])


def _and(names: Sequence[str]) -> str:
    """Citations as the end of a sentence, as in `A, B and C`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last

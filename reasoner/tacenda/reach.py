"""Which norms reach a scenario: those whose place, setting and date are its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase


@dataclass(frozen=True)
class Reach:
    """The norms that reach a scenario in each context asked about, by context."""

    contexts: tuple[tuple[str, frozenset[str]], ...]
    closed: bool = False

    def key(self) -> str:
        """A text that is the same for equal reaches, in every run."""
        return repr((self.closed, [(context, sorted(norms)) for context, norms in self.contexts]))


@lru_cache(maxsize=512)
def reach(kb: KnowledgeBase, jurisdiction: str, day: date, contexts: tuple[str, ...], closed: bool = False) -> Reach:
    """The norms whose place, setting and date are those of a scenario; the same value for days under the same law."""
    codes = {jurisdiction, *kb.pack(jurisdiction).within}
    in_force = []
    for iri, norm in kb.norms.items():
        source = kb.sources[norm.source]
        first, last = norm.in_force(source)
        if source.jurisdiction in codes and (first is None or first <= day) and (last is None or day < last):
            in_force.append(iri)
    found = tuple(
        (context, frozenset(iri for iri in in_force if v.CONTEXTS[context] in kb.network.contexts.get(iri, ())))
        for context in contexts
    )
    return _same(Reach(found, closed))


@lru_cache(maxsize=512)
def _same(one: Reach) -> Reach:
    """The first of equal reaches, so that what is kept for one is found by identity for all."""
    return one

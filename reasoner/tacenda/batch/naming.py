"""The names by which tables call terms: as people call them, compact, or in kebab-case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tacenda import vocabulary as v
from tacenda.errors import nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.taxonomy import Term

_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def kebab(iri: str) -> str:
    """The last part of an IRI in kebab-case.

    >>> kebab("https://w3id.org/tacenda/fact/ReasonableCauseAboutHIVTest")
    'reasonable-cause-about-hiv-test'
    """
    return _BORDER.sub("-", iri.rpartition("/")[2]).lower()


class Names:
    """Some terms of the vocabulary by every spelling that tables use.

    >>> facts = Names(KnowledgeBase.open("us").taxonomy.facts())
    >>> [facts.find(name) for name in ("client relationship", "fact:ClientRelationship", "client_relationship")]
    ['https://w3id.org/tacenda/fact/ClientRelationship', 'https://w3id.org/tacenda/fact/ClientRelationship', \
'https://w3id.org/tacenda/fact/ClientRelationship']
    >>> facts.short["https://w3id.org/tacenda/fact/ClientRelationship"]
    'client-relationship'
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = {term.iri: term for term in terms}
        shared = Counter(kebab(iri) for iri in self.terms if _is_of_all(iri))
        owned = Counter(kebab(iri) for iri in self.terms if not _is_of_all(iri))
        self.short = {
            iri: kebab(iri) if _is_of_all(iri) and shared[kebab(iri)] == 1 else v.shorten(iri) for iri in self.terms
        }
        """For each term its name in kebab-case; its compact name where only one state has the term."""
        self._spelled: dict[str, str] = {}
        for iri, term in self.terms.items():
            alone = [kebab(iri)] if shared[kebab(iri)] + owned[kebab(iri)] == 1 else []
            for name in (term.label, v.shorten(iri), iri, self.short[iri], *alone):
                self._spelled.setdefault(_plain(name), iri)

    def find(self, name: str) -> str | None:
        """The term of that name; nothing when there is none."""
        return self._spelled.get(_plain(name))

    def hint(self, name: str) -> str:
        """The nearest spelling, of the same sort as the name."""
        return nearest(name, self._alike(name))

    def _alike(self, name: str) -> Iterator[str]:
        if ":" in name:
            yield from map(v.shorten, self.terms)
        elif " " in name.strip():
            yield from (term.label for term in self.terms.values())
        else:
            yield from self.short.values()
            yield from (term.label for term in self.terms.values() if " " not in term.label)


def _is_of_all(iri: str) -> bool:
    """Whether a term is of the vocabulary that all states share."""
    return f"{iri.rpartition('/')[0]}/" in v.PREFIXES.values()


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold().replace("_", "-")


@lru_cache(maxsize=8)
def facts(kb: KnowledgeBase) -> Names:
    """The facts of a law base."""
    return Names(kb.taxonomy.facts())


@lru_cache(maxsize=8)
def acts(kb: KnowledgeBase) -> Names:
    """The acts of a law base."""
    return Names(kb.taxonomy.kinds_of(v.tac("Act")))


@lru_cache(maxsize=64)
def role_values(kb: KnowledgeBase, role: str) -> Names:
    """What a role of a scenario may be."""
    return Names(kb.taxonomy.kinds_of(v.ROLES[role]))

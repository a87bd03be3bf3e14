"""Which things have a page, so that nothing links to where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from tacenda.desk.desk import Desk
from tacenda.desk.vocabulary import vocabulary
from tacenda.knowledge import KnowledgeBase


def address(desk: Desk) -> Callable[[str], str]:
    """Gives the address of the page about a thing; nothing for a thing without one.

    >>> find = address(Desk(KnowledgeBase.open("us")))
    >>> find("https://w3id.org/tacenda/role/Client"), find("https://w3id.org/tacenda/us-ma/c112-s135B")
    ('/vocabulary/role/Client', '')
    """
    known = _known(desk.kb)
    return lambda iri: desk.links.thing(iri) if iri in known else ""


def link(desk: Desk) -> Callable[[str], str | None]:
    """The same for pictures, which want nothing rather than an empty address."""
    find = address(desk)
    return lambda iri: find(iri) or None


@lru_cache(maxsize=4)
def _known(kb: KnowledgeBase) -> frozenset[str]:
    packs = (pack.iri for pack in kb.packs)
    return frozenset([*kb.norms, *kb.sources, *vocabulary(kb).entries, *vocabulary(kb).modules, *packs])

"""Which norms a picture is of: a pack, a provision, or what lies around a norm, a fact or an act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tacenda import vocabulary as v
from tacenda.errors import LawError, Problem, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm
from tacenda.outline import norms_of


def norms_of_pack(kb: KnowledgeBase, code: str) -> list[Norm]:
    """The norms of a pack, provision by provision; raises `ScenarioError` for an unknown one."""
    kb.pack(code)
    sources = sorted((one for one in kb.sources.values() if one.jurisdiction == code), key=lambda one: one.where)
    return [norm for source in sources for norm in norms_of(kb, source)]


def norms_near(kb: KnowledgeBase, start: Iterable[Norm], steps: int) -> list[Norm]:
    """Norms and those up to so many steps away: each step goes to what defeats, lifts or needs what, either way.

    Facts, acts and people are no way through: too many norms share them.
    """
    found = {norm.iri: norm for norm in start}
    edge = list(found.values())
    touching = _touching(kb)
    for _ in range(steps):
        reached = {iri for norm in edge for iri in touching.get(norm.iri, ()) if iri in kb.norms and iri not in found}
        edge = [norm for iri, norm in kb.norms.items() if iri in reached]
        found |= {norm.iri: norm for norm in edge}
    return list(found.values())


def _touching(kb: KnowledgeBase) -> dict[str, set[str]]:
    touching: dict[str, set[str]] = {}
    for norm in kb.norms.values():
        needed = (leaf for leaf in norm.condition.leaves() if isinstance(leaf, str) and leaf in kb.norms)
        for other in (*norm.defeats, *norm.lifts, *needed):
            touching.setdefault(norm.iri, set()).add(other)
            touching.setdefault(other, set()).add(norm.iri)
    return touching


def norms_about(kb: KnowledgeBase, iri: str) -> list[Norm]:
    """The norms that turn on a fact, regulate an act, bind a profession, concern a person or rest on a provision.

    What a norm says of something wider it says of every kind of it.
    """
    wider = kb.taxonomy.wider(iri)
    return [norm for norm in kb.norms.values() if not wider.isdisjoint(_named(norm))]


def _named(norm: Norm) -> Iterator[str]:
    leaves = [*norm.condition.leaves(), *(norm.discharge.leaves() if norm.discharge else ())]
    for leaf in leaves:
        if isinstance(leaf, str):
            yield leaf
        elif leaf.act:
            yield leaf.act
    yield norm.source
    yield from (norm.act,) if norm.act else ()
    for iris in (norm.binds, norm.holder, norm.bearer, norm.asserted_by, norm.waived_by, norm.recipient):
        yield from iris


def find_term(kb: KnowledgeBase, name: str) -> str:
    """The fact, act, profession or person that is meant: by label, compact name, the end of that, or IRI.

    Raises `LawError` with the nearest.

    >>> kb = KnowledgeBase.open("us")
    >>> v.shorten(find_term(kb, "client consents in writing")), v.shorten(find_term(kb, "WrittenConsent"))
    ('fact:WrittenConsent', 'fact:WrittenConsent')
    """
    terms = kb.taxonomy.terms
    iri = v.expand(name)
    if iri in terms:
        return iri
    wanted = " ".join(name.split()).casefold()
    labels = {term.label.casefold(): term for term in terms.values() if term.label}
    if wanted in labels:
        return labels[wanted].iri
    ends = [iri for iri in terms if v.shorten(iri).partition(":")[2] == name]
    if len(ends) == 1:
        return ends[0]
    known = list(map(v.shorten, terms)) if ":" in name else [term.label for term in labels.values()]
    hint = nearest(name, known) or nearest(f"fact:{name}", map(v.shorten, terms))
    raise LawError(Problem(f"no fact, act or person is called `{name}`", hint=hint))

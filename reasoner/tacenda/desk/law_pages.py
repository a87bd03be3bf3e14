"""The law as pages: packs, provisions with their exceptions nested, and norms one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tacenda import vocabulary as v
from tacenda.desk.addresses import address, link
from tacenda.desk.descriptions import descriptions, unknown
from tacenda.desk.desk import Desk
from tacenda.desk.law_outline import Outline, out_of_force
from tacenda.desk.law_relations import Relation, relations
from tacenda.desk.law_words import bearing, sentences
from tacenda.desk.vocabulary import vocabulary
from tacenda.desk.vocabulary_pages import term_page
from tacenda.errors import LawError
from tacenda.graph import ladder, rule_graph
from tacenda.knowledge import KnowledgeBase, Pack
from tacenda.model import Norm, Source
from tacenda.outline import absences_of, norms_of
from tacenda.topics import Topics

KINDS = {
    "Statute": "Statutes",
    "Regulation": "Regulations",
    "CourtRule": "Rules of court and of evidence",
    "Decision": "Decisions",
}
_ONE = {
    "Statute": "statute",
    "Regulation": "regulation",
    "CourtRule": "rule of court or of evidence",
    "Decision": "decision",
}
_DRAWN = 6
"""From how many norms around it on the picture of a norm is left out of a site of files."""
FORCES = {"in-force": "in force", "former": "former, or without force"}


@dataclass(frozen=True)
class Filters:
    """Which provisions of a pack are wanted."""

    words: str = ""
    kind: str = ""
    topic: str = ""
    force: str = ""
    as_of: date | None = None


@dataclass(frozen=True)
class Line:
    """A provision as a pack lists it."""

    source: Source
    norms: tuple[Norm, ...]
    topics: tuple[str, ...]
    former: str
    """Why it is not law; nothing where it is."""

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many norms of each kind it has, in the order of the kinds."""
        kinds = [norm.kind for norm in self.norms]
        return [(kind, kinds.count(kind)) for kind in v.NORM_KINDS if kind in kinds]

    @property
    def reviewed(self) -> str:
        """How well its norms are reviewed: all of them so, or some worse than the rest."""
        states = {norm.status for norm in self.norms}
        worst = min(states, key=v.REVIEW.index, default="")
        return worst if len(states) < 2 else f"in part {worst}"


def overview(desk: Desk) -> str:
    """The packs, with what is in them, how well it is reviewed, and what they leave out."""
    kb = desk.kb
    rows = []
    for pack in kb.packs:
        lines = list(_lines(kb, pack, None))
        norms = [norm for line in lines for norm in line.norms]
        rows.append(
            {
                "pack": pack,
                "provisions": len(lines),
                "kinds": [_counted(kind, sum(one.source.kind == kind for one in lines)) for kind in KINDS],
                "norms": len(norms),
                "norm_kinds": [(kind, sum(one.kind == kind for one in norms)) for kind in v.NORM_KINDS],
                "review": [(state, sum(one.status == state for one in norms)) for state in reversed(v.REVIEW)],
                "omissions": sum(len(line.source.omits) for line in lines),
                "former": sum(bool(line.former) for line in lines),
                "read": _span(line.source.read_on for line in lines if line.source.read_on),
                "within": [kb.pack(code) for code in pack.within],
            }
        )
    return desk.render("law.html", title="Law", section="law", rows=rows)


def pack_page(desk: Desk, code: str, filters: Filters | None = None) -> str:
    """The provisions of a pack, by kind; of those that the filters let through, with all numbers.

    Raises `ScenarioError` with the nearest name for an unknown pack.
    """
    kb = desk.kb
    filters = filters or Filters()
    pack = kb.pack(code)
    lines = list(_lines(kb, pack, filters.as_of))
    shown = [line for line in lines if _wanted(kb, line, filters)]
    groups = [(title, [one for one in shown if one.source.kind == kind]) for kind, title in KINDS.items()]
    left_out = [(line.source, line.source.omits) for line in shown if line.source.omits]
    return desk.render(
        "pack.html",
        title=pack.name,
        section="law",
        pack=pack,
        within=[kb.pack(one) for one in pack.within],
        groups=[(title, found) for title, found in groups if found],
        shown=len(shown),
        lines=lines,
        filters=filters,
        kinds=KINDS,
        topics={topic.name: topic.label for topic in topics_of(kb).known.values()},
        forces=FORCES,
        left_out=left_out,
        terms=[one for one in vocabulary(kb).entries.values() if one.group == code],
    )


def provision_page(desk: Desk, source: Source, as_of: date | None = None) -> str:
    """A provision as an outline, with its links to other law and its picture."""
    kb = desk.kb
    norms = norms_of(kb, source)
    found = relations(kb)
    elsewhere = [
        relation for norm in norms for relation in dict.fromkeys(found.of(norm)) if relation.other.source != source.iri
    ]
    return desk.render(
        "provision.html",
        title=source.citation,
        section="law",
        source=source,
        pack=kb.pack(source.jurisdiction),
        address=address(desk),
        entries=Outline(kb, as_of).provision(source),
        as_of=as_of,
        absences=absences_of(kb, source),
        out_of_force=out_of_force(source.in_force_from, source.in_force_until, as_of),
        review=[(state, sum(norm.status == state for norm in norms)) for state in reversed(v.REVIEW)],
        ended_by=[kb.sources[iri] for iri in source.ended_by if iri in kb.sources],
        authority=kb.label(v.tac(source.authority)),
        construes=[kb.sources[iri] for iri in found.construes.get(source.iri, ())],
        construed_by=[kb.sources[iri] for iri in found.construed_by.get(source.iri, ())],
        elsewhere=_by_source(kb, elsewhere),
        picture=_provision_picture(desk, source.iri) if norms else "",
        turtle=descriptions(kb).turtle(source.iri),
        reference=reference(kb, source, source.iri),
    )


def norm_page(desk: Desk, norm: Norm, as_of: date | None = None) -> str:
    """A norm by itself: what it says, when it holds, what stands around it."""
    kb = desk.kb
    source = kb.sources[norm.source]
    grouped: dict[str, list[Norm]] = {}
    for relation in dict.fromkeys(relations(kb).of(norm)):
        grouped.setdefault(relation.verb, []).append(relation.other)
    entry = Outline(kb, as_of).entry(norm)
    return desk.render(
        "norm.html",
        title=f"{kb.cite(norm)}: {norm.label}",
        section="law",
        norm=norm,
        source=source,
        pack=kb.pack(source.jurisdiction),
        address=address(desk),
        entry=entry,
        as_of=as_of,
        kind=vocabulary(kb).entries[v.tac(norm.kind)],
        contexts=[name for name, iri in v.CONTEXTS.items() if iri in kb.network.contexts.get(norm.iri, ())],
        sentences=list(sentences(kb, norm)),
        bearing=bearing(kb, norm),
        related=grouped,
        first=norm.in_force(source)[0],
        end=norm.in_force(source)[1],
        ladder=_ladder(desk, norm.iri),
        picture=_neighbourhood(desk, norm.iri),
        turtle=descriptions(kb).turtle(norm.iri),
        reference=reference(kb, source, norm.iri, kb.cite(norm)),
    )


def reference(kb: KnowledgeBase, source: Source, iri: str, citation: str = "") -> str:
    """How to cite what the law base says, in one line."""
    read = f", read on {source.read_on}" if source.read_on else ""
    return f"{citation or source.citation}{read}, as encoded in tacenda, law base sha256:{kb.digest[:16]}, <{iri}>"


def find_page(desk: Desk, code: str, name: str, as_of: date | None = None) -> str:
    """The page of what a pack calls by this name: a provision, a norm, or a term of its own.

    Raises `LawError` with the nearest name.
    """
    kb = desk.kb
    iri = f"{v.BASE}{kb.pack(code).code}/{name}"
    if iri in kb.norms:
        return norm_page(desk, kb.norms[iri], as_of)
    if iri in kb.sources:
        return provision_page(desk, kb.sources[iri], as_of)
    if absence := next((one for one in topics_of(kb).absences if one.iri == iri), None):
        return provision_page(desk, kb.sources[absence.source], as_of)
    if iri in vocabulary(kb).entries:
        return term_page(desk, iri)
    raise LawError(unknown(iri, [one for one in descriptions(kb).things() if one.startswith(f"{v.BASE}{code}/")]))


def _lines(kb: KnowledgeBase, pack: Pack, as_of: date | None) -> Iterator[Line]:
    own = [source for source in kb.sources.values() if source.jurisdiction == pack.code]
    for source in sorted(own, key=lambda one: one.where):
        norms = tuple(norms_of(kb, source))
        yield Line(source, norms, tuple(_topics(kb, norms)), _former(kb, source, as_of))


def _former(kb: KnowledgeBase, source: Source, as_of: date | None) -> str:
    if as_of:
        return out_of_force(source.in_force_from, source.in_force_until, as_of)
    if source.authority != "InForce":
        return kb.label(v.tac(source.authority))
    return f"until {source.until}" if source.until else ""


def _topics(kb: KnowledgeBase, norms: Iterable[Norm]) -> Iterator[str]:
    """The topics to which the norms of a provision belong, in the order of the vocabulary."""
    topics = topics_of(kb)
    found = {topic for norm in norms for topic in topics.of_norm.get(norm.iri, ())}
    yield from (topic.name for iri, topic in topics.known.items() if iri in found)


@lru_cache(maxsize=8)
def topics_of(kb: KnowledgeBase) -> Topics:
    """The topics of a law base, worked out once."""
    return Topics(kb)


def _wanted(kb: KnowledgeBase, line: Line, filters: Filters) -> bool:
    if filters.kind and line.source.kind != filters.kind:
        return False
    if filters.topic and filters.topic not in line.topics:
        return False
    if filters.force and (filters.force == "former") != bool(line.former):
        return False
    texts = [line.source.citation, line.source.label, v.shorten(line.source.iri), *line.source.omits]
    texts += [text for norm in line.norms for text in (norm.label, norm.words, kb.cite(norm))]
    text = " ".join(texts).casefold()
    return all(word in text for word in filters.words.casefold().split())


def _by_source(kb: KnowledgeBase, found: Iterable[Relation]) -> list[tuple[Source, list[Relation]]]:
    grouped: dict[str, list[Relation]] = {}
    for relation in found:
        grouped.setdefault(relation.other.source, []).append(relation)
    return [(kb.sources[iri], grouped[iri]) for iri in sorted(grouped, key=lambda one: kb.sources[one].where)]


def _counted(kind: str, count: int) -> tuple[str, int]:
    return _ONE[kind] if count == 1 else KINDS[kind].lower(), count


def _span(days: Iterable[date]) -> str:
    found = sorted(set(days))
    if not found:
        return ""
    return str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"


@lru_cache(maxsize=64)
def _provision_picture(desk: Desk, iri: str) -> str:
    source = desk.kb.sources[iri]
    name = v.shorten(iri).partition(":")[2]
    return rule_graph(desk.kb, pack=source.jurisdiction, provision=name).to_fragment(link(desk))


@lru_cache(maxsize=64)
def _neighbourhood(desk: Desk, iri: str) -> str:
    """The norm among those next to it; among files without what a reader would walk in it with.

    Seven hundred of them would else be most of a site, and the page of the provision has a picture to walk in.
    """
    norms = {one.other.iri for one in relations(desk.kb).of(desk.kb.norms[iri])}
    if desk.links.is_static and len(norms) > _DRAWN:
        return ""
    graph = rule_graph(desk.kb, norm=iri, distance=1)
    return graph.to_svg(link(desk)) if desk.links.is_static else graph.to_fragment(link(desk))


@lru_cache(maxsize=64)
def _ladder(desk: Desk, iri: str) -> str:
    return ladder(desk.kb, iri).to_svg(link(desk))

"""By which subjects the law of states is laid side by side, and what a state's law is known not to have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from tacenda import vocabulary as v
from tacenda.errors import LawError, Problem, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.terms import value_of
from tacenda.turtle import local


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject on which the law of one jurisdiction can be laid beside that of another."""

    iri: str
    label: str
    definition: str
    acts: tuple[str, ...]
    """The acts whose norms it gathers."""
    kinds: tuple[str, ...] = ()
    """The kinds of norm to which it is confined; none for all."""

    @property
    def name(self) -> str:
        """The name by which commands call it.

        >>> Topic("https://w3id.org/tacenda/topic/DutyToProtect", "duty to protect others", "", ()).name
        'duty-to-protect'
        """
        return re.sub(r"(?<!^)(?=[A-Z])", "-", local(self.iri)).lower()


@dataclass(frozen=True, slots=True)
class Absence:
    """Something that an authority says the law of a jurisdiction does not have; nothing follows from it."""

    iri: str
    label: str
    source: str
    pinpoint: str
    words: str
    lacks: str
    """The kind of norm that is missing, such as `Obligation`."""
    act: str | None
    binds: tuple[str, ...]
    topics: tuple[str, ...]
    status: str


class Topics:
    """The topics of a law base: which norms belong to each, and which are known to be without law.

    >>> topics = Topics(KnowledgeBase.open("us-ma"))
    >>> topics.find("duty-to-protect").label
    'duty to protect others'
    >>> [topics.known[iri].name for iri in topics.of_norm["https://w3id.org/tacenda/us-ma/c119-s51A.report"]][:1]
    ['child-abuse']
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self.known = {iri: self._topic(iri) for iri in sorted(self._of_type("Topic"))}
        self.of_norm: dict[str, tuple[str, ...]] = {}
        for norm, topic in sorted(self._pairs("topicInEffect")):
            self.of_norm[norm] = (*self.of_norm.get(norm, ()), topic)

    def find(self, name: str) -> Topic:
        """The topic called *name*, in kebab-case, by its label or as a compact name; raises `LawError`."""
        for topic in self.known.values():
            if name.casefold() in (topic.name, topic.label.casefold(), v.shorten(topic.iri).casefold()):
                return topic
        names = [topic.name for topic in self.known.values()]
        known = "the topics are " + ", ".join(names)
        raise LawError(Problem(f"unknown topic `{name}`", hint=nearest(name, names) or known))

    @cached_property
    def absences(self) -> tuple[Absence, ...]:
        """What authorities say that the law does not have."""
        return tuple(self._absence(iri) for iri in sorted(self._of_type("Absence")))

    @cached_property
    def without_authority(self) -> dict[str, frozenset[str]]:
        """For each jurisdiction, by its short name, the topics that were searched and on which nothing was found."""
        codes = {pack.iri: pack.code for pack in self._kb.packs}
        found: dict[str, set[str]] = {code: set() for code in codes.values()}
        for place, topic in self._pairs("noAuthorityFound"):
            if place in codes:
                found[codes[place]].add(topic)
        return {code: frozenset(topics) for code, topics in found.items()}

    def absent(self, code: str, topic: str) -> Iterator[Absence]:
        """What the law of a jurisdiction is said not to have on a topic."""
        for absence in self.absences:
            if topic in absence.topics and self._kb.sources[absence.source].jurisdiction == code:
                yield absence

    def cite(self, absence: Absence) -> str:
        """The citation of the words on which an absence rests."""
        return self._kb.sources[absence.source].cite(absence.pinpoint)

    def _pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        for quad in self._kb.store.quads_for_pattern(None, NamedNode(v.tac(predicate)), None):
            yield value_of(quad.subject), value_of(quad.object)

    def _of_type(self, kind: str) -> Iterator[str]:
        for quad in self._kb.store.quads_for_pattern(None, NamedNode(v.RDF_TYPE), NamedNode(v.tac(kind))):
            yield value_of(quad.subject)

    def _values(self, iri: str, predicate: str) -> tuple[str, ...]:
        quads = self._kb.store.quads_for_pattern(NamedNode(iri), NamedNode(predicate), None)
        return tuple(sorted({value_of(quad.object) for quad in quads}))

    def _value(self, iri: str, predicate: str) -> str:
        return next(iter(self._values(iri, predicate)), "")

    def _topic(self, iri: str) -> Topic:
        label, definition = self._value(iri, v.RDFS_LABEL), self._value(iri, v.SKOS_DEFINITION)
        kinds = tuple(map(local, self._values(iri, v.tac("topicKind"))))
        return Topic(iri, label, definition, self._values(iri, v.tac("topicAct")), kinds)

    def _absence(self, iri: str) -> Absence:
        return Absence(
            iri=iri,
            label=self._value(iri, v.RDFS_LABEL),
            source=self._value(iri, v.DCT_SOURCE),
            pinpoint=self._value(iri, v.tac("pinpoint")),
            words=self._value(iri, v.tac("words")),
            lacks=local(self._value(iri, v.tac("lacks"))),
            act=self._value(iri, v.tac("act")) or None,
            binds=self._values(iri, v.tac("binds")),
            topics=self._values(iri, v.tac("topic")),
            status=local(self._value(iri, v.tac("status"))).lower(),
        )

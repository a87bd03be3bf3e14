"""How much of the law of each jurisdiction is encoded, topic by topic, how well it was read, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase, Pack
from tacenda.model import Norm
from tacenda.topics import Topic, Topics


class Answer(StrEnum):
    """What is known of a topic: three different things."""

    ENCODED = "encoded"
    NO_AUTHORITY = "no authority found"
    NOT_LOOKED_AT = "not yet looked at"


@dataclass(frozen=True)
class Entry:
    """One topic in one pack."""

    topic: Topic
    answer: Answer
    norms: int
    absences: int
    read: int
    """How many of the norms rest on text that somebody read, checked ones among them."""

    @property
    def short(self) -> str:
        """The entry in a table: how many norms, and a dash or a dot for the two kinds of none.

        >>> Entry(Topic("", "", "", ()), Answer.NO_AUTHORITY, 0, 0, 0).short
        '–'
        """
        if self.answer is Answer.ENCODED:
            return str(self.norms) if self.norms else "0"
        return "–" if self.answer is Answer.NO_AUTHORITY else "·"


@dataclass(frozen=True)
class PackSurvey:
    """One pack: what it holds, how well it was read, and what it leaves open."""

    pack: Pack
    sources: int
    norms: int
    exceptions: int
    absences: int
    reviewed: dict[str, int]
    """How many norms have each review status."""
    omissions: int
    oldest: date | None
    """The day on which the text was read that was read longest ago."""
    entries: tuple[Entry, ...]
    tests: int | None
    """How many cases its law tests hold; nothing where none are at hand."""

    @property
    def open(self) -> int:
        """How many norms rest on text that nobody read whole."""
        return self.reviewed["secondary"] + self.reviewed["unverified"]

    def to_dict(self) -> dict[str, object]:
        """The survey as JSON."""
        return {
            "jurisdiction": self.pack.code,
            "name": self.pack.name,
            "sources": self.sources,
            "norms": self.norms,
            "exceptions": self.exceptions,
            "absences": self.absences,
            **self.reviewed,
            "open": self.open,
            "omissions": self.omissions,
            "oldest_reading": self.oldest.isoformat() if self.oldest else None,
            "law_tests": self.tests,
            "topics": {
                one.topic.name: {
                    "answer": one.answer.value,
                    "norms": one.norms,
                    "absences": one.absences,
                    "read": one.read,
                }
                for one in self.entries
            },
        }


def survey(kb: KnowledgeBase, tests: Path | None = None) -> tuple[PackSurvey, ...]:
    """Each pack of a law base; *tests* is the folder of its law tests, if they are at hand.

    >>> [found.pack.code for found in survey(KnowledgeBase.open("us-ma"))]
    ['us', 'us-ma']
    """
    topics = Topics(kb)
    return tuple(_survey(kb, topics, pack, tests) for pack in kb.packs)


def _survey(kb: KnowledgeBase, topics: Topics, pack: Pack, tests: Path | None) -> PackSurvey:
    sources = [source for source in kb.sources.values() if source.jurisdiction == pack.code]
    norms = [norm for norm in kb.norms.values() if kb.sources[norm.source].jurisdiction == pack.code]
    absences = [one for one in topics.absences if kb.sources[one.source].jurisdiction == pack.code]
    counted = Counter(norm.status for norm in norms)
    return PackSurvey(
        pack=pack,
        sources=len(sources),
        norms=len(norms),
        exceptions=sum(norm.kind == "Exception" for norm in norms),
        absences=len(absences),
        reviewed={status: counted[status] for status in reversed(v.REVIEW)},
        omissions=sum(len(source.omits) for source in sources),
        oldest=min((source.read_on for source in sources if source.read_on), default=None),
        entries=tuple(_entry(topics, topic, pack.code, norms) for topic in topics.known.values()),
        tests=_cases(tests / pack.code) if tests else None,
    )


def _entry(topics: Topics, topic: Topic, code: str, norms: Sequence[Norm]) -> Entry:
    ours = [norm for norm in norms if topic.iri in topics.of_norm.get(norm.iri, ())]
    absences = len(tuple(topics.absent(code, topic.iri)))
    if ours or absences:
        answer = Answer.ENCODED
    elif topic.iri in topics.without_authority.get(code, ()):
        answer = Answer.NO_AUTHORITY
    else:
        answer = Answer.NOT_LOOKED_AT
    read = sum(norm.status in ("read", "checked") for norm in ours)
    return Entry(topic, answer, len(ours), absences, read)


def _cases(folder: Path) -> int:
    """How many cases the law tests in a folder hold, by their names."""
    files = folder.glob("*.yaml") if folder.is_dir() else ()
    return sum(line.startswith("  - name:") for file in files for line in file.read_text("utf-8").splitlines())


def next_steps(kb: KnowledgeBase, code: str, tests: Path | None = None) -> Iterator[str]:
    """What an author of a pack does next, the first thing first."""
    found = next(one for one in survey(kb) if one.pack.code == code)
    names = {
        norm.source.rpartition("/")[2] for norm in kb.norms.values() if kb.sources[norm.source].jurisdiction == code
    }
    for source in kb.sources.values():
        if source.jurisdiction == code and source.citation.startswith(PLACEHOLDER):
            yield f"replace the example `{v.shorten(source.iri)}` by a provision that you read ({source.where})"
    if tests:
        for name in sorted(names):
            if not (tests / code / f"{name}.yaml").is_file():
                yield f"write a law test for `{code}:{name}`: {tests / code / name}.yaml"
    for entry in found.entries:
        if entry.answer is Answer.NOT_LOOKED_AT:
            name = entry.topic.iri.rpartition("/")[2]
            yield (
                f"look for law on {entry.topic.label} ({entry.topic.definition}); if there is none, "
                f"say so in jurisdiction.ttl: tac:noAuthorityFound topic:{name}"
            )
    if found.reviewed["unverified"]:
        yield f"{found.reviewed['unverified']} norms rest on text that nobody found: read it, or leave them unverified"


PLACEHOLDER = "EXAMPLE"
"""How the citation of a source begins that only shows how to write one."""


def to_text(found: Sequence[PackSurvey]) -> str:
    """The packs side by side: a line for each topic and each count."""
    rows = list(_rows(found))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    return "\n".join([*(line.rstrip() for line in lines), LEGEND])


def to_markdown(found: Sequence[PackSurvey]) -> str:
    """The same as a table for a page."""
    rows = list(_rows(found))
    lines = ["| " + " | ".join(rows[0]) + " |", "|---" + "|--:" * (len(rows[0]) - 1) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows[1:])]) + "\n"


LEGEND = "\nA number is how many norms are encoded; – no authority was found; · not yet looked at.\n"


def _rows(found: Sequence[PackSurvey]) -> Iterator[list[str]]:
    yield ["", *(one.pack.code.removeprefix("us-") for one in found)]
    for entries in zip(*(one.entries for one in found), strict=True):
        yield [entries[0].topic.label, *(entry.short for entry in entries)]
    counts = ("norms", "exceptions", "absences", "sources")
    for name in counts:
        yield [name, *(str(getattr(one, name)) for one in found)]
    for status in ("checked", "read"):
        yield [f"norms {status}", *(str(one.reviewed[status]) for one in found)]
    yield ["norms open: text not read whole", *(str(one.open) for one in found)]
    yield ["declared omissions", *(str(one.omissions) for one in found)]
    if any(one.tests is not None for one in found):
        yield ["law tests", *(str(one.tests) for one in found)]
    yield ["oldest reading", *(one.oldest.isoformat()[2:] if one.oldest else "" for one in found)]

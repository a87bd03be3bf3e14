"""The page on which a question is put, and what the law answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, ContextAnswer, Position, assess, change
from tacenda.desk.desk import Desk
from tacenda.desk.question import Question
from tacenda.errors import Problem, ScenarioError, TacendaError, nearest
from tacenda.explanation import Step, explain, fact_phrase
from tacenda.knowledge import KnowledgeBase
from tacenda.model import WEIGHTIEST_FIRST, Norm, Scenario, Source, Status
from tacenda.next_question import NextQuestion, best_questions
from tacenda.passage import details
from tacenda.questions import Questions
from tacenda.report import groups, open_positions, telling
from tacenda.scenario import suppose
from tacenda.taxonomy import Term

FEW = 6
"""How many of the best questions are put."""
_OPEN = 4
_FOUND = 40
_WAY = 4
"""How many facts may have to be known together for what would settle a position to be told."""
_NARROW = 25
"""On how many facts an open position may turn for what would settle it to be worked out while a page is made."""
ROLE_NAMES = {
    "professional": "The professional is",
    "client": "The client is",
    "proceeding": "The proceeding is",
    "court": "The court is",
    "process": "What is served is",
}


@dataclass(frozen=True)
class Choice:
    """A role and what it may be given, indented by how narrow it is."""

    role: str
    name: str
    value: str
    options: tuple[tuple[str, str, int], ...]

    def means(self, name: str, label: str) -> bool:
        """Whether what is given is the option of this name and label."""
        return self.value == name or self.value.casefold() == label.casefold()

    @property
    def is_known(self) -> bool:
        """Whether what is given is one of the options; what is not is kept, so that it can be mended."""
        return any(self.means(name, label) for name, label, _ in self.options)


@dataclass(frozen=True)
class Fact:
    """A fact with the answer that it has."""

    name: str
    label: str
    definition: str
    answer: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Passage:
    """Positions that say the same for the same reasons, with everything that is told of them."""

    positions: tuple[Position, ...]
    details: tuple[str, ...]

    @property
    def first(self) -> Position:
        """The position that stands for all."""
        return self.positions[0]


@dataclass(frozen=True)
class OpenPosition:
    """A position that is not settled, on what it turns, and what it would be if some of that were known."""

    position: Position
    would_be: tuple[tuple[Status, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Column:
    """The answer in one context."""

    context: str
    passages: tuple[Passage, ...]
    others: tuple[Norm, ...]
    opened: tuple[OpenPosition, ...]
    more_open: int
    counts: tuple[tuple[Status, int], ...]


class Asked:
    """A question with the answer of the law, as the page shows them; every part is worked out when it is shown."""

    def __init__(self, kb: KnowledgeBase, question: Question, today: date, find: str = "") -> None:
        self.kb = kb
        self.question = question
        self.find = find
        self.today = today
        self.problems: tuple[Problem, ...] = ()
        self.moved: tuple[Mapping[str, Any], ...] | None = None
        self.assessment: Assessment | None = None
        if not question.is_blank and not question.text("in"):
            self.problems = (Problem("choose a state: it is its law that answers", "in"),)
        elif not question.is_blank:
            try:
                self.assessment = self._answered()
            except TacendaError as error:
                self.problems = error.problems

    def _answered(self) -> Assessment:
        scenario = self.question.scenario(self.kb, self.today)
        found = assess(self.kb, scenario)
        if self.question.supposed is None:
            return found
        fact, answer = self.question.supposed
        term = self._term(fact)
        if term is None:
            names = (v.shorten(one.iri) for one in self.kb.taxonomy.facts())
            raise ScenarioError(Problem(f"unknown fact `{fact}`", "suppose", nearest(fact, names)))
        other = suppose(self.kb, scenario, [term.label] if answer else [], [] if answer else [term.label])
        supposed = assess(self.kb, other)
        self.moved = tuple(change(found, supposed))
        return supposed

    @property
    def scenario(self) -> Scenario:
        """The scenario that is asked about; there is one when there is an answer."""
        assert self.assessment is not None
        return self.assessment.scenario

    @cached_property
    def answering(self) -> KnowledgeBase:
        """The law that answers, whose words are offered; all law until a state is chosen."""
        code = self.question.text("in")
        return self.kb.under(code) if code in {pack.code for pack in self.kb.packs} else self.kb

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The roles, each with what it may be given."""
        return tuple(
            Choice(role, ROLE_NAMES[role], self.question.text(role), _options(self.answering, root))
            for role, root in v.ROLES.items()
        )

    @cached_property
    def stated(self) -> tuple[Fact, ...]:
        """The facts that are answered, in the order in which they were."""
        answers = [*((fact, True) for fact in self.question.yes), *((fact, False) for fact in self.question.no)]
        return tuple(self._fact(fact, answer) for fact, answer in answers)

    @cached_property
    def next(self) -> tuple[NextQuestion, ...]:
        """The facts whose answers are expected to settle most."""
        return tuple(best_questions(self.assessment, few=FEW)) if self.assessment else ()

    @cached_property
    def found(self) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
        """The facts that are looked for, by topic: all words of what is looked for stand in each.

        Of all facts, those on which some norm of the law that answers depends.
        """
        if not self.find.strip():
            return ()
        everything = self.find.strip() == "*"
        words = self.find.casefold().split()
        known = {fact.name: fact.answer for fact in self.stated}
        by_topic: dict[str, list[Fact]] = {}
        terms = (
            term
            for term in self.answering.taxonomy.facts()
            if (
                term.iri in _bearing(self.answering)
                if everything
                else all(word in f"{term.label} {term.definition}".casefold() for word in words)
            )
        )
        ranked = sorted(terms, key=lambda term: not all(word in term.label.casefold() for word in words))
        topics = _topics(self.kb)
        for term in islice(ranked, None if everything else _FOUND):
            name = v.shorten(term.iri)
            by_topic.setdefault(topics.get(term.iri, "other"), []).append(self._fact(name, known.get(name)))
        return tuple((topic, tuple(facts)) for topic, facts in sorted(by_topic.items()))

    def _fact(self, name: str, answer: bool | None) -> Fact:
        term = self._term(name)
        return Fact(v.shorten(term.iri), term.label, term.definition, answer) if term else Fact(name, name, "", answer)

    def _term(self, name: str) -> Term | None:
        found = self.kb.term(v.expand(name))
        if found:
            return found
        return next((term for term in self.kb.taxonomy.facts() if term.label.casefold() == name.casefold()), None)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The answer in practice and in court."""
        return tuple(map(self._column, self.assessment.contexts)) if self.assessment else ()

    def _column(self, answer: ContextAnswer) -> Column:
        passages = tuple(
            Passage(tuple(group), tuple(details(self.kb, answer.view, group[0], full=True)))
            for group in groups(telling(self.kb, answer.positions, False))
        )
        opened = open_positions(self.kb, answer)
        shown = tuple(self._opened(position) for position in opened[:_OPEN])
        tally = dict.fromkeys(WEIGHTIEST_FIRST, 0)
        for position in answer.positions:
            tally[position.status] += 1
        return Column(
            answer.context,
            passages,
            tuple(answer.holding("Power", "Immunity")),
            shown,
            len(opened) - len(shown),
            tuple((status, count) for status, count in tally.items() if count),
        )

    def _opened(self, position: Position) -> OpenPosition:
        if position.breadth > _NARROW or position.outlook is None:
            return OpenPosition(position)
        short = (
            (status, [way for way in ways if len(way) <= _WAY]) for status, ways in position.outlook.would_be.items()
        )
        would_be = tuple((status, tuple(map(self._way, ways[:2]))) for status, ways in short if ways)
        return OpenPosition(position, would_be)

    def _way(self, way: Mapping[str, bool]) -> str:
        return " and ".join(fact_phrase(self.kb, iri, value) for iri, value in way.items()) or "whatever else is so"

    def position(self, context: str, act: str) -> Position:
        """The position on an act in a context; raises `ScenarioError` when there is none."""
        answers = self.assessment.contexts if self.assessment else ()
        found = {v.shorten(one.act): one for answer in answers if answer.context == context for one in answer.positions}
        if act not in found:
            raise ScenarioError(Problem(f"the law takes no position on `{act}`", context or "of", nearest(act, found)))
        return found[act]

    def steps(self, position: Position) -> Iterator[Step]:
        """The proof of a position, norm by norm."""
        assert self.assessment is not None
        norms = [*position.because, *(lift.norm for lift in position.lifted), *position.limited_by]
        for norm in dict.fromkeys(norm.iri for norm in norms):
            yield explain(self.assessment, position.context, norm)

    @cached_property
    def open_questions(self) -> list[Any]:
        """The open questions of law behind what is settled, each with the courts on its sides."""
        if self.assessment is None:
            return []
        found: dict[str, Any] = {}
        for answer in self.assessment.contexts:
            settled = [position for position in answer.positions if not position.look]
            for question in Questions(self.kb, answer).behind(settled, exact=False):
                found.setdefault(str(next(iter(question.lines()))), question)
        return list(found.values())

    @property
    def summary(self) -> str:
        """The answer in a line, for whoever hears it rather than sees it."""
        parts = []
        for column in self.columns:
            told = ", ".join(f"{count} {status.value}" for status, count in column.counts)
            parts.append(f"in {column.context}: {told or 'nothing'}")
        return "; ".join(parts)

    @property
    def law(self) -> str:
        """Whose law answers, of which day."""
        pack = self.kb.pack(self.scenario.jurisdiction)
        names = [pack.name, *(self.kb.pack(code).name for code in pack.within)]
        return f"Law of {' and '.join(names)} on {self.scenario.as_of}"


@lru_cache(maxsize=128)
def _options(kb: KnowledgeBase, root: str) -> tuple[tuple[str, str, int], ...]:
    """What is at and below a class, each beneath the narrowest that is wider, with how deep it lies."""
    terms = {term.iri: term for term in kb.taxonomy.kinds_of(root)}
    above: dict[str, str | None] = {}
    for iri in terms:
        wider = [other for other in kb.taxonomy.wider(iri) if other in terms and other != iri]
        above[iri] = max(wider, key=lambda other: (len(kb.taxonomy.wider(other)), other), default=None)

    def under(parent: str | None, depth: int) -> Iterator[tuple[str, str, int]]:
        for iri, wide in above.items():
            if wide == parent:
                yield v.shorten(iri), terms[iri].label, depth
                yield from under(iri, depth + 1)

    return tuple(under(None, 0))


@lru_cache(maxsize=16)
def _bearing(kb: KnowledgeBase) -> frozenset[str]:
    """The facts that norms name, what implies or excludes them, and the parts of what several make together."""
    taxonomy = kb.taxonomy
    named = {leaf for norm in kb.norms.values() for leaf in norm.condition.leaves() if isinstance(leaf, str)}
    parts = {part for whole, members in taxonomy.composites.items() if whole in named for part in members}
    apart = {iri for iri, others in taxonomy.exclusions() if others & named}
    return frozenset(kind for iri in named | parts | apart for kind in taxonomy.kinds(iri))


@lru_cache(maxsize=4)
def _topics(kb: KnowledgeBase) -> Mapping[str, str]:
    """The topic of each fact: that of the file in which it is declared."""
    from pyoxigraph import NamedNode

    predicate = NamedNode(v.PREFIXES["rdfs"] + "isDefinedBy")
    return {
        str(getattr(quad.subject, "value", "")): _words(str(getattr(quad.object, "value", "")))
        for quad in kb.store.quads_for_pattern(None, predicate, None)
    }


def _words(module: str) -> str:
    return module.rpartition("/")[2].replace("-", " ").replace("hipaa", "HIPAA").replace("part2", "42 C.F.R. Part 2")


def ask_page(desk: Desk, asked: Asked, scenarios: Sequence[tuple[str, str]]) -> str:
    """The page for a question: the form, and the answer beside it."""
    title = asked.question.text("title") or "Ask"
    return desk.render(
        "ask.html", title=title, section="ask", asked=asked, question=asked.question, scenarios=scenarios
    )


def why_page(desk: Desk, asked: Asked, position: Position) -> str:
    """The proof of one position."""
    return desk.render(
        "why.html",
        title=f"Why: {position.label}",
        section="ask",
        asked=asked,
        question=asked.question,
        position=position,
        steps=list(asked.steps(position)),
    )


def memo_page(desk: Desk, asked: Asked) -> str:
    """The answer as a memorandum to print."""
    title = asked.question.text("title") or "Confidentiality and privilege"
    return desk.render(
        "memo.html", title=title, section="ask", asked=asked, question=asked.question, sources=_sources(asked)
    )


def _sources(asked: Asked) -> list[Source]:
    """The sources on which the answer rests, each once."""
    assert asked.assessment is not None
    norms = [
        norm
        for answer in asked.assessment.contexts
        for position in telling(asked.kb, answer.positions, False)
        for norm in (*position.proof(), *position.limited_by)
    ]
    return [asked.kb.sources[iri] for iri in dict.fromkeys(norm.source for norm in norms)]

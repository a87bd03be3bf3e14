"""A scenario found by asking: one question after the other, the best first, each with the reason for asking it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, Position, assess
from tacenda.explanation import fact_phrase
from tacenda.knowledge import KnowledgeBase
from tacenda.model import WEIGHTIEST_FIRST, Scenario, Status
from tacenda.next_question import Answer, NextQuestion, best_questions

_TOLD = 6
_BROADEST = 60
"""How many unknown facts a position may turn on for its least sets to be worked out while somebody waits."""


@dataclass(frozen=True)
class Step:
    """A question with the answer that was given; nothing for one that could not be answered."""

    question: NextQuestion
    value: bool | str | None


class Interview:
    """What is known so far, and what to ask next.

    Who the professional is comes first, when it matters; then always the best question. What is known already, or
    follows from it, is not asked. *acts* are the IRIs of the acts to ask about; all, unless named.

    >>> from datetime import date
    >>> kb = KnowledgeBase.open("us-ma")
    >>> found = Interview(kb, Scenario("us-ma", as_of=date(2026, 11, 22)), [v.expand("act:ReportToChildProtection")])
    >>> found.question.label
    'what is the professional?'
    >>> found.answer(v.expand("prof:LicensedSocialWorker"))
    >>> found.scenario.professional
    'https://w3id.org/tacenda/profession/LicensedSocialWorker'
    >>> found.back().label
    'what is the professional?'
    """

    def __init__(self, kb: KnowledgeBase, scenario: Scenario, acts: Collection[str] | None = None) -> None:
        self.kb = kb
        self._start = scenario
        self._acts = acts
        self._steps: list[Step] = []
        self._proceed()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The questions asked so far, with their answers."""
        return tuple(self._steps)

    def _proceed(self) -> None:
        self.scenario = self._known()
        self.assessment: Assessment = assess(self.kb, self.scenario)
        self.question: NextQuestion | None = self._next()

    def _known(self) -> Scenario:
        found = self._start
        for step in self._steps:
            subject, value = step.question.subject, step.value
            if value is True:
                found = replace(found, facts=(*found.facts, subject))
            elif value is False:
                found = replace(found, excluded=(*found.excluded, subject))
            elif subject == "professional" and value:
                found = replace(found, professional=value)
            elif value:
                found = replace(found, roles={**found.roles, subject: value})
        return found

    def _next(self) -> NextQuestion | None:
        unanswered = {step.question.subject for step in self._steps if step.value is None}
        if not self.scenario.professional and "professional" not in unanswered:
            everything = best_questions(self.assessment, few=len(v.ROLES), acts=self._acts, among=v.ROLES)
            for question in everything:
                if question.subject == "professional":
                    return question
        return next(iter(best_questions(self.assessment, few=1, besides=unanswered, acts=self._acts)), None)

    def answer(self, value: bool | str | None) -> None:
        """Take the answer to the present question: yes or no, the class that a role has, or nothing for don't know."""
        assert self.question is not None
        self._steps.append(Step(self.question, value))
        self._proceed()

    def back(self) -> NextQuestion | None:
        """Take the last answer back; the question that is asked again, or nothing when none was asked."""
        if not self._steps:
            return None
        question = self._steps.pop().question
        self._proceed()
        self.question = question
        return question

    @property
    def open(self) -> int:
        """How many positions that are asked about are not settled yet."""
        return sum(
            1
            for answer in self.assessment.contexts
            for position in answer.positions
            if position.status is Status.UNSETTLED and (self._acts is None or position.act in self._acts)
        )

    def outcome(self) -> Iterator[str]:
        """A line for each position on the acts that were asked about; none where all are."""
        for answer in self.assessment.contexts:
            for position in answer.positions:
                if self._acts is not None and position.act in self._acts:
                    yield f"{position.status.value.upper()} in {answer.context}: {position.label}"
        if self._acts is not None:
            yield ""

    def reasons(self) -> Iterator[str]:
        """Why the present question is asked, a line for each answer that settles something."""
        assert self.question is not None
        question = self.question
        answers = sorted(question.answers, key=lambda one: -len(one.settles)) if question.is_role else question.answers
        told = [answer for answer in answers if answer.settles][: 1 if question.is_role else 2]
        for answer in told:
            first = _telling(self.kb, answer)[0]
            settles = f"settles {len(answer.settles)} position{'s' if len(answer.settles) > 1 else ''}"
            yield f"if {self._said(answer)}: {_told(*first)}; {settles}"
        if not told:
            several = "positions" if question.rests > 1 else "position"
            nothing = f"no answer settles anything by itself; {question.rests} {several} may turn on it"
            yield self._together() or nothing

    def _together(self) -> str:
        """What the present question would settle together with others, in the narrowest position that it bears on."""
        assert self.question is not None
        position = min(self.question.bears_on, key=lambda one: one.breadth)
        if position.breadth <= _BROADEST and position.outlook:
            for status, ways in position.outlook.would_be.items():
                for way in ways:
                    if any(iri == self.question.subject or self._is_of(self.question, iri) for iri in way):
                        facts = " and ".join(fact_phrase(self.kb, iri, value) for iri, value in way.items())
                        return f"{_told(position, status)} if {facts}"
        return ""

    def _is_of(self, question: NextQuestion, iri: str) -> bool:
        return question.is_role and self.kb.taxonomy.is_a(iri, v.ROLES[question.subject])

    def reasons_in_full(self) -> Iterator[str]:
        """What the present question means, and what each answer would settle."""
        assert self.question is not None
        term = self.kb.taxonomy.terms.get(self.question.subject)
        if term:
            yield from (text for text in (term.definition, *term.scope_notes) if text)
        names = list(dict.fromkeys(f"`{position.label}`" for position in self.question.bears_on))
        more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        yield f"bears on {', '.join(names[:_TOLD])}{more}"
        for answer in self.question.answers:
            if self.question.is_role and not answer.settles:
                continue
            yield f"if {self._said(answer)}: {'' if answer.settles else 'settles nothing by itself'}".rstrip()
            moves = _telling(self.kb, answer)
            for position, status in moves[:_TOLD]:
                yield f"  {position.context}: {_told(position, status)}"
            if len(moves) > _TOLD:
                yield f"  and {len(moves) - _TOLD} more"

    def _said(self, answer: Answer) -> str:
        if isinstance(answer.value, str):
            return fact_phrase(self.kb, answer.value)
        return "yes" if answer.value else "no"


def _told(position: Position, status: Status) -> str:
    return f"`{position.label}` would be {status.value}"


def _telling(kb: KnowledgeBase, answer: Answer) -> list[tuple[Position, Status]]:
    """What an answer settles, the most telling first: what people come to ask about, weighty, and wide."""

    def weight(settled: tuple[Position, Status]) -> tuple[bool, int, int]:
        position, status = settled
        asked = any(kb.taxonomy.is_a(position.act, wide) for wide in v.ASKED_FIRST)
        return not asked, WEIGHTIEST_FIRST.index(status), len(kb.taxonomy.wider(position.act))

    return sorted(answer.settles, key=weight)

"""What to ask next: the unknown fact, or role, whose answer is expected to settle most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice

from tacenda import vocabulary as v
from tacenda.analysis import Completions
from tacenda.assessment import Assessment, ContextAnswer, Position, deciding
from tacenda.compiled import role_inputs, stated
from tacenda.fact_gates import false_of, true_of
from tacenda.formula import Formula
from tacenda.lanes import Lanes, planes_of, set_bits
from tacenda.model import Status

FEW = 3


@dataclass(frozen=True)
class Answer:
    """One answer to a question, and the open positions that it settles, each with its status then."""

    value: bool | str
    """Yes or no for a fact; for a role the class that it is given."""
    settles: tuple[tuple[Position, Status], ...]


@dataclass(frozen=True)
class NextQuestion:
    """A fact to ask for, with the answers yes and no, or a role, with each class that it might be given."""

    subject: str
    """The fact's IRI, or the key of the role."""
    label: str
    answers: tuple[Answer, ...]
    bears_on: tuple[Position, ...]
    """The open positions that may turn on it."""

    @property
    def rests(self) -> int:
        """How many open positions may turn on it."""
        return len(self.bears_on)

    @property
    def is_role(self) -> bool:
        """Whether a role is asked for."""
        return self.subject in v.ROLES

    @cached_property
    def expected(self) -> float:
        """How many open positions an answer settles on average, each being as likely."""
        return _expected(self.answers)

    def settled_by(self, value: bool | str) -> int:
        """How many open positions an answer settles."""
        return next((len(answer.settles) for answer in self.answers if answer.value == value), 0)

    def to_dict(self) -> dict[str, object]:
        """The question as JSON."""
        return {
            "fact": None if self.is_role else v.shorten(self.subject),
            "role": self.subject if self.is_role else None,
            "label": self.label,
            "yes": None if self.is_role else self.settled_by(True),
            "no": None if self.is_role else self.settled_by(False),
            "expected": round(self.expected, 2),
            "positions": self.rests,
        }

    def __str__(self) -> str:
        if self.is_role:
            sizes = sorted(len(answer.settles) for answer in self.answers)
            span = f"{sizes[0]} to {sizes[-1]}" if sizes[0] < sizes[-1] else f"{sizes[0]}"
            return f"{self.label} (an answer settles {span})"
        return f"{self.label} (yes settles {self.settled_by(True)}, no settles {self.settled_by(False)})"


def _expected(answers: Sequence[Answer]) -> float:
    return sum(len(answer.settles) for answer in answers) / len(answers)


def best_questions(
    assessment: Assessment,
    *,
    few: int = FEW,
    besides: Iterable[str] = (),
    acts: Collection[str] | None = None,
    among: Collection[str] | None = None,
) -> list[NextQuestion]:
    """The few best questions, the best first; *besides* names facts and roles that are not to be asked.

    *acts* are the acts that are asked about, *among* the facts and roles that may be asked; all, unless named.

    The best question is the one whose answers, each as likely as the others, settle most open positions on average;
    of equals the one on which more open positions may turn, then the one that the vocabulary names first. Only what
    some open position depends on is asked, never what is implied or excluded, and never an open question of law,
    which nobody in the scenario can answer.
    """
    return list(islice(_Asking(assessment, frozenset(besides), acts, among).ranked(), few))


class _Asking:
    """The open positions of an answer, and what might be asked about them."""

    def __init__(
        self,
        assessment: Assessment,
        besides: frozenset[str],
        acts: Collection[str] | None,
        among: Collection[str] | None,
    ) -> None:
        self._assessment = assessment
        self._kb = assessment.kb
        self._besides = besides
        self._among = among
        self._open: list[tuple[Position, ContextAnswer, int]] = []
        self._methods: dict[str, Completions] = {}
        self._terms = list(self._kb.taxonomy.terms)
        self._places = {iri: place for place, iri in enumerate(self._terms)}
        self._everything = 0
        self._classes: dict[str, list[bool | str]] = {}
        for answer in assessment.contexts:
            unsettled = (position for position in answer.positions if position.status is Status.UNSETTLED)
            opened = [position for position in unsettled if acts is None or position.act in acts]
            if opened:
                formula, norms = Formula(self._kb, answer.view), deciding(self._kb, answer)
                self._open += (
                    (one, answer, formula.mask(formula.verdicts(one.act, norms[one.act]).members())) for one in opened
                )
        for _, _, mask in self._open:
            self._everything |= mask

    def ranked(self) -> Iterator[NextQuestion]:
        """The questions on which something depends, the best first."""
        found = self._answers()
        expected = {subject: _expected(answers) for subject, answers in found.items()}
        # most questions settle least: what they bear on is worked out when their turn comes
        for _, equals in groupby(sorted(found, key=expected.__getitem__, reverse=True), expected.__getitem__):
            questions = (
                NextQuestion(subject, self._label(subject), found[subject], self._bears_on(subject))
                for subject in equals
            )
            for question in sorted(questions, key=lambda one: -one.rests):
                if self._matters(self._variables(question.subject)):
                    yield question

    def _answers(self) -> dict[str, tuple[Answer, ...]]:
        """The answers to all that may be asked, in the order of the vocabulary: a role where its first class is."""
        subjects = [one for one in (*self._roles(), *self._facts()) if self._among is None or one in self._among]
        subjects.sort(key=(self._places | {role: self._places[root] for role, root in v.ROLES.items()}).__getitem__)
        lanes = [(subject, value) for subject in subjects for value in self._values(subject)]
        base = dict.fromkeys(stated(self._kb, self._assessment.scenario), (1 << len(lanes)) - 1)
        said = planes_of(self._inputs(subject, value) for subject, value in lanes)
        planes = {name: base.get(name, 0) | said.get(name, 0) for name in base | said}
        run = Lanes(self._kb, self._assessment.scenario, planes, len(lanes))
        settled: list[list[tuple[Position, Status]]] = [[] for _ in lanes]
        for position, answer, _ in self._open:
            for status, plane in run.statuses(answer.context, position.act).items():
                if status is not Status.UNSETTLED:
                    for lane in set_bits(plane & ~run.contradictory):
                        settled[lane].append((position, status))
        answers: dict[str, list[Answer]] = {subject: [] for subject in subjects}
        for lane, (subject, value) in enumerate(lanes):
            if not run.contradictory >> lane & 1:
                answers[subject].append(Answer(value, tuple(settled[lane])))
        return {subject: tuple(found) for subject, found in answers.items() if len(found) > 1}

    def _facts(self) -> Iterator[str]:
        """The unknown facts on which some open position rests, in the order of the vocabulary."""
        terms = self._kb.taxonomy.terms
        for place in set_bits(self._everything):
            iri = self._terms[place]
            is_fact = v.tac("Scenario") in self._kb.taxonomy.above.get(iri, ())
            if is_fact and iri not in self._besides and not terms[iri].is_open_question:
                yield iri

    def _roles(self) -> Iterator[str]:
        """The roles whose class is not fully known and on which some open position rests."""
        for role in v.ROLES:
            if role not in self._besides and self._variables(role) and len(self._values(role)) > 1:
                yield role

    def _values(self, subject: str) -> Sequence[bool | str]:
        if subject not in v.ROLES:
            return (True, False)
        if subject not in self._classes:
            self._classes[subject] = self._narrower(subject)
        return self._classes[subject]

    def _narrower(self, subject: str) -> list[bool | str]:
        """The classes that a role may have, given what is known of it."""
        known = self._assessment.scenario.role_values().get(subject, v.ROLES[subject])
        return [term.iri for term in self._kb.taxonomy.kinds_of(known) if term.iri != known]

    def _inputs(self, subject: str, value: bool | str) -> Iterable[str]:
        if isinstance(value, str):
            return role_inputs(self._kb, subject, value)
        return [true_of(subject) if value else false_of(subject)]

    def _variables(self, subject: str) -> frozenset[str]:
        """The unknown facts and kinds of role that an answer tells of directly."""
        if subject not in v.ROLES:
            return frozenset([subject])
        taxonomy = self._kb.taxonomy
        names = (self._terms[place] for place in set_bits(self._everything))
        return frozenset(
            iri
            for iri in names
            if taxonomy.is_a(iri, v.ROLES[subject])
            or (iri in taxonomy.by_role and taxonomy.by_role[iri][0] == v.ROLE_PROPERTIES[subject])
        )

    def _bears_on(self, subject: str) -> tuple[Position, ...]:
        wanted = self._bits(self._variables(subject))
        return tuple(position for position, _, mask in self._open if mask & wanted)

    def _bits(self, variables: Iterable[str]) -> int:
        return sum(1 << self._places[iri] for iri in variables)

    def _matters(self, variables: frozenset[str]) -> bool:
        """Whether some open position turns on one of these: the narrowest are tried first."""
        wanted = self._bits(variables)
        for position, answer, mask in sorted(self._open, key=lambda one: one[2].bit_count()):
            if mask & wanted:
                method = self._methods.setdefault(answer.context, Completions(self._kb, answer.view))
                norms = deciding(self._kb, answer)[position.act]
                if method.turning(position.act, norms, variables):
                    return True
        return False

    def _label(self, subject: str) -> str:
        if subject in v.ROLES:
            return f"what is the {subject}?"
        return self._kb.label(subject)

"""A question as an address says it: what is stated, and how the same address would say a little more, or less."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tacenda import vocabulary as v
from tacenda.draft import Draft, Entry
from tacenda.errors import ScenarioError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.scenario import understand

Pairs = list[tuple[str, str]]
SINGLE = ("in", "as_of", "context", *v.ROLES, "title", "closed")
"""What an address may give once, in the order in which it is written."""
ANSWERS = {"yes": True, "no": False}
_OF_FACT = "is."
"""Before the name of a fact, in what a form sends: `is.fact:WrittenConsent=yes`."""
_NOT_CLOSED = ("no", "false")
_LONGEST = 300


@dataclass(frozen=True)
class Question:
    """What an address states: single values, and the facts that are answered yes and no, as they were written."""

    values: tuple[tuple[str, str], ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    suppose: str = ""
    """A fact to suppose, or with a hyphen before it to suppose not; nothing otherwise."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Question:
        """The question in the parts of an address; what a form sends of a fact takes the place of what was stated.

        A fact that is stated both ways stays so, to be told as the contradiction that it is.

        >>> found = Question.of([("in", "us-ma"), ("yes", "fact:A"), ("is.fact:A", "no"), ("is.fact:B", "")])
        >>> found.no, found.yes, found.text("in")
        (('fact:A',), (), 'us-ma')
        """
        values: dict[str, str] = {}
        answers: dict[str, dict[str, None]] = {answer: {} for answer in ANSWERS}
        suppose = ""
        for key, given in pairs:
            value = " ".join(given.split())[:_LONGEST]
            if key in SINGLE:
                values[key] = value
            elif key in ANSWERS and value:
                answers[key][value] = None
            elif key.startswith(_OF_FACT):
                fact = key.removeprefix(_OF_FACT)
                for facts in answers.values():
                    facts.pop(fact, None)
                if value in answers:
                    answers[value][fact] = None
            elif key == "suppose":
                suppose = value if value.strip("-") else ""
        if values.get("closed", "").casefold() in _NOT_CLOSED:
            del values["closed"]
        ordered = tuple((key, values[key]) for key in SINGLE if values.get(key))
        return cls(ordered, tuple(answers["yes"]), tuple(answers["no"]), suppose)

    @classmethod
    def about(cls, scenario: Scenario) -> Question:
        """The question that a scenario asks."""
        roles = {role: v.shorten(kind) for role, kind in scenario.role_values().items()}
        if roles.get("court") == v.shorten(v.STATE_COURT):
            del roles["court"]
        found = {
            "in": scenario.jurisdiction,
            "as_of": str(scenario.as_of or ""),
            "context": scenario.context or "",
            **roles,
            "title": scenario.title[:_LONGEST],
            "closed": "yes" if scenario.closed else "",
        }
        values = tuple((key, found[key]) for key in SINGLE if found.get(key))
        return cls(values, tuple(map(v.shorten, scenario.facts)), tuple(map(v.shorten, scenario.excluded)))

    def text(self, key: str) -> str:
        """A single value, or nothing."""
        return dict(self.values).get(key, "")

    def pairs(self) -> Pairs:
        """The parts of the address that says just this."""
        stated = [*self.values, *(("yes", fact) for fact in self.yes), *(("no", fact) for fact in self.no)]
        return [*stated, *([("suppose", self.suppose)] if self.suppose else [])]

    def answered(self, fact: str, answer: bool | None) -> Question:
        """The question with a fact answered yes or no, or with the answer taken back; nothing supposed any more."""
        yes = tuple(one for one in self.yes if one != fact)
        no = tuple(one for one in self.no if one != fact)
        return replace(
            self,
            yes=(*yes, fact) if answer is True else yes,
            no=(*no, fact) if answer is False else no,
            suppose="",
        )

    def given(self, key: str, value: str) -> Question:
        """The question with a single value given, or taken back."""
        values = {**dict(self.values), key: value}
        return replace(self, values=tuple((name, values[name]) for name in SINGLE if values.get(name)), suppose="")

    def named(self, kb: KnowledgeBase) -> Question:
        """The question with its facts by name where an address calls them by label, so that each can be taken back."""
        names = {term.label.casefold(): v.shorten(term.iri) for term in kb.taxonomy.facts()}

        def name(fact: str) -> str:
            found = names.get(fact.casefold(), fact)
            # answered both ways, by name and by label: left as it is, to be told as the contradiction that it is
            return fact if found in (*self.yes, *self.no) else found

        fact, answer = self.supposed or ("", True)
        suppose = f"{'' if answer else '-'}{names.get(fact.casefold(), fact)}" if fact else ""
        return replace(self, yes=tuple(map(name, self.yes)), no=tuple(map(name, self.no)), suppose=suppose)

    def supposing(self, fact: str, answer: bool | None) -> Question:
        """The question with a fact supposed to be so or not, or with nothing supposed."""
        return replace(self, suppose="" if answer is None else fact if answer else f"-{fact}")

    @property
    def supposed(self) -> tuple[str, bool] | None:
        """What is supposed, and whether it is supposed to be so."""
        return (self.suppose.removeprefix("-"), not self.suppose.startswith("-")) if self.suppose else None

    @property
    def is_blank(self) -> bool:
        """Whether nothing has been stated yet."""
        return not self.pairs()

    def scenario(self, kb: KnowledgeBase, today: date) -> Scenario:
        """The scenario that is asked about; raises `ScenarioError` with everything that is wrong with it."""
        draft = Draft("the question")
        names = {"in": "jurisdiction"}
        for key, value in self.values:
            draft.single[names.get(key, key)] = Entry(value, key)
        for key, facts in (("facts", self.yes), ("not", self.no)):
            draft.many[key] = [Entry(fact, "yes" if key == "facts" else "no") for fact in facts]
        code = self.text("in")
        if code and code not in {pack.code for pack in kb.packs}:
            try:
                kb.pack(code)
            except ScenarioError as error:
                draft.problems.extend(replace(problem, where="in") for problem in error.problems)
        found = understand(draft, kb, may_be_blank=True)
        return replace(found, as_of=found.as_of or today)

"""The same conclusions as the rules draw, by walking the network of gates: quick, and without a proof.

Strong Kleene over an acyclic network has one fixpoint, so that it does not matter whether rules are applied until
nothing is added or each gate is evaluated after what it turns on. The rules stay the reference; tests hold the two
side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tacenda import vocabulary as v
from tacenda.errors import Problem, ScenarioError
from tacenda.inference import Conclusions, View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Scenario, Truth
from tacenda.scenario import refuse_contradictions

_KINDS = (("forbidden", "Prohibition"), ("privileged", "Privilege"), ("limited", "Limitation"))


def evaluate(kb: KnowledgeBase, scenario: Scenario) -> Conclusions:
    """Everything that follows about facts, norms and acts; no triples and no correlatives.

    Raises `ScenarioError` when the scenario has no date or its statements contradict each other.
    """
    refuse_contradictions(kb.taxonomy, scenario)
    if scenario.as_of is None:
        raise ScenarioError(Problem("say on which day the law is asked about: `as_of`", scenario.where))
    true, false = _facts(kb, scenario)
    contexts = [scenario.context] if scenario.context else list(v.CONTEXTS)
    return Conclusions(tuple(_Walk(kb, scenario, context, true, false).view() for context in contexts), (), ())


def _facts(kb: KnowledgeBase, scenario: Scenario) -> tuple[frozenset[str], frozenset[str]]:
    """The facts and kinds of role that are true, and those that are false, before any norm is asked."""
    taxonomy = kb.taxonomy
    values = {v.ROLE_PROPERTIES[role]: kind for role, kind in scenario.role_values().items()}
    kinds_true, kinds_false = set[str](), set[str]()
    for role, root in v.ROLES.items():
        given = values.get(v.ROLE_PROPERTIES[role])
        if given:
            kinds_true |= taxonomy.wider(given)
            kinds_false |= {kind for kind in taxonomy.kinds(root) if not taxonomy.can_be(given, kind)}
        elif scenario.closed:
            kinds_false |= taxonomy.kinds(root)
    by_role = taxonomy.by_role.items()
    stated = {*scenario.facts, *(fact for fact, (_, kind) in by_role if kind in kinds_true)}
    denied = {*scenario.excluded, *(fact for fact, (role, kind) in by_role if role in values and kind in kinds_false)}
    scenarios = v.tac("Scenario")
    true = {wide for fact in stated for wide in taxonomy.wider(fact) if taxonomy.is_a(wide, scenarios)}
    false = {narrow for fact in denied for narrow in taxonomy.kinds(fact)}
    false |= {other for fact in true for other in taxonomy.disjoint_with(fact)}
    if scenario.closed:
        false |= set(_left_out(kb, true, false))
    return frozenset(true | kinds_true), frozenset(false | kinds_false)


def _left_out(kb: KnowledgeBase, true: set[str], false: set[str]) -> Iterator[str]:
    """What a closed scenario leaves out: every fact that is not true, no sum, and above no open question of law."""
    taxonomy = kb.taxonomy
    open_questions = {term.iri for term in taxonomy.facts() if term.is_open_question} - false
    spared = {wide for question in open_questions for wide in taxonomy.wider(question)}
    for term in taxonomy.facts():
        if term.iri not in true and term.iri not in taxonomy.composites and term.iri not in spared:
            yield term.iri


class _Walk:
    """One walk over the network, in one context."""

    def __init__(
        self, kb: KnowledgeBase, scenario: Scenario, context: str, true: Iterable[str], false: Iterable[str]
    ) -> None:
        self._kb = kb
        self._situation = f"{scenario.iri}#{context}"
        self._context = context
        self._truths: dict[str, Truth] = {**dict.fromkeys(false, False), **dict.fromkeys(true, True)}
        codes = {scenario.jurisdiction, *kb.pack(scenario.jurisdiction).within}
        self._reached = frozenset(iri for iri, norm in kb.norms.items() if self._reaches(norm, scenario, codes))

    def _reaches(self, norm: Norm, scenario: Scenario, codes: set[str]) -> bool:
        source = self._kb.sources[norm.source]
        first, last = norm.in_force(source)
        day = scenario.as_of
        assert day is not None
        return (
            source.jurisdiction in codes
            and v.CONTEXTS[self._context] in self._kb.effective_contexts.get(norm.iri, ())
            and (first is None or first <= day)
            and (last is None or day < last)
        )

    def truth(self, iri: str) -> Truth:
        """The truth of a fact, norm, condition or application."""
        if iri not in self._truths:
            self._truths[iri] = self._work_out(iri)
        return self._truths[iri]

    def _work_out(self, iri: str) -> Truth:
        if iri in self._kb.norms and iri not in self._reached:
            return False
        gate = self._kb.network.gates.get(iri)
        if gate is None:
            return True if iri in self._kb.norms else None
        found = {self.truth(member) for member in gate.needs}
        found |= {None if (truth := self.truth(member)) is None else not truth for member in gate.barred_by}
        if gate.is_choice:
            options = {self.truth(member) for member in gate.needs_one_of}
            found.add(True if True in options else None if None in options else False)
        return False if False in found else None if None in found else True

    def view(self) -> View:
        """The view that the walk comes to."""
        norms, applications = self._kb.norms, self._kb.network.applications
        acts = self._kb.regulated_acts
        verdicts = {"required": self._verdict(acts, self._duties())}
        for name, kind in _KINDS:
            reaching = (
                (act, self.truth(gate)) for (norm, act), gate in applications.items() if norms[norm].kind == kind
            )
            verdicts[name] = self._verdict(acts, reaching)
        for iri in {*norms, *self._kb.network.gates}:
            self.truth(iri)
        return View(
            context=self._context,
            situation=self._situation,
            true=frozenset(iri for iri, truth in self._truths.items() if truth is True),
            false=frozenset(iri for iri, truth in self._truths.items() if truth is False),
            reached=self._reached,
            verdicts=verdicts,
        )

    def _duties(self) -> Iterator[tuple[str, Truth]]:
        for iri, norm in self._kb.norms.items():
            if norm.kind == "Obligation" and norm.act:
                yield norm.act, self.truth(iri)

    def _verdict(
        self, acts: frozenset[str], reaching: Iterable[tuple[str, Truth]]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """The acts that something reaches, and those that nothing can."""
        yes, may = set[str](), set[str]()
        for act, truth in reaching:
            if truth is not False:
                (yes if truth else may).add(act)
        return frozenset(yes), frozenset(acts - yes - may)

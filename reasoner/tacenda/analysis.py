"""On what an open answer depends, exactly, and what would settle it.

Every completion of the unknown facts that respects the taxonomy is considered, as a Boolean function: a fact
matters when some completion of the others makes the status turn on it. A minimal sufficient set is a smallest
choice of facts that fixes the status in every completion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from tacenda import vocabulary as v
from tacenda.boolean import FALSE, TRUE, Diagrams
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Status

LIMIT = 3
"""How many smallest sufficient sets are given for each status."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an open position depends on, and the smallest sets of facts that would settle it, by status.

    A set maps a fact to the truth it would need.
    """

    depends_on: tuple[str, ...]
    would_be: dict[Status, tuple[dict[str, bool], ...]]


class Completions:
    """All completions of what is unknown in one view."""

    def __init__(self, kb: KnowledgeBase, view: View) -> None:
        self._kb = kb
        self._view = view
        self._diagrams = Diagrams()
        self._leaves: list[str] = []
        self._bonds: dict[tuple[str, str], str] = {}
        self._said: dict[str, list[tuple[str, str]]] = {}
        self._functions: dict[str, int] = {}
        self._outlooks: dict[tuple[int, int, int], Outlook] = {}
        self._turning: dict[tuple[tuple[int, int, int], frozenset[str]], frozenset[str]] = {}

    def _bond(self, first: str, second: str) -> str:
        """How the taxonomy ties two facts or kinds of role: one implies the other, or they exclude each other."""
        taxonomy = self._kb.taxonomy
        forward, backward = self._implies(first, second), self._implies(second, first)
        if forward or backward:
            return "equals" if forward and backward else "implies" if forward else "is implied by"
        apart = second in taxonomy.disjoint_with(first) or any(
            role == its and not taxonomy.can_be(kind, other)
            for role, kind in self._roles(first)
            for its, other in self._roles(second)
        )
        return "excludes" if apart else ""

    def _implies(self, one: str, other: str) -> bool:
        """Whether *one* is a kind of *other*, or says of a role what makes *other* true."""
        taxonomy = self._kb.taxonomy
        defined = taxonomy.by_role.get(other)
        meant = [defined] if defined else [] if taxonomy.is_a(other, v.tac("Scenario")) else self._roles(other)
        return taxonomy.is_a(one, other) or any(
            role == its and taxonomy.is_a(kind, wider) for role, kind in self._roles(one) for its, wider in meant
        )

    def outlook(self, act: str, deciding: Mapping[str, Sequence[Norm]]) -> Outlook:
        """The outlook for an act; *deciding* names the obligations, prohibitions and privileges that bear on it."""
        key = self._verdicts(act, deciding)
        if key not in self._outlooks:
            self._outlooks[key] = self._outlook(*key)
        return self._outlooks[key]

    def turning(self, act: str, deciding: Mapping[str, Sequence[Norm]], facts: frozenset[str]) -> frozenset[str]:
        """Those of some unknown facts on which an act's position turns, quicker than by its whole outlook."""
        verdicts = self._verdicts(act, deciding)
        key = (verdicts, facts)
        if key not in self._turning:
            cases = list(self._cases(*verdicts).values())
            variables = sorted(frozenset().union(*map(self._diagrams.support, cases)))
            asked = [number for number in variables if self._leaves[number] in facts]
            found = self._that_matter(asked, cases, self._possible(variables)) if asked else []
            self._turning[key] = frozenset(self._leaves[number] for number in found)
        return self._turning[key]

    def _verdicts(self, act: str, deciding: Mapping[str, Sequence[Norm]]) -> tuple[int, int, int]:
        """Whether an act is required, forbidden and privileged, as functions of the unknown facts."""
        d = self._diagrams
        gates = self._kb.network.applications
        required = d.disjunction(self._function(norm.iri) for norm in deciding["Obligation"])
        forbidden, privileged = (
            d.disjunction(self._function(gates[norm.iri, act]) for norm in deciding[kind])
            for kind in ("Prohibition", "Privilege")
        )
        return required, forbidden, privileged

    def breadth(self, act: str, deciding: Mapping[str, Sequence[Norm]]) -> int:
        """How many unknown facts an act's position may turn on at most: quick to count, never too low."""
        gates, network = self._kb.network.applications, self._kb.network.gates
        pending = [norm.iri for norm in deciding["Obligation"]]
        pending += [gates[norm.iri, act] for kind in ("Prohibition", "Privilege") for norm in deciding[kind]]
        seen: set[str] = set()
        facts = 0
        while pending:
            iri = pending.pop()
            if iri in seen or self._view.truth(iri) is not None:
                continue
            seen.add(iri)
            if iri in network:
                gate = network[iri]
                pending += [*gate.needs, *gate.needs_one_of, *gate.barred_by]
            else:
                facts += 1
        return facts

    def _cases(self, required: int, forbidden: int, privileged: int) -> dict[Status, int]:
        """For each status the function that says when an act has it."""
        d = self._diagrams
        no_duty, free = d.negation(required), d.negation(d.disjunction([required, forbidden]))
        return {
            Status.CONFLICT: d.conjunction([required, forbidden]),
            Status.REQUIRED: d.conjunction([required, d.negation(forbidden)]),
            Status.FORBIDDEN: d.conjunction([no_duty, forbidden]),
            Status.PRIVILEGED: d.conjunction([free, privileged]),
            Status.PERMITTED: d.conjunction([free, d.negation(privileged)]),
        }

    def _outlook(self, required: int, forbidden: int, privileged: int) -> Outlook:
        d = self._diagrams
        cases = self._cases(required, forbidden, privileged)
        variables = sorted(frozenset().union(*(d.support(case) for case in cases.values())))
        possible = self._possible(variables)
        depends = self._that_matter(variables, list(cases.values()), possible)
        would_be: dict[Status, tuple[dict[str, bool], ...]] = {}
        for status, case in cases.items():
            if d.conjunction([case, possible]) == FALSE:
                continue
            enough = d.ite(possible, case, TRUE)
            sets = islice(d.implicants(enough, possible), LIMIT)
            would_be[status] = tuple(
                {self._leaves[number]: value for number, value in sorted(found.items())} for found in sets
            )
        return Outlook(tuple(self._leaves[number] for number in depends), would_be)

    def _function(self, iri: str) -> int:
        if iri not in self._functions:
            known = self._view.truth(iri)
            gate = self._kb.network.gates.get(iri)
            if known is not None:
                self._functions[iri] = TRUE if known else FALSE
            elif gate is None and iri in self._kb.norms:
                self._functions[iri] = TRUE
            elif gate is None:
                self._functions[iri] = self._diagrams.variable(len(self._leaves))
                self._leaves.append(iri)
            else:
                d = self._diagrams
                parts = [self._function(member) for member in gate.needs]
                parts += [d.negation(self._function(member)) for member in gate.barred_by]
                if gate.is_choice:
                    parts.append(d.disjunction([self._function(member) for member in gate.needs_one_of]))
                self._functions[iri] = d.conjunction(parts)
        return self._functions[iri]

    def _possible(self, variables: Sequence[int]) -> int:
        """The completions that the taxonomy allows: a kind implies what it is a kind of, and exclusives exclude."""
        d = self._diagrams
        rules: list[int] = []
        for one, other in combinations(variables, 2):
            key = (self._leaves[one], self._leaves[other])
            if key not in self._bonds:
                self._bonds[key] = self._bond(*key)
            bond = self._bonds[key]
            if bond:
                x, y = d.variable(one), d.variable(other)
                if bond == "excludes":
                    rules.append(d.negation(d.conjunction([x, y])))
                if bond in ("implies", "equals"):
                    rules.append(d.ite(x, y, TRUE))
                if bond in ("is implied by", "equals"):
                    rules.append(d.ite(y, x, TRUE))
        for parts in self._denied():
            whole = d.conjunction(map(self._function, parts))
            if d.support(whole) <= set(variables):
                rules.append(d.negation(whole))
        return d.conjunction(rules)

    def _denied(self) -> Iterator[tuple[str, ...]]:
        """The parts of each composite fact that is denied as a whole, when no part alone is known to be false."""
        for whole, parts in self._kb.taxonomy.composites.items():
            truths = {part: self._view.truth(part) for part in parts}
            unknown = [part for part, truth in truths.items() if truth is None]
            denied = self._view.truth(whole) is False and False not in truths.values()
            if denied and all(part in self._functions for part in unknown):
                yield parts

    def _roles(self, iri: str) -> list[tuple[str, str]]:
        """The roles of which a fact, or a class that a role may have, says what they are: property and class."""
        if iri not in self._said:
            taxonomy = self._kb.taxonomy
            if taxonomy.is_a(iri, v.tac("Scenario")):
                said = [taxonomy.by_role[wide] for wide in taxonomy.wider(iri) if wide in taxonomy.by_role]
            else:
                said = [(v.ROLE_PROPERTIES[role], iri) for role, root in v.ROLES.items() if taxonomy.is_a(iri, root)]
            self._said[iri] = said
        return self._said[iri]

    def _that_matter(self, variables: Sequence[int], cases: Sequence[int], possible: int) -> list[int]:
        """The variables on which some case turns in some possible completion of the others.

        A variable that the taxonomy does not constrain matters just when a case, where possible, depends on it.
        """
        d = self._diagrams
        supports = frozenset().union(*(d.support(d.conjunction([case, possible])) for case in cases))
        constrained = d.support(possible)
        return [
            number
            for number in variables
            if number in supports and (number not in constrained or self._matters(number, cases, possible))
        ]

    def _matters(self, number: int, cases: Sequence[int], possible: int) -> bool:
        d = self._diagrams
        either = d.conjunction([d.given(possible, number, False), d.given(possible, number, True)])
        if either == FALSE:
            return False
        for case in cases:
            low, high = d.given(case, number, False), d.given(case, number, True)
            if d.conjunction([either, d.ite(low, d.negation(high), high)]) != FALSE:
                return True
        return False

"""What an open position turns on and what would settle it, by decision diagrams: all completions at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tacenda.boolean import FALSE, TRUE, Diagrams
from tacenda.families import Families
from tacenda.formula import SETTLED, Clause, Formula, Verdicts, Way
from tacenda.model import Status


class Drawing:
    """The formulas of one view as diagrams, drawn as they are asked for and kept.

    What takes more steps than were allowed raises `TooLargeError`.
    """

    def __init__(self, formula: Formula, steps: int = -1) -> None:
        self._formula = formula
        self._steps = steps
        self._diagrams = Diagrams()
        self._families = Families(self._diagrams)
        self._leaves: list[str] = []
        self._places: list[int] = []
        self._functions: dict[str, int] = {}
        self._known: dict[Verdicts, tuple[list[int], list[int], int]] = {}

    def turning(self, verdicts: Verdicts, asked: Collection[str] | None = None) -> tuple[str, ...]:
        """The facts, of all or of those *asked* about, on which the status turns in some possible completion."""
        self._diagrams.allow(self._steps)
        cases, variables, possible = self._drawn(verdicts)
        wanted = [number for number in variables if asked is None or self._leaves[number] in asked]
        return tuple(self._leaves[number] for number in self._that_matter(wanted, cases, possible))

    def ways(self, verdicts: Verdicts) -> dict[Status, Iterator[Way]]:
        """For each possible status every least set of facts that settles it: the smallest first, lazily."""
        d = self._diagrams
        d.allow(self._steps)
        cases, _, possible = self._drawn(verdicts)
        found = {
            status: self._families.primes(d.ite(possible, case, TRUE), possible)
            for status, case in zip(SETTLED, cases, strict=True)
            if d.conjunction([case, possible]) != FALSE
        }
        d.allow(-1)
        return {status: self._listed(family) for status, family in found.items()}

    def _drawn(self, verdicts: Verdicts) -> tuple[list[int], list[int], int]:
        """The cases of an act, the variables on which they depend, and what is possible for these."""
        found = self._known.get(verdicts)
        if found is None:
            cases = self._cases(verdicts)
            variables = self._support(cases)
            rules = self._formula.rules([self._leaves[number] for number in variables])
            found = self._known[verdicts] = cases, variables, self._possible(rules)
        return found

    def _listed(self, family: int) -> Iterator[Way]:
        for way in self._families.listed(family, self._places):
            yield {self._leaves[number]: value for number, value in way.items()}

    def _support(self, cases: Sequence[int]) -> list[int]:
        """The variables on which some case depends, in the order of the vocabulary."""
        found = frozenset[int]().union(*map(self._diagrams.support, cases))
        return sorted(found, key=self._places.__getitem__)

    def _cases(self, verdicts: Verdicts) -> list[int]:
        """For each settled status the function that says when an act has it."""
        d = self._diagrams
        required, forbidden, privileged = (d.disjunction(map(self._function, members)) for members in verdicts)
        no_duty, free = d.negation(required), d.negation(d.disjunction([required, forbidden]))
        return [
            d.conjunction([required, forbidden]),
            d.conjunction([required, d.negation(forbidden)]),
            d.conjunction([no_duty, forbidden]),
            d.conjunction([free, privileged]),
            d.conjunction([free, d.negation(privileged)]),
        ]

    def _function(self, iri: str) -> int:
        if iri not in self._functions:
            known, gate = self._formula.constant(iri), self._formula.gate(iri)
            if known is not None:
                self._functions[iri] = TRUE if known else FALSE
            elif gate is None:
                self._functions[iri] = self._diagrams.variable(len(self._leaves))
                self._leaves.append(iri)
                self._places.append(self._formula.places[iri])
            else:
                d = self._diagrams
                parts = [self._function(member) for member in gate.needs]
                parts += [d.negation(self._function(member)) for member in gate.barred_by]
                if gate.is_choice:
                    parts.append(d.disjunction([self._function(member) for member in gate.needs_one_of]))
                self._functions[iri] = d.conjunction(parts)
        return self._functions[iri]

    def _possible(self, rules: Sequence[Clause]) -> int:
        """The completions that the taxonomy allows."""
        d = self._diagrams
        found = TRUE
        for clause in rules:
            members = (self._function(leaf) if value else d.negation(self._function(leaf)) for leaf, value in clause)
            found = d.conjunction([found, d.disjunction(members)])
        return found

    def _that_matter(self, variables: Sequence[int], cases: Sequence[int], possible: int) -> list[int]:
        """The variables on which some case turns in some possible completion of the others.

        As one case or another always holds, what turns one off turns another on: one way round is enough to look for.
        """
        d, found = self._diagrams, 0
        for case in cases:
            found |= d.turning(d.conjunction([case, possible]), d.conjunction([possible, d.negation(case)]))
        return [number for number in variables if found >> number & 1]

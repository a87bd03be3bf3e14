"""What an open position turns on and what would settle it, by a SAT solver: for what is too large to draw.

The answers are those of the diagrams. Two copies of the law that differ in one fact tell whether the status turns on
it. Least sets are found from the small end by hitting every completion in which the status is another: a first solver
proposes a set, a second looks for such a completion, and what it finds narrows the first (Ignatiev, Morgado and
Marques-Silva 2016, on smallest prime implicants).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import count

from pysat.card import ITotalizer
from pysat.solvers import Minisat22

from tacenda.formula import SETTLED, Clause, Formula, Literal, Verdicts, Way
from tacenda.model import Status


class _Copy:
    """The law under one assignment: a solver's variable for each fact, gate and status."""

    def __init__(self, formula: Formula, solver: Minisat22, numbers: Iterator[int], verdicts: Verdicts) -> None:
        self._formula = formula
        self._solver = solver
        self._numbers = numbers
        self._literals: dict[str, int] = {}
        self._true = next(numbers)
        solver.add_clause([self._true])
        required, forbidden, privileged = (self._some([self.literal(iri) for iri in group]) for group in verdicts)
        free = self._all([-required, -forbidden])
        self.statuses = dict(
            zip(
                SETTLED,
                (
                    self._all([required, forbidden]),
                    self._all([required, -forbidden]),
                    self._all([-required, forbidden]),
                    self._all([free, privileged]),
                    self._all([free, -privileged]),
                ),
                strict=True,
            )
        )

    def literal(self, iri: str) -> int:
        """The solver's literal for something's being true."""
        if iri not in self._literals:
            known, gate = self._formula.constant(iri), self._formula.gate(iri)
            if known is not None:
                self._literals[iri] = self._true if known else -self._true
            elif gate is None:
                self._literals[iri] = next(self._numbers)
            else:
                parts = [self.literal(member) for member in gate.needs]
                parts += [-self.literal(member) for member in gate.barred_by]
                if gate.is_choice:
                    parts.append(self._some([self.literal(member) for member in gate.needs_one_of]))
                self._literals[iri] = self._all(parts)
        return self._literals[iri]

    def _all(self, literals: Sequence[int]) -> int:
        found = next(self._numbers)
        for literal in literals:
            self._solver.add_clause([-found, literal])
        self._solver.add_clause([found, *(-literal for literal in literals)])
        return found

    def _some(self, literals: Sequence[int]) -> int:
        return -self._all([-literal for literal in literals])

    def require(self, rules: Iterable[Clause]) -> int:
        """A literal under which the rules hold."""
        found = next(self._numbers)
        for clause in rules:
            members = (self.literal(leaf) if value else -self.literal(leaf) for leaf, value in clause)
            self._solver.add_clause([-found, *members])
        return found


class Search:
    """The questions of one view put to a solver, one position at a time."""

    def __init__(self, formula: Formula) -> None:
        self._formula = formula

    def turning(self, verdicts: Verdicts, asked: Collection[str] | None = None) -> tuple[str, ...]:
        """The facts, of all or of those *asked* about, on which the status turns in some possible completion."""
        pair = _Pair(self._formula, verdicts)
        variables = pair.turning(pair.leaves)
        wanted = [leaf for leaf in variables if asked is None or leaf in asked]
        return tuple(pair.turning(wanted, self._formula.rules(variables)))

    def ways(self, verdicts: Verdicts) -> dict[Status, Iterator[Way]]:
        """For each possible status every least set of facts that settles it: the smallest first, lazily."""
        pair = _Pair(self._formula, verdicts)
        variables = pair.turning(pair.leaves)
        rules = self._formula.rules(variables)
        hunts = ((status, _Hunt(self._formula, verdicts, status, variables, rules)) for status in SETTLED)
        return {status: hunt.found() for status, hunt in hunts if hunt.is_possible()}


class _Pair:
    """Two copies of the law that agree on every fact but, as it may be asked, one."""

    def __init__(self, formula: Formula, verdicts: Verdicts) -> None:
        self.leaves = formula.leaves(verdicts.members())
        numbers = count(1)
        self._solver = Minisat22()
        self._copies = [_Copy(formula, self._solver, numbers, verdicts) for _ in range(2)]
        one, other = self._copies
        self._differ = next(numbers)
        for status in SETTLED:
            self._solver.add_clause([-self._differ, -one.statuses[status], -other.statuses[status]])
        self._same = {leaf: next(numbers) for leaf in self.leaves}
        for leaf, same in self._same.items():
            a, b = one.literal(leaf), other.literal(leaf)
            self._solver.add_clause([-same, -a, b])
            self._solver.add_clause([-same, a, -b])

    def turning(self, leaves: Sequence[str], rules: Sequence[Clause] = ()) -> list[str]:
        """Those facts whose change alone changes the status, both completions being as the rules say."""
        one, other = self._copies
        within = [copy.require(rules) for copy in self._copies] if rules else []
        found = []
        for leaf in leaves:
            others = [same for name, same in self._same.items() if name != leaf]
            if self._solver.solve([self._differ, *within, one.literal(leaf), -other.literal(leaf), *others]):
                found.append(leaf)
        return found


class _Hunt:
    """The least sets of facts that settle one status."""

    def __init__(
        self, formula: Formula, verdicts: Verdicts, status: Status, variables: Sequence[str], rules: Sequence[Clause]
    ) -> None:
        self._variables = variables
        self._checker = Minisat22()
        self._copy = _Copy(formula, self._checker, count(1), verdicts)
        self._case = self._copy.statuses[status]
        self._possible = self._copy.require(rules)
        self._follows = _follows(rules)
        self._ties = [clause for clause in rules if len(clause) > 2]
        # in the proposing solver each literal of a set has a variable of its own, in the order of listing
        self._literals: list[Literal] = [(leaf, value) for leaf in variables for value in (False, True)]
        self._numbers = {literal: number for number, literal in enumerate(self._literals, 1)}
        self._proposer = Minisat22()
        for leaf in variables:
            self._proposer.add_clause([-self._numbers[leaf, False], -self._numbers[leaf, True]])

    def is_possible(self) -> bool:
        """Whether some possible completion has the status."""
        return bool(self._checker.solve([self._possible, self._case]))

    def found(self) -> Iterator[Way]:
        """Every least set: small before large, of these those that affirm less, then as the vocabulary is read."""
        everything = list(self._numbers.values())
        most = len(self._variables)
        top = len(self._literals)
        sizes = ITotalizer(everything, ubound=most, top_id=top)
        affirming = [self._numbers[leaf, True] for leaf in self._variables]
        affirmed = ITotalizer(affirming, ubound=most, top_id=sizes.top_id)
        for clause in (*sizes.cnf.clauses, *affirmed.cnf.clauses):
            self._proposer.add_clause(clause)
        self._fresh = count(affirmed.top_id + 1)
        for size in range(most + 1):
            if self._propose([]) is None:
                return
            within = [-sizes.rhs[size]] if size < most else []
            for positive in range(size + 1):
                bounds = [*within, -affirmed.rhs[positive]] if positive < most else within
                while (proposed := self._propose(bounds)) is not None:
                    first = self._first(proposed, bounds)
                    yield dict(first)
                    if not first:
                        return
                    self._proposer.add_clause([-self._numbers[literal] for literal in first])

    def _propose(self, assumptions: Sequence[int]) -> set[int] | None:
        """Some set of literals, as the proposer numbers them, that settles the status; nothing when there is none."""
        while self._proposer.solve(assumptions):
            model = self._proposer.get_model() or []
            chosen = {number for number in model[: len(self._literals)] if number > 0}
            against = self._counterexample([self._literals[number - 1] for number in chosen])
            if against is None:
                return chosen
            self._proposer.add_clause(against)
        return None

    def _first(self, chosen: set[int], bounds: Sequence[int]) -> list[Literal]:
        """The first in the order of listing of the sets within the bounds, of which *chosen* is one."""
        fixed: list[int] = []
        for place in range(len(chosen)):
            while True:
                current = sorted(chosen)[place]
                before = range(fixed[-1] + 1 if fixed else 1, current)
                some = next(self._fresh)
                self._proposer.add_clause([-some, *before])
                better = self._propose([*bounds, *fixed, some]) if before else None
                self._proposer.add_clause([-some])
                if better is None:
                    break
                chosen = better
            fixed.append(current)
        return [self._literals[number - 1] for number in fixed]

    def _counterexample(self, chosen: Sequence[Literal]) -> list[int] | None:
        """What a set must contain one of to do better than *chosen*; nothing when that settles the status."""
        assumed = [self._solver_literal(literal) for literal in chosen]
        if not self._checker.solve([self._possible, *assumed]):
            core = set(self._checker.get_core() or ())
            return [-self._numbers[one] for one in chosen if self._solver_literal(one) in core]
        if not self._checker.solve([self._possible, -self._case, *assumed]):
            return None
        model = self._checker.get_model() or []
        row = [(leaf, model[abs(self._copy.literal(leaf)) - 1] > 0) for leaf in self._variables]
        hit = self._hitting(self._essence(row), chosen)
        return hit or [self._numbers[leaf, not value] for leaf, value in row]

    def _essence(self, row: Sequence[Literal]) -> list[Literal]:
        """A part of a completion that is enough to give it another status."""
        self._checker.solve([self._case, *map(self._solver_literal, row)])
        core = list(self._checker.get_core() or ())
        for literal in list(core):
            rest = [other for other in core if other not in (literal, self._case)]
            if literal != self._case and not self._checker.solve([self._case, *rest]):
                core = rest
        kept = set(core)
        return [literal for literal in row if self._solver_literal(literal) in kept]

    def _hitting(self, essence: Sequence[Literal], chosen: Sequence[Literal]) -> list[int]:
        """The literals that the taxonomy sets against a part of a completion; none when *chosen* has one of them."""
        entailed = {literal for part in essence for literal in self._follows(part)}
        for clause in self._ties:
            # several facts together may exclude another: whoever has one of them may be clear of the completion
            if any((leaf, not value) in entailed for leaf, value in clause):
                entailed |= {other for literal in clause for other in self._follows(literal)}
        against = {(leaf, not value) for leaf, value in entailed}
        return [] if against & set(chosen) else [self._numbers[one] for one in against if one in self._numbers]

    def _solver_literal(self, literal: Literal) -> int:
        leaf, value = literal
        return self._copy.literal(leaf) if value else -self._copy.literal(leaf)


def _follows(rules: Sequence[Clause]) -> Callable[[Literal], frozenset[Literal]]:
    """What a literal entails by the rules that tie two facts, itself included."""
    next_to: dict[Literal, list[Literal]] = {}
    for clause in rules:
        if len(clause) == 2:
            for (leaf, value), other in (clause, clause[::-1]):
                next_to.setdefault((leaf, not value), []).append(other)

    @cache
    def follows(literal: Literal) -> frozenset[Literal]:
        found, pending = {literal}, [literal]
        while pending:
            for other in next_to.get(pending.pop(), ()):
                if other not in found:
                    found.add(other)
                    pending.append(other)
        return frozenset(found)

    return follows

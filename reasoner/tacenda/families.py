"""Families of sets as zero-suppressed decision diagrams (Minato 1993), and the prime implicants of a function in one.

A family may hold more sets than could ever be listed; they are listed one by one, in a stated order, as asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tacenda.boolean import FALSE, TRUE, Diagrams

EMPTY, UNIT = 0, 1
"""The family without a set, and the family of the empty set alone."""


class Families:
    """Families of literals over the variables of some diagrams; literal `2n` denies variable *n*, `2n + 1` affirms it.

    >>> d = Diagrams()
    >>> not_both = d.negation(d.conjunction([d.variable(0), d.variable(1)]))
    >>> found = Families(d)
    >>> list(found.listed(found.primes(not_both, possible=TRUE), places=[0, 1]))
    [{0: False}, {1: False}]
    """

    def __init__(self, diagrams: Diagrams) -> None:
        self._diagrams = diagrams
        self._nodes: list[tuple[int, int, int]] = [(-1, 0, 0), (-1, 0, 0)]
        self._unique: dict[tuple[int, int, int], int] = {}
        self._primes: dict[tuple[int, int], int] = {}
        self._less: dict[tuple[int, int], int] = {}
        self._of_size: dict[tuple[int, int, int], int] = {}
        self._sizes: dict[int, frozenset[tuple[int, int]]] = {
            EMPTY: frozenset(),
            UNIT: frozenset([(0, 0)]),
        }

    def _node(self, literal: int, without: int, with_it: int) -> int:
        if with_it == EMPTY:
            return without
        key = (literal, without, with_it)
        found = self._unique.get(key)
        if found is None:
            self._diagrams.spend()
            found = self._unique[key] = len(self._nodes)
            self._nodes.append(key)
        return found

    def primes(self, function: int, possible: int) -> int:
        """Every least set of literals that makes the function true, and that some *possible* row agrees with.

        A set of literals without the top variable is prime for the function just when it is for both of its halves
        together; one with it, when it is for that half and not enough for both (Coudert and Madre 1992).
        """
        if function == FALSE or possible == FALSE:
            return EMPTY
        if function == TRUE:
            return UNIT
        d = self._diagrams
        number, low, high = d.node(function)
        possible = d.beyond(number, possible)
        key = (function, possible)
        found = self._primes.get(key)
        if found is None:
            both = d.conjunction([low, high])
            found = open_ = self.primes(both, possible)
            for value, side in ((True, high), (False, low)):
                if side != both:
                    own = self._without(self.primes(side, d.half(possible, number, value)), open_)
                    found = self._node(2 * number + value, found, own)
            self._primes[key] = found
        return found

    def _without(self, family: int, other: int) -> int:
        """The sets of a family that are not in another."""
        if family in (EMPTY, other):
            return EMPTY
        if other == EMPTY:
            return family
        key = (family, other)
        found = self._less.get(key)
        if found is None:
            one, one_without, one_with = self._nodes[family]
            two, two_without, two_with = self._nodes[other]
            if family == UNIT:
                found = self._without(UNIT, two_without)
            elif other == UNIT:
                found = self._node(one, self._without(one_without, UNIT), one_with)
            elif one < two:
                found = self._node(one, self._without(one_without, other), one_with)
            elif one > two:
                found = self._without(family, two_without)
            else:
                left, right = self._without(one_without, two_without), self._without(one_with, two_with)
                found = self._node(one, left, right)
            self._less[key] = found
        return found

    def listed(self, family: int, places: Sequence[int] | Mapping[int, int]) -> Iterator[dict[int, bool]]:
        """The sets of a family: small before large, of these those that affirm less, then by the variables' places."""
        for size, affirmed in sorted(self._profile(family)):
            yield from self._spelled(self._tier(family, size, affirmed), places)

    def _profile(self, family: int) -> frozenset[tuple[int, int]]:
        """How many literals, and how many affirming ones, the sets of a family have."""
        if family not in self._sizes:
            literal, without, with_it = self._nodes[family]
            more = frozenset((size + 1, affirmed + literal % 2) for size, affirmed in self._profile(with_it))
            self._sizes[family] = self._profile(without) | more
        return self._sizes[family]

    def _tier(self, family: int, size: int, affirmed: int) -> int:
        """The sets of a family that have as many literals, and as many affirming ones."""
        if (size, affirmed) not in self._profile(family):
            return EMPTY
        if family == UNIT:
            return UNIT
        key = (family, size, affirmed)
        if key not in self._of_size:
            literal, without, with_it = self._nodes[family]
            self._of_size[key] = self._node(
                literal, self._tier(without, size, affirmed), self._tier(with_it, size - 1, affirmed - literal % 2)
            )
        return self._of_size[key]

    def _spelled(self, family: int, places: Sequence[int] | Mapping[int, int]) -> Iterator[dict[int, bool]]:
        """The sets of a family, all of one size, as a dictionary has words: by their first literal, then the next."""
        while family > UNIT:
            # a set is spelled by its literals in the order of their places, so the first of all parts the family
            first = min(self._literals(family), key=lambda literal: (places[literal >> 1], literal))
            taken, family = self._parted(family, first, {})
            for rest in self._spelled(taken, places):
                yield {first >> 1: bool(first & 1)} | rest
        if family == UNIT:
            yield {}

    def _literals(self, family: int) -> set[int]:
        found: set[int] = set()
        seen, pending = set[int](), [family]
        while pending:
            node = pending.pop()
            if node > UNIT and node not in seen:
                seen.add(node)
                literal, without, with_it = self._nodes[node]
                found.add(literal)
                pending += [without, with_it]
        return found

    def _parted(self, family: int, literal: int, memory: dict[int, tuple[int, int]]) -> tuple[int, int]:
        """The sets with a literal, which they then lack, and the sets without it."""
        if family <= UNIT:
            return EMPTY, family
        if family not in memory:
            own, without, with_it = self._nodes[family]
            if own == literal:
                memory[family] = with_it, without
            elif own > literal:
                memory[family] = EMPTY, family
            else:
                low, high = self._parted(without, literal, memory), self._parted(with_it, literal, memory)
                memory[family] = self._node(own, low[0], high[0]), self._node(own, low[1], high[1])
        return memory[family]

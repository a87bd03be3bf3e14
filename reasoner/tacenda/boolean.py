"""Boolean functions as reduced ordered binary decision diagrams (Bryant 1986): small, exact, hash-consed.

A node is an int: 0 is false, 1 is true, any other stands for `if variable then high else low`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

FALSE, TRUE = 0, 1
_LEAF = 1 << 30


class Diagrams:
    """Boolean functions over variables numbered from 0, in that order.

    >>> d = Diagrams()
    >>> a, b = d.variable(0), d.variable(1)
    >>> d.conjunction([a, d.negation(a)]) == FALSE, d.ite(a, b, b) == b
    (True, True)
    """

    def __init__(self) -> None:
        self._nodes: list[tuple[int, int, int]] = [(_LEAF, 0, 0), (_LEAF, 1, 1)]
        self._unique: dict[tuple[int, int, int], int] = {}
        self._ite: dict[tuple[int, int, int], int] = {}
        self._given: dict[tuple[int, int, bool], int] = {}
        self._smallest: dict[tuple[int, int], int | None] = {}

    def variable(self, number: int) -> int:
        """The function that is true when the variable is."""
        return self._node(number, FALSE, TRUE)

    def _node(self, number: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (number, low, high)
        if key not in self._unique:
            self._unique[key] = len(self._nodes)
            self._nodes.append(key)
        return self._unique[key]

    def ite(self, test: int, then: int, otherwise: int) -> int:
        """If *test* then *then*, else *otherwise*."""
        if test == TRUE:
            return then
        if test == FALSE:
            return otherwise
        if then == otherwise:
            return then
        if then == TRUE and otherwise == FALSE:
            return test
        if otherwise == FALSE and then < test:
            test, then = then, test
        key = (test, then, otherwise)
        found = self._ite.get(key)
        if found is None:
            nodes = self._nodes
            t, t0, t1 = nodes[test]
            h, h0, h1 = nodes[then]
            e, e0, e1 = nodes[otherwise]
            top = t if t < h else h
            top = e if e < top else top
            if t != top:
                t0 = t1 = test
            if h != top:
                h0 = h1 = then
            if e != top:
                e0 = e1 = otherwise
            found = self._ite[key] = self._node(top, self.ite(t0, h0, e0), self.ite(t1, h1, e1))
        return found

    def _half(self, function: int, number: int, value: bool) -> int:
        node = self._nodes[function]
        return node[2 if value else 1] if node[0] == number else function

    def negation(self, function: int) -> int:
        """Not *function*."""
        return self.ite(function, FALSE, TRUE)

    def conjunction(self, functions: Iterable[int]) -> int:
        """All of *functions*."""
        found = TRUE
        for function in functions:
            found = self.ite(found, function, FALSE)
        return found

    def disjunction(self, functions: Iterable[int]) -> int:
        """One of *functions* at least."""
        found = FALSE
        for function in functions:
            found = self.ite(found, TRUE, function)
        return found

    def given(self, function: int, number: int, value: bool) -> int:
        """The function with one variable fixed."""
        variable, low, high = self._nodes[function]
        if variable > number:
            return function
        if variable == number:
            return high if value else low
        key = (function, number, value)
        if key not in self._given:
            self._given[key] = self._node(variable, self.given(low, number, value), self.given(high, number, value))
        return self._given[key]

    def support(self, function: int) -> frozenset[int]:
        """The variables on which the function depends."""
        found: set[int] = set()
        seen: set[int] = set()
        pending = [function]
        while pending:
            node = pending.pop()
            if node > 1 and node not in seen:
                seen.add(node)
                found.add(self._nodes[node][0])
                pending.extend(self._nodes[node][1:])
        return frozenset(found)

    def smallest_implicant(self, function: int, possible: int = TRUE) -> int | None:
        """The least number of variables that, fixed in a *possible* way, make the function true; `None` if none do."""
        if possible == FALSE or function == FALSE:
            return None
        if function == TRUE:
            return 0
        possible = self._from(self._nodes[function][0], possible)
        key = (function, possible)
        if key not in self._smallest:
            number, low, high = self._nodes[function]
            both = self.ite(low, high, FALSE)
            sizes = [self.smallest_implicant(both, possible)]
            for value, side in ((True, high), (False, low)):
                if side == both:
                    continue  # fixing the variable this way gains nothing over leaving it open
                size = self.smallest_implicant(side, self._half(possible, number, value))
                sizes.append(None if size is None else size + 1)
            self._smallest[key] = min((size for size in sizes if size is not None), default=None)
        return self._smallest[key]

    def implicants(self, function: int, possible: int = TRUE, size: int | None = None) -> Iterator[dict[int, bool]]:
        """Every *possible* way to make the function true by fixing as few variables as it takes (or *size* of them)."""
        least = self.smallest_implicant(function, possible)
        size = least if size is None else size
        if least is None or size is None or least > size:
            return
        if function == TRUE:
            if size == 0:
                yield {}
            return
        number, low, high = self._nodes[function]
        possible = self._from(number, possible)
        both = self.ite(low, high, FALSE)
        yield from self.implicants(both, possible, size)
        for value, side in ((True, high), (False, low)):
            if side == both or not size:
                continue
            for found in self.implicants(side, self._half(possible, number, value), size - 1):
                yield {number: value} | found

    def _from(self, number: int, possible: int) -> int:
        """What is possible for the variables from *number* on, whatever those before it are."""
        while possible > 1 and self._nodes[possible][0] < number:
            _, low, high = self._nodes[possible]
            possible = self.ite(low, TRUE, high)
        return possible

    def evaluate(self, function: int, values: Mapping[int, bool]) -> bool:
        """The function's value where every variable is known."""
        while function > 1:
            number, low, high = self._nodes[function]
            function = high if values[number] else low
        return function == TRUE

"""Boolean functions as reduced ordered binary decision diagrams (Bryant 1986): small, exact, hash-consed.

A node is an int: 0 is false, 1 is true, any other stands for `if variable then high else low`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

FALSE, TRUE = 0, 1
_LEAF = 1 << 30


class TooLargeError(Exception):
    """A function takes more steps to work out than were allowed."""


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
        self._meets: dict[tuple[int, int], bool] = {}
        self._turning: dict[tuple[int, int], int] = {}
        self._budget = -1

    def allow(self, steps: int) -> None:
        """Give up with `TooLargeError` after so many steps from now; -1 is for never."""
        self._budget = steps

    def spend(self) -> None:
        """Count a step; raises `TooLargeError` when no more are allowed."""
        if self._budget == 0:
            raise TooLargeError
        self._budget -= 1

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
            self.spend()
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

    def node(self, function: int) -> tuple[int, int, int]:
        """The first variable that a function asks about, with what is left when it is false and when it is true."""
        return self._nodes[function]

    def half(self, function: int, number: int, value: bool) -> int:
        """The function with its first variable fixed, if *number* is that; else the function itself."""
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

    def turning(self, one: int, two: int) -> int:
        """The variables, as bits, on which *one* may turn into *two*, never true where *one* is.

        On such a variable, for some values of the others, *one* is true while it is false, and *two* when it is true.
        """
        if one == FALSE or two == FALSE:
            return 0
        key = (one, two)
        found = self._turning.get(key)
        if found is None:
            self.spend()
            left, one_low, one_high = self._nodes[one]
            right, two_low, two_high = self._nodes[two]
            top = left if left < right else right
            if left != top:
                one_low = one_high = one
            if right != top:
                two_low = two_high = two
            found = self.turning(one_low, two_low) | self.turning(one_high, two_high)
            if self._meet(one_low, two_high):
                found |= 1 << top
            self._turning[key] = found
        return found

    def _meet(self, one: int, two: int) -> bool:
        """Whether two functions are true together somewhere."""
        if one == FALSE or two == FALSE:
            return False
        if TRUE in (one, two) or one == two:
            return True
        key = (one, two) if one < two else (two, one)
        known = self._meets.get(key)
        if known is None:
            self.spend()
            left, one_low, one_high = self._nodes[one]
            right, two_low, two_high = self._nodes[two]
            if left < right:
                two_low = two_high = two
            elif right < left:
                one_low = one_high = one
            known = self._meets[key] = self._meet(one_low, two_low) or self._meet(one_high, two_high)
        return known

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

    def beyond(self, number: int, possible: int) -> int:
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

"""Prime implicants against truth tables, and the order in which the sets of a family are listed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from tacenda.boolean import FALSE, TRUE, Diagrams
from tacenda.families import EMPTY, Families
from test_boolean import ROWS, WIDTH, Expression, by_table, diagram, expressions, value


@by_table
@given(expressions, expressions, st.permutations(range(WIDTH)))
def test_the_primes_are_all_the_least_possible_ways_in_order(
    expression: Expression, limits: Expression, places: list[int]
) -> None:
    """As the analysis uses them: the function is true wherever that is not possible."""
    d = Diagrams()
    possible = diagram(d, limits)
    families = Families(d)
    primes = families.primes(d.ite(possible, diagram(d, expression), TRUE), possible)
    found = [list(way.items()) for way in families.listed(primes, places)]
    assert found == sorted(least(expression, limits, places), key=lambda way: spelling(way, places))


def spelling(way: list[tuple[int, bool]], places: list[int]) -> tuple[int, int, list[tuple[int, bool]]]:
    """What the order of ways goes by."""
    return len(way), sum(value for _, value in way), [(places[number], value) for number, value in way]


def least(expression: Expression, limits: Expression, places: list[int]) -> list[list[tuple[int, bool]]]:
    """By trying them all: the choices of variables that settle the expression, and of which no part does."""
    enough = set(ways(expression, limits))
    found = [way for way in enough if not any(way - {one} in enough for one in way)]
    return [sorted(way, key=lambda one: places[one[0]]) for way in found]


def ways(expression: Expression, limits: Expression) -> Iterator[frozenset[tuple[int, bool]]]:
    """Every choice of variables that some possible row agrees with, and that settles all of those."""
    for size in range(WIDTH + 1):
        for numbers, values in product(combinations(range(WIDTH), size), product((False, True), repeat=size)):
            way = dict(zip(numbers, values, strict=True))
            rows = [row for row in ROWS if row | way == row and value(limits, row)]
            if rows and all(value(expression, row) for row in rows):
                yield frozenset(way.items())


def test_nothing_settles_what_is_false() -> None:
    d = Diagrams()
    assert Families(d).primes(FALSE, TRUE) == EMPTY

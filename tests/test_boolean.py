"""Decision diagrams against truth tables, for every function of a few variables that Hypothesis makes up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacenda.boolean import TRUE, Diagrams, TooLargeError

WIDTH = 5
Expression = tuple[str, "int | Expression", "int | Expression"] | int
ROWS = [dict(enumerate(values)) for values in product((False, True), repeat=WIDTH)]

expressions: st.SearchStrategy[Expression] = st.recursive(
    st.integers(0, WIDTH - 1),
    lambda parts: st.tuples(st.sampled_from(("and", "or", "but not", "implies")), parts, parts),
    max_leaves=12,
)
by_table = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def value(expression: Expression, row: Mapping[int, bool]) -> bool:
    """The value of an expression in one row of its truth table."""
    if isinstance(expression, int):
        return row[expression]
    word, one, other = expression
    left, right = value(one, row), value(other, row)
    return {"and": left and right, "or": left or right, "but not": left and not right, "implies": not left or right}[
        word
    ]


def diagram(d: Diagrams, expression: Expression) -> int:
    """The same expression as a diagram."""
    if isinstance(expression, int):
        return d.variable(expression)
    word, one, other = expression
    left, right = diagram(d, one), diagram(d, other)
    made: dict[str, Callable[[], int]] = {
        "and": lambda: d.conjunction([left, right]),
        "or": lambda: d.disjunction([left, right]),
        "but not": lambda: d.conjunction([left, d.negation(right)]),
        "implies": lambda: d.ite(left, right, TRUE),
    }
    return made[word]()


def table(expression: Expression) -> list[bool]:
    """The truth table of an expression."""
    return [value(expression, row) for row in ROWS]


@by_table
@given(expressions)
def test_a_diagram_has_the_truth_table_of_its_expression(expression: Expression) -> None:
    d = Diagrams()
    function = diagram(d, expression)
    assert [d.evaluate(function, row) for row in ROWS] == table(expression)


@by_table
@given(expressions, expressions)
def test_two_diagrams_are_one_just_when_their_truth_tables_are(one: Expression, other: Expression) -> None:
    d = Diagrams()
    assert (diagram(d, one) == diagram(d, other)) == (table(one) == table(other))


@by_table
@given(expressions, expressions)
def test_on_which_variables_one_function_turns_into_another(case: Expression, possible: Expression) -> None:
    d = Diagrams()
    may, is_so = diagram(d, possible), diagram(d, case)
    yes, no = d.conjunction([may, is_so]), d.conjunction([may, d.negation(is_so)])
    turning = [
        number
        for number in range(WIDTH)
        if any(d.evaluate(yes, row | {number: False}) and d.evaluate(no, row | {number: True}) for row in ROWS)
    ]
    assert [number for number in range(WIDTH) if d.turning(yes, no) >> number & 1] == turning


@by_table
@given(expressions)
def test_the_support_is_what_the_function_turns_on(expression: Expression) -> None:
    d = Diagrams()
    turning = {
        number
        for number in range(WIDTH)
        if any(value(expression, row | {number: True}) != value(expression, row | {number: False}) for row in ROWS)
    }
    assert d.support(diagram(d, expression)) == turning


def test_no_more_steps_are_taken_than_are_allowed() -> None:
    d = Diagrams()
    variables = [d.variable(number) for number in range(WIDTH)]
    d.allow(2)
    with pytest.raises(TooLargeError):
        d.conjunction(variables)
    d.allow(-1)
    assert d.support(d.conjunction(variables)) == set(range(WIDTH))

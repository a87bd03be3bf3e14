"""The law as rules, for clingo and for Nemo: two predicates for each definition, `t7(S)` and `f7(S)`.

Neither rests on the failure of another, so that the least model is the least fixpoint in the information order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answers import Answers, Planes
from definitions import Definition, Definitions, Every, Evidence, Given, Known, Some
from rows import Rows

_SIDES = {True: "t", False: "f"}


def bodies(node: Definition) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Each way in which a definition comes out true or false: the side, and the predicates that must hold."""
    if isinstance(node, Evidence):
        yield from ((True, (f"t{one}",)) for one in node.affirming)
        yield from ((False, (f"f{one}",)) for one in node.denying)
        yield from ((False, (f"t{one}",)) for one in node.excluding)
    elif isinstance(node, Every | Some):
        whole = isinstance(node, Every)
        sides = [(_SIDES[sign], _SIDES[not sign], number) for number, sign in node.members]
        if whole:
            yield True, tuple(f"{true}{number}" for true, _, number in sides)
            yield from ((False, (f"{false}{number}",)) for _, false, number in sides)
        else:
            yield from ((True, (f"{true}{number}",)) for true, _, number in sides)
            yield False, tuple(f"{false}{number}" for _, false, number in sides)
    elif isinstance(node, Known):
        for side in (True, False):
            yield from ((side, (f"{_SIDES[side]}{number}",)) for number in node.members)


def statements(definitions: Definitions, rows: Rows) -> Iterator[tuple[str, int]]:
    """What the scenarios say: a predicate and the scenario of which it holds."""
    for number, node in enumerate(definitions.nodes):
        if isinstance(node, Given):
            for side, plane in zip(_SIDES.values(), rows.truth(node.name), strict=True):
                yield from ((f"{side}{number}", row) for row in set_bits(plane))


def set_bits(plane: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    text = bin(plane)[:1:-1]
    place = text.find("1")
    while place >= 0:
        yield place
        place = text.find("1", place + 1)


def read(definitions: Definitions, values: Sequence[Planes], rows: int) -> Answers:
    """Answers to what was asked, from the planes of each definition that is asked for, in their order."""
    ones = (1 << rows) - 1
    found = dict(zip(definitions.asked, values, strict=True))
    constant = {True: (ones, 0), False: (0, ones)}
    return {
        name: constant[number] if isinstance(number, bool) else found[number]
        for name, number in definitions.outputs.items()
    }


# clingo


def clingo_rules(definitions: Definitions) -> str:
    """The rules in the language of clingo, and which predicates to show."""
    lines = [
        f"{_SIDES[side]}{number}(S) :- {', '.join(f'{one}(S)' for one in body)}."
        for number, node in enumerate(definitions.nodes)
        for side, body in bodies(node)
    ]
    lines += [f"#show {side}{number}/1." for number in definitions.asked for side in _SIDES.values()]
    return "\n".join(lines)


def clingo_facts(definitions: Definitions, rows: Rows) -> str:
    """The scenarios as facts."""
    return " ".join(f"{predicate}({row})." for predicate, row in statements(definitions, rows))


def clingo_solve(rules: str, facts: str) -> list[tuple[str, int]]:
    """Ground and solve: the predicates of the only model, each with its scenario."""
    import clingo

    control = clingo.Control(["--warn=none"])
    control.add("base", [], rules)
    control.add("base", [], facts)
    control.ground([("base", [])])
    with control.solve(yield_=True) as models:
        return [(atom.name, atom.arguments[0].number) for model in models for atom in model.symbols(shown=True)]


def clingo_read(definitions: Definitions, found: Sequence[tuple[str, int]], rows: int) -> Answers:
    """The answers in a model."""
    planes = {f"{side}{number}": bytearray(rows // 8 + 1) for number in definitions.asked for side in _SIDES.values()}
    for name, row in found:
        planes[name][row >> 3] |= 1 << (row & 7)
    values = [
        (int.from_bytes(planes[f"t{number}"], "little"), int.from_bytes(planes[f"f{number}"], "little"))
        for number in definitions.asked
    ]
    return read(definitions, values, rows)


# Nemo


def nemo_rules(definitions: Definitions, rows: Rows) -> str:
    """Rules and scenarios in the language of Nemo."""
    facts = [f"{predicate}({row}) ." for predicate, row in statements(definitions, rows)]
    lines = [
        f"{_SIDES[side]}{number}(?s) :- {', '.join(f'{one}(?s)' for one in body)} ."
        for number, node in enumerate(definitions.nodes)
        for side, body in bodies(node)
    ]
    shown = [f"@output {side}{number} ." for number in definitions.asked for side in _SIDES.values()]
    return "\n".join([*facts, *lines, *shown])


def nemo_reason(program: str, definitions: Definitions) -> list[tuple[list[int], list[int]]]:
    """Parse and reason: for each definition asked for, the scenarios where it is true, and where it is false."""
    import nmo_python

    engine = nmo_python.NemoEngine(nmo_python.load_string(program))
    engine.reason()
    return [
        ([row for (row,) in engine.result(f"t{number}")], [row for (row,) in engine.result(f"f{number}")])
        for number in definitions.asked
    ]


def nemo_read(definitions: Definitions, found: Sequence[tuple[list[int], list[int]]], rows: int) -> Answers:
    """The answers in what Nemo derived."""
    values = [(sum(1 << row for row in true), sum(1 << row for row in false)) for true, false in found]
    return read(definitions, values, rows)

"""Answers of many scenarios as bits, and whether two competitors say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tacenda.model import Truth

Planes = tuple[int, int]
"""Where something is true, and where it is false: a bit a scenario, the first scenario's the lowest."""
Answers = Mapping[str, Planes]
"""For each thing asked, what is said of it."""
_WORDS = {(0, 0): "unknown", (1, 0): "true", (0, 1): "false", (1, 1): "both true and false"}


def packed(truths: Sequence[Mapping[str, Truth]], names: Sequence[str]) -> dict[str, Planes]:
    """Answers out of a truth of each thing for each scenario; what is not said is unknown.

    >>> packed([{"a": True}, {"a": False}, {}], ["a"])
    {'a': (1, 2)}
    """
    found: dict[str, Planes] = {}
    for name in names:
        true = sum(1 << row for row, one in enumerate(truths) if one.get(name) is True)
        false = sum(1 << row for row, one in enumerate(truths) if one.get(name) is False)
        found[name] = (true, false)
    return found


def differences(expected: Answers, found: Answers, rows: int) -> Iterator[str]:
    """Each thing of which something else is said, with the first scenario where it is.

    >>> list(differences({"a": (0b01, 0b10)}, {"a": (0b01, 0b00)}, 2))
    ['a in scenario 1: false expected, unknown found']
    """
    mask = (1 << rows) - 1
    for name, (true, false) in expected.items():
        theirs = found.get(name, (0, 0))
        unlike = ((true ^ theirs[0]) | (false ^ theirs[1])) & mask
        if unlike:
            row = (unlike & -unlike).bit_length() - 1
            ours = _WORDS[true >> row & 1, false >> row & 1]
            said = _WORDS[theirs[0] >> row & 1, theirs[1] >> row & 1]
            yield f"{name} in scenario {row}: {ours} expected, {said} found"

"""What can go wrong, told to the person who can mend it.

A message says the place first, begins in lower case, quotes the reader's own words in backticks, and
ends in one hint where there is one. Findings about data are `Problem` values, collected and shown all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_SPACES = "\u00a0\u2002\u2003\u2009\u202f"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, where it is, and how it might be mended.

    >>> print(Problem("unknown fact `consents in writting`", "client.yaml:9", "did you mean `consents in writing`?"))
    client.yaml:9: unknown fact `consents in writting` · did you mean `consents in writing`?
    """

    message: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" · {self.hint}" if self.hint else ""
        return visible(f"{place}{self.message}{hint}")


def visible(text: str) -> str:
    r"""The text with every control character written out, so that it can neither steer a terminal nor break a line.

    >>> visible("a\x1b[31m\u202eb\nc § 1")
    'a\\x1b[31m\\u202eb\\nc § 1'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _SPACES else c.encode("unicode_escape").decode() for c in text)


class TacendaError(Exception):
    """Something that the caller asked for cannot be done; `problems` says why, all at once."""

    def __init__(self, *problems: Problem | str) -> None:
        self.problems: tuple[Problem, ...] = tuple(p if isinstance(p, Problem) else Problem(p) for p in problems)
        super().__init__("\n".join(map(str, self.problems)))


class SourceError(TacendaError):
    """A file could not be read as what it should be."""


class ScenarioError(TacendaError):
    """A scenario cannot be understood, or contradicts itself."""


class LawError(TacendaError):
    """The law base contradicts its own rules: a dangling reference, a cycle, a missing part."""


class QueryError(TacendaError):
    """A query is not known, not allowed, wrong, or too long."""


def nearest(word: str, known: Iterable[str], asking: str = "did you mean `{}`?") -> str:
    """A hint that names the known spelling nearest to *word*, or nothing.

    >>> nearest("us-mma", ["us", "us-ma"])
    'did you mean `us-ma`?'
    >>> nearest("zzz", ["us", "us-ma"])
    ''
    """
    choices: Sequence[str] = list(known)
    folded = {choice.casefold(): choice for choice in choices}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return asking.format(folded[found[0]]) if found else ""

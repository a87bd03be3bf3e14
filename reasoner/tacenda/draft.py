"""Scenarios as they are written, each entry with its place, not yet understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tacenda import vocabulary as v
from tacenda.errors import Problem, ScenarioError, SourceError, nearest
from tacenda.tree import Items, Leaf, Node, Pairs

CONTEXT = v.BASE + "scenario"
SINGLE = ("title", "jurisdiction", *v.PLACES, "as_of", "context", *v.ROLES, "closed")
MANY = ("facts", "not")
MOST = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one place of a scenario file."""

    value: str
    where: str


@dataclass
class Draft:
    """A scenario file's entries, and what was wrong on the way; the problems are not yet raised."""

    where: str
    single: dict[str, Entry] = field(default_factory=dict)
    many: dict[str, list[Entry]] = field(default_factory=lambda: {key: [] for key in MANY})
    problems: list[Problem] = field(default_factory=list)

    def text(self, key: str) -> str:
        """The value of a key, or nothing."""
        return self.single[key].value if key in self.single else ""

    def bounded(self) -> Draft:
        """The draft itself; raises `SourceError` when it states more than a scenario can."""
        if sum(map(len, self.many.values())) > MOST or len(self.problems) > MOST:
            raise SourceError(Problem(f"more than {MOST} entries are too many for one scenario", self.where))
        return self


def refuse(problems: list[Problem]) -> None:
    """Raise `ScenarioError` with all *problems* in the order of the file, if there are any."""
    if problems:
        raise ScenarioError(*sorted(dict.fromkeys(problems), key=_line))


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


def draft_of_tree(name: str, tree: Node) -> Draft:
    """The draft in a tree of keys, phrases and lists of phrases; *name* is the file's."""
    if not isinstance(tree, Pairs):
        raise SourceError(
            Problem("a scenario is a list of `key: value` lines, such as `jurisdiction: us-ma`", f"{name}:{tree.line}")
        )
    draft = Draft(name)
    seen: set[str] = set()
    for key_leaf, value in tree.pairs:
        where, key = f"{name}:{key_leaf.line}", key_leaf.text
        if key == "@context":
            continue
        if key in seen:
            draft.problems.append(Problem(f"`{key}` is given twice", where))
        elif key in SINGLE:
            _single(draft, key, value, where)
        elif key in MANY:
            draft.many[key] = list(_phrases(draft, name, key, value))
        else:
            hint = nearest(key, (*SINGLE, *MANY)) or "the keys are " + ", ".join((*SINGLE, *MANY))
            draft.problems.append(Problem(f"unknown key `{key}`", where, hint))
        seen.add(key)
    return draft


def _single(draft: Draft, key: str, value: Node, where: str) -> None:
    if not isinstance(value, Leaf):
        draft.problems.append(Problem(f"`{key}` takes one value", where))
    elif value.kind == "nothing" or not value.text.strip():
        draft.problems.append(Problem(f"`{key}` has no value", where, "leave the line out"))
    else:
        draft.single[key] = Entry(" ".join(value.text.split()), where)


def _phrases(draft: Draft, name: str, key: str, value: Node) -> Iterator[Entry]:
    if isinstance(value, Leaf) and value.kind == "nothing":
        return
    if not isinstance(value, Items):
        where = f"{name}:{value.line}"
        draft.problems.append(Problem(f"`{key}` takes a list, one phrase a line, each after a hyphen", where))
        return
    for item in value.items:
        where = f"{name}:{item.line}"
        if isinstance(item, Leaf) and item.kind == "text" and item.text.strip():
            yield Entry(" ".join(item.text.split()), where)
        else:
            draft.problems.append(_no_phrase(key, item, where))


def _no_phrase(key: str, item: Node, where: str) -> Problem:
    if isinstance(item, Leaf):
        if not item.text.strip():
            return Problem(f"a phrase is missing under `{key}`", where)
        what = "is a number" if item.kind == "number" else "reads as true or false"
        return Problem(f"`{key}` takes phrases; `{item.text}` {what}", where)
    if isinstance(item, Pairs) and len(item.pairs) == 1 and isinstance(leaf := item.pairs[0][1], Leaf):
        shown = f"{item.pairs[0][0].text}: {leaf.text}".rstrip()
        return Problem(f"`{shown}` reads as a key and a value", where, "put the whole phrase in quotation marks")
    return Problem(f"`{key}` takes phrases, not a {'list' if isinstance(item, Items) else 'mapping'}", where)

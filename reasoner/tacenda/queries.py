"""The `.rq` files: each carries its own title, parameters and defaults in a header of `#+` lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tacenda.errors import Problem, QueryError, nearest
from tacenda.resources import folder
from tacenda.textfile import read_text

_HEADER = re.compile(r"^#\+ (\w[\w -]*): ?(.*)$")


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL query with what its header says about it."""

    name: str
    text: str
    summary: str = ""
    description: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    """Each parameter's name and default."""
    needs_scenario: bool = False


def read_query(path: Path) -> Query:
    """The query in a file; raises `SourceError` when it cannot be read."""
    return parse_query(path.stem, read_text(path, "a query"))


def parse_query(name: str, text: str) -> Query:
    """The query in a text.

    >>> parse_query("x", "#+ summary: All norms.\\n#+ parameter: state = us-ma\\nSELECT * {}").parameters
    (('state', 'us-ma'),)
    """
    header: dict[str, list[str]] = {}
    for line in text.splitlines():
        found = _HEADER.match(line)
        if not found:
            break
        header.setdefault(found.group(1), []).append(found.group(2).strip())
    parameters = tuple(
        (key.strip(), default.strip())
        for key, _, default in (entry.partition("=") for entry in header.get("parameter", []))
    )
    return Query(
        name=name,
        text=text,
        summary=" ".join(header.get("summary", [])),
        description=" ".join(header.get("description", [])),
        parameters=parameters,
        needs_scenario="scenario" in header.get("over", []),
    )


def library() -> dict[str, Query]:
    """The research questions that come with tacenda, by name."""
    return {path.stem: read_query(path) for path in sorted(folder("queries").glob("*.rq"))}


@cache
def rules(stage: str) -> tuple[Query, ...]:
    """The rules of inference of one stage, in order: `prepare` for a law base, `reason` for a scenario.

    >>> rules("prepare")[0].name
    '10-operands'
    """
    return tuple(read_query(path) for path in sorted((folder("queries") / "inference" / stage).glob("*.rq")))


def named(name: str) -> Query:
    """The research question called *name*; raises `QueryError` with the nearest name."""
    known = library()
    if name not in known:
        hint = nearest(name, known) or "`tacenda query` lists them"
        raise QueryError(Problem(f"no query is called `{name}`", hint=hint))
    return known[name]

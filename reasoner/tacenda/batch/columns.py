"""What each column of a table means, settled once before any row is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from tacenda import vocabulary as v
from tacenda.batch.naming import facts
from tacenda.errors import Problem, SourceError, nearest
from tacenda.knowledge import KnowledgeBase

KEYS = ("id", "jurisdiction", "as_of", "context", "closed")
"""The columns that say which scenario a row is, and which law it is put to."""
WRITTEN = ("id", "jurisdiction", "as_of", "problem")
"""The columns that an audit writes besides its results."""


@dataclass(frozen=True)
class Layout:
    """The columns of a table by what they say; each is called by its place, so that names may be anything."""

    keys: Mapping[str, int]
    roles: Mapping[str, int]
    facts: Mapping[str, int]
    """For a fact, by IRI, the place of its column."""
    others: tuple[int, ...]
    """The columns that say nothing to the law."""


def understand(kb: KnowledgeBase, schema: pa.Schema, *, keep: bool = False, where: str = "") -> Layout:
    """What the columns of a table mean; raises `SourceError` with all that is wrong.

    Columns that nobody knows are wrong unless they are kept.
    """
    problems: list[Problem] = []
    keys: dict[str, int] = {}
    roles: dict[str, int] = {}
    known: dict[str, int] = {}
    others: list[int] = []
    names = facts(kb)
    for place, name in enumerate(schema.names):
        plain = name.strip().casefold().replace("-", "_")
        home: dict[str, int]
        if plain in KEYS:
            home, meaning = keys, plain
        elif plain in v.ROLES:
            home, meaning = roles, plain
        elif fact := names.find(name):
            home, meaning = known, fact
        elif keep:
            others.append(place)
            continue
        else:
            hint = nearest(plain, [*KEYS, *v.ROLES]) or names.hint(name)
            problems.append(Problem(f"unknown column `{name}`", where, hint or "keep it out, or use `--keep`"))
            continue
        if meaning in home:
            first = schema.names[home[meaning]]
            said = f"both say `{names.terms[meaning].label}`" if home is known else f"both say `{meaning}`"
            problems.append(Problem(f"the columns `{first}` and `{name}` {said}", where, "leave one of them out"))
        elif not _is_readable(schema.field(place).type, home is known or meaning == "closed", meaning):
            wanted = "true and false" if home is known or meaning == "closed" else "text"
            wanted = {"as_of": "dates", "id": "numbers or text"}.get(meaning, wanted)
            message = f"the column `{name}` holds {schema.field(place).type}, not {wanted}"
            problems.append(Problem(message, where))
        else:
            home[meaning] = place
    kept = [schema.names[place] for place in others]
    problems += [
        Problem(f"the column `{name}` cannot be kept: the audit writes one of that name", where, "call it otherwise")
        for name in dict.fromkeys(kept)
        if name in WRITTEN
    ]
    problems += [
        Problem(f"two columns are called `{name}`", where, "leave one of them out")
        for name in dict.fromkeys(kept)
        if kept.count(name) > 1
    ]
    if problems:
        raise SourceError(*problems)
    return Layout(keys, roles, known, tuple(others))


def _is_readable(kind: pa.DataType, is_truth: bool, meaning: str) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_null(kind) or _is_text(kind):
        return True
    if meaning == "id":
        return bool(pa.types.is_integer(kind))
    if meaning == "as_of":
        return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))
    return is_truth and bool(pa.types.is_boolean(kind) or pa.types.is_integer(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))

"""An empty table with every column that an audit reads, and a dictionary that says what each one means."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from tacenda import vocabulary as v
from tacenda.batch.naming import facts, role_values
from tacenda.batch.tables import Writer
from tacenda.knowledge import KnowledgeBase
from tacenda.textfile import write_whole

_KEYS = {
    "id": (pa.string(), "what the row is called in the answers", "any text or number; each once"),
    "jurisdiction": (pa.string(), "whose law the scenario is put to", ""),
    "as_of": (pa.date32(), "the day whose law is asked about", "a date, as 2026-11-22"),
    "context": (pa.string(), "where the question arises", "practice; court; empty for both"),
    "closed": (pa.bool_(), "whether all that is not stated is false", "true; false; empty for false"),
}
_ROLES = {
    "professional": "what the therapist is",
    "client": "what the client is",
    "proceeding": "what proceeding there is",
    "court": "before which court it is; empty for a court of the state",
    "process": "what subpoena, order or request there is",
}


def schema(kb: KnowledgeBase) -> pa.Schema:
    """Every column that an audit under the law of a jurisdiction reads.

    >>> schema(KnowledgeBase.open("us")).names[:6]
    ['id', 'jurisdiction', 'as_of', 'context', 'closed', 'professional']
    """
    fields = [pa.field(name, kind) for name, (kind, _, _) in _KEYS.items()]
    fields += [pa.field(role, pa.string()) for role in v.ROLES]
    fields += [pa.field(name, pa.bool_()) for name in facts(kb).short.values()]
    return pa.schema(fields)


def write_template(kb: KnowledgeBase, path: Path) -> Path:
    """Write the empty table, and beside it the dictionary, whose path this gives; raises `SourceError`."""
    with Writer(path, schema(kb)):
        pass
    beside = path.with_name(f"{path.stem}.dictionary.csv")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("column", "kind", "label", "definition", "values"))
    writer.writerows(_lines(kb))
    write_whole(beside, text.getvalue())
    return beside


def _lines(kb: KnowledgeBase) -> Iterator[tuple[str, str, str, str, str]]:
    for name, (_, definition, values) in _KEYS.items():
        yield name, "key", name, definition, values or "; ".join(pack.code for pack in kb.packs)
    for role, definition in _ROLES.items():
        yield role, "role", role, definition, "; ".join(term.label for term in role_values(kb, role).terms.values())
    names = facts(kb)
    for iri, term in names.terms.items():
        kind = "open question of law" if term.is_open_question else "fact"
        yield names.short[iri], kind, term.label, term.definition, "true; false; empty for unknown"

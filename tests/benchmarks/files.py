"""Parquet to Parquet: `tacenda audit`, on this machine and on Spark, beside reading and writing the same files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from answers import Answers, Planes, differences
from contest import Contest, DisagreementError, contest
from definitions import DAY, Given, law_in_reach, rests_on
from laws import STATE
from measuring import Ended, median, paired, within
from rows import Rows
from sql import column, planes

from tacenda import vocabulary as v
from tacenda.assessment import acts_judged
from tacenda.knowledge import KnowledgeBase

Line = dict[str, Any]
FEW = 40
"""How many facts a plausible table has: those on which most of the law turns."""
_WITH_NORMS = 1 << 17
"""How many rows a table has at most that is audited for every norm: a thousand columns come out."""
_STARTING = 45
"""How many seconds Spark has at least, which takes some to start."""


def files(
    home: Path, whole: Contest, rows: Mapping[str, int], limit: float, asked: Sequence[bool] = (False, True)
) -> list[Line]:
    """A table with every fact that the law knows, and a plausible one; *asked* with statuses alone, with norms too."""
    home.mkdir()
    found: list[Line] = []
    few = contest("few facts", whole.kb, rows["few"], most_used(whole, FEW))
    for name, given, count in (("few facts", few, rows["few"]), ("every fact", whole, rows["every"])):
        given_rows = given.rows.first(count)
        source = home / f"{name.replace(' ', '-')}.parquet"
        facts = write(given_rows, source)
        for norms in asked:
            table = Audited(source, given.expected, min(count, _WITH_NORMS) if norms else count, norms)
            if norms:
                table.source.with_suffix("").mkdir()
                table = replace(table, source=source.with_suffix("") / source.name)
                write(given_rows.first(table.rows), table.source)
            line = {"table": name, "rows": table.rows, "facts": facts, "norms": norms}
            line |= _line(name, within(limit, table.measured))
            if name == "few facts" and not norms:
                line |= {
                    "spark": "",
                    **_line(f"{name} on Spark", within(max(limit, _STARTING), table.on_spark), "spark"),
                }
            found.append(line)
    return found


def _line(name: str, ended: Ended, place: str = "stopped") -> Line:
    line: Line = {}
    for told in ended.told:
        if unlike := told.pop("differences", None):
            raise DisagreementError(f"the audit of {name} does not agree:", *unlike)
        line |= told
    return line | ({place: ended.reason} if ended.reason else {})


def most_used(given: Contest, count: int) -> list[str]:
    """The facts that most definitions name, and every kind of role."""
    nodes = given.definitions.nodes
    used = Counter(other for node in nodes for other in rests_on(node) if isinstance(nodes[other], Given))
    is_fact = v.tac("Scenario")
    names = [node.name for number, _ in used.most_common() if isinstance(node := nodes[number], Given)]
    facts = [name for name in names if is_fact in given.kb.taxonomy.above.get(name, ())]
    return [*facts[:count], *(name for name in names if name not in set(facts))]


def write(rows: Rows, path: Path) -> int:
    """The rows as a table that `tacenda audit` reads, and how many facts it has a column for."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet

    stated = [fact for fact in rows.facts if any(rows.truth(fact))]
    columns: dict[str, Any] = {"id": pa.array(np.arange(rows.count))}
    for role in v.ROLES:
        codes = np.full(rows.count, -1, dtype=np.int32)
        kinds = [kind for of, kind in rows.played if of == role]
        for number, kind in enumerate(kinds):
            text = np.frombuffer(rows.played[role, kind].to_bytes(-(-rows.count // 8), "little"), dtype=np.uint8)
            codes[np.unpackbits(text, count=rows.count, bitorder="little").astype(bool)] = number
        if kinds:
            names = pa.array([v.shorten(kind) for kind in kinds])
            columns[role] = names.take(pa.array(codes, mask=codes < 0))
    columns |= {v.shorten(fact): column(*rows.truth(fact), rows.count) for fact in stated}
    pyarrow.parquet.write_table(pa.table(columns), path, row_group_size=1 << 17)
    return len(stated)


@dataclass(frozen=True)
class Audited:
    """A table to audit, and what is right to find."""

    source: Path
    expected: Answers
    rows: int
    norms: bool

    def request(self) -> Any:
        """Every act that the law of the state names and judges, and every norm if so wished."""
        from tacenda.batch.audit import Request, acts_named

        kb = KnowledgeBase.open(STATE)
        judged = {act for context, norms in law_in_reach(kb).contexts for act in acts_judged(kb, norms, context)}
        acts = tuple(act for act in acts_named(kb, [STATE]) if act in judged)
        return Request(DAY, acts, norms=self.norms, jurisdiction=STATE, codes=(STATE,))

    def measured(self) -> Iterator[Line]:
        """The audit, and reading and writing alone, in turn."""
        import pyarrow.parquet

        from tacenda.batch.run import Ahead, audit_file
        from tacenda.batch.tables import Writer, open_table

        request, target = self.request(), self.source.with_suffix(".audited.parquet")
        summary = audit_file(request, self.source, target)
        table = pyarrow.parquet.read_table(target)
        sizes = {"in": self.source.stat().st_size, "out": target.stat().st_size}
        yield {"differences": self.unlike(request, table), "problems": summary.problems, "bytes": sizes}
        batches = table.to_batches(1 << 17)
        copy = self.source.with_suffix(".copied.parquet")

        def read_and_write() -> None:
            with Writer(copy, table.schema) as writer, Ahead(open_table(self.source).batches()) as given:
                for _, audited in zip(given, batches, strict=True):
                    writer.write(audited)

        audit, floor, _ = paired(lambda: audit_file(request, self.source, target), read_and_write)
        yield {"audit": audit, "floor": floor}

    def on_spark(self) -> Iterator[Line]:
        """The time of a job on two cores in a session that is there; or why there is none."""
        from contextlib import nullcontext

        import pyarrow.parquet

        from tacenda.batch.session import EngineError, session
        from tacenda.batch.spark import audit_files

        request, target = self.request(), self.source.with_suffix(".spark.parquet")
        try:
            with session() as spark:
                seconds, _ = median(lambda: list(audit_files(nullcontext(spark), request, [(self.source, target)])), 1)
        except EngineError as error:
            yield {"spark": str(error)}
            return
        yield {"differences": self.unlike(request, pyarrow.parquet.read_table(target)), "spark": seconds}

    def unlike(self, request: Any, table: Any) -> list[str]:
        """Where statuses and norms are not those expected."""
        kb = KnowledgeBase.open(STATE)
        return list(islice(_unlike(kb, table, request.acts, self.expected, self.rows, self.norms), 5))


def _unlike(
    kb: KnowledgeBase, table: Any, acts: Sequence[str], expected: Answers, rows: int, norms: bool
) -> Iterator[str]:
    """Where the statuses and norms of an audited table are not those expected."""
    import numpy as np

    from tacenda.batch.naming import acts as names

    short, mask = names(kb).short, (1 << rows) - 1
    for act in acts:
        context = "court" if act in kb.acts_in_court else "practice"
        right = dict(zip(STATUS_NAMES, statuses(expected, context, act, mask), strict=True))
        found = np.array(table.column(short[act]).combine_chunks().cast("string"))
        for status, plane in right.items():
            said = int.from_bytes(np.packbits(found == status, bitorder="little").tobytes(), "little")
            yield from differences({f"{status} {act}": (plane, 0)}, {f"{status} {act}": (said, 0)}, rows)
    if norms:
        for name in expected:
            place = f"{name.partition(' ')[0]} {v.shorten(name.partition(' ')[2])}"
            if name.count(" ") == 1 and place in table.column_names:
                held = {name: planes(table.column(place).combine_chunks())}
                yield from differences({name: expected[name]}, held, rows)


STATUS_NAMES = ("conflict", "required", "unsettled", "forbidden", "privileged", "permitted")


def statuses(expected: Answers, context: str, act: str, mask: int) -> tuple[int, ...]:
    """Where each status is that of an act, first that fits, from what is required, forbidden and privileged."""
    flags: list[Planes] = [expected[f"{context} {flag} {act}"] for flag in ("required", "forbidden", "privileged")]
    (required, not_required), (forbidden, not_forbidden), (privileged, not_privileged) = flags
    conflict = required & forbidden
    is_required = required & ~conflict
    open_ = ~(required | not_required) | ~(forbidden | not_forbidden)
    open_ |= not_forbidden & ~(privileged | not_privileged)
    unsettled = open_ & ~required & mask
    left = mask & ~(conflict | is_required | unsettled)
    is_forbidden = left & forbidden
    is_privileged = left & ~forbidden & privileged
    return conflict, is_required, unsettled, is_forbidden, is_privileged, left & ~is_forbidden & ~is_privileged

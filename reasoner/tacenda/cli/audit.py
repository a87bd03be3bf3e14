"""`tacenda audit`: a table of scenarios in, the same rows with what the law says of each out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tacenda.cli import options
from tacenda.errors import Problem, SourceError, TacendaError
from tacenda.resources import folder

if TYPE_CHECKING:
    from tacenda.batch.audit import Request
    from tacenda.batch.summary import Summary

_EPILOG = "Example: tacenda audit disclosures.csv --acts act:ReportToChildProtection"
_TELLING = 1_000_000
"""After how many rows a line says so where no bar can be drawn."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog=_EPILOG)
    def audit(
        tables: Annotated[
            list[str] | None,
            typer.Argument(
                help="Tables by file, folder or pattern: .parquet, .arrow, .feather or .csv, a row a scenario.",
                metavar="TABLE...",
            ),
        ] = None,
        output: Annotated[
            Path | None,
            typer.Option(
                "-o", "--output", help="The table to write, by its ending; for several, a folder.", metavar="PATH"
            ),
        ] = None,
        acts: Annotated[
            list[str] | None,
            typer.Option(help="Acts to judge, commas between; else those the law names itself.", metavar="ACTS"),
        ] = None,
        norms: Annotated[bool, typer.Option("--norms", help="Add a column for every norm: does it hold?")] = False,
        where: Annotated[
            str | None, typer.Option("--in", help="The jurisdiction of rows that name none.", metavar="CODE")
        ] = None,
        as_of: Annotated[
            str | None, typer.Option(help="The day of rows that name none; else today.", metavar="DATE")
        ] = None,
        context: Annotated[
            str | None, typer.Option(help="The context of rows that name none: practice or court.", metavar="CONTEXT")
        ] = None,
        closed: Annotated[bool, typer.Option("--closed", help="Read what is not stated as false.")] = False,
        keep: Annotated[bool, typer.Option("--keep", help="Carry over columns that say nothing to the law.")] = False,
        summary: Annotated[
            Path | None, typer.Option(help="Where to write the summary as JSON.", metavar="FILE")
        ] = None,
        why: Annotated[str | None, typer.Option(help="Explain one row, by its id.", metavar="ID")] = None,
        template: Annotated[
            str | None, typer.Option(help="Write an empty table for a jurisdiction.", metavar="CODE")
        ] = None,
        format: Annotated[str | None, typer.Option(help="The summary as text or json.", metavar="FORMAT")] = None,
        engine: Annotated[
            str, typer.Option(help="local, or spark: on a cluster that sees the same files.", metavar="ENGINE")
        ] = "local",
        master: Annotated[
            str | None,
            typer.Option(help="With spark: spark://HOST:PORT or another master; else local[2].", metavar="URL"),
        ] = None,
        kb: options.KbOption = None,
    ) -> int:
        """Audit many scenarios: a table in, the status of each act in each row out."""
        _need_libraries()
        from tacenda.batch.audit import Request

        wanted = options.chosen_format(format, ("text", "json"))
        master = _chosen_master(engine, master)
        folders = options.law_folders(kb)
        if template:
            _write_template(template, tables, output, folders)
            return 0
        if not tables:
            raise typer.BadParameter("say which table to audit", param_hint="TABLE")
        if context not in (None, "practice", "court"):
            raise typer.BadParameter(f"`{context}` is neither practice nor court", param_hint="--context")
        day = options.day_option(as_of, "--as-of")
        request = Request(day or date.today(), (), norms, keep, where, context, closed, folders=folders)
        if where:
            request.law().pack(where)
        job = _Job(request, tables, output, summary, acts or [], master)
        job.note_what_is_missing(has_day=day is not None)
        if why is not None:
            options.put(_explained(request, job.sources, why))
            return 0
        return job.run(wanted)


def _need_libraries() -> None:
    try:
        import numpy  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        message = "tables are read with numpy and pyarrow, which are not installed"
        raise SourceError(Problem(message, hint="pip install 'tacenda[audit]'")) from error


def _chosen_master(engine: str, master: str | None) -> str | None:
    """Where Spark is to work; nothing when this process does the work itself."""
    if engine not in ("local", "spark"):
        raise typer.BadParameter(f"`{engine}` is neither local nor spark", param_hint="--engine")
    if engine == "local":
        if master:
            raise typer.BadParameter("only Spark has a master: --engine spark", param_hint="--master")
        return None
    from tacenda.batch.session import LOCAL

    return master or LOCAL


def _write_template(code: str, tables: Sequence[str] | None, output: Path | None, folders: tuple[Path, ...]) -> None:
    from tacenda.batch.template import write_template
    from tacenda.knowledge import KnowledgeBase

    if tables:
        raise typer.BadParameter("a template is written without a table to audit", param_hint="--template")
    if output is None:
        raise typer.BadParameter("say where to write the template: -o TABLE", param_hint="--output")
    beside = write_template(KnowledgeBase.open(code, folders=folders), output)
    print(f"wrote {output} and {beside}", file=sys.stderr)


def _explained(request: Request, sources: Sequence[Path], wanted: str) -> str:
    """What `ask --explain` prints, for one row."""
    from tacenda.assessment import assess
    from tacenda.batch.run import find_row
    from tacenda.batch.tables import open_table
    from tacenda.report import to_text

    missing: list[Problem] = []
    for source in sources:
        try:
            scenario, law = find_row(request, open_table(source), wanted)
        except SourceError as error:
            missing += error.problems
            continue
        return to_text(assess(law, scenario), proof=True, width=options.terminal_width())
    raise SourceError(*missing)


def _shipped(name: str) -> Path:
    """The table of that name; if there is none here, one that comes with tacenda."""
    path = Path(name)
    found = folder("kb") / "scenarios" / path.name
    return found if path.name == name and not path.exists() and found.is_file() else path


class _Job:
    """Tables to audit, and where each goes."""

    def __init__(
        self,
        request: Request,
        names: Sequence[str],
        output: Path | None,
        summary: Path | None,
        acts: Sequence[str],
        master: str | None = None,
    ) -> None:
        from tacenda.batch.tables import find_tables

        self.request = request
        self._output = output
        self._summary = summary
        self._acts = [part.strip() for text in acts for part in text.split(",") if part.strip()]
        names = [str(_shipped(name)) for name in names]
        found = find_tables(names)
        self._is_one = len(names) == 1 and [Path(names[0])] == [path for path, _ in found]
        self._places = dict(found)
        self.sources = list(self._places)
        self._problems: list[Problem] = []
        self._master = master
        self._by_spark: dict[Path, Summary | TacendaError] = {}

    def note_what_is_missing(self, *, has_day: bool) -> None:
        """Refuse one table without a jurisdiction; say that the law of today is asked about where no day is given."""
        from tacenda.batch.columns import understand
        from tacenda.batch.tables import open_table

        without_day = []
        for source in self.sources:
            try:
                table = open_table(source)
                keys = understand(self.request.law(), table.schema, keep=True).keys
            except SourceError:
                continue  # it is told when its turn comes
            if self._is_one and "jurisdiction" not in keys and not self.request.jurisdiction:
                message = f"`{source}` has no column `jurisdiction`; say whose law is asked about: --in us-ma"
                raise typer.BadParameter(message, param_hint="--in")
            if "as_of" not in keys:
                without_day.append(source)
        if without_day and not has_day:
            print(f"no date is given, so the law of today, {self.request.as_of}, is asked about", file=sys.stderr)

    def run(self, wanted: str) -> int:
        """Audit every table; 1 when one of several cannot be."""
        from tacenda.batch.audit import acts_named, find_acts

        targets = self._targets()
        law = self.request.law()
        codes = tuple(sorted(self._codes()))
        chosen = find_acts(law, self._acts) if self._acts else acts_named(law, codes)
        self.request = replace(self.request, acts=chosen, codes=codes)
        done: list[tuple[Path, Path | None, Summary]] = []
        with _progress() as told:
            if self._master:
                self._ask_spark(self._master, targets, told)
            for source in self.sources:
                target = targets.get(source)
                found = self._audited(source, target, told)
                if found:
                    done.append((source, target, found))
        return self._tell(done, wanted)

    def _targets(self) -> dict[Path, Path]:
        """The table to write for each, if any is to be written."""
        from tacenda.batch.tables import kind_of

        if self._output is None:
            return {}
        if self._is_one:
            kind_of(self._output)
            targets = dict.fromkeys(self.sources, self._output)
        elif self._output.suffix and not self._output.is_dir():
            raise typer.BadParameter(f"several tables go to a folder, not to `{self._output}`", param_hint="--output")
        else:
            targets = {source: self._output / place for source, place in self._places.items()}
        inputs = {path.resolve() for path in self.sources}
        if any(target.resolve() in inputs for target in targets.values()):
            raise typer.BadParameter("the answers would take the place of the table itself", param_hint="--output")
        if len(set(targets.values())) < len(targets):
            raise typer.BadParameter("two tables have the same name; audit them one by one", param_hint="TABLE")
        return targets

    def _codes(self) -> Iterator[str]:
        """The jurisdictions that the rows name; all there are, when they name none."""
        from tacenda.batch.run import jurisdictions
        from tacenda.batch.tables import open_table

        found = {self.request.jurisdiction} if self.request.jurisdiction else set()
        for source in self.sources:
            try:
                found |= jurisdictions(self.request.law(), open_table(source))
            except SourceError:
                continue  # it is told when its turn comes
        yield from found or (pack.code for pack in self.request.law().packs)

    def _ask_spark(self, master: str, targets: dict[Path, Path], told: Callable[..., None]) -> None:
        """Have Spark audit every table that says whose law is asked about."""
        from tacenda.batch.session import session
        from tacenda.batch.spark import audit_files

        output = self._output
        if output is None:
            raise typer.BadParameter("say where Spark writes the answers: -o TABLE", param_hint="--output")
        pairs = []
        for source, target in targets.items():
            with suppress(TacendaError):  # it is told when its turn comes
                self._refuse_without_jurisdiction(source)
                pairs.append((source, target))
        outcomes = audit_files(
            session(master), self.request, pairs, lambda rows, all_rows: told(output, rows, all_rows)
        )
        self._by_spark = {source: found for source, _, found in outcomes}

    def _audited(self, source: Path, target: Path | None, told: Callable[..., None]) -> Summary | None:
        from tacenda.batch.run import audit_file

        try:
            self._refuse_without_jurisdiction(source)
            if source in self._by_spark:
                found = self._by_spark[source]
                if isinstance(found, TacendaError):
                    raise found
                return found
            return audit_file(self.request, source, target, lambda rows, all_rows: told(source, rows, all_rows))
        except TacendaError as error:
            if self._is_one:
                raise
            self._problems += error.problems
            for problem in error.problems:
                print(problem, file=sys.stderr)
            return None

    def _refuse_without_jurisdiction(self, source: Path) -> None:
        from tacenda.batch.columns import understand
        from tacenda.batch.tables import open_table

        if not self._is_one and not self.request.jurisdiction:
            layout = understand(
                self.request.law(), open_table(source).schema, keep=self.request.keep, where=str(source)
            )
            if "jurisdiction" not in layout.keys:
                raise SourceError(Problem("no column `jurisdiction`", str(source), "or say it for all: --in us-ma"))

    def _tell(self, done: Sequence[tuple[Path, Path | None, Summary]], wanted: str) -> int:
        """Write the summary, and show it."""
        from tacenda.batch.summary import Summary
        from tacenda.textfile import write_whole

        law = self.request.law()
        total = Summary.total(part for _, _, part in done)
        found: dict[str, Any] = {
            "law_base": f"sha256:{law.digest}",
            "tables": [
                {
                    "in": str(source),
                    "out": str(target) if target else None,
                    "rows": part.rows,
                    "problems": part.problems,
                }
                for source, target, part in done
            ],
            "unread": options.problems_as_json(self._problems),
            **total.to_dict(law, self.request.acts),
        }
        path = self._summary
        if self._output and not path:
            path = self._output.with_name(f"{self._output.name}.summary.json")
        if done and path:
            write_whole(path, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        if wanted == "json":
            options.put_json(found)
        else:
            options.put(total.to_text(law, self.request.acts, options.terminal_width()))
        return 1 if self._problems else 0


@contextmanager
def _progress() -> Iterator[Callable[..., None]]:
    """Tells how far the work is: a bar on a terminal, else a line now and then."""
    if not sys.stderr.isatty():
        told = dict[Path, int]()

        def line(source: Path, rows: int, _: int | None) -> None:
            if rows // _TELLING > told.get(source, 0):
                told[source] = rows // _TELLING
                print(f"{source}: {rows:,} rows", file=sys.stderr)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f} rows"))
    progress = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    tasks: dict[Path, Any] = {}

    def bar(source: Path, rows: int, all_rows: int | None) -> None:
        if source not in tasks:
            tasks[source] = None  # what is done in one batch needs no bar
            return
        if tasks[source] is None:
            progress.start()
            tasks[source] = progress.add_task(source.name, total=all_rows)
        progress.update(tasks[source], completed=rows)

    try:
        yield bar
    finally:
        progress.stop()

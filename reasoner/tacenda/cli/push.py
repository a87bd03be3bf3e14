"""`tacenda push`: the law, scenarios and what follows from them into a SPARQL store."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from tacenda.cli import options
from tacenda.cli.remote import cases, connected, need_library
from tacenda.errors import nearest

if TYPE_CHECKING:
    from tacenda.remote.push import Plan

_EPILOG = "Example: tacenda push --endpoint http://localhost:7878/query --scenario suspected-child-abuse --dry-run"
_EVERY = 0.1
"""How often a line on a terminal is written again, in seconds."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog=_EPILOG)
    def push(
        endpoint: Annotated[str, typer.Option(help="Where the store answers queries.", metavar="URL")],
        graphs: Annotated[
            str | None,
            typer.Option(
                help="Where it takes graphs by the Graph Store Protocol; known for Oxigraph, Fuseki, Virtuoso, RDF4J.",
                metavar="URL",
            ),
        ] = None,
        update: Annotated[
            str | None, typer.Option(help="Where it takes updates; known as above.", metavar="URL")
        ] = None,
        scenario: Annotated[
            list[str] | None,
            typer.Option(help="A scenario to put there, with what follows; may be repeated.", metavar="SCENARIO"),
        ] = None,
        reason: Annotated[
            str,
            typer.Option(
                help="Where the rules of inference run: here, there (in the store, by updates) or nowhere.",
                metavar="WHERE",
            ),
        ] = "here",
        no_law: Annotated[bool, typer.Option("--no-law", help="Leave the law that the store holds.")] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
        seconds: Annotated[
            float, typer.Option(help="The longest to wait for one answer.", min=0.1, max=3600, metavar="SECONDS")
        ] = 300.0,
        format: Annotated[str | None, typer.Option(help="text or json.", metavar="FORMAT")] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Put the law, scenarios and what follows from them into a SPARQL store, each graph whole.

        User and password are read from the environment: TACENDA_AUTH=user:password.
        """
        wanted = options.chosen_format(format, ("text", "json"))
        if reason not in ("here", "there", "nowhere"):
            hint = nearest(reason, ("here", "there", "nowhere")) or "write here, there or nowhere"
            raise typer.BadParameter(f"`{reason}` is not known · {hint}", param_hint="--reason")
        if no_law and not scenario:
            raise typer.BadParameter("without the law and a scenario nothing is left to push", param_hint="--no-law")
        need_library()
        from tacenda.knowledge import KnowledgeBase
        from tacenda.remote.push import Plan, Reasoning
        from tacenda.remote.push import push as put

        base = KnowledgeBase.open(folders=options.law_folders(kb))
        with connected(endpoint, update=update, graphs=graphs, seconds=seconds) as connection:
            plan = Plan.of(base, cases(scenario or (), base), Reasoning(reason), with_law=not no_law)
            if dry_run:
                _put_graphs({content.graph: content.statements for content in plan.contents}, plan, wanted)
                return
            started = time.monotonic()
            with _teller(sys.stderr.isatty()) as told:
                found = put(connection, plan, seconds=seconds, told=told)
            _put_graphs(found, plan, wanted)
            total = sum(found.values())
            print(f"{total:,} statements in {len(found)} graphs, {time.monotonic() - started:.1f} s", file=sys.stderr)


@contextmanager
def _teller(terminal: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Tells on a terminal what is being sent, on one line that is written again and goes away; else says nothing."""
    last = 0.0

    def tell(what: str, sent: int, size: int) -> None:
        nonlocal last
        now = time.monotonic()
        if terminal and (now - last > _EVERY or sent == size):
            last = now
            name = what.rpartition("/graph/")[2]
            _on_the_line(
                f"{name} {sent / size:4.0%} of {math.ceil(size / 1e3):,} kB" if size else f"{name}, a rule, runs there"
            )

    try:
        yield tell
    finally:
        if terminal:
            _on_the_line("")


def _on_the_line(text: str) -> None:
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()


def _put_graphs(found: dict[str, int], plan: Plan, wanted: str) -> None:
    sizes = {content.graph: len(content.text) for content in plan.contents}
    if wanted == "json":
        options.put_json(
            [{"graph": graph, "statements": count, "bytes": sizes[graph]} for graph, count in found.items()]
        )
        return
    rows: Sequence[tuple[str, str, str]] = [
        (f"{count:,}", f"{math.ceil(sizes[graph] / 1e3):,} kB", graph) for graph, count in found.items()
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    options.put("".join(f"{count:>{widths[0]}}  {size:>{widths[1]}}  {graph}\n" for count, size, graph in rows))

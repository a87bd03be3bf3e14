"""`tacenda check`: what is wrong with the law base."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tacenda.cli import guidance, options
from tacenda.cli.progress import Progress
from tacenda.errors import Problem, SourceError


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda check kb/us-ma/c233-s20B.ttl")
    def check(
        paths: Annotated[
            list[Path] | None,
            typer.Argument(
                help="Law files, packs, or folders of packs; without any, the law and the ontology of tacenda itself.",
                metavar="PATH...",
            ),
        ] = None,
        format: Annotated[str | None, typer.Option(help="text or json.", metavar="FORMAT")] = None,
    ) -> None:
        """Check law files: shapes, lint, dangling references, cycles. Exit code 1 when something is wrong."""
        from tacenda.checking import check_law

        wanted = options.chosen_format(format, ("text", "json"))
        missing = [path for path in paths or () if not path.exists()]
        if missing:
            raise SourceError(*(Problem("no such file or folder", str(path)) for path in missing))
        with Progress(sys.stderr) as progress:
            problems = check_law(paths or [], progress.step)
        if wanted == "json":
            options.put_json(options.problems_as_json(problems))
        else:
            options.put("".join(f"{problem}\n" for problem in problems) or "nothing wrong\n")
        if not problems and paths and len(paths) == 1 and (paths[0] / "jurisdiction.ttl").is_file():
            guidance.tell(paths[0].resolve())
        raise typer.Exit(1 if problems else 0)

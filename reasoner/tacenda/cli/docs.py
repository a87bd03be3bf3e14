"""`tacenda docs`: the desk as static pages, for any web server or none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tacenda.cli import options
from tacenda.errors import Problem, SourceError


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda docs site --in us-ma")
    def docs(
        output: Annotated[
            Path, typer.Argument(help="The folder to write: new, empty, or an earlier site.", metavar="FOLDER")
        ],
        where: Annotated[
            str | None,
            typer.Option("--in", help="One jurisdiction and those it lies within; else all.", metavar="CODE"),
        ] = None,
        quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing of the progress.")] = False,
        kb: options.KbOption = None,
    ) -> None:
        """Write law, vocabulary, graphs, queries and scenarios as pages that open from the file system."""
        try:
            import jinja2
            import pygraphviz

            from tacenda.desk.site import refuse_other, write_site
        except ImportError as error:
            message = f"pages need `{error.name}`, which is not installed"
            raise SourceError(Problem(message, hint="pip install 'tacenda[web]'")) from error
        del jinja2, pygraphviz
        from tacenda.knowledge import KnowledgeBase

        refuse_other(output)
        base = KnowledgeBase.open(*([where] if where else []), folders=options.law_folders(kb))

        def told(text: str) -> None:
            if not quiet:
                print(f"writing {text}", file=sys.stderr, flush=True)

        count = write_site(base, output, told)
        if not quiet:
            print(f"{count:,} files", file=sys.stderr)
        options.put(f"{output / 'index.html'}\n")

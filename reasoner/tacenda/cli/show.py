"""`tacenda show`: the law as an indented outline, words beside effects."""

from __future__ import annotations

from typing import Annotated

import typer

from tacenda.cli import options


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda show us-ma c112-s135B")
    def show(
        jurisdiction: Annotated[
            str, typer.Argument(help="A jurisdiction, such as us or us-ma.", metavar="JURISDICTION")
        ],
        provision: Annotated[
            str | None, typer.Argument(help="One provision: its file name or its citation.", metavar="PROVISION")
        ] = None,
        tree: Annotated[
            bool, typer.Option("--tree", help="Only the tree of exceptions, as the head of the file shows it.")
        ] = False,
        kb: options.KbOption = None,
    ) -> None:
        """Show a pack or one provision: what it says, when, to whom, with which exceptions."""
        from tacenda.knowledge import KnowledgeBase
        from tacenda.outline import find_source, outline
        from tacenda.outline import tree as draw

        base = KnowledgeBase.open(jurisdiction, folders=options.law_folders(kb))
        if not tree:
            options.put(outline(base, jurisdiction, provision))
        elif provision:
            options.put(draw(base, find_source(base, jurisdiction, provision)))
        else:
            sources = [source for source in base.sources.values() if source.jurisdiction == jurisdiction]
            options.put("\n".join(draw(base, source) for source in sources))

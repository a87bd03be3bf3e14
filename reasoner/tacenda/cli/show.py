"""`tacenda show`: the law as an indented outline, words beside effects."""

from __future__ import annotations

from typing import Annotated

import typer

from tacenda.cli.options import KbOption


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda show us-ma c112-s135B")
    def show(
        jurisdiction: Annotated[str, typer.Argument(help="A jurisdiction, such as us or us-ma.")],
        provision: Annotated[str | None, typer.Argument(help="One provision: its file name or its citation.")] = None,
        tree: Annotated[bool, typer.Option("--tree", help="Only the tree of exceptions, as the head of the file shows it.")] = False,
        kb: KbOption = None,
    ) -> None:
        """Show a pack or one provision: what it says, when, to whom, with which exceptions."""
        from tacenda.knowledge import KnowledgeBase
        from tacenda.outline import find_source, outline, tree as draw

        base = KnowledgeBase.open(jurisdiction, folders=tuple(kb or ()))
        if tree:
            chosen = [find_source(base, jurisdiction, provision)] if provision else [s for s in base.sources.values() if s.jurisdiction == jurisdiction]
            print("\n".join(draw(base, source) for source in chosen), end="")
        else:
            print(outline(base, jurisdiction, provision), end="")

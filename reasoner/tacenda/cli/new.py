"""`tacenda new`: a pack for one more state, to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacenda.cli import options


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("new", epilog="Example: tacenda new us-vt --in my-law")
    def make(
        code: Annotated[str, typer.Argument(help="The short name of the state, such as us-vt.", metavar="CODE")],
        home: Annotated[
            Path, typer.Option("--in", help="The folder that is to hold kb/ and tests/.", metavar="FOLDER")
        ] = Path("."),
        name: Annotated[
            str, typer.Option(help="What the jurisdiction is called, if it is no state.", metavar="NAME")
        ] = "",
    ) -> None:
        """Make a pack for one more state: jurisdiction, one annotated example with its test, and a checklist."""
        from tacenda.knowledge import KnowledgeBase
        from tacenda.scaffold import new_pack
        from tacenda.topics import Topics

        topics = Topics(KnowledgeBase.open("us")).known.values()
        files = new_pack(code, home, list(topics), name)
        kb, tests = home / "kb", home / "tests" / "law" / code
        steps = (
            f"tacenda check {kb / code}",
            f"tacenda test {tests} --kb {kb}",
            f"tacenda show {code} --kb {kb}",
            f"tacenda packs {code} --next --kb {kb}",
        )
        options.put("".join(f"{path}\n" for path in files) + "\nnext:\n" + "".join(f"  {step}\n" for step in steps))

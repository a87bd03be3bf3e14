"""`tacenda compile`: the law of a day as a list of gates, to read, to draw or to run elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tacenda.cli import options

if TYPE_CHECKING:
    from tacenda.knowledge import KnowledgeBase
    from tacenda.program import Program


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("compile", epilog="Example: tacenda compile us-ma us-ma:c112-s135B.privilege --format text")
    def compile_(
        jurisdiction: Annotated[
            str, typer.Argument(help="A jurisdiction, such as us or us-ma.", metavar="JURISDICTION")
        ],
        names: Annotated[
            list[str] | None,
            typer.Argument(help="Norms, acts or facts, by compact name: what these rest on.", metavar="NAME..."),
        ] = None,
        as_of: Annotated[str | None, typer.Option(help="The day of the law; else today.", metavar="DATE")] = None,
        closed: Annotated[bool, typer.Option("--closed", help="Read what is not stated as false.")] = False,
        output: Annotated[
            Path | None, typer.Option("-o", "--output", help="A file, written whole or not at all.", metavar="FILE")
        ] = None,
        format: Annotated[
            str | None, typer.Option(help="text, json (Program.load reads it) or dot.", metavar="FORMAT")
        ] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Compile the law of a day to gates over two planes of bits a fact, true and false."""
        from tacenda.compiler import compile_law
        from tacenda.knowledge import KnowledgeBase
        from tacenda.program import Program
        from tacenda.reach import reach
        from tacenda.textfile import write_whole
        from tacenda.vocabulary import CONTEXTS

        wanted = options.chosen_format(format, ("text", "json", "dot"))
        day = options.day_option(as_of, "--as-of") or date.today()
        base = KnowledgeBase.open(jurisdiction, folders=options.law_folders(kb))
        reached = reach(base, jurisdiction, day, tuple(CONTEXTS), closed)
        program = compile_law(base, reached)
        if names:
            found = _outputs(base, program, names)
            program = program.restricted(program.inputs, found if wanted == "json" else program.behind(found))
        text = {"text": _text, "json": Program.to_json, "dot": Program.to_dot}[wanted](program)
        if output:
            write_whole(output, text)
        elif wanted == "json":
            options.put_data(f"{text}\n")
        else:
            options.put(text)


def _text(program: Program) -> str:
    return f"# {len(program.gates)} gates over {len(program.inputs)} inputs, sha256:{program.digest}\n" + "".join(
        f"{line}\n" for line in program.lines()
    )


def _outputs(base: KnowledgeBase, program: Program, names: list[str]) -> list[str]:
    """The outputs that say something of what is named; raises `LawError` for each name that nothing speaks of."""
    from tacenda.errors import LawError, Problem, nearest
    from tacenda.vocabulary import expand, shorten

    by_subject: dict[str, list[str]] = {}
    for name in program.outputs:
        by_subject.setdefault(name.rpartition(" ")[2], []).append(name)
    found: list[str] = []
    problems = []
    for name in names:
        iri = expand(name)
        if iri in by_subject:
            found += by_subject[iri]
        elif iri in base.norms:
            problems.append(Problem(f"`{name}` is not in force on that day"))
        else:
            problems.append(Problem(f"the law says nothing of `{name}`", hint=nearest(name, map(shorten, by_subject))))
    if problems:
        raise LawError(*problems)
    return found

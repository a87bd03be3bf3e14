"""`tacenda graph`: the rules as a picture, or as a network for other tools."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tacenda.cli import options
from tacenda.errors import nearest

if TYPE_CHECKING:
    from tacenda.assessment import Assessment
    from tacenda.graph import RuleGraph
    from tacenda.knowledge import KnowledgeBase

FORMATS = ("svg", "png", "html", "dot", "graphml", "gexf", "mermaid", "json")
_ENDINGS = {**{f".{name}": name for name in FORMATS}, ".htm": "html", ".gv": "dot", ".mmd": "mermaid"}
_PICTURES = ("svg", "png", "html")
_FARTHEST = 9


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: tacenda graph us-ma c112-s135B --scenario condition-put-in-issue")
    def graph(
        jurisdiction: Annotated[
            str | None,
            typer.Argument(help="A jurisdiction, such as us-ma; else the scenario's.", metavar="JURISDICTION"),
        ] = None,
        provision: Annotated[
            str | None, typer.Argument(help="One provision: its file name or its citation.", metavar="PROVISION")
        ] = None,
        norm: Annotated[
            str | None, typer.Option(help="Instead, what lies around a norm, such as c119-s51A.report.", metavar="NORM")
        ] = None,
        about: Annotated[
            str | None, typer.Option(help="Instead, the norms about a fact, an act or a person.", metavar="TERM")
        ] = None,
        distance: Annotated[
            int | None, typer.Option(help="How many steps away from these; else 1.", metavar="NUMBER")
        ] = None,
        proof: Annotated[
            str | None, typer.Option(help="Instead, why the law says what it says of an act.", metavar="ACT")
        ] = None,
        ladder: Annotated[
            str | None, typer.Option(help="Instead, the condition of one norm as a circuit.", metavar="NORM")
        ] = None,
        scenario: Annotated[
            str | None, typer.Option(help="Show what holds in a scenario: a file, a name or -.", metavar="SCENARIO")
        ] = None,
        context: Annotated[
            str | None, typer.Option(help="Of the scenario: practice or court; both, unless named.", metavar="CONTEXT")
        ] = None,
        output: Annotated[
            Path | None,
            typer.Option("-o", "--output", help="A file: its ending is the format.", metavar="FILE"),
        ] = None,
        format: Annotated[str | None, typer.Option(help=f"{', '.join(FORMATS)}.", metavar="FORMAT")] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Draw the rules: what a norm needs, what defeats or lifts it, and what holds in a scenario."""
        wanted = _format(format, output)
        _refuse_together(provision=provision, norm=norm, about=about, proof=proof, ladder=ladder)
        _refuse_alone(scenario, distance, norm or about, proof, context)
        folders = options.law_folders(kb)
        assessment = _assessment(scenario, folders, context) if scenario else None
        base = assessment.kb if assessment else _law(jurisdiction, norm or ladder, about, folders)
        code = jurisdiction or (assessment.scenario.jurisdiction if assessment else None)
        if code:
            base.pack(code)
        found = _graph(
            base,
            assessment,
            context,
            proof=proof,
            ladder=_full(ladder, code),
            pack=code,
            provision=provision,
            norm=_full(norm, code),
            about=about,
            distance=1 if distance is None else distance,
        )
        _put(found, wanted, output)


def _format(wanted: str | None, output: Path | None) -> str:
    """The format asked for, else that of the ending, else SVG; on a terminal a picture needs a file."""
    if wanted is not None and wanted not in FORMATS:
        _wrong("--format", f"`{wanted}` is none of {', '.join(FORMATS)}", nearest(wanted, FORMATS))
    if output is not None and wanted is None:
        if output.suffix.lower() not in _ENDINGS:
            hint = nearest(output.suffix, _ENDINGS) or f"the endings are {', '.join(_ENDINGS)}"
            _wrong("-o", f"`{output.name}` ends like no format that is known", hint)
        return _ENDINGS[output.suffix.lower()]
    if output is None and sys.stdout.isatty() and (wanted or "svg") in _PICTURES:
        _wrong("-o", "a terminal shows no pictures", "write -o rules.html, .svg or .png, or ask for --format mermaid")
    return wanted or "svg"


def _refuse_together(**given: str | None) -> None:
    names = [("PROVISION" if name == "provision" else f"--{name}") for name, value in given.items() if value]
    if len(names) > 1:
        _wrong(names[1], f"one picture is of one thing: leave out {names[0]} or {names[1]}")


def _refuse_alone(
    scenario: str | None, distance: int | None, center: str | None, proof: str | None, context: str | None
) -> None:
    if proof and not scenario:
        _wrong("--proof", "an answer is proved in a scenario", "add --scenario")
    if context and not scenario:
        _wrong("--context", "only a scenario has a context", "add --scenario")
    if context and context not in ("practice", "court"):
        _wrong("--context", f"`{context}` is not known", nearest(context, ("practice", "court")) or "practice or court")
    if distance is not None and not center:
        _wrong("--distance", "it is counted from --norm or --about", "add one of them")
    if distance is not None and not 0 <= distance <= _FARTHEST:
        _wrong("--distance", f"`{distance}` is not between 0 and {_FARTHEST}")


def _assessment(name: str, folders: tuple[Path, ...], context: str | None) -> Assessment:
    from tacenda.assessment import assess
    from tacenda.scenario import read_scenario

    path, text = options.find_scenario(name)
    asked, base = read_scenario(path, text, folders=folders)
    if asked.as_of is None:
        asked = replace(asked, as_of=date.today())
        print(f"no date is given, so the law of today, {asked.as_of}, is asked about", file=sys.stderr)
    return assess(base, replace(asked, context=context or asked.context))


def _law(code: str | None, norm: str | None, about: str | None, folders: tuple[Path, ...]) -> KnowledgeBase:
    """The law of the jurisdiction, of the one that a norm names, or of all."""
    from tacenda.knowledge import KnowledgeBase

    code = code or (norm.partition(":")[0] if norm and ":" in norm and "//" not in norm else None)
    if not code and not about and not norm:
        _wrong("JURISDICTION", "say of which law, such as us-ma", "or add --scenario")
    return KnowledgeBase.open(*([code] if code else []), folders=folders)


def _full(norm: str | None, code: str | None) -> str | None:
    """The name of a norm, which the jurisdiction need not stand before."""
    return f"{code}:{norm}" if norm and code and ":" not in norm else norm


def _graph(
    base: KnowledgeBase,
    assessment: Assessment | None,
    context: str | None,
    *,
    proof: str | None,
    ladder: str | None,
    **scope: Any,
) -> RuleGraph:
    from tacenda import graph

    if assessment and proof:
        return graph.proof_graph(assessment, proof, context)
    if ladder:
        return graph.ladder(base, ladder, assessment, context)
    return graph.rule_graph(base, assessment=assessment, context=context, **scope)


def _put(found: RuleGraph, wanted: str, output: Path | None) -> None:
    from tacenda.textfile import write_whole

    content: str | bytes
    with _without_remarks():
        if wanted == "json":
            content = json.dumps(found.to_cytoscape(), indent=1, ensure_ascii=False) + "\n"
        elif wanted == "svg":
            content = found.to_svg() + "\n"
        else:
            content = getattr(found, f"to_{wanted}")()
    if output:
        write_whole(output, content)
    elif isinstance(content, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        options.put(content)


@contextmanager
def _without_remarks() -> Iterator[None]:
    """Without what the libraries that draw write to stderr about the fonts of the machine: nobody here can mend it."""
    if sys.stderr:
        sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        kept = os.dup(2)
    except OSError:  # whoever called has closed stderr
        kept = os.dup(nowhere)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _wrong(option: str, message: str, hint: str = "") -> None:
    raise typer.BadParameter(message + (f" · {hint}" if hint else ""), param_hint=option)

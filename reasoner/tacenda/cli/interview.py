"""`tacenda interview`: a dialogue that asks only what matters and says why, to an answer and a scenario file."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tacenda.cli import options

if TYPE_CHECKING:
    from tacenda.interview import Interview
    from tacenda.knowledge import KnowledgeBase
    from tacenda.model import Scenario
    from tacenda.next_question import NextQuestion

_EPILOG = "Example: tacenda interview suspected-child-abuse --about act:DiscloseInCourt"
_LONGEST = 1000
_WORDS = {
    "yes": ("yes", "y"),
    "no": ("no", "n"),
    "don't know": ("don't know", "dont know", "don’t know", "d", "?", "unknown"),
    "back": ("back", "b"),
    "why": ("why", "w"),
    "stop": ("stop", "s", "quit", "q"),
}


class _EndError(Exception):
    """Nobody answers any more."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog=_EPILOG)
    def interview(
        scenario: Annotated[
            str | None,
            typer.Argument(
                help="A scenario file to begin with, or the name of one shipped with tacenda.", metavar="SCENARIO"
            ),
        ] = None,
        where: Annotated[
            str | None, typer.Option("--in", help="The jurisdiction, such as us-ma.", metavar="CODE")
        ] = None,
        as_of: Annotated[
            str | None,
            typer.Option(help="The day whose law is asked about; else the scenario's, else today.", metavar="DATE"),
        ] = None,
        about: Annotated[
            list[str] | None,
            typer.Option(help="An act to ask about; may be repeated; all, unless named.", metavar="ACT"),
        ] = None,
        output: Annotated[
            Path | None,
            typer.Option("-o", "--output", help="A scenario file to write, whole or not at all.", metavar="FILE"),
        ] = None,
        format: Annotated[
            str | None, typer.Option(help="text or json: how to put the answer.", metavar="FORMAT")
        ] = None,
        kb: options.KbOption = None,
    ) -> None:
        """Ask one question after the other, each with its reason: yes, no, don't know, back, why or stop."""
        from tacenda.interview import Interview
        from tacenda.report import to_text

        wanted = options.chosen_format(format, ("text", "json"))
        day = options.day_option(as_of, "--as-of")
        _refuse_nowhere(output)
        base, begun = _beginning(scenario, where, options.law_folders(kb))
        begun = replace(begun, as_of=day or begun.as_of or date.today())
        talk = Interview(base, begun, options.find_acts(base, about or (), "--about") or None)
        stopped = _converse(talk)
        if output:
            _keep(talk, output, ask=stopped)
        if wanted == "json":
            options.put_json(talk.assessment.to_dict())
        else:
            head = "".join(f"{line}\n" for line in talk.outcome())
            options.put(head + to_text(talk.assessment, width=options.terminal_width()))


def _refuse_nowhere(output: Path | None) -> None:
    """Raise `SourceError` before anything is asked when the answers could not be kept."""
    from tacenda.errors import Problem, SourceError

    if output and output.is_dir():
        raise SourceError(Problem("this is a folder, not a scenario", str(output)))
    if output and not output.parent.is_dir():
        raise SourceError(Problem("no such folder", str(output.parent)))


def _beginning(name: str | None, where: str | None, folders: tuple[Path, ...]) -> tuple[KnowledgeBase, Scenario]:
    """The law, and what is known before the first question."""
    from tacenda import vocabulary as v
    from tacenda.knowledge import KnowledgeBase
    from tacenda.model import Scenario
    from tacenda.scenario import read_scenario

    if name == "-":
        raise typer.BadParameter("standard input is for the answers; name a file", param_hint="SCENARIO")
    if name:
        path, text = options.find_scenario(name)
        read, base = read_scenario(path, text, folders=folders, jurisdiction=where)
        return base, read
    if not where:
        raise typer.BadParameter("say whose law is asked about: --in us-ma", param_hint="--in")
    base = KnowledgeBase.open(where, folders=folders)
    # as a scenario file is read: before a court of the state, unless it says
    return base, Scenario(where, roles={"court": v.STATE_COURT} if base.pack(where).within else {}, where="interview")


def _converse(talk: Interview) -> bool:
    """Ask until nothing is left to ask; whether it was broken off before."""
    try:
        while talk.question:
            _ask(talk, talk.question)
    except (_EndError, KeyboardInterrupt):
        _say("")
        return True
    if talk.open:
        _say("nothing that could still be asked would settle what is open")
    return False


def _ask(talk: Interview, question: NextQuestion) -> None:
    """Put a question, again and again until it is answered."""
    _say("")
    mark = "" if question.is_role else "?"
    _say(f"{len(talk.steps) + 1}. {question.label}{mark}   ({talk.open} open)")
    for reason in talk.reasons():
        _tell(reason)
    choices = {one.value: talk.kb.label(one.value) for one in question.answers if isinstance(one.value, str)}
    if question.is_role:
        for number, label in enumerate(choices.values(), 1):
            _say(f"   {number:>3} {label}")
    while True:
        said = _answer("a number or name" if question.is_role else "yes, no")
        if said == "why":
            for line in talk.reasons_in_full():
                _tell(line)
        elif said == "back":
            if talk.back() is None:
                _say("   this is the first question")
                continue
            return
        elif said == "stop":
            raise _EndError
        elif said == "don't know":
            talk.answer(None)
            return
        elif not question.is_role and said in ("yes", "no"):
            talk.answer(said == "yes")
            return
        elif question.is_role and (value := _chosen(said, choices)):
            talk.answer(value)
            return
        else:
            _say(f"   {_misunderstood(said, list(choices.values()) if question.is_role else ['yes', 'no'])}")


def _answer(choices: str) -> str:
    """The next answer, in the words of this module where it is one of them; raises `_EndError` when there is none."""
    sys.stderr.write(f"   {choices}, don't know, back, why, stop > ")
    sys.stderr.flush()
    line = sys.stdin.buffer.readline(_LONGEST)
    if not line:
        raise _EndError
    while not line.endswith(b"\n") and (rest := sys.stdin.buffer.readline(_LONGEST)):
        line = line[:_LONGEST] + rest[-1:]
    said = " ".join(line.decode("utf-8", "replace").split())
    if not sys.stdin.isatty():
        _say(said)
    return next((word for word, ways in _WORDS.items() if said.casefold() in ways), said)


def _chosen(said: str, choices: dict[str, str]) -> str | None:
    """The class that is meant by its number or its name."""
    if said.isascii() and said.isdigit():
        return dict(enumerate(choices, 1)).get(int(said))
    found = [iri for iri, label in choices.items() if label.casefold() == said.casefold()]
    return found[0] if found else None


def _misunderstood(said: str, known: list[str]) -> str:
    from tacenda.errors import nearest

    words = [*known, *list(_WORDS)[2:]]
    shown = said if len(said) <= 60 else f"{said[:60]}…"
    return f"`{shown}` is no answer · {nearest(said, words) or 'answer as the line says'}" if said else "please answer"


def _keep(talk: Interview, output: Path, *, ask: bool) -> None:
    """Write what is known to the file; who breaks off at a terminal is asked first."""
    from tacenda.textfile import write_whole
    from tacenda.writing import scenario_to_yaml

    known = talk.scenario
    if not (known.facts or known.excluded or known.role_values()):
        _say("nothing was answered, so no file is written")
        return
    if ask and sys.stdin.isatty():
        try:
            sys.stderr.write(f"keep what is known so far in {output}? yes, no > ")
            sys.stderr.flush()
            line: bytes = sys.stdin.buffer.readline(_LONGEST)
            if line.decode("utf-8", "replace").strip().casefold() in _WORDS["no"]:
                return
        except KeyboardInterrupt:
            _say("")
            return
    write_whole(output, scenario_to_yaml(talk.kb, known))
    _say(f"what is known is written to {output}")


def _tell(text: str) -> None:
    """A paragraph beneath a question."""
    from tacenda.passage import wrapped

    pad = "   " + text[: len(text) - len(text.lstrip())]
    for line in wrapped(text.strip(), options.WIDTH, pad, f"{pad}  "):
        _say(line)


def _say(line: str) -> None:
    from tacenda.errors import visible

    print(visible(line), file=sys.stderr)

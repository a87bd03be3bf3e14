"""The command line: `tacenda VERB …`. Results go to stdout, all else to stderr."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from typing import Any

import typer

from tacenda.cli import (
    ask,
    audit,
    check,
    compare,
    compile,
    diff,
    docs,
    graph,
    interview,
    new,
    packs,
    push,
    query,
    serve,
    show,
    test,
    validate,
)
from tacenda.errors import Problem, TacendaError, nearest

_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]
"""What typer raises for wrong usage; it has no public name."""
_STOPPED = 130

app = typer.Typer(
    name="tacenda",
    help="Must this therapist keep silent, must they speak, and who can stop whom from saying it in court?",
    epilog="Example: tacenda ask suspected-child-abuse",
    no_args_is_help=False,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(wanted: bool) -> None:
    if wanted:
        from tacenda import __version__

        print(f"tacenda {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Must this therapist keep silent, must they speak, and who can stop whom from saying it in court?"""
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


COMMANDS = (
    ask,
    interview,
    validate,
    compare,
    diff,
    show,
    packs,
    graph,
    query,
    serve,
    new,
    check,
    test,
    compile,
    audit,
    push,
    docs,
)
"""In the order in which help lists them."""

for module in COMMANDS:
    module.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; whatever goes wrong becomes one clear line each, never a trace."""
    # nearly all that a command makes stays until it ends: to look for garbage often is to look in vain
    gc.set_threshold(50_000, 20, 50)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = app(arguments, prog_name="tacenda", standalone_mode=False)
        if code == _STOPPED:  # typer's own way of ending when it is interrupted
            print("stopped", file=sys.stderr)
    except _USAGE_ERROR as error:
        print(_usage_problem(error), file=sys.stderr)
        return 2
    except TacendaError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 3
    except (KeyboardInterrupt, typer.Abort):
        print("stopped", file=sys.stderr)
        return _STOPPED
    except OSError as error:
        print(Problem(f"cannot go on: {(error.strerror or str(error)).lower()}", error.filename or ""), file=sys.stderr)
        return 3
    except Exception as error:
        if os.environ.get("TACENDA_TRACE"):
            raise
        message = f"a mistake in tacenda itself: {type(error).__name__}: {error}"
        print(Problem(message, hint="please report it; TACENDA_TRACE=1 shows where it happened"), file=sys.stderr)
        return 70
    return code if isinstance(code, int) else 0


def _usage_problem(error: Any) -> Problem:
    """Wrong usage in the words of the house: the command first, one hint with the nearest spelling."""
    context = error.ctx
    where = context.command_path if context else "tacenda"
    message: str = error.format_message()
    if option := _no_such("option", message):
        known = [name for parameter in context.command.params for name in parameter.opts if name.startswith("-")]
        return Problem(f"no such option `{option}`", where, nearest(option, [*known, "--help"]) or _see(where))
    if command := _no_such("command", message):
        known = list(getattr(context.command, "commands", {}))
        return Problem(
            f"no such command `{command}`", where, nearest(command, known) or "the commands are " + ", ".join(known)
        )
    message = re.sub(r"is not a valid (float|int(eger)?)( range)?", "is not a number", message)
    message = re.sub(r"'([^']*)'", r"`\1`", message[:1].lower() + message[1:]).rstrip(".")
    return Problem(message, where, "" if " · " in message else _see(where))


def _no_such(what: str, message: str) -> str:
    found = re.match(rf"No such {what}:? '?([^\s'(]+)", message)
    return found.group(1) if found else ""


def _see(where: str) -> str:
    return f"see `{where} --help`"

"""The command line: `tacenda VERB …`. Results go to stdout, all else to stderr."""

from __future__ import annotations

import sys

import typer

from tacenda.cli import ask, check, query, show, test, validate
from tacenda.errors import TacendaError

app = typer.Typer(
    name="tacenda",
    help="Must this therapist keep silent, must they speak, and who can stop whom from saying it in court?",
    epilog="Begin with: tacenda ask suspected-child-abuse",
    no_args_is_help=True,
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
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Must this therapist keep silent, must they speak, and who can stop whom from saying it in court?"""


for module in (ask, validate, show, query, test, check):
    module.register(app)


def main() -> None:
    """Run the command line; a problem becomes one clear line each, never a trace."""
    try:
        app()
    except TacendaError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        sys.exit(3)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(130)

"""The command line: one short file a command, no logic.

Exit codes: 0 done; 1 the results could not be written; 2 the scenario or the command line is
wrong (nothing was run); 130 interrupted.
"""

import sys

import typer

from . import check, init, run, schema

EPILOG = (
    "Exit codes: 0 done, 1 results could not be written, 2 scenario or command line wrong "
    "(nothing was run), 130 interrupted."
)

app = typer.Typer(
    name="simnet",
    help="Plan an after-sales service network: simulate hotline, outlets, parts and logistics.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (run, check, schema, init):
    name = module.__name__.rpartition(".")[2]
    app.command(name)(module.command)


def main() -> None:
    """Entry point: what the planner can mend ends in a message, never in a traceback."""
    try:
        app()
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:
        from simnet.scenario import ScenarioError
        from simnet.store import StoreError

        if isinstance(error, ScenarioError):
            count = len(error.problems)
            print(error, file=sys.stderr)
            print(f"{count} problem{'s' if count > 1 else ''}; nothing was run", file=sys.stderr)
            sys.exit(2)
        if isinstance(error, StoreError):
            print(error, file=sys.stderr)
            sys.exit(1)
        raise

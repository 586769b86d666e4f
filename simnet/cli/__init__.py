"""The command line: one short file a command, no logic.

Exit codes: 0 done; 1 results could not be written, or a strategy failed; 2 the scenario or the
command line is wrong (nothing was run); 3 the audit found what must never be; 130 interrupted.
"""

import functools
from collections.abc import Callable

import typer

from . import (
    audit,
    bench,
    check,
    compare,
    estimate,
    init,
    results,
    run,
    schema,
    sweep,
    trace,
    validate,
)  # fmt: skip
from .show import advised, plural, tell, tell_broken

EPILOG = (
    "Exit codes: 0 done, 1 results could not be written or a strategy failed, 2 input wrong "
    "(nothing was run), 3 the audit found what must never be, 130 interrupted."
)

app = typer.Typer(
    name="simnet",
    help="Plan an after-sales service network: simulate hotline, outlets, parts and logistics.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """What the planner can mend ends in a message, never in a traceback."""

    @functools.wraps(command)
    def run_command(*args: object, **options: object) -> None:
        try:
            with advised():
                command(*args, **options)
        except KeyboardInterrupt:
            tell("interrupted; nothing was written")
            raise typer.Exit(130) from None
        except Exception as error:
            from simnet.scenario import ScenarioError

            if isinstance(error, ScenarioError):
                count = len(error.problems)
                said = f"{plural(count, 'problem')}; nothing was run"
                tell(error, said)
                raise typer.Exit(2) from None
            from simnet.audit import AuditError
            from simnet.experiment import ExperimentError
            from simnet.store import StoreError

            if isinstance(error, AuditError):
                tell_broken(error.audit, "no figure is given")
            if isinstance(error, StoreError | ExperimentError):
                tell(error)
                raise typer.Exit(error.exit_code) from None
            raise

    return run_command


COMMANDS = (
    run, sweep, compare, results, check, estimate, validate, audit, trace, bench, schema, init,
)  # fmt: skip
for module in COMMANDS:
    app.command(module.__name__.rpartition(".")[2])(_guarded(module.command))


def main() -> None:
    """Entry point."""
    app()

"""The command line: one short file a command, no logic.

Exit codes: 0 done; 1 results could not be written, or a strategy failed; 2 the scenario or the
command line is wrong (nothing was run); 3 the audit found what must never be; 130 interrupted,
143 ended by SIGTERM.
"""

import functools
import os
import sys
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
    "(nothing was run), 3 the audit found what must never be, 130 interrupted, 143 terminated."
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
        except KeyboardInterrupt as error:
            from simnet.process import exit_code

            tell("interrupted; nothing was written")
            raise typer.Exit(exit_code(error)) from None
        except MemoryError as error:
            tell(_too_little(error))
            raise typer.Exit(1) from None
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
            if isinstance(error, OSError) and error.filename is not None:
                # a file that cannot be had is no defect of ours, wherever it was asked for
                from simnet.scenario.problem import shown

                tell(f"{shown(str(error.filename), 300)}: {error.strerror}")
                raise typer.Exit(2) from None
            raise

    return run_command


COMMANDS = (
    run, sweep, compare, results, check, estimate, validate, audit, trace, bench, schema, init,
)  # fmt: skip
for module in COMMANDS:
    app.command(module.__name__.rpartition(".")[2])(_guarded(module.command))


def _too_little(error: MemoryError) -> str:
    why = f" ({error})" if str(error) else ""
    return (
        f"there is too little memory{why}; nothing was written. Simulate a shorter horizon, fewer "
        "markets or fewer replications at a time, or let one unit stand for many"
    )


def main() -> None:
    """Entry point."""
    from simnet.process import ends_in_order

    if sys.stdout is None:  # closed by whoever started us: then nobody is told
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    with ends_in_order():
        try:
            try:
                app()
            finally:
                sys.stdout.flush()
        except BrokenPipeError:  # such as `| head`: the reader has seen enough
            _mute()
            sys.exit(0)
        except OSError as error:
            if error.filename is not None or error.errno is None:
                raise
            _mute()
            print(f"the output could not be written: {error.strerror}", file=sys.stderr)
            sys.exit(1)


def _mute() -> None:
    """Let Python's own last flush fail no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

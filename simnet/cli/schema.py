"""`simnet schema`: the JSON Schema of scenario and experiment files, for editors."""

import json
from typing import Annotated

import typer


def command(
    experiment: Annotated[
        bool, typer.Option("--experiment", help="of experiment files instead of scenarios")
    ] = False,
) -> None:
    """Print the JSON Schema of scenario files, with which an editor completes and checks."""
    if experiment:
        from simnet.experiment import json_schema
    else:
        from simnet.scenario import json_schema
    typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))

"""`simnet schema`: the JSON Schema of scenario files, for editors."""

import json

import typer


def command() -> None:
    """Print the JSON Schema of scenario files, with which an editor completes and checks."""
    from simnet.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))

"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Engine = Literal["compiled", "uncompiled", "simpy"]
"""as in `simnet.engine`, which is not imported here: help has to be there at once"""

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="scenario file, YAML")]
OptionalScenario = Annotated[
    Path | None, typer.Argument(metavar="[SCENARIO]", help="scenario file, YAML")
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="change the scenario, such as outlets.site.n=40 "
        "or 'outlets.places.\"St. Gallen\".technicians=3'; may be given several times",
    ),
]  # fmt: skip
Seed = Annotated[
    int | None,
    typer.Option("--seed", min=0, help="seed of the random numbers instead of the scenario's"),
]
STORE = Path("results/store")
"""as in `simnet.experiment`, which is not imported here either"""
Store = Annotated[Path, typer.Option("--store", metavar="DIR", help="folder of runs that are kept")]
EngineName = Annotated[
    Engine,
    typer.Option(
        "--engine",
        help="compiled; or with the same results: simpy, the reference, slower; uncompiled, "
        "compiled's code as plain Python, for a debugger",
    ),
]
Statistics = Annotated[
    bool,
    typer.Option("--statistics", help="p-values, what pairing gained, who is on the Pareto front"),
]
Json = Annotated[bool, typer.Option("--json", help="print JSON for machines")]

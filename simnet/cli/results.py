"""`simnet results`: the runs that are kept, listed, filtered, exported."""

from pathlib import Path
from typing import Annotated

import typer

from .options import STORE, Store
from .show import console, number, plural, table, tell


def command(
    store: Store = STORE,
    experiment: Annotated[
        str, typer.Option("--experiment", metavar="NAME", help="only those of this experiment")
    ] = "",
    strategy: Annotated[
        str, typer.Option("--strategy", metavar="TEXT", help="only strategies whose name has this")
    ] = "",
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="COLUMN=VALUE", help="only runs with this factor or seed"),
    ] = None,
    figures: Annotated[
        list[str] | None,
        typer.Option("--figure", metavar="NAME", help="key figure to list [cost, response]"),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="write all columns, .csv or .parquet"),
    ] = None,
) -> None:
    """List the runs that sweeps have kept, or export them as CSV or Parquet."""
    from simnet.experiment import Kept, QuestionError
    from simnet.experiment.file import FILE
    from simnet.sheet import write_csv
    from simnet.store import StoreError
    from simnet.unfinished import whole_file

    if not (store / FILE).is_file():
        raise QuestionError(f"{store} holds no runs; simnet sweep keeps them there, or see --store")
    with Kept(store) as kept:
        runs = kept.table()
        damaged = len(kept.damaged)
        tell("\n".join(kept.mended))
        if damaged:
            tell(
                f"{damaged} rows of {store / FILE} are damaged and left out; a sweep that needs "
                "them simulates them again"
            )
    if len(runs):
        if experiment:
            runs = runs[runs["experiment"] == experiment]
        if strategy:
            runs = runs[runs["strategy"].str.contains(strategy, regex=False)]
        for condition in where or []:
            column, equals, value = condition.partition("=")
            if not equals or column not in runs:
                known = ", ".join(str(c) for c in list(runs.columns)[:14])
                raise QuestionError(f"--where {condition}: write COLUMN=VALUE (columns: {known})")
            runs = runs[runs[column].astype(str) == value]
    if export is not None:
        if export.suffix not in (".csv", ".parquet"):
            raise QuestionError(f"{export}: the name has to end in .csv or .parquet")
        try:
            export.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(export) as part:
                if export.suffix == ".csv":
                    write_csv(runs, part)
                else:
                    mixed = [c for c in runs if runs[c].map(type).nunique() > 1]
                    runs.astype(dict.fromkeys(mixed, str)).to_parquet(part, index=False)
        except OSError as error:
            raise StoreError(f"{export} could not be written: {error.strerror}") from error
        console().print(f"{plural(len(runs), 'run')} written to {export}")
        return
    chosen = figures or ["cost_per_case", "response_p90"]
    unknown = [name for name in chosen if len(runs) and name not in runs]
    if unknown:
        raise QuestionError(f"no run has the key figure '{unknown[0]}'")
    rows = []
    if len(runs):
        for (name, label), same in runs.groupby(["experiment", "strategy"], sort=False):
            old = "" if same["current"].all() else "older model"
            rows.append(
                [
                    name, label, len(same), *(number(same[f].mean()) for f in chosen),
                    number(same["seconds"].sum()), max(same["written"]), old,
                ]
            )  # fmt: skip
    heads = ["experiment", "strategy", "runs", *chosen, "seconds", "last written", ""]
    console().print(table(f"{plural(len(runs), 'run')} in {store}", heads, rows, text=(1, -2)))

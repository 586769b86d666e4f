"""Writing a run: under another name, renamed when it is whole."""

import datetime
import importlib.metadata
import json
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from simnet.accounts import describe
from simnet.experiment import Summary
from simnet.plain import finite
from simnet.plots.style import save
from simnet.run import Run

from .folder import MANIFEST, whole
from .tables import RECORDS, frames


def kpis_document(summary: Summary) -> dict[str, Any]:
    """Key figures with unit, meaning and interval, as plain data; null for what cannot be said."""

    total = {}
    for name, found in summary.total.items():
        unit, meaning = describe(name)
        total[name] = {
            "mean": found.mean,
            "half_width_95": found.half_width,
            "unit": unit,
            "meaning": meaning,
        }
    tables = {
        name: {
            str(row): {
                str(column): {"mean": mean, "half_width_95": half}
                for column, mean, half in zip(
                    table.columns, means, summary.half_widths[name].loc[row].tolist(), strict=True
                )
            }
            for row, means in zip(table.index, table.to_numpy(float).tolist(), strict=True)
        }
        for name, table in summary.tables.items()
    }
    document: dict[str, Any] = finite(
        {"replications": summary.replications, "total": total, **tables}
    )
    return document


def manifest(
    runs: list[Run], source: str, changes: list[str], seconds: Mapping[str, float]
) -> dict[str, Any]:
    """What was run: scenario as read, seed, versions, durations."""
    scenario = runs[0].plan.scenario
    packages = ("simnet", "numpy", "scipy", "simpy", "pandas", "pydantic")
    return {
        "name": scenario.name,
        "source": source,
        "changes": changes,
        "seed": runs[0].seed,
        "replications": len(runs),
        "cases": [len(run.records.cases["row"]) for run in runs],
        "outlets": list(runs[0].plan.outlets),
        "audit": [run.audit.to_dict() for run in runs],
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in packages},
        },
        "scenario": scenario.model_dump(mode="json", by_alias=True),
    }


def _tables(runs: list[Run]) -> Iterator[tuple[str, pd.DataFrame]]:
    """(path without suffix, table) with all replications."""
    for same in zip(*(frames(run) for run in runs), strict=True):
        tables = []
        for run, (_, table) in zip(runs, same, strict=True):
            table = table.copy(deep=False)
            table.insert(0, "replication", run.replication)
            tables.append(table)
        yield same[0][0], pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]


def write(
    folder: Path,
    runs: list[Run],
    summary: Summary,
    source: str,
    changes: list[str],
    seconds: dict[str, float],
) -> list[Path]:
    """Write manifest, key figures, tables and pictures; returns the paths of the pictures.

    An older run in `folder` is replaced only when the new one is whole. Raises StoreError.
    """
    with whole(folder) as part:
        (part / "plots").mkdir()
        (part / RECORDS).mkdir()
        for name, table in _tables(runs):
            table.to_parquet(part / f"{name}.parquet", index=False, compression="zstd")
        document = json.dumps(kpis_document(summary), indent=1, ensure_ascii=False)
        (part / "kpis.json").write_text(document + "\n", encoding="utf-8")
        pictures = [
            picture
            for name, figure in runs[0].plot.all()
            for picture in save(figure, part / "plots" / name)
        ]
        text = json.dumps(manifest(runs, source, changes, seconds), indent=1, ensure_ascii=False)
        (part / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return [folder.absolute() / "plots" / picture.name for picture in pictures]

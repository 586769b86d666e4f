"""The folder of a sweep: table of runs, comparison, pictures."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from simnet.accounts import UNHELPED
from simnet.experiment import Comparison, Response, Selected, Sweep, version
from simnet.plain import finite
from simnet.plots.style import save
from simnet.sheet import write_csv

from .error import ReadError
from .folder import Place, whole
from .read import read, read_manifest
from .seal import COMPARISON, MANIFEST, SWEEP, opened, refuse_changed, seal


def sweep_document(sweep: Sweep, comparison: Comparison | None) -> dict[str, Any]:
    """What a sweep found, as plain data."""
    counts = sweep.counts
    found: dict[str, Any] = {
        "name": sweep.question.name,
        "description": sweep.question.description,
        "question": sweep.question.model_dump(mode="json", exclude_none=True),
        "seed": sweep.seed,
        "baseline": sweep.baseline,
        "strategies": {s.name: s.factors for s in sweep.strategies},
        "failed": sweep.failed,
        "runs": {
            "wanted": counts.wanted, "found": counts.found, "done": counts.done,
            "failed": counts.failed, "simulated": counts.simulated, "saved": counts.saved,
        },
        "notes": sweep.notes,
        "answer": _answer(sweep.answer),
        "model": version(),
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    if comparison is not None:
        found |= comparison_document(comparison)
    return found


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Tables and verdict as plain data; null for what cannot be said."""
    return {
        "replications": comparison.replications,
        "comparison": {
            m.name: {
                "unit": m.unit, "meaning": m.meaning, "goal": m.goal,
                "strategies": finite(comparison.tables[m.name].to_dict("index")),
            }
            for m in comparison.measures
        },
        "unhelped": comparison.unhelped,
        "refused": comparison.refused,
        "front": finite(comparison.front.to_dict("index")),
        "verdict": comparison.verdict,
    }  # fmt: skip


def _answer(found: Selected | dict[str, pd.DataFrame] | None) -> Any:
    """What a selection or a sensitivity question found."""
    if isinstance(found, dict):
        return {name: finite(table.to_dict("records")) for name, table in found.items()}
    return None if found is None else vars(found)


def write_sweep(
    where: Place | Path,
    sweep: Sweep,
    comparison: Comparison | None,
    figures: Iterable[tuple[str, Figure]],
) -> list[Path]:
    """Write table, comparison and pictures; returns the paths of the pictures.

    What `where` holds is replaced only when the new sweep is whole, see `whole`. Raises StoreError.
    """
    where = Place.of(where, SWEEP)
    with whole(where) as part:
        sweep.runs.to_parquet(part / "runs.parquet", index=False, compression="zstd")
        write_csv(sweep.runs, part / "runs.csv")
        (part / "plots").mkdir()
        pictures = [p for name, figure in figures for p in save(figure, part / "plots" / name)]
        seal(part, SWEEP, sweep_document(sweep, comparison))
    return [where.folder / "plots" / picture.name for picture in pictures]


def write_comparison(
    where: Place | Path, comparison: Comparison, figures: Iterable[tuple[str, Figure]]
) -> list[Path]:
    """Write tables, verdict and pictures; returns the paths of the pictures. Raises StoreError."""
    where = Place.of(where, COMPARISON)
    with whole(where) as part:
        pictures = [p for name, figure in figures for p in save(figure, part / name)]
        document = {"baseline": comparison.baseline, **comparison_document(comparison)}
        seal(part, COMPARISON, document)
    return [where.folder / picture.name for picture in pictures]


@dataclass(frozen=True)
class SweepFolder:
    """Runs that were read from folders, ready for a comparison."""

    runs: pd.DataFrame
    factors: list[str]
    """columns of `runs` that tell what was varied"""
    responses: dict[str, Response]
    baseline: str
    unhelped: float
    """share of cases that may be left without help before that is said"""


def read_results(folders: list[Path]) -> SweepFolder:
    """The runs of folders that `simnet sweep` or `simnet run` wrote, as strategies of one table.

    A run's strategy is named by its folder; those of several sweeps by folder and strategy.
    Raises ReadError where a folder holds neither, or the seeds differ, so that nothing is paired.
    """
    tables: list[pd.DataFrame] = []
    seeds: dict[int, Path] = {}
    factors: list[str] = []
    responses: dict[str, Response] = {}
    baseline, unhelped = "", UNHELPED
    for folder in folders:
        if (folder / SWEEP).is_file():
            document = _sweep(folder)
            table = pd.read_parquet(folder / "runs.parquet")
            prefix = f"{folder.name}: " if len(folders) > 1 else ""
            table["strategy"] = prefix + table["strategy"].astype(str)
            baseline = baseline or prefix + document["baseline"]
            asked = document["question"]["responses"]
            responses |= {name: Response(**item) for name, item in asked.items()}
            factors += document["question"]["factors"]
            unhelped = document["question"].get("unhelped", unhelped)
            seed = document["seed"]
        elif (folder / MANIFEST).is_file():
            seed = read_manifest(folder)["seed"]
            rows = [
                {"strategy": folder.name, "replication": run.replication, **run.kpis.total}
                for run in read(folder)
            ]
            table = pd.DataFrame(rows)
        else:
            raise ReadError(
                f"{folder} holds no results: there is neither {MANIFEST} nor {SWEEP}; write one "
                "with simnet run or simnet sweep"
            )
        seeds.setdefault(seed, folder)
        tables.append(table)
    if len(seeds) > 1:
        said = ", ".join(f"{folder} has {seed}" for seed, folder in seeds.items())
        raise ReadError(
            f"the seeds differ ({said}), so replications have other random numbers and cannot be "
            "paired; run them again with one --seed"
        )
    names = [table["strategy"].iloc[0] for table in tables]
    if len(set(names)) < len(names):
        raise ReadError("two folders have the same name, so their strategies cannot be told apart")
    return SweepFolder(
        pd.concat(tables, ignore_index=True),
        list(dict.fromkeys(factors)),
        responses,
        baseline,
        unhelped,
    )


def _sweep(folder: Path) -> dict[str, Any]:
    document = opened(folder, SWEEP)
    refuse_changed(folder, document)
    return document

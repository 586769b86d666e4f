"""Records of runs, kept so that other prices need no simulation: a file for each run."""

import contextlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Staff, Units
from simnet.draws.groups import Groups
from simnet.records import Records

from .error import ExperimentError

TABLES = ("cases", "calls", "visits", "bench", "shipments", "moves", "trips", "queues")


class Shelf:
    """Files `PHYSICAL-SEED-REPLICATION.npz` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _file(self, physical: str, seed: int, replication: int) -> Path:
        return self.folder / f"{physical}-{seed}-{replication}.npz"

    def has(self, physical: str, seed: int, replication: int) -> bool:
        """Whether there is a file of them."""
        return self._file(physical, seed, replication).exists()

    def get(self, physical: str, seed: int, replication: int) -> Records | None:
        """The records, or None where there are none that can be read."""
        file = self._file(physical, seed, replication)
        try:
            with np.load(file) as found:
                columns = {name: found[name] for name in found.files}
        except FileNotFoundError:
            return None
        except Exception:  # of a damaged file numpy and zipfile raise many kinds
            with contextlib.suppress(OSError):
                file.unlink()
            return None

        def part(table: str) -> dict[str, np.ndarray]:
            begin = f"{table}."
            return {n.removeprefix(begin): c for n, c in columns.items() if n.startswith(begin)}

        return Records(
            **{table: part(table) for table in TABLES},
            units=Units(Groups(**part("groups")), columns["life"], columns["sold"]),
            staff=Staff(**part("staff")),
            initial_stock=columns["initial_stock"],
        )

    def put(self, physical: str, seed: int, replication: int, records: Records) -> None:
        """Keep records, whole or not at all. Raises ExperimentError where that cannot be."""
        columns: dict[str, NDArray[Any]] = {"initial_stock": records.initial_stock}
        for table in TABLES:
            columns |= {f"{table}.{n}": c for n, c in getattr(records, table).items()}
        units = records.units
        columns |= {f"groups.{n}": c for n, c in vars(units.groups).items()}
        columns |= {"life": units.life, "sold": units.sold}
        columns |= {f"staff.{n}": c for n, c in vars(records.staff).items()}
        file = self._file(physical, seed, replication)
        part = file.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as opened:
                # the stubs take a name for `allow_pickle`, which no column has
                np.savez(opened, **columns)  # type: ignore[arg-type]
            part.replace(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise ExperimentError(
                f"{file} could not be written: {error.strerror or error}; runs that were finished "
                "before are kept: make room and give the same command again"
            ) from error

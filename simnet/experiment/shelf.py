"""Records of runs, kept so that other prices need no simulation: a file for each run."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Staff, Units
from simnet.draws.groups import Groups
from simnet.records import Records
from simnet.unfinished import left_in, remove, whole_file

from .error import ExperimentError

TABLES = ("cases", "calls", "visits", "bench", "shipments", "moves", "trips", "queues")
DIGEST = "digest"


class DamagedRecord(Exception):
    """A file of records that is not as it was written; it is not there any more."""


class Shelf:
    """Files `PHYSICAL-SEED-REPLICATION.npz` in a folder, each with a digest of all that it holds
    and of its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _file(self, physical: str, seed: int, replication: int) -> Path:
        return self.folder / f"{physical}-{seed}-{replication}.npz"

    def clear(self) -> None:
        """Remove what processes left half-written that are no more."""
        for part in left_in(self.folder):
            remove(part)

    def has(self, physical: str, seed: int, replication: int) -> bool:
        """Whether there is a file of them."""
        return self._file(physical, seed, replication).exists()

    def get(self, physical: str, seed: int, replication: int) -> Records | None:
        """The records, or None where there are none. Raises DamagedRecord."""
        file = self._file(physical, seed, replication)
        try:
            with file.open("rb") as opened, np.load(opened) as found:
                columns = {name: found[name] for name in found.files}
            if columns.pop(DIGEST).tobytes() != _digest(file.stem, columns):
                raise DamagedRecord(file.name)
            return _records(columns)
        except FileNotFoundError:
            return None
        except Exception as error:  # of a damaged file numpy and zipfile raise many kinds
            remove(file)
            raise DamagedRecord(file.name) from error

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
        columns[DIGEST] = np.frombuffer(_digest(file.stem, columns), np.uint8)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with whole_file(file) as part, part.open("wb") as opened:
                # the stubs take a name for `allow_pickle`, which no column has
                np.savez(opened, **columns)  # type: ignore[arg-type]
        except OSError as error:
            raise ExperimentError(
                f"{file} could not be written: {error.strerror or error}; runs that were finished "
                "before are kept: make room and give the same command again"
            ) from error


def _digest(name: str, columns: dict[str, NDArray[Any]]) -> bytes:
    found = hashlib.blake2b(name.encode(), digest_size=16)
    for column, values in columns.items():
        found.update(f"{column} {values.dtype.str} {values.shape} ".encode())
        found.update(np.ascontiguousarray(values).data.cast("B") if values.size else b"")
    return found.digest()


def _records(columns: dict[str, NDArray[Any]]) -> Records:
    def part(table: str) -> dict[str, NDArray[Any]]:
        begin = f"{table}."
        return {n.removeprefix(begin): c for n, c in columns.items() if n.startswith(begin)}

    return Records(
        **{table: part(table) for table in TABLES},
        units=Units(Groups(**part("groups")), columns["life"], columns["sold"]),
        staff=Staff(**part("staff")),
        initial_stock=columns["initial_stock"],
    )

"""CSV files named in a scenario: read beside it, refused with place and remedy."""

import csv
import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simnet.sheet import unguarded

MAX_BYTES = 100_000_000


@dataclass(frozen=True)
class Row:
    """One line of a CSV file: its cells by column, and where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def fail(self, column: str, why: str) -> ValueError:
        """The error that names file, line, column and value."""
        shown = self.cells.get(column)
        return ValueError(f"{self.file}, line {self.line}, column '{column}': {shown!r} {why}")


def read_table(
    name: Any, context: Any, required: Sequence[str], optional: Sequence[str] = ()
) -> list[Row]:
    """Rows of the CSV file `name`, looked up beside the scenario file (`context["folder"]`).

    Other columns than `required` and `optional` are left alone.
    Raises ValueError for a missing or unreadable file, wrong encoding or missing columns.
    """
    if not isinstance(name, str):
        raise ValueError("the name of a CSV file is needed")
    path = Path((context or {}).get("folder", ".")) / name
    try:
        if path.exists() and not path.is_file():  # a device may never end
            raise ValueError(f"{name} cannot be read as CSV: it is no file")
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise ValueError(f"{name} is larger than {MAX_BYTES:,} bytes")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header = [column.strip() for column in reader.fieldnames or ()]
            reader.fieldnames = header
            for column in required:
                if column not in header:
                    near = difflib.get_close_matches(column, header, n=1)
                    hint = f"; did you mean '{near[0]}'?" if near else ""
                    # of a file that is another one altogether, nothing is shown
                    ours = near or not header or {*required, *optional} & set(header)
                    listed = f" (it has {', '.join(header) or 'none'})" if ours else ""
                    raise ValueError(f"{name} has no column '{column}'{listed}{hint}")
                if header.count(column) > 1:
                    raise ValueError(f"{name} has two columns '{column}'")
            kept = [column for column in (*required, *optional) if column in header]
            rows = []
            for cells in reader:
                if None in cells or None in cells.values():
                    raise ValueError(
                        f"{name}, line {reader.line_num}: as many cells as columns are needed"
                    )
                rows.append(
                    Row(name, reader.line_num, {c: unguarded(cells[c].strip()) for c in kept})
                )
    except FileNotFoundError as error:
        raise ValueError(f"no file {path}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8 text; save it as CSV UTF-8") from error
    except (OSError, csv.Error) as error:
        raise ValueError(f"{name} cannot be read as CSV: {error}") from error
    if not rows:
        raise ValueError(f"{name} has no rows")
    return rows


def number(row: Row, column: str, least: float = -math.inf, most: float = math.inf) -> float:
    """The cell as a finite number in [least, most]; raises ValueError naming file and place."""
    try:
        value = float(row.cells[column])
    except ValueError as error:
        raise row.fail(column, "is no number") from error
    if not math.isfinite(value):
        raise row.fail(column, "is not finite")
    if not least <= value <= most:
        bounds = f"between {least:g} and {most:g}" if most < math.inf else f"at least {least:g}"
        raise row.fail(column, f"is not {bounds}")
    return value

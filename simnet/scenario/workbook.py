"""Workbooks (.xlsx and their kin) as tables of text: their first sheet."""

import datetime
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MAX_BYTES = 1_000_000_000


def read_sheet(
    path: Path, name: str, notes: list[str]
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Header and lines of the first sheet; notes: gets the names of other sheets that hold
    anything.

    Raises ValueError where the package that reads them is not there, or the file is none.
    """
    try:
        from python_calamine import CalamineError, load_workbook
    except ImportError as error:
        raise ValueError(
            f"{name} is a workbook: pip install 'simnet[xlsx]', or save it as CSV UTF-8"
        ) from error
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                if sum(part.file_size for part in packed.infolist()) > MAX_BYTES:
                    raise ValueError(f"{name} is larger than {MAX_BYTES:,} bytes when unpacked")
        with path.open("rb"):
            book = load_workbook(str(path))
        sheets = [(sheet, book.get_sheet_by_name(sheet).to_python()) for sheet in book.sheet_names]
    except (CalamineError, zipfile.BadZipFile) as error:
        raise ValueError(f"{name} cannot be read as a workbook: {error}") from error
    filled = [sheet for sheet, rows in sheets if rows]
    if len(filled) > 1:
        others = ", ".join(f"'{sheet}'" for sheet in filled[1:])
        notes.append(f"{name}: its first sheet '{filled[0]}' is read, and {others} not")
    if not filled:
        raise ValueError(f"{name} has no rows")
    table = [[_text(cell) for cell in row] for row in dict(sheets)[filled[0]]]
    lines = ((i, row) for i, row in enumerate(table[1:], start=2) if any(row))
    return table[0], lines


def _text(cell: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.timedelta):
        seconds = cell.total_seconds()
        minutes, rest = divmod(seconds, 60)
        return f"{int(minutes // 60)}:{int(minutes % 60):02d}:{rest:06.3f}"
    if isinstance(cell, datetime.datetime | datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell).strip()

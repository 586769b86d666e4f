"""Tables named in a scenario: CSV files and workbooks, refused with place and remedy.

A CSV file is UTF-8, or UTF-16 with its mark; its cells are divided by commas, semicolons, tabs or
bars, whichever its header is. Where they are not divided by commas, and no number in the file has
a point, a comma in a number is a decimal comma. Column names are case-sensitive; blanks around
names and cells do not count.
"""

import codecs
import csv
import difflib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simnet.sheet import unguarded

from .workbook import SUFFIXES, read_sheet

MAX_BYTES = 100_000_000
DIVIDERS = ",;\t|"
SAME = {"lat": "latitude", "lon": "longitude"}
"""names that mean one column"""
Lines = Iterator[tuple[int, list[str]]]
"""number of each line, and its cells"""


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells by column, and where it stands."""

    file: str
    line: int
    cells: dict[str, str]
    decimal_comma: bool = False

    def fail(self, column: str, why: str) -> ValueError:
        """The error that names file, line, column and value."""
        shown = self.cells.get(column)
        return ValueError(f"{self.file}, line {self.line}, column '{column}': {shown!r} {why}")

    def hint(self, column: str) -> str:
        """What to do about a decimal comma that is taken for none."""
        if re.fullmatch(r"[-+]?\d+,\d+", self.cells[column]):
            return (
                "; a comma is a decimal comma only in files without commas between the cells and "
                "without points in numbers"
            )
        return ""

    def value(self, column: str) -> float | str:
        """The cell as a number, or as it is where it is none."""
        text = self.cells[column]
        if self.decimal_comma and text.count(",") == 1:
            text = text.replace(",", ".")
        try:
            return float(text)
        except ValueError:
            return self.cells[column]


def read_table(
    name: Any,
    context: Any,
    required: Sequence[str],
    known: Callable[[str], Sequence[str]] | None = None,
    columns: Mapping[str, str] | None = None,
) -> list[Row]:
    """Rows of the table `name`, looked up beside the scenario file (`context["folder"]`).

    required: columns that it must have; known: the names that a column may be meant to have, itself
    alone where it is right (other columns are named in `context["notes"]`; where None, they are
    left alone without a word); columns: what the file calls a column, where it is another name.
    Raises ValueError for a missing or unreadable file, and for missing, doubled and misspelt
    columns.
    """
    if not isinstance(name, str):
        raise ValueError("the name of a CSV file is needed")
    path = Path((context or {}).get("folder", ".")) / name
    notes: list[str] = (context or {}).get("notes", [])
    foreign = {theirs: ours for ours, theirs in (columns or {}).items()}
    try:
        if path.exists() and not path.is_file():  # a device may never end
            raise ValueError(f"{name} cannot be read as CSV: it is no file")
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise ValueError(f"{name} is larger than {MAX_BYTES:,} bytes")
        if path.suffix.lower() in SUFFIXES:
            header, lines = read_sheet(path, name, notes)
            points = True
        else:
            header, lines, points = _divided(path, name, [foreign, required])
        used = _columns(name, header, required, known, foreign, notes)
        rows = [
            Row(
                name,
                line,
                {ours: unguarded(cells[i].strip()) for i, ours in used.items()},
                not points,
            )
            for line, cells in lines
        ]
    except FileNotFoundError as error:
        raise ValueError(f"no file {path}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8 text; save it as CSV UTF-8") from error
    except (OSError, csv.Error) as error:
        raise ValueError(f"{name} cannot be read as CSV: {error}") from error
    if not rows:
        raise ValueError(f"{name} has no rows")
    return rows


def _divided(path: Path, name: str, wanted: Sequence[Any]) -> tuple[list[str], Lines, bool]:
    """Header, lines and whether numbers have points, of a file whose cells are divided."""
    content = path.read_bytes()
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    # UTF-16 is how Excel writes Unicode text
    text = content.decode("utf-16" if content.startswith(marks) else "utf-8-sig")
    if "\0" in text:
        raise ValueError(f"{name} is no text; save it as CSV UTF-8")
    said = re.match(r"sep=(.)\r?\n", text)  # as Excel writes it
    text = text[said.end() :] if said else text

    def header(divider: str) -> list[str]:
        first = csv.reader([text.split("\n")[0]], delimiter=divider)
        return [cell.strip() for cell in next(first, [])]

    names = {column for some in wanted for column in some}
    divider = said[1] if said else max(
        DIVIDERS, key=lambda one: (len(names & set(header(one))), len(header(one)))
    )  # fmt: skip
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    columns = [cell.strip() for cell in next(reader, [])]
    points = divider == "," or re.search(r"(?:^|[^\d.,])-?\d+\.\d+(?:[^\d.,]|$)", text) is not None

    def lines() -> Lines:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                hint = "; a decimal comma needs semicolons between the cells" * (divider == ",")
                raise ValueError(
                    f"{name}, line {reader.line_num}: as many cells as columns are needed "
                    f"({len(cells)} for {len(columns)}){hint}"
                )
            yield reader.line_num, [cell.strip() for cell in cells]

    return columns, lines(), points


def _columns(
    name: str,
    header: list[str],
    required: Sequence[str],
    known: Callable[[str], Sequence[str]] | None,
    foreign: Mapping[str, str],
    notes: list[str],
) -> dict[int, str]:
    """Our name of each column that is used, by position."""
    ours = [foreign.get(c, SAME.get(c, c) if known else c) for c in header]
    for theirs, column in foreign.items():
        if theirs not in header:
            raise ValueError(f"{name} has no column '{theirs}', which columns says is the {column}")
    for column in required:
        if column not in ours:
            near = difflib.get_close_matches(column, header, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            # what another file holds is nobody's business
            seen = [c for c in ours if c in required or (known and list(known(c)) == [c])]
            listed = ", ".join(seen) or "none that is known"
            raise ValueError(f"{name} has no column '{column}' (it has {listed}){hint}")
    used: dict[int, str] = {}
    unused: list[str] = []
    for i, column in enumerate(ours):
        meant = [column] if column in required else known(column) if known else []
        if column not in meant:
            missing = [c for c in meant if c not in ours or c.casefold() == column.casefold()]
            if missing:
                raise ValueError(f"{name} has a column '{column}'; did you mean '{missing[0]}'?")
            unused.append(header[i])
        elif column in used.values():
            raise ValueError(f"{name} has two columns '{header[i]}'")
        else:
            used[i] = column
    named = [f"'{column}'" for column in unused if column]
    if known and named:
        notes.append(f"{name}: not used is what stands in {', '.join(named)}: no column known here")
    return used

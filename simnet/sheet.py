"""CSV files that Excel opens: letters of all scripts intact, and no name taken for a formula."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ENCODING = "utf-8-sig"
"""UTF-8 that begins with a byte order mark, without which Excel takes it for another encoding"""
MARK = "'"
_RISKY = tuple("=+-@\t\r\n＝＋－＠")


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: where it begins with one of = + - @, a tab or a
    line end, ' is put before it, as a spreadsheet's user would (OWASP, CSV Injection).

    A ' that stands before such a sign already gets another one, so that `unguarded` gives every
    text back.
    """
    return MARK + text if text.lstrip(MARK).startswith(_RISKY) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    inner = text.removeprefix(MARK)
    return inner if inner.lstrip(MARK).startswith(_RISKY) else text


def write_csv(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table without its index; text is `guarded`, also in the head, and numbers stay as
    they are. Raises OSError."""

    def cell(value: Any) -> Any:
        return guarded(value) if isinstance(value, str) else value

    text = frame.select_dtypes(exclude=["number", "bool", "datetime", "datetimetz"])
    safe = frame.copy(deep=False)
    for name in text:
        safe[name] = text[name].astype(object).map(cell)
    safe.columns = [cell(name) for name in safe.columns]
    safe.to_csv(path, index=False, encoding=ENCODING, lineterminator="\n")

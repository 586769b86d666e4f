"""Results as JSON can hold them, and names as a terminal can show them."""

import json
import math
import unicodedata
from typing import Any


class Advice(UserWarning):
    """What a user can mend or should know; the terminal shows it in a line of its own."""


_JOINERS = "\u200c\u200d"
"""they shape the letters of many scripts"""


def finite(value: Any) -> Any:
    """Plain data; JSON knows no infinity and no NaN: null. Numbers of numpy become Python's."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def in_yaml(value: Any) -> str:
    """A single value as a file would have it: true, null."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _seen(character: str) -> bool:
    """Letters, marks and the spaces of all scripts; not what steers a terminal."""
    return (
        character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"
    )


def visible(text: str) -> str:
    """The text in one line; what would not be seen is escaped.

    A name may hold what turns a terminal's colours, its title or the direction of writing.
    """
    if text.isprintable():
        return text
    return "".join(c if _seen(c) else c.encode("unicode_escape").decode() for c in text)


def visible_lines(text: str) -> str:
    """As `visible`, of text that may have several lines."""
    return "\n".join(map(visible, text.split("\n")))


def as_json(document: Any, **options: Any) -> str:
    """JSON in which letters of all scripts stand as they are, and what would not be seen escaped.

    Takes the options of `json.dumps`.
    """
    text = json.dumps(document, ensure_ascii=False, **options)
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or _seen(c) else json.dumps(c)[1:-1] for c in text)

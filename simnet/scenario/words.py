"""What pydantic finds wrong with a value, in words for who writes the file."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from simnet.plain import in_yaml

from .problem import nearest

NEEDED = {
    "int": "a whole number",
    "float": "a number",
    "finite_number": "a finite number",
    "string": "a text",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping of names to values",
    "model": "a mapping of names to values",
    "date": "a date such as 2026-01-31",
    "union_tag_not_found": "a number, or a mapping with its kind (law: or curve:),",
    "model_attributes_type": "a number, or a mapping with its kind (law: or curve:),",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
    "too_short": "{min_length} at least",
    "too_long": "{max_length} at most",
    "string_pattern_mismatch": "a text of the form {pattern}",
    "string_too_short": "a text of {min_length} letters at least",
    "string_too_long": "a text of {max_length} letters at most",
}
"""what is needed, by the kind of error or by what its name begins with"""
IS_NEEDED, BUT = " is needed", ", but it is "


def words(detail: ErrorDetails, known: Sequence[str] = ()) -> str:
    """What is wrong, and what would be right. known: names that are allowed."""
    kind, value, context = detail["type"], detail.get("input"), detail.get("ctx", {})
    if kind == "extra_forbidden":
        near = nearest(detail["loc"][-1], known)
        names = f" (known: {', '.join(sorted(known))})" if known and not near else ""
        return f"unknown name '{detail['loc'][-1]}'{near}{names}"
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return detail["msg"].removeprefix("Value error, ") + _shown(value)
    if kind == "union_tag_invalid":
        tags = context["expected_tags"].replace("'", "").split(", ")
        tag = context["tag"]
        return f"unknown kind '{tag}'{nearest(tag, tags)} (known: {', '.join(tags)})"
    if kind == "literal_error":
        expected = context["expected"]
        names = expected.replace("'", "").replace(" or ", ", ").split(", ")
        if len(names) == 1 and not nearest(value, names):
            return f"{names[0]}{IS_NEEDED}{_shown(value)}"
        return f"{_value(value)} is not one of {expected}{nearest(value, names)}"
    what, _, how = kind.partition("_")
    needed = NEEDED.get(kind if how not in ("type", "parsing", "from_float") else what)
    if needed is None:
        return detail["msg"][0].lower() + detail["msg"][1:] + _shown(value)
    if kind in ("too_short", "too_long"):
        return f"{needed.format(**context)}{IS_NEEDED}, but there are {context['actual_length']}"
    return f"{needed.format(**context)}{IS_NEEDED}{_shown(value)}"


def either(messages: Sequence[str]) -> str:
    """What is wrong with a value that may be one of several things: what each of them would need;
    at most three are told."""
    told = list(dict.fromkeys(messages))
    # what is wrong with the right kind of value, rather than which kinds there are
    found = ([m for m in told if IS_NEEDED not in m] or told)[:3]
    parts = [message.partition(IS_NEEDED) for message in found]
    tails = {tail for _, needed, tail in parts if needed}
    if len(found) > 1 and len(tails) == 1 and all(needed for _, needed, _ in parts):
        return ", or ".join(head for head, _, _ in parts) + IS_NEEDED + tails.pop()
    return "; ".join(found)


def without_value(message: str) -> str:
    """The same where the value is said already."""
    return message.partition(BUT)[0]


def _value(value: Any) -> str:
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a figure of thousands of digits, lists in lists
        return f"a huge {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def _shown(value: Any) -> str:
    if isinstance(value, dict | list | tuple | BaseModel):
        return ""
    return BUT + (in_yaml(value) if value is None or isinstance(value, bool) else _value(value))

"""What an object is, in a few lines: at a prompt, in a message, and in a notebook."""

import html
import math
from collections.abc import Mapping, Sized
from dataclasses import fields, is_dataclass
from typing import Any

from simnet.plain import visible

LONGEST = 60
"""letters of one value"""
MOST = 800
"""letters of an object in one line"""


def cut(text: str, most: int = LONGEST) -> str:
    """The text in one line of at most so many letters."""
    text = visible(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def value(item: Any) -> str:
    """One value: what is large by its kind and size."""
    shape = getattr(item, "shape", None)
    if hasattr(item, "columns") and shape is not None:
        return f"<table of {shape[0]:,} x {shape[1]}>"
    if hasattr(item, "dtype") and shape is not None and shape != ():
        return f"<{item.dtype} {'x'.join(map(str, shape))}>"
    if isinstance(item, dict | list | tuple | set | frozenset) and len(item) > 0:
        plain = all(isinstance(x, str | int | float | bool | None) for x in (
            [*item, *item.values()] if isinstance(item, dict) else item))  # fmt: skip
        if plain and len(item) <= 4:
            return cut(repr(item))
        return f"<{type(item).__name__} of {len(item):,}>"
    if is_dataclass(item) or hasattr(type(item), "model_fields"):
        return f"<{type(item).__name__}>"
    return cut(repr(item))


def brief(self: Any) -> str:
    """A short `__repr__` for a dataclass that holds much."""
    told = ", ".join(f"{f.name}={value(getattr(self, f.name))}" for f in fields(self) if f.repr)
    return cut(f"{type(self).__name__}({told})", MOST)


def lines(title: str, facts: Mapping[str, str]) -> str:
    """A title and a line for each fact that there is."""
    return "\n".join([cut(title, 120), *(f"  {k}: {cut(v, 160)}" for k, v in facts.items() if v)])


def page(title: str, facts: Mapping[str, str]) -> str:
    """The same as HTML without script, for notebooks."""
    rows = "".join(
        f'<tr><th style="text-align:left">{_html(k)}</th>'
        f'<td style="text-align:left">{_html(cut(v, 400))}</td></tr>'
        for k, v in facts.items()
        if v
    )
    return f"<div><strong>{_html(cut(title, 120))}</strong><table>{rows}</table></div>"


def _html(text: str) -> str:
    return html.escape(visible(text))


def several(items: Sized | int, word: str) -> str:
    """`1 outlet`, `2 outlets`; empty for none."""
    count = items if isinstance(items, int) else len(items)
    return "" if count == 0 else f"{count:,} {word}" + ("" if count == 1 else "s")


def listed(*words: str) -> str:
    """Those that are not empty, with commas."""
    return ", ".join(filter(None, words))


def figure(number: float, unit: str, currency: str = "") -> str:
    """A key figure with its unit: `5.2 h`, `93.1 %`, `210 EUR`; empty where it has no value."""
    if math.isnan(number):
        return ""
    if unit == "share":
        return f"{100 * number:.1f} %"
    digits = 0 if abs(number) >= 1000 else 1 if abs(number) >= 10 else 2
    return f"{number:,.{digits}f} {currency if unit == 'money' else unit}".rstrip()


def span(hours: float) -> str:
    """A simulated time: `2 years`, `60 days`, `30 h`."""
    for word, size in (("year", 8760.0), ("day", 24.0)):
        if hours >= 2 * size or hours == size:
            return f"{hours / size:,.3g} {word}" + ("" if hours == size else "s")
    return f"{hours:,.4g} h"


class Short:
    """What shows itself in a few lines at a prompt, and as a small table in a notebook."""

    @property
    def _title(self) -> str:
        raise NotImplementedError

    @property
    def _facts(self) -> Mapping[str, str]:
        raise NotImplementedError

    def __repr__(self) -> str:
        return lines(self._title, self._facts)

    def _repr_html_(self) -> str:
        return page(self._title, self._facts)

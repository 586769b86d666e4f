"""How pictures look: palette, type, numbers, and the frame that all of them share."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from simnet.plots.fonts import FONTS, beginning, columns, quiet
from simnet.plots.fonts import drawable as drawable
from simnet.plots.fonts import printable as printable
from simnet.plots.view import RunView

INK, MUTED, GRID, SHADE = "#1a1a1a", "#666666", "#dcdcdc", "#f0f0f0"
BLACK, BLUE, VERMILLION, GREEN = "#333333", "#0072B2", "#D55E00", "#009E73"
PURPLE, SKY, ORANGE, YELLOW = "#CC79A7", "#56B4E9", "#E69F00", "#F0E442"
PALETTE = (BLACK, BLUE, VERMILLION, GREEN, PURPLE, SKY, ORANGE, YELLOW)
"""Okabe and Ito's colours (https://jfly.uni-koeln.de/color), which the colour-blind tell apart,
from dark to light, so that print in grey keeps the order; black is softened."""
LINES = (BLUE, VERMILLION, GREEN, PURPLE, BLACK, ORANGE)
"""those of them that carry a line or a word on white, the most different first"""

SIZE, DPI = (10.0, 5.6), 150
TOP = 0.845
"""share of the height below the title"""
FONT, SMALL, TINY, LARGE, HEAD = 12.0, 11.0, 8.0, 13.0, 17.0
"""points; nothing is smaller than SMALL"""
MINUS = "\N{MINUS SIGN}"


# ---- type ------------------------------------------------------------------------------------


def short(text: str, most: int = 24) -> str:
    """`text` with its end cut off where it is wider than `most` letters."""
    return text if columns(text) <= most else beginning(text, most - 1).rstrip(" ,;:-") + "…"


def sentence(text: str) -> str:
    """`text` with a large first letter, and the others as they are."""
    return text[:1].upper() + text[1:]


def named(names: Sequence[str], kind: str, most: int = 24) -> list[str]:
    """Names as they can be printed, no two alike; `kind` and the position where that fails."""
    found: list[str] = []
    for i, name in enumerate(names):
        label = short(printable(name, f"{kind} {i + 1}"), most)
        found.append(f"{short(label, most - 5)} ({i + 1})" if label in found else label)
    return found


# ---- numbers ---------------------------------------------------------------------------------


def number(value: float, digits: int = 2) -> str:
    """With thousands separators, and with decimals only where fewer than `digits` figures stand
    before the point: 0.037, 2.4, 31, 12,345."""
    size, decimals = abs(value), 0
    while decimals < 4 and 0 < size < 10 ** (digits - 1) * (1 - 0.5 * 10.0**-digits):
        size, decimals = size * 10, decimals + 1
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return "0"
    return text.replace("-", MINUS)


def tick(value: float) -> str:
    """A number on an axis: 2, 2.5, 12,000."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", MINUS)


def alike(values: Sequence[float], largest: float) -> list[str]:
    """Numbers to compare, all with as many decimals as `largest` needs."""
    decimals = 0 if largest >= 99.5 else 1 if largest >= 3 else 2
    return [f"{value:,.{decimals}f}".replace("-", MINUS) for value in values]


def percent(share: float) -> str:
    """78 %, and 99.7 % where rounding would say all (or 0.3 % where it would say none)."""
    value = 100 * share
    close = 0 < value < 1 or 99 < value < 100
    shown = min(round(value, 1), 99.9) if 99 < value < 100 else max(round(value, 1), 0.1)
    return f"{shown:.1f} %" if close else f"{value:,.0f} %".replace("-", MINUS)


@dataclass(frozen=True)
class Unit:
    """A unit to draw in: `value / size` in units of `name`."""

    name: str
    size: float


_TIMES = (Unit("s", 1 / 3600), Unit("min", 1 / 60), Unit("h", 1.0), Unit("days", 24.0))


def time_unit(hours: float) -> Unit:
    """The unit in which times up to `hours` read best: up to 2 min, 2 h, 3 days, and beyond."""
    for unit, most in zip(_TIMES, (1 / 30, 2.0, 72.0), strict=False):
        if hours < most * (1 - 1e-9):
            return unit
    return _TIMES[-1]


def duration(hours: float, unit: Unit | None = None) -> str:
    """31 h, 3.6 days, 12 min."""
    unit = time_unit(hours) if unit is None else unit
    text = number(hours / unit.size)
    return f"{text} {'day' if unit.name == 'days' and text == '1.0' else unit.name}"


def money_unit(amount: float, currency: str) -> Unit:
    """The unit in which amounts up to `amount`, and much smaller ones too, read best."""
    for name, size in (("billion", 1e9), ("million", 1e6), ("thousand", 1e3)):
        if abs(amount) >= 10 * size:
            return Unit(f"{name} {currency}", size)
    return Unit(currency, 1.0)


def money(amount: float, currency: str) -> str:
    """1.2 million EUR; 840 EUR."""
    for name, size in (("billion ", 1e9), ("million ", 1e6), ("thousand ", 1e3)):
        if abs(amount) >= size * (1 if size > 1e3 else 10):
            return f"{number(amount / size, 3 if size > 1e3 else 2)} {name}{currency}"
    return f"{number(amount)} {currency}"


def on(colour: str) -> str:
    """The colour of words on `colour`."""
    return INK if luminance(colour) > 0.24 else "white"


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.1, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# ---- frame -----------------------------------------------------------------------------------


@contextmanager
def rc() -> Iterator[None]:
    """The settings of all pictures, whatever the user's own are."""
    FONTS.again()
    with quiet(), mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": list(FONTS.families),
                "font.size": FONT,
                "text.color": INK,
                "text.parse_math": False,
                "axes.edgecolor": MUTED,
                "axes.labelcolor": INK,
                "axes.labelsize": FONT,
                "axes.titlesize": LARGE,
                "axes.titlelocation": "left",
                "axes.titlepad": 8.0,
                "axes.axisbelow": True,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.unicode_minus": True,
                "axes.formatter.use_mathtext": False,
                "xtick.color": MUTED,
                "ytick.color": MUTED,
                "xtick.labelcolor": INK,
                "ytick.labelcolor": INK,
                "xtick.labelsize": SMALL,
                "ytick.labelsize": SMALL,
                "grid.color": GRID,
                "grid.linewidth": 0.8,
                "legend.frameon": False,
                "legend.fontsize": SMALL,
                "lines.linewidth": 2.0,
                "lines.solid_capstyle": "round",
                "svg.fonttype": "path",
                "svg.hashsalt": "simnet",
            }
        )
        yield


def frame(
    title: str, subtitle: str = "", note: str = "", foot: str = "", top: float = TOP,
    height: float = SIZE[1],
) -> Figure:  # fmt: skip
    """An empty figure with its title, what the numbers speak of below it, `note` at the bottom on
    the left and `foot` on the right; room for axes is between, up to `top` of the height. Of a
    figure of another `height` (inches), all shares are those of the usual one, in inches."""
    figure = Figure(figsize=(SIZE[0], height), dpi=DPI)
    FigureCanvasAgg(figure)
    title, subtitle, note, foot = map(drawable, (title, subtitle, note, foot))
    _line(figure, from_top(0.975, height), title, HEAD, weight="bold")
    _line(figure, from_top(0.900, height), subtitle, FONT, color=MUTED)
    usual = SIZE[1] / height
    left = figure.text(0.015, 0.02 * usual, note, size=SMALL, color=MUTED)
    right = figure.text(0.985, 0.02 * usual, foot, size=SMALL, color=MUTED, ha="right")
    lines = 1
    if not _fit(figure, left, right, SMALL):
        left.set_text(_two_lines(note))
        lines = 2
        _fit(figure, left, right, TINY)
    bottom = (0.04 + 0.035 * lines if note or foot else 0.015) * usual
    rect = (0.01, bottom, 0.98, from_top(top, height) - bottom)
    figure.set_layout_engine("constrained", rect=rect)
    return figure


def _fit(figure: Figure, left: Text, right: Text, least: float) -> bool:
    """Make two texts in one line as small as they need to be, and `least` at least; whether that
    does."""
    size = SMALL
    while True:
        left.set_fontsize(size)
        right.set_fontsize(size)
        if width(left) + width(right) <= 0.95 * figure.bbox.width:
            return True
        if size <= least:
            return False
        size -= 0.25


def _two_lines(note: str) -> str:
    """Broken at the end of a clause, or of a word, near the middle."""
    for end in ("; ", " "):
        ends = [i + len(end) for i in range(len(note)) if note.startswith(end, i)]
        if ends:
            at = min(ends, key=lambda i: abs(i - len(note) / 2))
            return f"{note[:at].rstrip()}\n{note[at:]}"
    return note


def from_top(share: float, height: float = SIZE[1]) -> float:
    """What is at `share` of the usual height, at as many inches from the top of this one."""
    return 1 - (1 - share) * SIZE[1] / height


def _line(figure: Figure, y: float, words: str, size: float, **look: Any) -> None:
    """A line of the head, smaller where it would be wider than the figure."""
    text = figure.text(0.015, y, words, size=size, va="top", **look)
    while width(text) > 0.97 * figure.bbox.width and size > SMALL:
        size -= 0.25
        text.set_fontsize(size)


def origin(run: RunView) -> str:
    """Which scenario and which random numbers."""
    name = short(printable(run.plan.scenario.name, "scenario"), 40)
    more = f", replication {run.replication}" if run.replication else ""
    return f"{name}, seed {run.seed}{more}"


def finish(figure: Figure) -> Figure:
    """Fix the layout and the ticks while the settings hold, so that it can be saved anywhere."""
    lay_out(figure)
    figure.set_layout_engine("none")
    return figure


def lay_out(figure: Figure) -> None:
    """Put axes and ticks to their places, which is a drawing without its last and longest part."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)


def blank(reason: str) -> Figure:
    """A figure that only says why there is no picture."""
    with rc():
        figure = Figure(figsize=SIZE, dpi=DPI)
        figure.text(0.5, 0.5, drawable(reason), size=LARGE, color=MUTED, ha="center", va="center")
    return figure


def renderer(figure: Figure) -> RendererBase:
    """What measures words."""
    canvas = figure.canvas
    if not isinstance(canvas, FigureCanvasAgg):
        canvas = FigureCanvasAgg(figure)
    # this method of matplotlib carries no types
    return cast(RendererBase, canvas.get_renderer())  # type: ignore[no-untyped-call]


def extent(text: Text) -> Bbox:
    """The box of a text in pixels."""
    figure = text.get_figure(root=True)
    assert figure is not None
    return text.get_window_extent(renderer(figure))


def width(text: Text) -> float:
    """In pixels; 0 for no text."""
    return float(extent(text).width) if text.get_text() else 0.0


def bars(axes: Axes) -> None:
    """Horizontal bars: grid along the values, no ticks and no line at the names."""
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def end_labels(
    axes: Axes, labels: list[tuple[float, str, str]], height: float, size: float = SMALL
) -> None:
    """Name lines at their right end, in their colour, moved apart where they would overlap.

    labels: (y of the line's end, text, colour); height: of the axes, in inches, or so. Call it
    when the limits are set.
    """
    step = 1.25 * size / 72 / height
    low, high = axes.transData.transform([(1.0, y) for y in axes.get_ylim()])[:, 1]
    order = sorted(labels)
    at = axes.transData.transform([(1.0, y) for y, _, _ in order])[:, 1]
    wanted = [float(share) for share in (at - low) / (high - low)]
    spots: list[float] = []
    for spot in wanted:
        spots.append(max(spot, spots[-1] + step) if spots else max(spot, step / 2))
    ceiling = max(1.0, step * len(spots))
    for i in reversed(range(len(spots))):
        spots[i] = min(spots[i], ceiling)
        ceiling = spots[i] - step
    for spot, (_, text, colour) in zip(spots, order, strict=True):
        axes.annotate(text, (1.0, spot), xycoords="axes fraction", xytext=(6, 0), size=size,
                      textcoords="offset points", color=colour, va="center",
                      annotation_clip=False)  # fmt: skip


def save(figure: Figure, path: str | Path) -> tuple[Path, Path]:
    """Write `path`.png and `path`.svg, the same bytes for the same figure; returns both paths."""
    base = Path(path)
    png, svg = (base.with_name(base.name + suffix) for suffix in (".png", ".svg"))
    with rc():
        figure.savefig(png, dpi=DPI, metadata={"Software": None})
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    # matplotlib names a clip by a hash of its corners, whose last bit the layout does not keep
    text = drawn.getvalue()
    clips = dict.fromkeys(re.findall(r"url\(#(p[0-9a-f]{10})\)", text))
    for number, name in enumerate(clips):
        text = text.replace(name, f"clip{number}")
    svg.write_text(text, encoding="utf-8")
    return png, svg

"""Names beside points, where they cover neither each other nor the points."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from simnet.plots import style

Floats = NDArray[np.float64]
_REACH = (9.0, 16.0, 26.0, 40.0, 58.0)
"""points between a mark and its name"""
_FAR = 20.0
"""from here on a line leads to the name"""
_ROUND = np.deg2rad(np.arange(0, 360, 30))


def names(
    axes: Axes, spots: Floats, labels: Sequence[str], colours: Sequence[str], marks: Floats,
    lines: Floats, towards: tuple[float, float], must: bool = False, taken: Sequence[Bbox] = (),
    bold: Sequence[bool] = (),
) -> bool:  # fmt: skip
    """Write a name beside each spot; False, and nothing written, where one finds no room.

    spots: (names, 2) in data units; marks: (points, 2), which no name may cover; lines: (segments,
    2, 2) in data units, which names should leave free; towards: direction in which there is most
    room, right and up; must: write a name at its least bad place instead of giving up; taken: boxes
    in pixels that are not free. Call it when the layout is fixed.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    scale = figure.dpi / 72
    frame = axes.get_window_extent(style.renderer(figure))
    dots = axes.transData.transform(marks)
    radius = 5.5 * scale
    used = [*taken, *(Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)
                      for x, y in dots)]  # fmt: skip
    beads = _beads(axes, lines)
    wanted = np.arctan2(towards[1], towards[0])
    turns = sorted(_ROUND, key=lambda a: abs(np.angle(np.exp(1j * (a - wanted)))))
    written: list[Annotation] = []
    for i, (spot, text) in enumerate(zip(spots, labels, strict=True)):
        look = "bold" if bold and bold[i] else "normal"
        trial = axes.annotate(text, spot, size=style.SMALL, weight=look)
        size = style.extent(trial).padded(1.5 * scale)
        trial.remove()
        found = _choose(
            axes.transData.transform(spot), size.width, size.height, turns, scale, frame, used,
            dots, beads, must,
        )  # fmt: skip
        if found is None:
            for other in written:
                other.remove()
            return False
        (dx, dy), box, far = found
        used.append(box)
        beads = np.concatenate([beads, _leader(axes, spot, dx, dy, scale)]) if far else beads
        note = axes.annotate(
            text, spot, xytext=(dx, dy), textcoords="offset points", ha="center", va="center",
            size=style.SMALL, color=colours[i], weight=look, zorder=8, annotation_clip=False,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
            arrowprops={"arrowstyle": "-", "color": style.MUTED, "linewidth": 0.7, "shrinkA": 0,
                        "shrinkB": 4} if far else None,
        )  # fmt: skip
        note.set_in_layout(False)
        written.append(note)
    return True


def _choose(
    at: Floats, width: float, height: float, turns: Sequence[float], scale: float, frame: Bbox,
    used: Sequence[Bbox], dots: Floats, beads: Floats, must: bool,
) -> tuple[tuple[float, float], Bbox, bool] | None:  # fmt: skip
    """Offset in points, box in pixels, and whether it is far away."""
    best: tuple[float, tuple[float, float], Bbox, bool] | None = None
    for reach in _REACH:
        for rank, turn in enumerate(turns):
            across, up = np.cos(turn), np.sin(turn)
            # the near edge of the box is at the reach, not its middle
            x = at[0] + across * reach * scale + np.clip(2 * across, -1, 1) * width / 2
            y = at[1] + up * reach * scale + np.clip(2 * up, -1, 1) * height / 2
            box = Bbox.from_extents(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            inside = (
                frame.x0 <= box.x0 and box.x1 <= frame.x1
                and frame.y0 <= box.y0 and box.y1 <= frame.y1
            )  # fmt: skip
            covered = sum(box.overlaps(other) for other in used)
            if not must and (covered or not inside):
                continue
            crossed = int(((beads > box.min) & (beads < box.max)).all(axis=1).sum())
            gaps = np.maximum(np.maximum(box.min - dots, dots - box.max), 0.0)
            near = np.hypot(*gaps.T)
            # a name that is as near to another mark would seem to be that one's
            rival = (near < reach * scale + 4 * scale) & (np.hypot(*(dots - at).T) > 2.0)
            through = False
            if reach > _FAR:
                lead = np.linspace(at, (x, y), 16)[3:]
                through = any(((lead > b.min) & (lead < b.max)).all(axis=1).any() for b in used)
            cost = (
                crossed + 12.0 * through + 0.15 * rank + 0.12 * reach + 12.0 * bool(rival.any())
                + 200.0 * covered + 500.0 * (not inside)
            )  # fmt: skip
            if best is None or cost < best[0]:
                offset = (float(x - at[0]) / scale, float(y - at[1]) / scale)
                best = cost, offset, box, reach > _FAR
    return None if best is None else best[1:]


def _beads(axes: Axes, lines: Floats) -> Floats:
    """(n, 2) pixels along the segments, some 6 apart."""
    if not len(lines):
        return np.empty((0, 2))
    ends = axes.transData.transform(lines.reshape(-1, 2)).reshape(-1, 2, 2)
    ends = ends[np.isfinite(ends).all(axis=(1, 2))]
    found = [
        np.linspace(a, b, 2 + min(int(np.hypot(*(b - a)) / 6), 400)) for a, b in ends
    ]  # fmt: skip
    return np.concatenate(found) if found else np.empty((0, 2))


def _leader(axes: Axes, spot: Floats, dx: float, dy: float, scale: float) -> Floats:
    at = axes.transData.transform(spot)
    return np.asarray(np.linspace(at, at + np.array([dx, dy]) * scale, 12))

"""The map: where customers and outlets are, and who is served from where."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from simnet.plan import Plan
from simnet.plots import style
from simnet.plots.view import Floats, Ints, NothingToShow, RunView, population
from simnet.siting import outlines_in

ATTRIBUTION = "Cities: GeoNames (CC BY 4.0); outlines: Natural Earth"
LAND, SHORE, MARKET, FLOW = "#f1f1f1", "#c4c4c4", "#9fc9e6", "#707070"
MARKS = (("s", style.BLUE), ("^", style.VERMILLION), ("D", style.GREEN), ("P", style.PURPLE),
         ("X", style.BLACK), ("v", style.ORANGE))  # fmt: skip
"""marker and colour by contract"""
RATIO = 1.62
"""width of the map to its height"""
NAMES = 10
"""outlets that get their name"""
WIDEST, LARGEST = 6.0, 640.0
"""points of the thickest flow, square points of the largest market"""


@dataclass(frozen=True)
class Places:
    """Longitudes and latitudes, moved by 360 degrees where that keeps them together."""

    markets: Floats
    """(markets, 2) of lon, lat"""
    outlets: Floats
    """(outlets, 2)"""
    depot: Floats
    """(2,)"""
    box: tuple[float, float, float, float]
    """west, south, east, north"""


def places(run: RunView) -> Places:
    """Where everything is; refuses a map of a single spot."""
    plan = run.plan
    if not plan.outlets:
        raise NothingToShow("No map to show: there are no outlets.")
    depot = plan.depot_place
    spots = np.array(
        [(p.lon, p.lat) for p in plan.markets.values()]
        + [(p.lon, p.lat) for p in plan.outlets.values()]
        + [(depot.lon, depot.lat)]
    )
    kept = len(plan.markets) + len(plan.outlets)
    if np.ptp(spots[:kept], axis=0).max() < 1e-9:
        raise NothingToShow("No map to show: all places are at one location.")
    moved = np.where(spots[:, 0] < 0, spots[:, 0] + 360, spots[:, 0])
    if np.ptp(moved) < np.ptp(spots[:, 0]) and np.ptp(spots[:, 0]) > 180:
        spots[:, 0] = moved
    west, south = spots.min(axis=0)
    east, north = spots.max(axis=0)
    # a margin, and no shape that is far from that of the paper
    stretch = np.cos(np.radians((south + north) / 2))
    size = max((east - west) * stretch, north - south, 0.2)
    along = max((north - south) * 1.16, (east - west) * 1.16 * stretch / RATIO, 0.3 * size)
    along = along + 0.06 * size
    across = RATIO * along / stretch
    mid = (west + east) / 2, (south + north) / 2
    south, north = max(mid[1] - along / 2, -89.0), min(mid[1] + along / 2, 89.0)
    return Places(
        spots[: len(plan.markets)],
        spots[len(plan.markets) : kept],
        spots[-1],
        (mid[0] - across / 2, south, mid[0] + across / 2, north),
    )


def flows(run: RunView) -> Ints:
    """(markets, outlets) number of cases after the warm-up."""
    cases, plan = run.records.cases, run.plan
    outlet = cases["outlet"].astype(np.int64)
    mine = population(run).recent & (outlet >= 0)
    code = cases["market"].astype(np.int64)[mine] * len(plan.outlets) + outlet[mine]
    shape = len(plan.markets), len(plan.outlets)
    return np.bincount(code, minlength=shape[0] * shape[1]).reshape(shape)


def draw(run: RunView) -> Figure:
    """Outlines, markets, flows, outlets by contract, depot; what they mean on the right."""
    plan, where, cases = run.plan, places(run), flows(run)
    markets, outlets = len(plan.markets), len(plan.outlets)
    total = int(cases.sum())
    km = float((cases * plan.crow_km).sum() / total) if total else float("nan")
    title = f"{outlets:,} outlet{'s' * (outlets != 1)} for {markets:,} market{'s' * (markets != 1)}"
    if total:
        title += f": {style.number(km)} km from customer's town to outlet, on average"
    note = f"{total:,} cases that an outlet took, kilometres as the crow flies"
    figure = style.frame(title, note, note=ATTRIBUTION, foot=style.origin(run))
    axes, side = figure.subplots(1, 2, width_ratios=(3.1, 1.0))
    side.set_axis_off()
    _backdrop(axes, where.box)
    weights = plan.weights
    areas = LARGEST * weights / (weights.max() or 1.0)
    axes.scatter(*where.markets.T, s=np.maximum(areas, 6), color=MARKET, alpha=0.55,
                 edgecolors="white", linewidths=0.5, zorder=2)  # fmt: skip
    busiest = _flow_lines(axes, where, cases)
    for number in np.unique(plan.contract):
        shape, colour = MARKS[number % len(MARKS)]
        mine = plan.contract == number
        axes.scatter(*where.outlets[mine].T, s=70 if outlets <= 60 else 34, marker=shape,
                     color=colour, edgecolors="white", linewidths=0.8, zorder=5)  # fmt: skip
    stocked = bool(plan.scenario.parts)
    if stocked:
        axes.scatter(*where.depot, s=520, marker="*", color=style.YELLOW, edgecolors=style.INK,
                     linewidths=1.0, zorder=4)  # fmt: skip
    _legend(side, run, busiest, float(areas.max()), stocked)
    style.lay_out(figure)
    _names(axes, where, plan, cases.sum(axis=0), stocked)
    figure.set_layout_engine("none")
    return figure


def _backdrop(axes: Axes, box: tuple[float, float, float, float]) -> None:
    west, south, east, north = box
    shapes: list[Floats] = []
    for shift in (-360.0, 0.0, 360.0):
        left, right = max(west - shift, -180.0), min(east - shift, 180.0)
        if left >= right:
            continue
        for rings in outlines_in(left, south, right, north).values():
            shapes += [ring + np.array([shift, 0.0]) for ring in rings]
    land = PolyCollection(
        shapes, facecolors=LAND, edgecolors=SHORE, linewidths=0.7, zorder=0
    )  # fmt: skip
    axes.add_collection(land, autolim=False)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    axes.set_axis_off()


def _flow_lines(axes: Axes, where: Places, cases: Ints) -> int:
    """Lines from markets to outlets; returns the number of cases of the thickest."""
    m, o = np.nonzero(cases)
    apart = np.abs(where.markets[m] - where.outlets[o]).max(axis=1) > 1e-9
    m, o = m[apart], o[apart]
    if not len(m):
        return 0
    order = np.argsort(cases[m, o], kind="stable")
    m, o = m[order], o[order]
    number = cases[m, o]
    busiest = int(number.max())
    # one case in hundreds is no flow, and thousands of hairlines are no picture
    keep = number >= 0.004 * busiest
    lines = np.stack((where.markets[m[keep]], where.outlets[o[keep]]), axis=1)
    widths = np.maximum(WIDEST * number[keep] / busiest, 0.7)
    axes.add_collection(
        LineCollection(list(lines), linewidths=widths.tolist(), colors=FLOW, alpha=0.6,
                       capstyle="round", zorder=3),
        autolim=False,
    )  # fmt: skip
    return busiest


def _legend(side: Axes, run: RunView, busiest: int, area: float, stocked: bool) -> None:
    """Contracts with their number of outlets, depot, and the sizes of circles and lines."""
    plan = run.plan
    contracts = style.named(list(plan.scenario.contracts), "contract", 16)
    handles = []

    def mark(shape: str, colour: str, edge: str, size: float, label: str) -> None:
        handles.append(Line2D([], [], linestyle="", marker=shape, markerfacecolor=colour,
                              markeredgecolor=edge, markersize=size, label=label))  # fmt: skip

    for number in np.unique(plan.contract):
        shape, colour = MARKS[number % len(MARKS)]
        count = int((plan.contract == number).sum())
        mark(
            shape, colour, "white", 9, f"{contracts[number]} ({count:,} outlet{'s' * (count != 1)})"
        )
    if stocked:
        mark("*", style.YELLOW, style.INK, 16, "depot")
    largest = float(plan.weights.max())
    for share in (1.0, 0.25):
        mark("o", MARKET, "white", (share * area) ** 0.5,
             f"market, {style.number(100 * largest * share)} % of demand")  # fmt: skip
    if busiest:
        for cases in sorted({_round(busiest), _round(0.2 * busiest)}, reverse=True):
            words = f"{cases:,} case{'s' * (cases != 1)}"
            line = Line2D([], [], color=FLOW, alpha=0.6, label=words,
                          linewidth=max(WIDEST * cases / busiest, 0.7))  # fmt: skip
            handles.append(line)
    side.legend(handles=handles, loc="upper left", bbox_to_anchor=(-0.1, 1.0), borderaxespad=0,
                labelspacing=1.25, handlelength=1.9)  # fmt: skip


def _round(value: float) -> int:
    """To two figures."""
    size = 10 ** max(int(np.floor(np.log10(max(value, 1)))) - 1, 0)
    return max(round(value / size) * size, 1)


def _names(axes: Axes, where: Places, plan: Plan, cases: Ints, stocked: bool) -> None:
    """Names of the outlets with most cases, the largest first, where there is room."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    frame = axes.get_window_extent(style.renderer(figure))
    point = figure.dpi / 72
    marks = [(spot, 4 * point) for spot in axes.transData.transform(where.outlets)]
    if stocked:
        marks.append((axes.transData.transform(where.depot), 10 * point))
    taken = [Bbox.from_extents(x - r, y - r, x + r, y + r) for (x, y), r in marks]
    labels = style.named(list(plan.outlets), "outlet", 20)
    sides = ((8, 0, "left", "center"), (-8, 0, "right", "center"), (0, 8, "center", "bottom"),
             (0, -8, "center", "top"), (7, 7, "left", "bottom"), (-7, 7, "right", "bottom"),
             (7, -7, "left", "top"), (-7, -7, "right", "top"), (13, 0, "left", "center"),
             (-13, 0, "right", "center"), (0, 13, "center", "bottom"),
             (0, -13, "center", "top"))  # fmt: skip
    for o in np.argsort(-cases, kind="stable")[:NAMES]:
        for dx, dy, ha, va in sides:
            text = axes.annotate(
                labels[o], where.outlets[o], xytext=(dx, dy), textcoords="offset points", ha=ha,
                va=va, size=style.SMALL, zorder=7,
                path_effects=[withStroke(linewidth=2.5, foreground="white")],
            )  # fmt: skip
            box = style.extent(text)
            inside = frame.x0 <= box.x0 <= box.x1 <= frame.x1
            inside = inside and frame.y0 <= box.y0 <= box.y1 <= frame.y1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()

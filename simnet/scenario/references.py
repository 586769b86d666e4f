"""Names in a scenario that must point to something, and figures that must fit together."""

from collections.abc import Iterable, Iterator
from datetime import MAXYEAR
from typing import Any

from .amounts import unwritten
from .contract import BUILT_IN
from .coordinates import coordinate_problems
from .outlet import OutletTerms
from .part import StockPolicy
from .problem import Path, Problem, dotted, nearest
from .product import FailureMode, Work
from .quantity import YEAR
from .scenario import Scenario

KEPT_NAMES = frozenset({
    "hotline", "network", "depot",
    "company", "customers", "staff", "suppliers", "landlord", "vehicles", "telephone", "carriers",
    "capital",
})  # fmt: skip
"""places in the table of levels, and parties in the ledger beside the owners of outlets"""

_LANES: tuple[Path, ...] = (("logistics", "carriers"), ("logistics", "fleet"))


def _missing(path: Path, name: str, what: str, known: Iterable[str], *places: Path) -> Problem:
    """A name that is not in `known`, which stands at `places` of the document."""
    names = list(known)
    listed = f" (known: {', '.join(names)})" if names else f" (there is no {what} at all)"
    return Problem(
        path, f"'{name}' is no {what}{nearest(name, names)}{listed}", needs=(path, *places)
    )


def _contradiction(path: Path, message: str, *places: Path) -> Problem:
    """What does not fit together with what stands at `places`."""
    return Problem(path, message, needs=(path, *places))


def _works(scenario: Scenario) -> Iterator[tuple[Path, Work]]:
    for product_name, product in scenario.products.items():
        for mode_name, mode in product.modes.items():
            yield ("products", product_name, "modes", mode_name), mode
    for enquiry_name, enquiry in scenario.enquiries.items():
        if enquiry.work is not None:
            yield ("enquiries", enquiry_name, "work"), enquiry.work


def reference_problems(scenario: Scenario) -> list[Problem]:
    """Every unknown name and every contradiction, in the order of the document."""
    return [
        *_time(scenario), *_demand(scenario), *_work(scenario), *_call_types(scenario),
        *_outlets(scenario), *_amounts(scenario), *_lanes(scenario), *_currency(scenario),
        *coordinate_problems(scenario),
    ]  # fmt: skip


def _time(scenario: Scenario) -> Iterator[Problem]:
    if scenario.warm_up >= scenario.horizon:
        yield _contradiction(("warm_up",), "the warm-up must end before the horizon", ("horizon",))
    if scenario.horizon > 200 * YEAR:
        yield _contradiction(("horizon",), "more than 200 years are not simulated")
    elif scenario.start.year + scenario.horizon / YEAR > MAXYEAR - 1:
        yield _contradiction(("horizon",), f"ends after the year {MAXYEAR}", ("start",))


def _demand(scenario: Scenario) -> Iterator[Problem]:
    if not scenario.products and not scenario.enquiries:
        yield Problem(
            (),
            "nothing to simulate: give products or enquiries",
            needs=(("products",), ("enquiries",)),
        )
    for name, product in scenario.products.items():
        if product.failure is None and any(m.share is not None for m in product.modes.values()):
            if product.modes == {"failure": FailureMode(share=1.0)}:
                continue  # a product that never fails
            yield _contradiction(
                ("products", name, "failure"),
                "is missing: modes with a share are shares of the product's failure law",
                ("products", name),
            )
    for name, enquiry in scenario.enquiries.items():
        if enquiry.product is not None and enquiry.product not in scenario.products:
            path = ("enquiries", name, "product")
            at = ("products", enquiry.product)
            yield _missing(path, enquiry.product, "product", scenario.products, at)
        if enquiry.per_unit_year is not None and not scenario.products:
            yield _contradiction(
                ("enquiries", name, "per_unit_year"),
                "there is no product whose units could ask",
                ("products",),
            )
    for market, place in scenario.markets.places.items():
        for kind, table in (("sales", place.sales), ("in_field", place.in_field)):
            for product_name in table:
                if product_name not in scenario.products:
                    where = ("markets", "places", market, kind, product_name)
                    at = ("products", product_name)
                    yield _missing(where, product_name, "product", scenario.products, at)


def _work(scenario: Scenario) -> Iterator[Problem]:
    skills: set[str] | None = set()
    if scenario.outlets is not None:
        terms = [scenario.outlets.defaults, *scenario.outlets.places.values()]
        for outlet in terms:
            if outlet.skills is None:
                skills = None
                break
            assert skills is not None
            skills.update(outlet.skills)
    for path, work in _works(scenario):
        for field in ("part", "second_part"):
            part = getattr(work, field)
            if part is not None and part not in scenario.parts:
                yield _missing((*path, field), part, "part", scenario.parts, ("parts", part))
        if (
            work.skill is not None
            and scenario.outlets is not None
            and skills is not None
            and work.skill not in skills
        ):
            what = "skill of any outlet"
            yield _missing((*path, "skill"), work.skill, what, sorted(skills), ("outlets",))


def _call_types(scenario: Scenario) -> Iterator[Problem]:
    if scenario.hotline is None:
        return
    known = scenario.hotline.call_types
    for product_name, product in scenario.products.items():
        if product.failure is None and all(m.failure is None for m in product.modes.values()):
            continue
        for mode_name, mode in product.modes.items():
            if mode.call_type not in known:
                path: Path = ("products", product_name, "modes", mode_name, "call_type")
                at = ("hotline", "call_types", mode.call_type)
                yield _missing(path, mode.call_type, "call type", known, at)
    for name, enquiry in scenario.enquiries.items():
        if enquiry.call_type not in known:
            at = ("hotline", "call_types", enquiry.call_type)
            path = ("enquiries", name, "call_type")
            yield _missing(path, enquiry.call_type, "call type", known, at)


def _outlets(scenario: Scenario) -> Iterator[Problem]:
    outlets = scenario.outlets
    if outlets is None:
        return
    named: list[tuple[Path, OutletTerms]] = [(("outlets", "defaults"), outlets.defaults)]
    named += [(("outlets", "places", name), place) for name, place in outlets.places.items()]
    for path, terms in named:
        # what an outlet has from the defaults is wrong there
        other = OutletTerms() if terms is outlets.defaults else outlets.defaults
        if terms.contract not in scenario.contracts and terms.contract != other.contract:
            known, at = scenario.contracts, ("contracts", terms.contract)
            yield _missing((*path, "contract"), terms.contract, "contract", known, at)
        for part in terms.stock:
            if part not in scenario.parts and part not in other.stock:
                at = ("parts", part)
                yield _missing((*path, "stock", part), part, "part", scenario.parts, at)
        lanes = _lane_names(scenario)
        if terms.lane is not None and terms.lane not in lanes and terms.lane != other.lane:
            yield _missing((*path, "lane"), terms.lane, "carrier or fleet", lanes, *_LANES)
        if terms.hours.hours <= 0:
            yield _contradiction((*path, "hours"), "is never open")
            continue
        # a longer interval is worked in shifts of a day
        longest = min(24.0, max(end - start for start, end in terms.hours.intervals))
        longest *= terms.capacity_share
        if terms.technicians != "unlimited" and terms.last_start > longest:
            yield _contradiction(
                (*path, "last_start"),
                f"no job could ever begin: technicians are on duty for {longest:g} hours at a time",
            )
    kept = KEPT_NAMES | {f"carrier {name}" for name in scenario.logistics.carriers}
    for name in sorted(kept & set(outlets.places)):
        yield _contradiction(
            ("outlets", "places", name),
            f"this name is kept for the tables; another one is needed, such as '{name} outlet'",
        )
    site = outlets.site
    if site is not None and site.lock and len(outlets.places) > site.n:
        yield _contradiction(
            ("outlets", "site", "n"),
            f"{site.n} is less than the {len(outlets.places)} outlets that are given and locked",
            ("outlets",),
        )


def _lane_names(scenario: Scenario) -> list[str]:
    fleet = ["fleet"] if scenario.logistics.fleet is not None else []
    return [*scenario.logistics.carriers, *fleet]


MAX_PEOPLE = 1_000_000
MAX_PIECES = 1_000_000_000


def _amounts(scenario: Scenario) -> Iterator[Problem]:
    """People and pieces that are more than anybody has, and more than whole numbers hold."""
    people: list[tuple[Path, int | str | None]] = [
        (("logistics", "workshop", "technicians"), scenario.logistics.workshop.technicians)
    ]
    stocks: list[tuple[Path, StockPolicy]] = [
        (("parts", name, field), getattr(part, field))
        for name, part in scenario.parts.items()
        for field in ("outlet_stock", "depot_stock")
    ]
    outlets = scenario.outlets
    if outlets is not None:
        named: list[tuple[Path, OutletTerms]] = [(("outlets", "defaults"), outlets.defaults)]
        named += [(("outlets", "places", name), place) for name, place in outlets.places.items()]
        for path, terms in named:
            people.append(((*path, "technicians"), terms.technicians))
            stocks += [((*path, "stock", part), policy) for part, policy in terms.stock.items()]
        if outlets.site is not None:
            total = ("outlets", "site", "technicians_total")
            people.append((total, outlets.site.technicians_total))
    for name, team in scenario.hotline.teams.items() if scenario.hotline else ():
        for i, shift in enumerate(team.shifts):
            people.append((("hotline", "teams", name, "shifts", i, "agents"), shift.agents))
    for path, count in people:
        if isinstance(count, int) and count > MAX_PEOPLE:
            yield _contradiction(path, f"more than {MAX_PEOPLE:,} people are not simulated")
    for path, policy in stocks:
        for field, pieces in policy.model_dump().items():
            if pieces is not None and pieces > MAX_PIECES:
                message = f"more than {MAX_PIECES:,} pieces are not simulated"
                yield _contradiction((*path, field), message)


def _lanes(scenario: Scenario) -> Iterator[Problem]:
    logistics = scenario.logistics
    if (logistics.depot.lat is None) != (logistics.depot.lon is None):
        yield _contradiction(("logistics", "depot"), "give both lat and lon, or none of them")
    if not logistics.carriers:
        yield _contradiction(("logistics", "carriers"), "at least one carrier is needed")
        return
    if "fleet" in logistics.carriers:
        yield _contradiction(
            ("logistics", "carriers", "fleet"), "this name is kept for the own fleet"
        )
    if logistics.fleet_share is not None and logistics.fleet is None:
        yield _contradiction(
            ("logistics", "fleet_share"), "needs own trucks: give logistics.fleet", *_LANES
        )
    for field, known in (
        ("lane", _lane_names(scenario)),
        ("emergency", list(logistics.carriers)),
        ("returns", list(logistics.carriers)),
    ):
        name = getattr(logistics, field)
        if name is not None and name not in known:
            yield _missing(("logistics", field), name, "carrier", known, *_LANES)


def _currency(scenario: Scenario) -> Iterator[Problem]:
    """Amounts in EUR that nobody brought into the scenario's currency."""
    if scenario.currency.upper() in ("EUR", "€") or scenario.price_level is not None:
        return
    found: list[str] = []
    outlets = scenario.outlets
    if outlets is not None:
        used = {place.contract for place in outlets.places.values()}
        used |= {outlets.defaults.contract} if outlets.site is not None else set()
        found += [
            f"the contract '{name}'"
            for name in sorted(used & set(BUILT_IN))
            if scenario.contracts[name].terms == BUILT_IN[name].terms
        ]
    parts: list[tuple[Path, Any]] = [(("hotline",), scenario.hotline)]
    if scenario.logistics.fleet is not None:
        parts.append((("logistics", "fleet"), scenario.logistics.fleet))
    if any(work.workshop > 0 for _, work in _works(scenario)):
        parts.append((("logistics", "workshop"), scenario.logistics.workshop))
    found += [dotted(at) for path, part in parts for at in unwritten(part, path)]
    if found:
        yield _contradiction(
            ("price_level",),
            f"is needed: of {', '.join(found)} the amounts come with simnet, in EUR. Say how many "
            f"{scenario.currency} what costs 1 EUR costs, or write these amounts",
            ("currency",), ("contracts",), ("outlets",),
        )  # fmt: skip

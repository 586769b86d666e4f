"""What a scenario writes and nothing uses: entries, and fields without effect."""

from collections.abc import Iterator

from simnet.scenario import Scenario
from simnet.scenario.contract import BUILT_IN
from simnet.scenario.product import Work

from .plan import FLEET, Plan


def unused_doubts(plan: Plan) -> list[str]:
    """Entries that nothing uses, and fields that have no effect in the scenario as written."""
    scenario = plan.scenario
    return [*_products(scenario), *_parts(scenario), *_carriers(plan), *_contracts(plan),
            *_call_types(plan), *_skills(scenario), *_idle_fields(plan)]  # fmt: skip


def _works(scenario: Scenario) -> Iterator[tuple[str, Work]]:
    for name, product in scenario.products.items():
        for mode_name, mode in product.modes.items():
            yield f"products.{name}.modes.{mode_name}", mode
    for name, enquiry in scenario.enquiries.items():
        if enquiry.work is not None:
            yield f"enquiries.{name}.work", enquiry.work


def _products(scenario: Scenario) -> Iterator[str]:
    own = {
        name
        for market in scenario.markets.places.values()
        for name in (*market.sales, *market.in_field)
    }
    for name, product in scenario.products.items():
        if product.sales is None and product.in_field is None and name not in own:
            yield f"product {name} has no sales and no units in the field: nothing happens to it"


def _parts(scenario: Scenario) -> Iterator[str]:
    used = {part for _, work in _works(scenario) for part in (work.part, work.second_part)}
    for name in scenario.parts:
        if name not in used:
            yield f"part {name} is used by no failure mode and no enquiry"


def _carriers(plan: Plan) -> Iterator[str]:
    logistics, parts = plan.scenario.logistics, plan.scenario.parts.values()
    names = list(logistics.carriers)
    used = {names[lane] for lane in plan.lane if lane != FLEET}
    urgent = any(part.emergency for part in parts)
    if urgent:
        used.add(logistics.emergency or logistics.lane or names[0])
    if any(part.repairable > 0 for part in parts) or any(
        work.workshop > 0 for _, work in _works(plan.scenario)
    ):
        used.add(logistics.returns or names[0])
    if "carriers" in logistics.model_fields_set and plan.outlets:
        for name in names:
            if name not in used:
                why = ": no part has emergency: true" if name == logistics.emergency else ""
                yield f"carrier {name} is used by nothing{why}"
    if logistics.fleet is not None and FLEET not in plan.lane:
        yield "logistics.fleet is used by no outlet: neither lane nor fleet_share gives it any"


def _contracts(plan: Plan) -> Iterator[str]:
    scenario = plan.scenario
    used = {outlet.contract for outlet in plan.outlets.values()}
    level = scenario.price_level or 1.0
    for name, contract in scenario.contracts.items():
        built_in = name in BUILT_IN and contract == BUILT_IN[name].at_level(level)
        if name not in used and not built_in:
            yield f"contract {name} is that of no outlet"


def _call_types(plan: Plan) -> Iterator[str]:
    hotline = plan.scenario.hotline
    if hotline is None or "call_types" not in hotline.model_fields_set:
        return
    used = {source.call_type for source in plan.sources}
    for number, name in enumerate(hotline.call_types):
        if number not in used:
            yield f"call type {name} is that of no failure mode and no enquiry"


def _skills(scenario: Scenario) -> Iterator[str]:
    outlets = scenario.outlets
    if outlets is None:
        return
    needed = {work.skill for _, work in _works(scenario)}
    terms = (outlets.defaults, *outlets.places.values())
    for skill in dict.fromkeys(skill for outlet in terms for skill in outlet.skills or ()):
        if skill not in needed:
            yield f"the skill '{skill}' of outlets is needed by no failure mode and no enquiry"


def _idle_fields(plan: Plan) -> Iterator[str]:
    scenario = plan.scenario
    if scenario.hotline is None:
        fixes = [m.remote_fix for p in scenario.products.values() for m in p.modes.values()]
        if any([*fixes, *(enquiry.remote_fix for enquiry in scenario.enquiries.values())]):
            yield "remote_fix has no effect: without a hotline no call mends anything"
    for path, work in _works(scenario):
        for field in ("second_part", "second_repair"):
            if work.first_time_fix == 1 and getattr(work, field) is not None:
                yield f"{path}.{field} has no effect: first_time_fix is 1, no second visit follows"
    for name, enquiry in scenario.enquiries.items():
        if enquiry.work is None and enquiry.remote_fix is not None:
            yield f"enquiries.{name}.remote_fix has no effect: there is no work that follows"
    for path, table in (("markets", scenario.markets), ("outlets", scenario.outlets)):
        if table is not None and table.columns is not None:
            yield f"{path}.columns has no effect: there is no file whose columns it could name"

"""What of the strategies may not be meant, in words, to stand beside their comparison."""

from collections.abc import Iterator

from simnet.scenario import Scenario

from .measure import joined
from .strategy import Strategy

OF_CAPACITY = ("technician_month", "duty_hour")
"""what a contract counts so that a technician who has nothing to do costs something"""


def doubts(strategies: list[Strategy]) -> list[str]:
    """What reading the scenarios has noted, and what the strategies differ in for nothing; of which
    strategies, where it is not all of them."""
    who: dict[str, list[str]] = {}
    for strategy in strategies:
        for note in strategy.scenario.notes:
            who.setdefault(note, []).append(strategy.name)
    told = [
        note if len(found) == len(strategies) else f"{note} (in {joined(found)})"
        for note, found in who.items()
    ]
    return [*told, *_free_technicians(strategies)]


def _free_technicians(strategies: list[Strategy]) -> Iterator[str]:
    """Contracts under which strategies have the same outlets with other numbers of technicians,
    whom nobody pays for being there."""
    staffs: dict[str, dict[object, set[object]]] = {}
    for strategy in strategies:
        for contract, (outlets, staff) in _by_contract(strategy.scenario).items():
            staffs.setdefault(contract, {}).setdefault(outlets, set()).add(staff)
    for contract, found in staffs.items():
        if any(len(staff) > 1 for staff in found.values()):
            yield (
                f"contract {contract} counts neither {' nor '.join(OF_CAPACITY)}: technicians more "
                "or less at its outlets cost nobody anything, though the strategies differ in them"
            )


def _by_contract(scenario: Scenario) -> dict[str, tuple[object, object]]:
    """Of each contract that does not count capacity: its outlets, and their technicians."""
    outlets = scenario.outlets
    if outlets is None:
        return {}
    rule = outlets.site
    found: dict[str, list[tuple[str, object]]] = {}
    for name, outlet in outlets.places.items():
        found.setdefault(outlet.contract, []).append((name, outlet.technicians))
    if rule is not None:
        each = rule.technicians_total or outlets.defaults.technicians
        found.setdefault(outlets.defaults.contract, []).append((f"site {rule.n}", each))
    return {
        contract: (tuple(sorted(name for name, _ in places)), tuple(sorted(places)))
        for contract, places in found.items()
        if not any(term.per in OF_CAPACITY for term in scenario.contracts[contract].terms)
    }

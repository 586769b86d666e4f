"""What of a scenario decides what happens, and what only decides what is paid for it."""

from functools import cache
from typing import Any

from pydantic import BaseModel

from .quantity import Priced
from .scenario import Scenario

LABELS = ("name", "description", "currency", "price_level", "time_zone", "seed")
"""of a scenario: what is shown, what is in the amounts already, and the seed, which a run may
choose for itself"""


def whole(scenario: Scenario) -> dict[str, Any]:
    """All of a scenario that its figures depend on, as plain data."""
    return _effective(scenario, scenario.model_dump(mode="json"))


def physical(scenario: Scenario) -> dict[str, Any]:
    """As `whole`, without prices: two scenarios that agree in it have the same records."""
    return _effective(scenario, _unpriced(scenario, scenario.model_dump(mode="json")))


def _effective(scenario: Scenario, data: dict[str, Any]) -> dict[str, Any]:
    """Without what has done its work: the labels, and defaults that each outlet has or replaces."""
    found = {name: value for name, value in data.items() if name not in LABELS}
    if scenario.outlets is not None and scenario.outlets.site is None:
        found["outlets"] = {k: v for k, v in found["outlets"].items() if k != "defaults"}
    return found


@cache
def _priced(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if any(isinstance(mark, Priced) for mark in _marks(field.annotation, field.metadata))
    )


def _marks(annotation: Any, own: list[Any]) -> list[Any]:
    """What a field is marked with, be it `Money` or `Money | None`."""
    found = [*own, *getattr(annotation, "__metadata__", ())]
    for choice in getattr(annotation, "__args__", ()):
        found += getattr(choice, "__metadata__", ())
    return found


def _unpriced(value: Any, data: Any) -> Any:
    """`data`, which is dumped from `value`, without the priced fields of all models in it."""
    if isinstance(value, BaseModel) and isinstance(data, dict):
        gone = _priced(type(value))
        return {k: _unpriced(getattr(value, k, None), v) for k, v in data.items() if k not in gone}
    if isinstance(value, dict) and isinstance(data, dict):
        return {
            key: _unpriced(item, below)
            for (key, below), item in zip(data.items(), value.values(), strict=True)
        }
    if isinstance(value, list | tuple) and isinstance(data, list):
        return [_unpriced(item, below) for item, below in zip(value, data, strict=True)]
    return data

"""That the generated networks reach every option of the schema.

The options are read from the pydantic models themselves, so that a new field that the generator
does not know yet makes this test fail and names it.
"""

from typing import Annotated, Literal, get_args, get_origin

from hypothesis import example, given, settings
from properties.networks import BY_RULE, networks
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import simnet
from simnet.scenario import Scenario


def annotations(annotation):
    """An annotation and all that it is made of."""
    yield annotation
    if get_origin(annotation) is Literal:
        return
    for argument in get_args(annotation):
        if get_origin(annotation) is not Annotated or argument is get_args(annotation)[0]:
            yield from annotations(argument)


def models(model, found=None):
    """Every model that can stand somewhere in `model`, itself included."""
    found = [] if found is None else found
    if model not in found:
        found.append(model)
        for info in model.model_fields.values():
            for part in annotations(info.annotation):
                if isinstance(part, type) and issubclass(part, BaseModel):
                    models(part, found)
    return found


def literals(info):
    """The literal values that a field may have."""
    for part in annotations(info.annotation):
        if get_origin(part) is Literal:
            yield from get_args(part)


def options():
    """(model, field) for every field, and (model, field, value) for every literal value."""
    for model in models(Scenario):
        for name, info in model.model_fields.items():
            values = list(literals(info))
            yield from ((model.__name__, name, value) for value in values)
            if len(values) != 1 or len(list(annotations(info.annotation))) > 1:
                yield model.__name__, name


def used(item):
    """The options that a value of a scenario uses: other than the default, or without one."""
    if isinstance(item, BaseModel):
        model = type(item)
        for name, info in model.model_fields.items():
            value = getattr(item, name)
            if isinstance(value, str | int):
                yield model.__name__, name, value
            default = info.get_default(call_default_factory=True)
            if default is PydanticUndefined or value != default:
                yield model.__name__, name
            yield from used(value)
    elif isinstance(item, dict):
        for value in item.values():
            yield from used(value)
    elif isinstance(item, tuple):
        for value in item:
            yield from used(value)


def files(data):
    """The options that are gone after reading, since the rows of the file stand in their place."""
    if isinstance(data, dict):
        if "csv" in data:
            owner = "Empirical" if "law" in data else "Markets"
            yield owner, "csv"
            yield from [(owner, "column")] if "column" in data else []
        yield from [("Outlets", "register_csv")] if "register" in data else []
        if "columns" in data:
            yield "Outlets" if "register" in data else "Markets", "columns"
        for value in data.values():
            yield from files(value)


def test_the_options_are_those_of_the_schema():
    """The walk finds what it should: the models of all nine laws and of the four curves, fields
    inside unions and containers, literals beside other types."""
    found = set(options())
    laws = {value for _, field, value in (o for o in found if len(o) == 3) if field == "law"}
    curves = {value for _, field, value in (o for o in found if len(o) == 3) if field == "curve"}
    assert len(laws) == 9
    assert len(curves) == 4
    assert {
        ("Weibull", "shape"), ("Fleet", "stops_per_tour"), ("Term", "per", "km"),
        ("Outlet", "technicians", "unlimited"), ("Outlet", "technicians"), ("Tier", "of"),
        ("Candidates", "largest"), ("SiteRule", "candidates", "markets"),
        ("Profile", "weekend_hours"),
    } <= found  # fmt: skip
    assert ("Weibull", "law") not in found  # one value only: the tag says it
    in_schema = Scenario.model_json_schema()["$defs"]
    assert {model.__name__ for model in models(Scenario)} == {*in_schema, "Scenario"}


def test_every_option_is_reached():
    """By 400 random networks, the same every time, and three by hand: no error rate."""
    seen = set()

    @settings(max_examples=400, derandomize=True, deadline=None, database=None)
    @given(networks())
    @example(BY_RULE[0])
    @example(BY_RULE[1])
    @example(BY_RULE[2])
    def gather(data):
        seen.update(used(simnet.parse(data)))
        seen.update(files(data))

    gather()
    assert sorted(set(options()) - seen, key=str) == []

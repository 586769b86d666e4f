"""Numbers and days are what is written as one, and amounts are in the scenario's currency."""

import datetime
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from simnet.experiment.question import Question
from simnet.scenario import Scenario, ScenarioError, load, parse
from simnet.scenario.amounts import _defaults
from simnet.scenario.quantity import InEuros, Priced
from simnet.scenario.shape import choices

BASE = {"enquiries": {"e": {"per_week": 1}}, "outlets": {"places": {"o": {}}}}


def models(root, found=None):
    """All models that a document may hold."""
    found = {} if found is None else found
    for kind in choices(root):
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in found:
            found[kind] = None
            for field in kind.model_fields.values():
                models(field.annotation, found)
        for inner in getattr(kind, "__args__", ()):
            models(inner, found)
    return list(found)


def numbers():
    for model in models(Scenario) + models(Question):
        for name, field in model.model_fields.items():
            kinds = set(choices(field.annotation))
            if kinds & {int, float} and not kinds & {str, bool, Any}:
                yield pytest.param(model, name, id=f"{model.__name__}.{name}")


@pytest.mark.parametrize(("model", "name"), list(numbers()))
def test_truth_and_text_are_no_numbers(model, name):
    """In no field of any model, those that will be added among them."""
    for value in (True, False, "1", "0.5"):
        with pytest.raises(ValidationError) as caught:
            model.model_validate({model.model_fields[name].alias or name: value})
        assert any(name.strip("_") in error["loc"] for error in caught.value.errors()), value


def test_there_are_many_such_fields():
    assert len(list(numbers())) > 100


@pytest.mark.parametrize("value", [True, "3", "1_0"])
def test_in_tuples_too(value):
    profile = {"days": [1, 1, 1, value, 1, 1, 1]}
    with pytest.raises(ScenarioError, match=r"profile\.days\.3: a valid number is needed"):
        parse({**BASE, "reporting": {"profile": profile}})


def test_what_is_whole_is_a_whole_number():
    outlets = parse({**BASE, "outlets": {"places": {"o": {"technicians": 2.0}}}}).outlets
    assert outlets.places["o"].technicians == 2


# --- the day of time 0 ---


@pytest.mark.parametrize(
    "text",
    ["2026-01-01T18:00:00", "2026-01-01 18:00", "'2026-03-29 14:00'", "2026-01-01T00:00:00+08:00",
     "20260101", "2026", "0", "true", "1 January 2026", "'2026-02-30'", "'20260101'"],
)  # fmt: skip
def test_a_start_that_is_no_day(tmp_path, text):
    file = tmp_path / "s.yaml"
    file.write_text(f"start: {text}\nenquiries: {{e: {{per_week: 1}}}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"s\.yaml, line 1: start: "):
        load(file)


@pytest.mark.parametrize(
    "text", ["2026-03-29", "'2026-03-29'", "2026-03-29T00:00:00", "'2026-03-29 00:00'"]
)
def test_a_start_that_is_a_day(tmp_path, text):
    file = tmp_path / "s.yaml"
    file.write_text(f"start: {text}\nenquiries: {{e: {{per_week: 1}}}}\n", encoding="utf-8")
    assert load(file).start == datetime.date(2026, 3, 29)


# --- amounts ---

NETWORK = {
    "currency": "CNY",
    "enquiries": {"e": {"per_week": 1, "work": {"workshop": 0.1}}},
    "hotline": {"teams": {"t": {"shifts": [{"agents": 1}]}}},
    "outlets": {"places": {"o": {"contract": "partner"}}},
    "logistics": {"fleet": {}},
}
WRITTEN = {
    "hotline": {"teams": {"t": {"shifts": [{"agents": 1}], "wage": 30}}},
    "contracts": {"partner": {"terms": []}},
    "logistics": {"fleet": {"per_km": 2, "per_truck_day": 700}, "workshop": {"wage": 45}},
}


def test_amounts_that_come_with_simnet_need_a_price_level_in_another_currency():
    with pytest.raises(ScenarioError) as caught:
        parse(NETWORK)
    assert str(caught.value) == (
        "price_level: is needed: of the contract 'partner', hotline.teams.t.wage, "
        "logistics.fleet.per_km, logistics.fleet.per_truck_day, logistics.workshop.wage the "
        "amounts come with simnet, in EUR. Say how many CNY what costs 1 EUR costs, or write these "
        "amounts"
    )
    for name in NETWORK:
        if name in WRITTEN:
            with pytest.raises(ScenarioError, match="is needed"):
                parse({**NETWORK, **{k: v for k, v in WRITTEN.items() if k != name}})
    assert parse({**NETWORK, **WRITTEN}).price_level is None
    assert parse({**NETWORK, "currency": "EUR"}).price_level is None


def test_the_price_level_multiplies_what_is_not_written():
    euro, yuan = parse({**NETWORK, "currency": "EUR"}), parse({**NETWORK, "price_level": 8})
    for name in ("company", "partner", "agent"):
        one, other = euro.contracts[name].terms, yuan.contracts[name].terms
        for a, b in zip(one, other, strict=True):
            share = a.per in ("part_cost", "part_price", "sales_value")
            assert b.amount == (1 if share else 8) * a.amount
    assert yuan.hotline.teams["t"].wage == 8 * 15
    assert yuan.logistics.workshop.wage == 8 * 20
    assert (yuan.logistics.fleet.per_km, yuan.logistics.fleet.per_truck_day) == (8, 1600)
    assert parse(yuan.model_dump(mode="json", by_alias=True)) == yuan  # and not again
    written = parse({**NETWORK, **WRITTEN, "price_level": 8})
    assert written.logistics.fleet.per_km == 2
    assert written.contracts["partner"].terms == ()


def test_every_default_that_is_an_amount_is_marked():
    """Also one that will be added."""
    for model in models(Scenario):
        for name, field in model.model_fields.items():
            priced = any(isinstance(mark, Priced) for mark in field.metadata)
            if priced and isinstance(field.default, float) and field.default:
                assert any(isinstance(mark, InEuros) for mark in field.metadata), (model, name)


def test_which_amounts_are_not_written():
    fleet = parse({**BASE, "logistics": {"fleet": {"per_km": 1}}}).logistics.fleet
    assert _defaults(fleet) == ["per_truck_day"]
    assert TypeAdapter(type(fleet)).validate_python({"per_km": 1}) == fleet

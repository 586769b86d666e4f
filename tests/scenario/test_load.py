"""Loading: what is right becomes a scenario, all else a ScenarioError that says where and why."""

import copy
import datetime
import math
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.scenario import Scenario, ScenarioError, load, parse

MINIMAL: dict[str, Any] = {"products": {"fridge": {"failure": "3 years"}}}

HERE = {"lat": 1, "lon": 1}

FULL: dict[str, Any] = {
    "name": "network",
    "start": "2026-03-01",
    "horizon": "3 years",
    "warm_up": "6 months",
    "seed": 7,
    "products": {
        "fridge": {
            "price": 500,
            "warranty": "2 years",
            "failure": {"law": "weibull", "quantiles": {0.1: "1 year", 0.5: "6 years"}},
            "tiers": {
                "standard": {"share": 0.8, "promise": "2 days"},
                "gold": {"share": 0.2, "promise": "8 h", "of": "resolution", "priority": 1},
            },
            "modes": {
                "compressor": {
                    "share": 0.4,
                    "repair": {"law": "lognormal", "mean": "90 min", "cv": 0.5},
                    "part": "compressor",
                    "skill": "cooling",
                    "first_time_fix": 0.9,
                    "second_part": "seal",
                },
                "door": {"share": 0.6, "call_type": "technical", "remote_fix": 0.2},
                "leak": {"failure": {"law": "gamma", "shape": 2, "scale": 9000}, "part": "seal"},
            },
            "sales": {"curve": "bass", "potential": 1000},
            "in_field": {"units": 300, "age": {"law": "uniform", "low": 0, "high": "5 years"}},
        },
        "lamp": {"sales": 20},
    },
    "markets": {
        "places": {
            "北京": {"lat": 39.9, "lon": 116.4, "weight": 3, "region": "north"},
            "القاهرة": {"lat": 30, "lon": 31.2, "sales": {"lamp": {"per_month": 3}}},
        }
    },
    "reporting": {"delay": "1 h", "profile": {"days": [1, 1, 1, 1, 1, 0.5, 0.2]}},
    "enquiries": {
        "fitting": {"call_type": "design", "per_week": 12, "work": {"repair": "2 h"}},
        "questions": {"per_unit_year": 0.1, "product": "fridge", "day_factor_cv": 0.2},
    },
    "hotline": {
        "hours": "Mon-Sat 08:00-20:00",
        "patience": {"law": "exponential", "mean": "2 min"},
        "lines": 20,
        "teams": {
            "first": {
                "skills": ["design", "technical"],
                "shifts": [
                    {"agents": 2, "hours": "Mon-Fri 08:00-16:00"},
                    {"agents": 1, "hours": "Mon-Sat 12:00-20:00", "breaks": "15:00-15:30"},
                ],
            },
            "second": {"shifts": [{"agents": 1}], "shrinkage": 0.1},
        },
    },
    "dispatch": {"policy": "nearest_free", "coordination": "5 min"},
    "outlets": {
        "defaults": {"technicians": 3, "contract": "partner", "stock": {"seal": {"base_stock": 2}}},
        "site": {"n": 4, "candidates": {"country": "CN", "largest": 20}},
        "places": {
            "北京": {"lat": 39.9, "lon": 116.4, "contract": "mine", "skills": ["cooling"]},
            "القاهرة": {"lat": 30, "lon": 31, "technicians": "unlimited", "lane": "fleet"},
        },
    },
    "parts": {
        "compressor": {"cost": 80, "depot_stock": {"reorder_point": 3, "order_quantity": 10}},
        "seal": {"cost": 2, "outlet_stock": {"reorder_below": 1, "order_up_to": 5}},
    },
    "logistics": {
        "depot": {"lat": 31, "lon": 121},
        "carriers": {"post": {"factor": {"law": "triangular", "low": 0.5, "mode": 1, "high": 2}}},
        "fleet": {"departures": "Mon 06:00, Thu 06:00", "trucks": 2},
        "lane": "post",
        "emergency": "post",
    },
    "contracts": {
        "partner": {"refusal": 0.1},
        "mine": {
            "owned": True,
            "terms": [
                {
                    "payer": "owner",
                    "payee": "staff",
                    "per": "month",
                    "amount": 1,
                    "category": "x",
                }
            ],
        },
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """FULL with one value at a dotted path changed; `...` deletes it."""
    data = copy.deepcopy(FULL)
    *above, last = path.split(".")
    node: Any = data
    for step in above:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    key: Any = int(last) if isinstance(node, list) else last
    if value is ...:
        del node[key]
    else:
        node[key] = value
    return data


def problems(action: Any, *arguments: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        action(*arguments)
    assert caught.value.problems
    return [str(problem) for problem in caught.value.problems]


def write(folder: Path, text: str, name: str = "s.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


# --- what is right ---


def test_minimal_and_defaults(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, "products:\n  fridge:\n    failure: 3 years\n"))
    assert scenario == parse(MINIMAL)
    assert scenario.start == datetime.date(2026, 1, 1)
    assert (scenario.horizon, scenario.warm_up, scenario.seed) == (17520, 0, 0)
    assert scenario.hotline is None
    assert scenario.outlets is None
    assert set(scenario.contracts) == {"company", "partner", "agent"}
    assert list(scenario.markets.places) == ["everywhere"]
    fridge = scenario.products["fridge"]
    assert fridge.tiers["standard"].promise == 48
    assert (fridge.warranty, fridge.comes_after_warranty) == (17520, 0.3)


def test_defaults_of_outlets_and_contracts_reach_what_does_not_say_otherwise() -> None:
    scenario = parse(FULL)
    assert scenario.outlets is not None
    assert scenario.outlets.places["北京"].technicians == 3
    assert scenario.outlets.places["北京"].contract == "mine"
    assert scenario.outlets.places["القاهرة"].contract == "partner"
    partner = scenario.contracts["partner"]
    assert partner.refusal == 0.1
    assert partner.terms == parse(MINIMAL).contracts["partner"].terms


def test_an_outlet_without_a_line_has_the_defaults() -> None:
    outlets = parse({**MINIMAL, "outlets": {"places": {"a": None}}}).outlets
    assert outlets is not None
    assert outlets.places["a"].technicians == 2


@pytest.mark.parametrize("data", [MINIMAL, FULL], ids=["minimal", "full"])
def test_what_the_manifest_stores_is_the_same_scenario(data: dict[str, Any]) -> None:
    scenario = parse(data)
    again = parse(scenario.model_dump(mode="json", by_alias=True))
    assert again == scenario
    assert again.model_dump_json(by_alias=True) == scenario.model_dump_json(by_alias=True)


def test_json_schema() -> None:
    schema = Scenario.model_json_schema()
    assert set(FULL) <= set(schema["properties"])
    assert set(schema["properties"]) == set(Scenario.model_fields)
    assert schema["additionalProperties"] is False
    assert "register" in schema["$defs"]["Outlets"]["properties"]
    assert Scenario.model_json_schema(mode="serialization")


def test_parse_leaves_its_argument_alone() -> None:
    data = copy.deepcopy(FULL)
    parse(data)
    assert data == FULL


# --- values that cannot be ---

WRONG = [
    ("prodcts", {}, "prodcts: unknown name 'prodcts'; did you mean 'products'?"),
    ("products.fridge.warrenty", 1, "unknown name 'warrenty'; did you mean 'warranty'?"),
    ("products.fridge.failure.shap", 1, "unknown name 'shap'; did you mean 'shape'?"),
    ("products.fridge.sales.potental", 1, "unknown name 'potental'; did you mean 'potential'?"),
    ("outlets.registr", "x.csv", "unknown name 'registr'; did you mean 'register'?"),
    ("hotline.teams.first.shifts.0.hous", "x", "shifts.0.hous: unknown name 'hous'; did you mean"),
    ("products.fridge.tiers.gold.share", -0.1, "gold.share: 0 or more is needed, but it is -0.1"),
    ("products.fridge.tiers.gold.share", 1.2, "1 or less is needed, but it is 1.2"),
    ("products.fridge.tiers.gold.share", 0.3, "shares of the tiers add up to 1.1, not to 1"),
    ("products.fridge.modes.door.share", ..., "either a share or a failure law of its own"),
    ("products.fridge.modes.door.remote_fix", "lots", "a number is needed"),
    ("products.fridge.failure", ..., "products.fridge.failure: is missing"),
    ("products.fridge.failure", {"law": "weibul"}, "unknown kind 'weibul'; did you mean 'weibull'"),
    ("products.fridge.failure", [1], "a mapping with its kind (law: or curve:)"),
    ("products.fridge.sales", {"curve": "bas"}, "unknown kind 'bas'; did you mean 'bass'? (known:"),
    ("products.fridge.warranty", "5 parsecs", "unknown unit 'parsecs'; known: s, min"),
    ("products.fridge.warranty", -1, "products.fridge.warranty: 0 or more is needed"),
    ("products.fridge.warranty", math.nan, "it is nan"),
    ("products.fridge.price", math.inf, "finite number is needed, but it is inf"),
    ("products.fridge.repair_effect", "minimum", "did you mean 'minimal'?"),
    ("horizon", "-3 years", "horizon: more than 0 is needed, but it is '-3 years'"),
    ("horizon", math.inf, "horizon: a finite number is needed"),
    ("horizon", "201 years", "horizon: more than 200 years are not simulated"),
    ("warm_up", "4 years", "warm_up: the warm-up must end before the horizon"),
    ("start", "2026-02-30", "start: "),
    ("seed", -1, "seed: "),
    ("seed", 1.5, "seed: "),
    ("name", 5, "name: a text is needed, but it is 5"),
    ("products.fridge.modes.compressor.part", "compresor", "did you mean 'compressor'? (known:"),
    ("products.fridge.modes.compressor.second_part", "x", "second_part: 'x' is no part (known"),
    (
        "products.fridge.modes.door.call_type",
        "tecnical",
        "'tecnical' is no call type; did you mean",
    ),
    ("enquiries.fitting.call_type", "desing", "'desing' is no call type; did you mean 'design'?"),
    ("enquiries.questions.product", "frige", "'frige' is no product; did you mean 'fridge'?"),
    ("enquiries.fitting.work.part", "sael", "'sael' is no part; did you mean 'seal'?"),
    ("enquiries.fitting.per_unit_year", 1, "either per_week or per_unit_year"),
    ("markets.places.北京.sales", {"lmp": 1}, "'lmp' is no product; did you mean 'lamp'?"),
    ("markets.places.北京.in_field", {"x": {"units": 1}}, "'x' is no product"),
    ("markets.places.北京.lat", 91, "markets.places.北京.lat: 90 or less is needed"),
    ("markets.places", {}, "no market: give cities, csv or places"),
    ("markets.places", {"a": {"weight": 0}}, "weights of the markets add up to zero"),
    ("hotline.teams.first.skills", ["desing"], "skill 'desing', which is no call type"),
    ("hotline.teams.second.skills", ["design"], "no team takes calls of type 'after_sales'"),
    ("hotline.teams", {}, "hotline.teams: "),
    ("hotline.hours", "Mno 08:00-10:00", "unknown day 'mno'; days are Mon"),
    ("hotline.teams.first.shifts.1.agents", -1, "shifts.1.agents: 0 or more is needed"),
    ("hotline.teams.first.shifts.1.agents", ..., "shifts.1.agents: is missing"),
    ("dispatch.policy", "nearst", "'nearst' is not one of 'nearest',"),
    ("outlets.defaults.contract", "parner", "outlets.defaults.contract: 'parner' is no contract"),
    ("outlets.places.北京.contract", "mein", "'mein' is no contract; did you mean 'mine'?"),
    ("outlets.places.北京.technicians", "unlimted", "did you mean 'unlimited'?"),
    ("outlets.places.北京.stock", {"sel": {}}, "'sel' is no part; did you mean 'seal'?"),
    ("outlets.places.北京.lane", "pots", "'pots' is no carrier or fleet; did you mean 'post'?"),
    ("outlets.places.北京.hours", "never", "outlets.places.北京.hours: unknown day 'never'"),
    ("outlets.places", [], "outlets.places: a mapping of names to values is needed"),
    ("outlets.site.n", 1, "1 is less than the 2 outlets that are given and locked"),
    ("outlets", {}, "outlets: no outlet: give register, site or places"),
    ("parts.seal.outlet_stock.base_stock", 1, "give one policy"),
    ("parts.seal.outlet_stock.order_up_to", 1, "order_up_to must be above reorder_below"),
    ("logistics.lane", "pots", "'pots' is no carrier; did you mean 'post'?"),
    ("logistics.emergency", "fleet", "logistics.emergency: 'fleet' is no carrier (known: post)"),
    ("logistics.carriers", {}, "at least one carrier is needed"),
    ("logistics.carriers.fleet", {}, "this name is kept for the own fleet"),
    ("logistics.fleet.departures", "Mon 6", "'6' is no time of day"),
    ("contracts.mine.terms.0.per", "moth", "contracts.mine.terms.0.per: 'moth' is not one of"),
    ("contracts.mine.terms.0.payer", ..., "contracts.mine.terms.0.payer: is missing"),
    ("contracts.company", None, "contracts.company: a mapping of names to values is needed"),
    ("parts", None, "parts: a mapping of names to values is needed"),
]


@pytest.mark.parametrize(("path", "value", "expected"), WRONG)
def test_one_mistake_is_one_problem(path: str, value: Any, expected: str) -> None:
    found = problems(parse, changed(path, value))
    assert len(found) == 1, found
    assert expected in found[0]


@pytest.mark.parametrize("skills", [["heating"], []])
def test_skill_that_no_outlet_has(skills: list[str]) -> None:
    data = changed("outlets.defaults.skills", skills)
    data["outlets"]["places"] = {"a": {"skills": ["coling"]}}
    assert "'cooling' is no skill of any outlet; did you mean 'coling'?" in problems(parse, data)[0]


@pytest.mark.parametrize("data", [{}, [], None, 3, "x", {"products": {}}])
def test_nothing_to_simulate(data: Any) -> None:
    assert len(problems(parse, data)) == 1


def test_huge_figures() -> None:
    for value in (16**9999, -(16**9999)):
        for path in ("parts.seal.cost", "horizon", "name"):
            assert path in problems(parse, changed(path, value))[0]


def test_lists_in_lists_in_python_data() -> None:
    deep: list[Any] = []
    for _ in range(20_000):
        deep = [deep]
    for path in ("dispatch.policy", "parts", "horizon", "hotline.hours", "unknown"):
        assert path in problems(parse, changed(path, deep))[0]


def test_all_mistakes_at_once() -> None:
    data = changed("horizon", -1)
    data["prodcts"] = 1
    data["products"]["fridge"]["modes"]["door"]["remote_fix"] = 2
    data["products"]["fridge"]["modes"]["compressor"]["part"] = "compresor"
    shifts = data["hotline"]["teams"]["first"]["shifts"]
    shifts[:] = [{"agents": -1}, {"agents": 2, "hous": 1}, {"agents": 1}, {"agents": -4}]
    data["outlets"]["places"]["北京"]["contract"] = "mein"
    data["logistics"]["lane"] = "pots"
    found = sorted(problem.split(": ")[0] for problem in problems(parse, data))
    assert found == sorted(
        [
            "horizon",
            "prodcts",
            "products.fridge.modes.door.remote_fix",
            "products.fridge.modes.compressor.part",
            "hotline.teams.first.shifts.0.agents",
            "hotline.teams.first.shifts.1.hous",
            "hotline.teams.first.shifts.3.agents",
            "outlets.places.北京.contract",
            "logistics.lane",
        ]
    )


@pytest.mark.parametrize(
    ("changes", "only"),
    [
        ({"parts": 5}, "parts"),  # nothing is said of the parts that are now missing
        ({"parts": {"compressor": {"cost": "x"}, "seal": 5}}, "parts"),
        ({"horizon": -1, "warm_up": "3 years"}, "horizon"),
        ({"products": {"fridge": 5}, "enquiries": {"q": {"per_unit_year": 1}}}, "products.fridge"),
        (
            {"outlets": {"defaults": {"technicians": -3}, "places": {"a": HERE, "b": HERE}}},
            "outlets",
        ),
        ({"outlets": {"defaults": {"contract": "x"}, "places": {"a": HERE, "b": HERE}}}, "outlets"),
    ],
)
def test_what_follows_from_a_mistake_is_not_told(changes: dict[str, Any], only: str) -> None:
    data = {**FULL, **changes}
    if "products" in changes:
        data["markets"] = {"places": {"a": HERE}}
    assert all(problem.startswith(only) for problem in problems(parse, data))


def test_a_later_mistake_in_a_list_has_its_own_position() -> None:
    """A list item that is taken out must not shift the others: also in a second look."""
    data = copy.deepcopy(FULL)
    terms = data["contracts"]["mine"]["terms"]
    terms[:] = [{**terms[0], "per": "x"}, terms[0], {**terms[0], "amount": "x"}]
    data["hotline"]["teams"]["first"]["shifts"][0]["agents"] = "x"
    data["hotline"]["teams"]["first"]["skills"] = ["desing"]
    found = problems(parse, data)
    assert "contracts.mine.terms.0.per" in found[-2] + found[-3] + found[-1]
    assert any("contracts.mine.terms.2.amount" in problem for problem in found)
    assert not any("terms.1" in problem for problem in found)


# --- files ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "nothing to simulate"),
        ("# only words\n", "nothing to simulate"),
        ("- a\n- b\n", "a mapping of names to values is needed"),
        ("just words\n", "a mapping of names to values is needed"),
        ("name: [1, 2\n", "line 2: this is no YAML"),
        ("name: a\n\thorizon: 3\n", "line 2: this is no YAML"),
        ("name: a\nstart: 2026-13-01\n", "line 2: there is no day 2026-13-01"),
        ("name: a\nseed: 1\nname: b\n", "line 3: a key stands twice"),
        ("1: a\n'1': b\n", "line 2: 1: this key stands twice"),
        ("name: \x07\n", "this is no YAML"),
        ("name: *nobody\n", "line 1: this is no YAML"),
        ("name: &a b\nname2: 'open\n", "this is no YAML"),
        ("name: @x\n", "line 1: this is no YAML"),
        ("seed: !!int x\n", "this is no YAML"),
        ("seed: !!float x\n", "this is no YAML"),
        ("start: 2026-13-45\n", ""),
        ("name: !mine x\n", ""),
        ("parts: !!set {a, b}\n", "parts"),
        ("? [a, b]\n: 1\n", ""),
        ("%YAML 9.9\n---\nname: a\n", ""),
        ("name: a\n---\nname: b\n", "this is no YAML"),
        ("parts: &a [*a]\n", "parts"),
        ("parts: &a {x: *a, y: *a}\n", "parts"),
        ("seed: " + "9" * 5000 + "\n", ""),
        ("parts: 0x" + "f" * 5000 + "\n", "parts"),
        ("horizon: .nan\n", "horizon: more than 0 is needed, but it is nan"),
        ("horizon: .inf\n", "horizon: a finite number is needed, but it is inf"),
        ("a: &x 1\nb: &x 2\n", "unknown name 'a'"),
    ],
)
def test_files_that_are_no_scenario(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(load, write(tmp_path, text))
    assert expected in " ".join(found)
    assert all(str(tmp_path / "s.yaml") in problem for problem in found)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "there is no such file" in problems(load, tmp_path / "none.yaml")[0]
    assert "cannot be read" in problems(load, tmp_path)[0]
    assert "no file name" in problems(load, "a\0b")[0]
    assert "cannot be read" in problems(load, "x" * 5000)[0]
    (tmp_path / "latin.yaml").write_bytes("name: Köln\n".encode("latin-1"))
    assert "not UTF-8" in problems(load, tmp_path / "latin.yaml")[0]
    (tmp_path / "wide.yaml").write_bytes("name: Köln\n".encode("utf-16"))
    assert "not UTF-8" in problems(load, tmp_path / "wide.yaml")[0]


def test_byte_order_mark_and_other_scripts(tmp_path: Path) -> None:
    text = "name: شبكة\nproducts:\n  冰箱:\n    failure: 3 years\n    modes: {压缩机: {share: 1}}\n"
    scenario = load(write(tmp_path, "\ufeff" + text))
    assert scenario.name == "شبكة"
    assert list(scenario.products["冰箱"].modes) == ["压缩机"]


def test_problem_names_file_line_path_value_and_remedy(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "products:\n  fridge:\n    failure: 3 years\n    tiers:\n      a:\n        shar: 1\n"
        "hotline:\n  teams:\n    t:\n      shifts:\n        - agents: 1\n        - agents: x\n",
    )
    assert problems(load, file) == [
        f"{file}, line 6: products.fridge.tiers.a.shar: unknown name 'shar'; did you mean 'share'?",
        f"{file}, line 12: hotline.teams.t.shifts.1.agents: a whole number is needed, but it is "
        "'x'",
    ]


def test_numbers_and_anchored_values_keep_their_kind(tmp_path: Path) -> None:
    text = (
        "name: &n '1'\ndescription: *n\n"
        "products:\n  1: &p {failure: 1_000}\n  2.5: {<<: *p, price: 2}\n"
        "parts: {a: {emergency: &t true}, b: {emergency: *t}}\n"
    )
    scenario = load(write(tmp_path, text))
    assert list(scenario.products) == ["1", "2.5"]
    assert scenario.products["2.5"].failure == scenario.products["1"].failure
    said = problems(parse, {**MINIMAL, "seed": None})[0]
    assert said == "seed: a whole number is needed, but it is null"
    wrong = write(tmp_path, "products: {a: {failure: 1}}\nname: &t true\nseed: 3\n")
    assert "but it is true" in problems(load, wrong)[0]


# --- extends ---

BASE = "name: base\nseed: 1\nproducts:\n  fridge:\n    failure: 3 years\n    price: 5\n"


def test_extends_merges_overrides_and_removes(tmp_path: Path) -> None:
    write(tmp_path, BASE + "parts: {a: {cost: 1}, b: {cost: 2}}\n", "base.yaml")
    text = "extends: base.yaml\nname: mine\nproducts: {fridge: {price: 7}, lamp: {}}\n"
    scenario = load(write(tmp_path, text + "parts: {a: null, b: {mass: 3}}\nseed: null\n"))
    assert (scenario.name, scenario.seed) == ("mine", 0)
    assert scenario.products["fridge"].price == 7
    assert scenario.products["fridge"].failure == parse(MINIMAL).products["fridge"].failure
    assert list(scenario.products) == ["fridge", "lamp"]
    assert list(scenario.parts) == ["b"]
    assert (scenario.parts["b"].cost, scenario.parts["b"].mass) == (2, 3)


def test_extends_through_three_files_in_other_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    a = write(tmp_path, BASE + "horizon: -1\nwarm_up: x\n", "a.yaml")
    b = write(tmp_path / "deep", "extends: ../a.yaml\n\nwarm_up: y\n", "b.yaml")
    c = write(tmp_path, "extends: deep/b.yaml\nproducts:\n  fridge:\n    price: z\n", "c.yaml")
    found = problems(load, c)
    assert len(found) == 3
    assert f"a.yaml, line {7}: horizon" in " ".join(found)
    assert any(str(a.name) in p and "horizon" in p for p in found)
    assert any(f"{b.name}, line 3: warm_up" in p for p in found)
    assert any(f"{c}, line 4: products.fridge.price" in p for p in found)


def test_extends_replaces_what_is_no_mapping_with_its_places(tmp_path: Path) -> None:
    write(tmp_path, BASE + "hotline:\n  teams:\n    t: {shifts: [{agents: 1}]}\n", "base.yaml")
    text = "extends: base.yaml\nhotline:\n  teams:\n    t:\n      shifts:\n        - agents: x\n"
    file = write(tmp_path, text)
    assert f"{file}, line 6: hotline.teams.t.shifts.0.agents" in problems(load, file)[0]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("none.yaml", "there is no file"),
        ("''", "there is no file"),
        ("[a.yaml, b.yaml]", "the name of one file is needed"),
        ("3", "the name of one file is needed"),
        ("s.yaml", "extend each other: s.yaml -> s.yaml"),
        ("b.yaml", "extend each other: s.yaml -> b.yaml -> s.yaml"),
        ('"a\\0b"', "there is no file"),
        ("x" * 5000, "there is no file"),
    ],
)
def test_extends_refused(tmp_path: Path, base: str, expected: str) -> None:
    write(tmp_path, "name: b\nextends: s.yaml\n", "b.yaml")
    found = problems(load, write(tmp_path, f"name: s\nextends: {base}\n"))
    assert len(found) == 1
    assert expected in found[0]
    assert "line 2: extends: " in found[0]


# --- bombs ---


@pytest.mark.parametrize(
    "kind", ["lists", "mappings", "strings", "merges", "deep", "deep lists", "dashes"]
)
def test_bombs_are_refused_soon_and_small(tmp_path: Path, kind: str) -> None:
    rows = {
        "lists": [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)],
        "mappings": [
            f"a{i}: &a{i} {{{', '.join(f'k{j}: *a{i - 1}' for j in range(9))}}}"
            for i in range(1, 12)
        ],
        "strings": [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)],
        "merges": [f"a{i}: &a{i} {{<<: *a{i - 1}, k{i}: *a{i - 1}}}" for i in range(1, 25)],
        "deep": ["a: " + "{a: " * 3000 + "1" + "}" * 3000],
        "dashes": ["a:", "  " + "- " * 1000 + "a"],
        "deep lists": ["a: " + "[" * 3000 + "]" * 3000],
    }[kind]
    first = {"strings": "a0: &a0 " + "x" * 10_000, "merges": "a0: &a0 {k: 1}"}.get(
        kind, "a0: &a0 [1]"
    )
    file = write(tmp_path, "\n".join([first, *rows]) + "\n")
    tracemalloc.start()
    begun = time.process_time()
    found = problems(load, file)
    took = time.process_time() - begun
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 1
    assert "levels" in found[0] or "nested too deep" in found[0]
    assert took < 20  # of the processor, under tracemalloc
    assert most < 500e6


# --- CSV ---

MARKETS = "name,latitude,longitude,weight\n"
REGISTER = "name,latitude,longitude,technicians,contract\n"
EMPIRICAL = "hours\n"


def with_csv(kind: str) -> dict[str, Any]:
    if kind == "markets":
        return {**MINIMAL, "markets": {"csv": "t.csv"}}
    if kind == "register":
        markets = {"places": {"here": {"lat": 1, "lon": 1}}}
        return {**MINIMAL, "markets": markets, "outlets": {"register": "t.csv"}}
    law = {"law": "empirical", "csv": "t.csv", "column": "hours"}
    return {"products": {"fridge": {"failure": law}}}


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            "markets",
            MARKETS + "a,b,3,1\n",
            "t.csv, line 2, column 'latitude': 'b' is wrong: a number is needed",
        ),
        ("markets", MARKETS + "a,1,1,1\na,1,1,1\n", "line 3, column 'name': 'a' is empty or st"),
        (
            "markets",
            MARKETS + "a,1,1,1\nb,91,1,1\n",
            "line 3, column 'latitude': '91' is wrong: 90 or less",
        ),
        (
            "markets",
            MARKETS + "a,1,181,1\n",
            "column 'longitude': '181' is wrong: 180 or less",
        ),
        (
            "markets",
            MARKETS + "a,1,1,-1\n",
            "line 2, column 'weight': '-1' is wrong: 0 or more",
        ),
        ("markets", MARKETS + "a,nan,1,1\n", "'nan' is wrong: "),
        ("markets", MARKETS + "a,1,1,0\n", "weights of the markets add up to zero"),
        ("markets", MARKETS + ",1,1,1\n", "column 'name': '' is empty"),
        ("markets", MARKETS + "a,1,1\n", "line 2: as many cells as columns are needed"),
        ("markets", MARKETS + "a,1,1,1,1\n", "line 2: as many cells as columns are needed"),
        ("markets", MARKETS, "t.csv has no rows"),
        ("markets", "", "no column 'name' (it has none that is known)"),
        (
            "markets",
            "name,latitud,longitude,weight\n",
            "no column 'latitude' (it has name, longitude",
        ),
        ("markets", "name,latitud,longitude,weight\n", "did you mean 'latitud'?"),
        ("markets", "name,name,latitude,longitude,weight\n", "two columns 'name'"),
        ("markets", MARKETS + 'a,"1,1,1\n', "cannot be read as CSV"),
        (
            "register",
            REGISTER + "a,1,1,x,company\n",
            "column 'technicians': 'x' is wrong: a whole number, or unlimited is needed",
        ),
        (
            "register",
            REGISTER + "a,1,1,1.5,company\n",
            "'1.5' is wrong: a whole number, or unlimited is needed",
        ),
        ("register", REGISTER + "a,1,1,-2,company\n", "'-2' is wrong: 0 or more, or unlimited"),
        (
            "register",
            REGISTER + "a,1,1,inf,company\n",
            "'inf' is wrong: a finite number",
        ),
        ("register", REGISTER + "a,-91,1,1,company\n", "'-91' is wrong: -90 or more"),
        ("register", REGISTER + "a,1,1,1,compny\n", "'compny' is no contract; did you mean 'comp"),
        ("register", REGISTER + "a,1,1,1,company\n" * 2, "line 3, column 'name': 'a' is empty or"),
        ("register", "name,latitude,longitude,contract\n", "no column 'technicians'"),
        (
            "empirical",
            EMPIRICAL + "1\nx\n",
            "t.csv, line 3, column 'hours': 'x' is wrong: a duration is",
        ),
        ("empirical", EMPIRICAL + "1\n-2\n", "line 3, column 'hours': '-2' is not at least 0"),
        ("empirical", EMPIRICAL, "t.csv has no rows"),
        (
            "empirical",
            "ours\n1\n",
            "no column 'hours' (it has none that is known); did you mean 'ours'?",
        ),
    ],
)
def test_csv_refused(tmp_path: Path, kind: str, text: str, expected: str) -> None:
    write(tmp_path, text, "t.csv")
    found = problems(parse, with_csv(kind), tmp_path)
    assert len(found) == 1, found
    assert expected in found[0]


@pytest.mark.parametrize("kind", ["markets", "register", "empirical"])
def test_csv_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    data = with_csv(kind)
    assert "no file" in problems(parse, data, tmp_path)[0]
    (tmp_path / "t.csv").write_bytes("name\nKöln\n".encode("latin-1"))
    assert "t.csv is not UTF-8 text; save it as CSV UTF-8" in problems(parse, data, tmp_path)[0]
    (tmp_path / "t.csv").unlink()
    (tmp_path / "t.csv").mkdir()
    assert "cannot be read" in problems(parse, data, tmp_path)[0]


def test_csv_stands_beside_the_scenario_and_its_problem_has_the_line(tmp_path: Path) -> None:
    file = write(tmp_path, "products: {a: {failure: 1}}\nmarkets:\n  csv: m.csv\n")
    write(tmp_path, MARKETS + "北京,39.9,116.4,3\n", "m.csv")
    assert list(load(file).markets.places) == ["北京"]
    write(tmp_path, MARKETS + "北京,39.9,116.4,x\n", "m.csv")
    found = problems(load, file)
    assert found[0].startswith(f"{file}, line 2: markets: m.csv, line 2, column 'weight'")


def test_places_come_on_top_of_csv(tmp_path: Path) -> None:
    write(tmp_path, MARKETS.replace("\n", ",spread\n") + "a,1,2,3,\n", "m.csv")
    write(tmp_path, REGISTER + "o,1,2,3,partner\n", "r.csv")
    data = {
        **MINIMAL,
        "markets": {"csv": "m.csv", "places": {"b": {"lat": 1, "lon": 1, "weight": 2}}},
        "outlets": {
            "register": "r.csv",
            "defaults": {"radius": 50, "technicians": 9},
            "places": {"o": {"speed": 30}, "q": {"lat": 1, "lon": 1}},
        },
    }
    scenario = parse(data, tmp_path)
    assert list(scenario.markets.places) == ["a", "b"]
    assert scenario.outlets is not None
    o, q = scenario.outlets.places["o"], scenario.outlets.places["q"]
    assert (o.technicians, o.contract, o.speed, o.radius) == (3, "partner", 30, 50)
    assert (q.technicians, q.contract) == (9, "company")
    again = parse(scenario.model_dump(mode="json", by_alias=True))  # without the CSV files
    assert again == scenario
    for wrong in ([1], "x", 3):
        for part in ("markets", "outlets"):
            broken = {**data, part: {**data[part], "places": wrong}}  # type: ignore[dict-item]
            assert f"{part}.places" in problems(parse, broken, tmp_path)[0]


# --- changes ---


def test_changes(tmp_path: Path) -> None:
    shifts = "hotline:\n  teams:\n    t:\n      shifts: [{agents: 1}, {agents: 2}]\n"
    file = write(tmp_path, BASE + shifts)
    scenario = load(
        file,
        [
            "hotline.teams.t.shifts.1.agents=5",
            "products.fridge.tiers.standard.promise = 4 h",
            "parts={a: {cost: 3}}",
            "name=x=y",
            "logistics.carriers.post={speed: null}",
        ],
    )
    assert scenario.hotline is not None
    assert [s.agents for s in scenario.hotline.teams["t"].shifts] == [1, 5]
    assert scenario.products["fridge"].tiers["standard"].promise == 4
    assert scenario.parts["a"].cost == 3
    assert scenario.name == "x=y"
    assert scenario.logistics.carriers["post"].speed is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("horizon", "write path.to.value=new value"),
        ("=3", "write path.to.value=new value"),
        ("a..b=3", "write path.to.value=new value"),
        ("", "write path.to.value=new value"),
        ("horizon=[1", "this is no YAML"),
        ("horizon={a: 1, a: 2}", "a key stands twice"),
        ("horizon=!!int x", "this is no YAML"),
        ("horizon=&a [*a]", "levels"),
        ("horizon=" + "[" * 3000, "nested too deep"),
        ("hotline.teams.t.shifts.2.agents=3", "'2' is no position in a list of 2"),
        ("hotline.teams.t.shifts.x=3", "'x' is no position in a list of 2"),
        ("hotline.teams.t.shifts.²=3", "'²' is no position in a list of 2"),
        ("hotline.teams.t.shifts.-1=3", "'-1' is no position in a list of 2"),
        (f"hotline.teams.t.shifts.{'9' * 5000}=3", "is no position in a list of 2"),
        ("hotline.teams.t.shifts.0=3", "hotline.teams.t.shifts.0: a mapping of names"),
        ("hotline.teams.t.skills.0.x=3", "hotline.teams.t.skills"),
        ("hotline.teams.t.shifts.0.agents.x=3", "hotline.teams.t.shifts.0.agents"),
        ("products.fridge.prise=3", "unknown name 'prise'; did you mean 'price'?"),
        ("products.²=3", "products.²: a mapping of names to values is needed"),
        ("extends=x.yaml", "unknown name 'extends'"),
        ("name.x=3", "name: a text is needed"),
        ("products={fridge: {price: x}}", "products.fridge.price: a number is needed"),
    ],
)
def test_changes_refused(tmp_path: Path, change: str, expected: str) -> None:
    shifts = "hotline:\n  teams:\n    t:\n      shifts: [{agents: 1}, {agents: 2}]\n"
    found = problems(load, write(tmp_path, BASE + shifts), [change])
    assert expected in found[0]
    assert found[0].startswith("--set ")


# --- many outlets, and mutations ---


def test_a_thousand_wrong_outlets_are_told_in_bounded_time() -> None:
    places = {f"o{i}": {"technicians": "x", "lane": "y"} for i in range(1000)}
    begun = time.process_time()
    found = problems(parse, {**MINIMAL, "outlets": {"places": places}})
    assert len(found) >= 1000
    assert time.process_time() - begun < 10


def test_extending_a_large_network_takes_bounded_time(tmp_path: Path) -> None:
    """Merging is linear in the size of both files."""
    rows = "".join(f"    o{i}: {{lat: 1, lon: {i % 90}}}\n" for i in range(2000))
    text = BASE + "markets: {places: {a: {lat: 1, lon: 1}}}\noutlets:\n  places:\n"
    write(tmp_path, text + rows, "base.yaml")
    file = write(tmp_path, "extends: base.yaml\noutlets:\n  places:\n" + rows)
    begun = time.process_time()
    outlets = load(file).outlets
    assert outlets is not None
    assert len(outlets.places) == 2000
    assert time.process_time() - begun < 15


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, value in items:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += _paths(value, (*path, key))
    return found


ODD: list[Any] = [
    math.nan, math.inf, -math.inf, -1, 0, 1e308, 5e-324, 10**400, True, None, "", "x", "5 parsecs",
    "9e99 years", [], [None], [[1]], {}, {"x": None}, {"law": "gamma", "mean": 1, "cv": 1e-9},
    {"law": "weibull", "mean": 1, "cv": 1e9}, {1: 2}, "24/7", datetime.date(2026, 1, 1), b"x",
]  # fmt: skip
mutation = st.tuples(
    st.sampled_from(_paths(FULL)),
    st.one_of(st.just("delete"), st.just("rename"), st.sampled_from(ODD).map(lambda v: [v])),
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(mutation, min_size=1, max_size=3))
def test_mutations_are_a_scenario_or_a_scenario_error(changes: list[Any]) -> None:
    """Derandomised: the same examples every time, so no error rate."""
    data = copy.deepcopy(FULL)
    for path, what in changes:
        node: Any = data
        try:
            for step in path[:-1]:
                node = node[step]
            value = node.pop(path[-1])
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change took it away
        if what == "delete":
            continue
        key, new = (path[-1], what[0]) if isinstance(what, list) else (f"{path[-1]}x", value)
        if isinstance(node, list):
            node.insert(path[-1], new)
        else:
            node[key] = new
    begun = time.process_time()
    try:
        scenario = parse(data)
        assert isinstance(scenario, Scenario)
        assert parse(scenario.model_dump(mode="json", by_alias=True)) == scenario
    except ScenarioError as error:
        assert error.problems  # noqa: PT017
        assert str(error)  # noqa: PT017
    assert time.process_time() - begun < 2

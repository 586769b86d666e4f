"""Changes: one rule on every way, names that are not there, and changes that change nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.experiment.strategy import Experiment
from simnet.scenario import ScenarioError, load
from simnet.scenario.path import dotted, parse_path, split_path

BASE = """\
name: Base
products:
  fridge:
    failure: {law: weibull, shape: 2, scale: 3 years}
    in_field: {units: 10}
    modes: {motor: {share: 1, part: motor}}
    tiers: {standard: {share: 0.5, promise: 24 h}, gold: {share: 0.5, promise: 4 h}}
markets: {places: {Zug: {lat: 47.2, lon: 8.5}}}
outlets:
  register: outlets.csv
  places: {St. Gallen: {lat: 47.4, lon: 9.4, skills: [a, b]}, Bern: {speed: 50}}
parts: {motor: {cost: 50, outlet_stock: {base_stock: 2}}}
logistics: {carriers: {post: {base: 20, speed: 40}}}
"""
REGISTER = "name,latitude,longitude,technicians,contract\nBern,46.9,7.4,3,company\n"


@pytest.fixture
def base(tmp_path):
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "outlets.csv").write_text(REGISTER, encoding="utf-8")
    return tmp_path / "base.yaml"


def set_(file, path, value):
    return load(file, [f"{path}={value}"])


def extends(file, path, value):
    text = value
    for name in reversed(parse_path(path)):
        text = f"{{'{name}': {text}}}"
    over = file.with_name("over.yaml")
    over.write_text(f"extends: base.yaml\n{text[1:-1]}\n", encoding="utf-8")
    return load(over)


def strategy_of(file, text):
    experiment = file.with_name("experiment.yaml")
    experiment.write_text(f"base: base.yaml\n{text}\n", encoding="utf-8")
    made = Experiment.read(experiment)
    return made.strategies([{name: f.values[0] for name, f in made.question.factors.items()}])[
        0
    ].scenario


def strategy(file, path, value):
    return strategy_of(file, f"factors: {{f: {{strategies: {{s: {{'{path}': {value}}}}}}}}}")


def common(file, path, value):
    more = f"set: {{'{path}': {value}}}\n"
    return strategy_of(file, more + "factors: {seed: [1, 2]}")


def level(file, path, value):
    return strategy_of(file, f"factors: {{f: {{path: '{path}', levels: [{value}]}}}}")


def along(file, path, value):
    return strategy_of(
        file, f"factors: {{f: {{path: seed, levels: [1], along: {{'{path}': [{value}]}}}}}}"
    )


WAYS = [set_, extends, strategy, common, level, along]
RULE = [
    # mappings merge name by name
    ("parts.motor", "{cost: 60}", lambda s: (s.parts["motor"].cost, 60)),
    ("parts.motor", "{cost: 60}", lambda s: (s.parts["motor"].outlet_stock.base_stock, 2)),
    ("parts", "{other: {cost: 1}}", lambda s: (sorted(s.parts), ["motor", "other"])),
    # an empty mapping, a list, a value and a law take the place
    ("parts.motor", "{}", lambda s: (s.parts["motor"].cost, 0)),
    ("outlets.places", "{}", lambda s: (list(s.outlets.places), ["Bern"])),
    ('outlets.places."St. Gallen".skills', "[c]",
     lambda s: (s.outlets.places["St. Gallen"].skills, ("c",))),
    ("outlets.places.Bern.technicians", "9", lambda s: (s.outlets.places["Bern"].technicians, 9)),
    ("products.fridge.failure", "{law: exponential, mean: 7}",
     lambda s: (s.products["fridge"].failure.mean(), 7)),
    # null removes, and where nothing is a value it is that
    ("outlets.places.Bern", "null", lambda s: (s.outlets.places["Bern"].speed, 40)),
    ("parts.motor.outlet_stock.base_stock", "null",
     lambda s: (s.parts["motor"].outlet_stock.base_stock, None)),
    ("products.fridge.tiers.gold.promise", "null",
     lambda s: (s.products["fridge"].tiers["gold"].promise, None)),
    ("logistics.carriers.post.speed", "null",
     lambda s: (s.logistics.carriers["post"].speed, None)),
    ("logistics.carriers.post.base", "null", lambda s: (s.logistics.carriers["post"].base, 12)),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(("path", "value", "look"), RULE)
def test_one_rule_on_every_way(base, way, path, value, look):
    found, expected = look(way(base, path, value))
    assert found == expected


@pytest.mark.parametrize("way", [set_, strategy, common], ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("horizon", "2 years"),  # what is the default
        ("parts.motor.cost", "50.0"),
        ("parts", "{motor: {cost: 50}}"),
        ("outlets.places.Bern.technicians", "3"),  # what the register says
        ("outlets.places.Nowhere", "null"),
        ("parts.motor.price", "null"),
        ("outlets.register", "outlets.csv"),
        ("products.fridge.tiers.gold.promise", "240 min"),
    ],
)
def test_a_change_that_changes_nothing_is_named(base, way, path, value):
    notes = way(base, path, value).notes
    assert any("changes nothing" in note and path in note for note in notes), notes


def test_a_change_that_a_later_one_takes_back_is_named(base):
    twice = load(base, ["seed=5", "parts.motor.price=9", "seed=6", "parts={motor: {price: 8}}"])
    assert twice.notes == [
        "--set seed=5: changes nothing", "--set parts.motor.price=9: changes nothing"
    ]  # fmt: skip
    assert load(base, "seed=5").seed == 5  # one text is one change


def test_a_null_without_effect_in_a_file_that_extends_another(base):
    assert extends(base, "parts.moter", "null").notes == [
        f"{base.with_name('over.yaml')}, line 2: parts.moter: null changes nothing, there is no "
        "such value"
    ]
    assert extends(base, "parts.motor.price", "null").notes == []


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_change_that_changes_something_is_not(base, way):
    for path, value in (("parts.motor.cost", "51"), ("outlets.register", "other.csv")):
        text = REGISTER.replace(",3,", ",4,")
        base.with_name("other.csv").write_text(text, encoding="utf-8")
        assert way(base, path, value).notes == []


def test_defaults_that_each_outlet_has_its_own_of(base):
    text = BASE.replace("St. Gallen: {", "St. Gallen: {technicians: 2, ")
    base.write_text(text, encoding="utf-8")
    assert load(base, ["outlets.defaults.technicians=7"]).notes == [
        "--set outlets.defaults.technicians=7: changes nothing"
    ]
    assert load(base, ["outlets.defaults.radius=70"]).notes == []


def test_levels_and_strategies_may_say_what_is_there(base):
    """A level, or a strategy's value that another strategy varies, is no mistake."""
    assert level(base, "parts.motor.cost", "50").notes == []
    text = "factors: {f: {strategies: {a: {parts.motor.cost: 50}, b: {parts.motor.cost: 60}}}}"
    assert strategy_of(base, text).notes == []


def test_strategies_that_are_one_and_the_same(base):
    text = "base: base.yaml\nfactors: {x: {path: outlets.defaults.lane, levels: [post, null]}}\n"
    file = base.with_name("experiment.yaml")
    file.write_text(text, encoding="utf-8")
    experiment = Experiment.read(file)
    made = experiment.strategies([{"x": "post"}, {"x": None}])
    assert made[1].scenario.notes == []  # outlets take the default: they differ
    text = BASE.replace("Bern: {", "Bern: {lane: post, ")
    text = text.replace("St. Gallen: {", "St. Gallen: {lane: post, ")
    base.write_text(text, encoding="utf-8")
    made = Experiment.read(file).strategies([{"x": "post"}, {"x": None}])
    assert "one and the same scenario" in made[1].scenario.notes[0]


# --- names that are not there ---


@pytest.mark.parametrize("way", [w for w in WAYS if w is not extends], ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("outlets.places.Berne.technicians", "3", "did you mean 'Bern'? (there are: "),
        ("parts.moter.cost", "3", "no 'moter' in parts; did you mean 'motor'?"),
        ("contracts.patner.refusal", "0.1", "did you mean 'partner'? (there are: company, par"),
        ("markets.places.Zgu.weight", "3", "no 'Zgu' in markets.places; did you mean 'Zug'?"),
        ("products.fridg.price", "3", "did you mean 'fridge'?"),
        ("products.fridge.tiers.god.share", "3", "did you mean 'gold'?"),
        ("products.fridge.modes.moto.share", "3", "did you mean 'motor'?"),
        ("logistics.carriers.psot.speed", "3", "did you mean 'post'?"),
        ("enquiries.x.per_week", "3", "there is no 'x' in enquiries (there are: none)"),
        ("outlets.places.St. Gallen.speed", "3", "outlets.places.\"St. Gallen\", and in a shell"),
        ("outlets.places.Köln", "{technicians: 3}", "outlets.places.Köln: has no coordinates"),
    ],
)  # fmt: skip
def test_a_path_that_would_make_an_entry_is_refused(base, way, path, value, said):
    with pytest.raises(ScenarioError) as caught:
        way(base, path, value)
    assert said in str(caught.value)


def test_names_of_files_rules_and_built_in_contracts_are_known(base):
    ulm = "outlets.places.Ulm={lat: 48.4, lon: 10}"
    changes = ["contracts.agent.refusal=0.2", "outlets.places.Bern.technicians=5"]
    scenario = load(base, [*changes, ulm, "outlets.places.Ulm.technicians=1"])
    assert [o.technicians for o in scenario.outlets.places.values()] == [5, 2, 1]
    assert scenario.contracts["agent"].refusal == 0.2
    text = BASE.replace("{places: {Zug: {lat: 47.2, lon: 8.5}}}", "{cities: {country: CH}}")
    base.write_text(text, encoding="utf-8")
    zurich = load(base, ["markets.places.Zürich.spread=3"]).markets.places["Zürich"]
    assert (round(zurich.lat), round(zurich.lon), zurich.spread) == (47, 9, 3)
    assert zurich.weight > 1e5
    with pytest.raises(ScenarioError, match="did you mean 'Zürich'"):
        load(base, ["markets.places.Zürch.spread=3"])


def test_an_outlet_of_the_register_cannot_be_removed_by_null(base):
    base.write_text(BASE.replace(", Bern: {speed: 50}", ""), encoding="utf-8")
    with pytest.raises(ScenarioError, match="comes from a file, a rule or a default"):
        load(base, ["outlets.places.Bern=null"])


# --- paths ---


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('a."St. Gallen".b', ("a", "St. Gallen", "b")),
        ("a.'St. Gallen'.b", ("a", "St. Gallen", "b")),
        (r"a.St\. Gallen.b", ("a", "St. Gallen", "b")),
        ('"a ""b"" c".d', ('a "b" c', "d")),
        ("O'Neill.x", ("O'Neill", "x")),
        (" a.b ", ("a", "b")),
    ],
)
def test_paths(text, path):
    assert parse_path(text) == path
    assert split_path(f"{text}=x=y", "=") == (path, "=x=y")


@pytest.mark.parametrize("text", ["", ".", "a..b", ".a", "a.", "'a", 'a."b', "'a'b"])
def test_what_is_no_path(text):
    with pytest.raises(ValueError, match=r"empty|quotation mark|a dot is needed"):
        parse_path(text)


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4))
def test_a_path_is_read_as_it_was_written(names):
    assert parse_path(dotted(tuple(names))) == tuple(names)

"""What may not be meant in a scenario that is right in itself."""

import pytest

from simnet.estimate import Network, warnings
from simnet.plan import doubts, make_plan, sited
from simnet.scenario import load, parse
from tests.conftest import ROOT

PLACES = {"Berlin": (52.5, 13.4), "Hamburg": (53.6, 10.0), "Munich": (48.1, 11.6)}
MAP = {name: {"lat": lat, "lon": lon, "region": name[0]} for name, (lat, lon) in PLACES.items()}
FLAT = {"hours": [1] * 24}
DAY = {"hours": [0] * 9 + [1] + [0] * 14}
BASE = {
    "products": {"p": {"failure": 1000, "in_field": {"units": 10}}},
    "markets": {"places": MAP},
    "reporting": {"profile": DAY},
    "outlets": {"defaults": {"hours": "24/7"}, "places": MAP},
}


def found(**more):
    return doubts(make_plan(parse({**BASE, **more})))


def outlets(**places):
    """Those of the base with changes."""
    mine = {
        name: {**place, **places.get(name, {})} for name, place in BASE["outlets"]["places"].items()
    }
    return {"defaults": {"hours": "24/7"}, "places": {**places, **mine}}


def test_no_doubts():
    assert found() == []


def test_a_set_up_that_is_paid_in_less_than_a_year():
    (said,) = found(horizon="73 days")
    assert said == (
        "the set-up of 3 outlets is charged to 73 days alone, so costs per year count it 5.0 "
        "times: simulate a year or more, or say existing"
    )
    standing = {name: {"existing": True} for name in PLACES}
    assert found(horizon="73 days", outlets=outlets(**standing)) == []
    assert found(horizon="1 year") == []


@pytest.mark.parametrize("name", ["quickstart", "appliance-china", "capital-equipment"])
def test_the_shipped_scenarios_raise_none(name):
    scenario = load(ROOT / "configs" / f"{name}.yaml")
    assert doubts(make_plan(scenario)) == scenario.notes == []


def test_the_starter_raises_none():
    scenario = load(ROOT / "simnet" / "starter" / "scenario.yaml")
    assert warnings(Network(make_plan(scenario))) == []


def test_warnings_are_one_list(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text((ROOT / "simnet/starter/scenario.yaml").read_text(encoding="utf-8"), "utf-8")
    register = (ROOT / "simnet/starter/outlets.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{register[0]},boss", *(f"{line},x" for line in register[1:])]
    (tmp_path / "outlets.csv").write_text("\n".join(lines), encoding="utf-8")
    changes = ["dispatch.policy=territory", "seed=1", "outlets.places.Berlin.technicians=0"]
    said = warnings(Network(make_plan(load(file, changes))))
    assert [line.split(" ")[0] for line in said] == [
        "outlet", "dispatch.policy", "outlets.csv:", "--set"
    ]  # fmt: skip


# --- dispatch ---


def test_a_territory_that_matches_nothing():
    places = {n: {"lat": a, "lon": o, "region": f"0{i}"} for i, (n, (a, o)) in
              enumerate(PLACES.items())}  # fmt: skip
    (said,) = found(markets={"places": places}, dispatch={"policy": "territory"})
    assert said == (
        "dispatch.policy territory: all markets have no outlet of their region, so the nearest one "
        "serves them. Regions of these markets: 00, 01, 02; of outlets: B, H, M"
    )


def test_a_territory_that_matches_in_part():
    places = {**BASE["markets"]["places"], "Ulm": {"lat": 48.4, "lon": 10, "weight": 1}}
    (said,) = found(markets={"places": places}, dispatch={"policy": "territory"})
    assert "1 of 4 markets, 25% of demand, have no outlet" in said
    assert "Regions of these markets: (none); of outlets: B, H, M" in said
    assert found(dispatch={"policy": "territory"}) == []


@pytest.mark.parametrize("contract", ["company", "partner"])
def test_own_first_where_there_is_no_choice(contract):
    network = outlets(**{name: {"contract": contract} for name in PLACES})
    (said,) = found(outlets=network, dispatch={"policy": "own_first"})
    assert "the same as nearest" in said
    assert found(outlets=outlets(Berlin={"contract": "partner"}),
                 dispatch={"policy": "own_first"}) == []  # fmt: skip


# --- the map ---


@pytest.mark.parametrize("kind", ["outlets", "markets"])
def test_latitude_and_longitude_exchanged(kind):
    places = {**BASE[kind]["places"], "Köln": {"lat": 6.96, "lon": 50.94}}
    (said,) = found(**{kind: {**BASE[kind], "places": places}})
    other = "market" if kind == "outlets" else "outlet"
    assert said.startswith(f"{kind[:-1]} Köln (lat 6.96, lon 50.94) lies at sea, ")
    assert said.endswith(f" km from the nearest {other}: are lat and lon exchanged?")


def test_a_digit_too_many():
    (said,) = found(outlets=outlets(Wien={"lat": 48.2, "lon": 61.6}))
    assert said.startswith("outlet Wien (lat 48.2, lon 61.6) lies in the country KZ, ")
    assert "exchanged" not in said


def test_what_is_far_at_home_or_near_abroad_is_none():
    prague, kiruna = {"lat": 50.09, "lon": 14.42}, {"lat": 67.86, "lon": 20.23}
    assert found(outlets=outlets(Praha=prague)) == []
    sweden = {"Malmö": {"lat": 55.6, "lon": 13.0}, "Kiruna": kiruna}
    assert found(markets={"places": sweden}, outlets={"defaults": {"hours": "24/7"},
                 "places": {"Malmö": sweden["Malmö"]}}) == []  # fmt: skip


# --- siting ---


def german(**places):
    markets = {"cities": {"country": "DE", "largest": 12}}
    plan = make_plan(parse({**BASE, "markets": markets, "outlets": {
        "site": {"n": 4}, "defaults": {"hours": "24/7"}, "places": places}}))  # fmt: skip
    return sited(plan), doubts(plan)


def test_what_the_siting_chose():
    places, said = german()
    assert (len(places.chosen), places.given, places.lost, said) == (4, [], [], [])
    assert sited(make_plan(parse(BASE))) is None


def test_an_outlet_beside_the_siting_takes_a_place():
    free, _ = german()
    places, (said,) = german(Sylt={"lat": 54.9, "lon": 8.3})
    assert places.given == ["Sylt"]
    assert len(places.chosen) == 3
    assert set(places.lost) <= set(free.chosen)
    assert len(places.lost) >= 1
    assert "the 4 outlets are 1 given (Sylt) and 3 sited" in said
    assert f"without the given ones {', '.join(places.lost)} would have one" in said


def test_an_outlet_at_a_place_that_was_chosen_takes_none():
    free, _ = german()
    lat, lon = next((m.lat, m.lon) for n, m in make_plan(parse({
        **BASE, "markets": {"cities": {"country": "DE", "largest": 12}}})).markets.items()
        if n == free.chosen[0])  # fmt: skip
    places, said = german(**{free.chosen[0]: {"lat": lat, "lon": lon}})
    assert (places.lost, said) == ([], [])


# --- profiles ---


def test_demand_without_a_profile_where_somebody_closes():
    hours = {"defaults": {"hours": "Mon-Fri 08:00-18:00"},
             "places": BASE["outlets"]["places"]}  # fmt: skip
    (said,) = found(reporting={}, outlets=hours)
    assert said == (
        "failures (reporting.profile): as no profile says otherwise, they come evenly around the "
        "clock, but outlets work 50 of 168 hours a week: what came in the 62 hours before, 37% of "
        "the week, is there on Monday at 8:00, and the peak is then"
    )
    assert found(outlets=hours) == []
    assert found(reporting={}) == []


def test_enquiries_without_a_profile_at_a_hotline_that_closes():
    hotline = {"hours": "Mon-Sat 09:00-17:00", "teams": {"t": {"shifts": [{"agents": 1}]}}}
    enquiries = {"usage": {"per_week": 5}, "day": {"per_week": 5, "profile": DAY},
                 "flat": {"per_week": 5, "profile": FLAT}}  # fmt: skip
    (said,) = found(hotline=hotline, enquiries=enquiries)
    assert said.startswith("enquiries.usage.profile, enquiries.flat.profile: as no profile")
    assert "but the hotline works 48 of 168 hours a week" in said
    assert "40 hours before, 24% of the week, is there on Monday at 9:00" in said
    assert found(hotline={**hotline, "hours": "24/7"}, enquiries=enquiries) == []


# --- what nothing uses ---

WORK = {"per_week": 1, "profile": DAY, "work": {"part": "pump", "second_part": "pump"}}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"parts": {"pmup": {}}}, "part pmup is used by no failure mode"),
        ({"logistics": {"carriers": {"a": {}, "b": {}}}}, "carrier b is used by nothing"),
        ({"logistics": {"carriers": {"a": {}, "b": {}}, "emergency": "b"}},
         "carrier b is used by nothing: no part has emergency: true"),
        ({"logistics": {"fleet": {}}}, "logistics.fleet is used by no outlet"),
        ({"contracts": {"patner": {}}}, "contract patner is that of no outlet"),
        ({"contracts": {"partner": {"refusal": 0.5}}}, "contract partner is that of no outlet"),
        ({"products": {**BASE["products"], "q": {"failure": 1000}}}, "product q has no sales"),
        ({"hotline": {"call_types": {"technical": {}, "tecnical": {}},
                      "teams": {"t": {"shifts": [{"agents": 1}]}}}}, "call type tecnical is that"),
        ({"outlets": outlets(Berlin={"skills": ["coling"]})}, "the skill 'coling' of outlets"),
        ({"products": {"p": {**BASE["products"]["p"], "modes": {"m": {"share": 1,
          "remote_fix": 0.3}}}}}, "remote_fix has no effect: without a hotline"),
        ({"enquiries": {"e": WORK}, "parts": {"pump": {}}},
         "enquiries.e.work.second_part has no effect: first_time_fix is 1"),
        ({"markets": {**BASE["markets"], "columns": {"name": "x"}}}, "markets.columns has no eff"),
    ],
)  # fmt: skip
def test_what_nothing_uses_is_named(more, said):
    (line,) = found(**more)
    assert line.startswith(said)


def test_what_is_used_is_not():
    """Each of what is named above, where it is used."""
    work = {"part": "pump", "second_part": "seal", "first_time_fix": 0.9, "skill": "cooling"}
    assert found(
        enquiries={"e": {**WORK, "work": work, "call_type": "design"}},
        parts={"pump": {"emergency": True}, "seal": {"repairable": 0.5}},
        logistics={"carriers": {"a": {}, "b": {}, "c": {}}, "emergency": "b", "returns": "c",
                   "fleet": {}, "lane": "a"},
        outlets=outlets(Berlin={"skills": ["cooling"], "lane": "fleet", "contract": "mine"}),
        contracts={"mine": {}},
        hotline={"call_types": {"technical": {"remote_fix": 0.1}, "design": {}},
                 "teams": {"t": {"shifts": [{"agents": 1}]}}},
    ) == []  # fmt: skip

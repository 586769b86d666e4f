"""Scenarios that somebody got wrong: a folder of files for each number, the same every time.

As a program (`python -m properties.mutants FOLDER FIRST LAST`) it loads, plans, draws and, where it
is small, runs each of them, and writes a line of JSON with what came of it. It does so in bounded
memory, so that a scenario that eats it all ends this process and no other.
"""

import copy
import json
import random
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path

SECONDS = 10
"""a mutant may keep the processor so long"""
BYTES = 3 << 30
"""address space of the process"""
SMALL = 20_000
"""units, cases and duty intervals up to which a mutant is run"""

SOUND = {
    "horizon": 100,
    "products": {
        "fridge": {
            "failure": {"law": "exponential", "mean": 10},
            "in_field": {"units": 9},
            "modes": {"a": {"share": 1, "repair": {"law": "exponential", "mean": 1}}},
        }
    },
    "outlets": {"places": {"here": {}}},
}
"""a scenario with nothing wrong, that draws and runs"""
BASE = {
    "products": {
        "fridge": {
            "price": 500,
            "warranty": "2 years",
            "failure": {"law": "weibull", "quantiles": {0.1: "20 days", 0.5: "1 year"}},
            "end_of_life": "10 years",
            "tiers": {
                "standard": {"share": 0.8, "promise": "2 days"},
                "gold": {"share": 0.2, "promise": "8 h", "of": "resolution", "priority": 1},
            },
            "modes": {
                "compressor": {
                    "share": 0.4,
                    "part": "compressor",
                    "skill": "cooling",
                    "first_time_fix": 0.9,
                    "repair": {"law": "lognormal", "mean": "90 min", "cv": 0.5},
                    "second_part": "seal",
                    "workshop": 0.1,
                },
                "door": {"share": 0.6, "call_type": "technical", "remote_fix": 0.2},
                "leak": {
                    "failure": {"law": "gamma", "shape": 2, "scale": 9000},
                    "part": "seal",
                    "repair_effect": "minimal",
                },
            },
            "sales": {"curve": "bass", "potential": 1000, "season": [1] * 12},
            "in_field": {"units": 60, "age": {"law": "uniform", "low": 0, "high": "5 years"}},
        },
        "lamp": {
            "sales": {"curve": "table", "per_month": [3, 20]},
            "failure": {"law": "piecewise_hazard", "ages": [0, 100], "rates": [2, 1.5]},
        },
    },
    "hotline": {
        "hours": "Mon-Sat 08:00-20:00",
        "patience": {"law": "exponential", "mean": "2 min"},
        "redial": {"attempts": 4},
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
}
"""what the scenario extends"""

SCENARIO = {
    "extends": "base.yaml",
    "name": "network",
    "start": "2026-03-01",
    "horizon": "60 days",
    "warm_up": "10 days",
    "seed": 7,
    "products": {
        "lamp": {"modes": {"failure": {"share": 1, "repair": {"law": "empirical", "csv": "talk.csv",
                                                              "column": "hours"}}}}},
    "markets": {
        "csv": "markets.csv",
        "places": {
            "北京": {"lat": 39.9, "lon": 116.4, "weight": 3, "region": "north", "spread": 20},
            "القاهرة": {"lat": 30, "lon": 31.2, "sales": {"lamp": {"per_month": 3}}},
        },
    },
    "reporting": {"delay": "1 h", "profile": {"days": [1, 1, 1, 1, 1, 0.5, 0.2]}},
    "enquiries": {
        "fitting": {"call_type": "design", "per_week": 12, "work": {"repair": "2 h"}},
        "questions": {"per_unit_year": 2, "product": "fridge", "day_factor_cv": 0.2},
    },
    "dispatch": {"policy": "nearest_free", "coordination": "5 min"},
    "outlets": {
        "defaults": {"technicians": 3, "contract": "partner", "stock": {"seal": {"base_stock": 2}}},
        "register": "register.csv",
        "site": {"n": 6, "candidates": {"country": "CN", "largest": 20}, "technicians_total": 20},
        "places": {
            "北京": {"lat": 39.9, "lon": 116.4, "contract": "mine", "skills": ["cooling"],
                   "capacity_share": 0.7},
            "القاهرة": {"lat": 30, "lon": 31, "technicians": "unlimited", "lane": "fleet",
                      "last_start": "1 h"},
        },
    },
    "parts": {
        "compressor": {"cost": 80, "depot_stock": {"reorder_point": 3, "order_quantity": 10}},
        "seal": {"cost": 2, "outlet_stock": {"reorder_below": 1, "order_up_to": 5},
                 "repairable": 0.5, "emergency": True},
    },
    "logistics": {
        "depot": {"lat": 31, "lon": 121},
        "carriers": {"post": {"factor": {"law": "triangular", "low": 0.5, "mode": 1, "high": 2},
                              "per_kg": 0.1}},
        "fleet": {"departures": "Mon 06:00, Thu 06:00", "trucks": 2},
        "lane": "post",
        "emergency": "post",
    },
    "contracts": {
        "partner": {"refusal": 0.1},
        "mine": {"owned": True, "terms": [{"payer": "owner", "payee": "staff", "per": "month",
                                           "amount": 1, "category": "x"}]},
    },
}  # fmt: skip

CSV = {
    "markets.csv": "name,latitude,longitude,weight\nKöln,50.9,6.9,2\n上海,31.2,121.5,3\n",
    "register.csv": "name,contact,latitude,longitude,technicians,contract\n"
    "Köln,+49 221,50.9,6.9,2,partner\n上海,021,31.2,121.5,3,agent\n",
    "talk.csv": "call,hours\n1,0.5\n2,1.25\n3,2\n",
}

# --- what is put in the place of something else -----------------------------------------------

NAMES = [
    "", " ", "北京", "مدينة", "😀", "e\u0301\u0327", "\u202egnp.exe", "a\u200bb", "a" * 10_000,
    "\x00", "a\nb", "\x1b[31m", "\ud800", "a.b", "null", "~", "0", "-1", "*", "&a", "%", "NaN",
    "hotline", "depot", "fleet", "company", "../../etc/passwd", "'; drop table", "Ω" * 300,
]  # fmt: skip
NUMBERS = [
    1e308, -1e308, 5e-324, 10**400, -(10**400), -0.0, 0, 1, -1, 2**31, 2**63, 2**64, 10**18, 1e9,
    1e-9, float("nan"), float("inf"), -float("inf"), 0.1, 1e15, 3, 10**6, 10**5, 1e5, 0.5,
]  # fmt: skip
DURATIONS = [
    "5 parsecs", "1e400 years", "1e308 years", "9" * 400 + " h", "٥ min", "5 min 3", "--3 h",
    "1_000 h", "0x10 h", "1/2 h", "5\u00a0min", " 5 min ", "five h", "5", "h", "-1 s", "1e-400 s",
    "5min", "200 years", "1e9 s", "0 h", "1e-9 h", "5e-324 h",
]  # fmt: skip
DATES = [
    "2026-02-30", "0001-01-01", "9999-12-31", "2026-13-01", "26-01-01", "2026/01/01", "yesterday",
    "2026-03-01T25:00", 20260301, 1e300, -1, "0000-00-00", "", "２０２６-０３-０１", "2026-W10-1",
]  # fmt: skip
WEEKS = [
    "Mon-Fri", "08:00", "Mon-Fri 25:00-26:00", "Mon-Fry 08:00-10:00", "Mon 08:00-08:00", "", ",",
    "Mon-Fri 8-18", ["24/7"], [], [""], [1], "Mon " + "08:00-09:00 " * 3000, "Mon-" * 1000, "24/8",
    "00:00-24:00", "Sun-Sat 23:59-00:00", "Mon\t08:00-10:00", "Mo 08:00-10:00", "mon 00:00-00:01",
]  # fmt: skip
LAWS = [
    {"law": "weibull", "mean": 1, "cv": 1e9}, {"law": "weibull", "shape": 1e-3, "scale": 1},
    {"law": "gamma", "mean": 1, "cv": 1e-9}, {"law": "gamma", "shape": 1e-300, "scale": 1e300},
    {"law": "lognormal", "median": 1, "sigma": 700}, {"law": "lognormal", "mean": 1, "cv": 1e200},
    {"law": "weibull", "quantiles": {0.1: 1, 0.2: 1}}, {"law": "uniform", "low": 0, "high": 1e308},
    {"law": "weibull", "quantiles": {"0.1": 1, "x": 2}}, {"law": "exponential", "mean": 5e-324},
    {"law": "empirical", "values": []}, {"law": "empirical", "values": [1], "weights": [0]},
    {"law": "empirical", "values": [0, 1e308], "weights": [1e308, 1e308]}, {"law": "constant"},
    {"law": "piecewise_hazard", "ages": [0], "rates": [1e308]},
    {"law": "exponential", "mean": 1e308},
    {"law": "piecewise_hazard", "ages": [0, 1], "rates": [0, 5e-324]}, {"law": "nolaw"},
    {"law": "weibull", "shape": 1e308, "scale": 1e308}, {"law": "exponential", "mean": 1e-9},
    {"law": "triangular", "low": 0, "mode": 0, "high": 5e-324}, {"law": ["weibull"]}, {},
    {"law": "empirical", "csv": "talk.csv"}, {"law": "empirical", "csv": ".", "column": "hours"},
    {"law": "empirical", "csv": "missing.csv", "column": "hours"}, {"law": None},
    {"law": "gamma", "shape": 1e-3, "scale": 5e-324},
    {"law": "lognormal", "median": 1, "sigma": 5e-324},
]  # fmt: skip
TYPES = [None, True, False, [], {}, [None], [[1]], {"x": None}, {1: 2}, "x", 3, "24/7", [{}], ""]


def paths(node, path=()):
    """Every path below a node of plain data."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, value in items:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += paths(value, (*path, key))
    return found


def at(data, path):
    for step in path:
        data = data[step]
    return data


def pick(rng, data, wanted=lambda key, value: True):
    """A path to something that is wanted; (holder, key)."""
    found = [p for p in paths(data) if wanted(p[-1], at(data, p))]
    path = rng.choice(found)
    return at(data, path[:-1]), path[-1]


def is_number(key, value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_duration(key, value):
    return isinstance(value, str) and value[:1].isdigit() and value[-1:].isalpha()


def is_law(key, value):
    return (isinstance(value, dict) and "law" in value) or key in (
        "repair", "delay", "coordination", "failure", "talk", "patience")  # fmt: skip


def is_name(key, value):
    return isinstance(key, str) and isinstance(value, dict)


# --- kinds of mistakes: (rng, base, scenario, files) -> None, which change what they are given ---


def swapped_type(rng, base, data, files):
    holder, key = pick(rng, rng.choice((base, data)))
    holder[key] = copy.deepcopy(rng.choice(TYPES))


def odd_number(rng, base, data, files):
    holder, key = pick(rng, rng.choice((base, data)), is_number)
    holder[key] = rng.choice(NUMBERS)


def scaled_number(rng, base, data, files):
    for _ in range(rng.randint(1, 3)):
        holder, key = pick(rng, rng.choice((base, data)), is_number)
        factor = 10.0 ** rng.choice((-300, -12, -6, -3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 300))
        holder[key] = type(holder[key])(holder[key] * factor) if rng.random() < 0.8 else factor


def huge_counts(rng, base, data, files):
    """Counts that are right each by itself, and together more than a computer holds."""
    if rng.random() < 0.2:
        whole_world(rng, base, data, files)
        return
    many = rng.choice((10**4, 10**5, 10**6, 10**7, 10**8, 10**9, 10**12, 10**18, 10**19, 10**30))
    fridge = base["products"]["fridge"]
    change = rng.choice(
        [
            lambda: fridge["in_field"].update(units=many),
            lambda: fridge.update(sales=many),
            lambda: fridge.update(sales={"curve": "bass", "potential": many}),
            lambda: data["enquiries"]["fitting"].update(per_week=many),
            lambda: data["enquiries"]["questions"].update(per_unit_year=many),
            lambda: data["outlets"]["places"]["北京"].update(technicians=many),
            lambda: base["hotline"]["teams"]["first"]["shifts"][0].update(agents=many),
            lambda: base["hotline"]["teams"]["second"]["shifts"][0].update(agents=many),
            lambda: data["outlets"]["site"].update(technicians_total=many),
            lambda: data["outlets"]["site"].update(n=many),
            lambda: data["outlets"]["site"]["candidates"].update(largest=many),
            lambda: data["parts"]["seal"]["outlet_stock"].update(order_up_to=many),
            lambda: data["parts"]["compressor"]["depot_stock"].update(reorder_point=many),
            lambda: data["parts"]["compressor"]["depot_stock"].update(order_quantity=many),
            lambda: data["parts"]["seal"].update(outlet_stock={"base_stock_total": many}),
            lambda: data["logistics"]["fleet"].update(trucks=many, stops_per_tour=many),
            lambda: data["logistics"].update(workshop={"technicians": many}),
            lambda: base["hotline"].update(lines=many),
            lambda: fridge["tiers"]["gold"].update(priority=many),
            lambda: data.update(seed=many),
            lambda: data["markets"].update(cities={"largest": many}),
            lambda: data["outlets"]["site"].update(candidates={}),
        ]
    )
    change()
    if rng.random() < 0.4:
        data["horizon"] = rng.choice(("10 years", "200 years", "50 years"))
    if rng.random() < 0.3:
        fridge["failure"] = rng.choice((1e-9, 1, "1 h", {"law": "exponential", "mean": 0.01}))


def whole_world(rng, base, data, files):
    """Every city of the world, as markets or as candidates."""
    data["markets"]["cities"] = rng.choice(({}, {"largest": 5000}, {"country": "CN"}))
    data["outlets"]["site"] = {
        "n": rng.choice((3, 50, 2000)),
        "candidates": rng.choice(("markets", {}, {"country": "US"}, {"largest": 3000})),
    }
    if rng.random() < 0.5:
        data["horizon"] = "100 years"


def bad_duration(rng, base, data, files):
    holder, key = pick(rng, rng.choice((base, data)), is_duration)
    holder[key] = rng.choice(DURATIONS)


def bad_date(rng, base, data, files):
    data["start"] = rng.choice(DATES)
    if rng.random() < 0.3:
        data["horizon"] = "150 years"


def bad_week(rng, base, data, files):
    holder, key = pick(
        rng, rng.choice((base, data)), lambda k, v: k in ("hours", "breaks", "departures")
    )
    holder[key] = rng.choice(WEEKS)


def bad_law(rng, base, data, files):
    holder, key = pick(rng, rng.choice((base, data)), is_law)
    holder[key] = copy.deepcopy(rng.choice(LAWS))


def missing_key(rng, base, data, files):
    for _ in range(rng.randint(1, 4)):
        holder, key = pick(rng, rng.choice((base, data)))
        del holder[key]


def misspelt_key(rng, base, data, files):
    holder, key = pick(rng, rng.choice((base, data)), lambda k, v: isinstance(k, str))
    i = rng.randrange(len(key))
    wrong = rng.choice((key[:i] + key[i + 1 :], key[:i] + key[i] + key[i:], key.upper(), key + " "))
    holder[wrong] = holder.pop(key)


def odd_name(rng, base, data, files):
    """A name of the scenario is another one, there or everywhere."""
    document = rng.choice((base, data))
    holder, key = pick(rng, document, is_name)
    new = rng.choice(NAMES)
    holder[new] = holder.pop(key)
    if rng.random() < 0.5:
        for path in paths(document):
            if at(document, path) == key:
                at(document, path[:-1])[path[-1]] = new


def odd_text(rng, base, data, files):
    holder, key = pick(rng, rng.choice((base, data)), lambda k, v: isinstance(v, str))
    holder[key] = rng.choice(NAMES)


def many_mistakes(rng, base, data, files):
    for _ in range(rng.randint(5, 60)):
        rng.choice((swapped_type, odd_number, misspelt_key, bad_law, odd_name))(
            rng, base, data, files
        )


def bad_extends(rng, base, data, files):
    kind = rng.choice(("self", "circle", "folder", "missing", "list", "number", "chain", "long",
                       "device", "absolute", "nul"))  # fmt: skip
    data["extends"] = {
        "self": "scenario.yaml", "folder": ".", "missing": "nothing.yaml", "list": ["base.yaml"],
        "number": 3, "long": "x" * 5000, "device": "/dev/zero", "absolute": "/", "nul": "a\x00b",
    }.get(kind, "base.yaml")  # fmt: skip
    if kind == "circle":
        base["extends"] = "scenario.yaml"
    if kind == "chain":
        length = rng.choice((5, 300, 2000))
        base["extends"] = "link0.yaml"
        for i in range(length):
            files[f"link{i}.yaml"] = f"extends: link{i + 1}.yaml\n" if i + 1 < length else "{}\n"


def bad_csv(rng, base, data, files):
    name = rng.choice(sorted(CSV))
    text = CSV[name]
    lines = text.splitlines()
    kind = rng.randrange(16)
    files[name] = [
        lambda: text.replace(",", ";"),
        lambda: text.encode("latin-1", "replace"),
        lambda: text.encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + text.encode(),
        lambda: text.replace("2", "2\x00"),
        lambda: text.replace(",", ',"', 1),
        lambda: lines[0] + "\n" + ('"' + "x" * 200_000 + '",' + ",".join(lines[1].split(",")[1:])),
        lambda: "",
        lambda: "\n\n\n",
        lambda: lines[0].upper() + "\n" + "\n".join(lines[1:]),
        lambda: lines[0] + "," + lines[0] + "\n" + lines[1] + "," + lines[1],
        lambda: lines[0] + "\n" + lines[1].replace("0", rng.choice(("nan", "inf", "1e999", "x"))),
        lambda: lines[0] + "\n" + (lines[1] + "\n") * rng.choice((2, 20_000)),
        lambda: bytes(rng.randrange(256) for _ in range(3000)),
        lambda: None,
        lambda: lines[0] + "\n" + lines[1].replace(rng.choice("123"), "9" * 400),
    ][kind]()  # fmt: skip
    if rng.random() < 0.15:
        data["markets"]["csv"] = rng.choice(("/dev/zero", "..", "", "a\x00b", "x" * 5000, 3, ["a"]))


def broken_text(rng, base, data, files):
    """The scenario's text itself is damaged."""
    text = yaml(data)
    at_random = rng.randrange(len(text))
    kind = rng.randrange(22)
    bomb = "\n".join([
        'a0: &a0 "' + "x" * 2000 + '"',
        *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)),
    ])  # fmt: skip
    files["scenario.yaml"] = [
        lambda: text.encode("latin-1", "replace"),
        lambda: text.encode("utf-16"),
        lambda: text.encode("utf-32"),
        lambda: b"\xef\xbb\xbf" + text.encode(),
        lambda: text[:at_random],
        lambda: text[:at_random] + rng.choice("\"'{}[]:#&*!|>%@`\t\x00,-?") + text[at_random:],
        lambda: text.replace(": ", ":\t", 3),
        lambda: "\t" + text,
        lambda: "",
        lambda: "# nothing\n",
        lambda: bytes(rng.randrange(256) for _ in range(5000)),
        lambda: bomb,
        lambda: "a: " + rng.choice("[{") * rng.choice((50, 300, 20_000)),
        lambda: "name: !!python/object/apply:os.system ['true']\n" + text.replace("name", "nam", 1),
        lambda: rng.choice(("name: !!binary x", "x: !!set {a, b}", "start: !!timestamp x",
                            "seed: !!int 3.5", "name: !local x", "? [a]\n: b", "<<: 3", "<<: [*x]",
                            "a: *nobody", "a: &a [*a]", "- 1", "3", "--- {}\n--- {}",
                            "%YAML 9.9\n---\n{}",
                            "a: 1\na: 2", "a: |9\n x", "1: 2\n'1': 3", "seed: 0b11", "seed: 0o17",
                            "seed: 1:30", "name: yes", "a: &x 1\n" * 2, "? " * 300 + "a",
                            "- " * 500 + "a", "a:\n" + " " * 50 + "b: 1")),
        lambda: None,
        lambda: text.replace('"horizon"', '"name": "again"\n"horizon"', 1),
        lambda: text + text,
        lambda: "".join(rng.sample(text, len(text))),
        lambda: text.replace(": ", ":", 1),
        lambda: text.replace("\n", "\r"),
        lambda: '"' + text,
    ][kind]()  # fmt: skip


KINDS = (
    swapped_type, odd_number, scaled_number, huge_counts, bad_duration, bad_date, bad_week,
    bad_law, missing_key, misspelt_key, odd_name, odd_text, many_mistakes, bad_extends,
    bad_csv, broken_text,
)  # fmt: skip


def scalar(value):
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        # what YAML does not take as it is, and lone surrogates, are escaped
        return "".join(c if c.isprintable() else "".join(map(escaped, c)) for c in text)
    if isinstance(value, float):
        special = {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}
        text = special.get(repr(value), repr(value))
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    if isinstance(value, int) and not isinstance(value, bool):
        sign, digits = ("-", -value) if value < 0 else ("", value)
        return sign + (f"{digits:d}" if digits < 10**4000 else "9" * 4000)
    return "null" if value is None else str(value).lower()


def escaped(char):
    return f"\\U{ord(char):08x}"


def yaml(node, indent=0):
    """Block YAML of plain data."""
    if isinstance(node, dict) and node:
        pad = " " * indent
        rows = []
        for key, value in node.items():
            below = yaml(value, indent + 2)
            nested = isinstance(value, dict | list) and value
            rows.append(f"{pad}{scalar(key)}:{chr(10) if nested else ' '}{below}")
        return "".join(row if row.endswith("\n") else row + "\n" for row in rows)
    if isinstance(node, list) and node:
        pad = " " * indent
        return "".join(
            f"{pad}- {yaml(item, indent + 2).lstrip()}".rstrip("\n") + "\n" for item in node
        )
    return {dict: "{}", list: "[]"}.get(type(node)) or scalar(node)


def kind_of(number):
    """What is wrong with a mutant."""
    return KINDS[number % len(KINDS)]


def write(number, folder):
    """Write mutant `number`; returns the path of its scenario."""
    rng = random.Random(number)
    base, data, files = copy.deepcopy(BASE), copy.deepcopy(SCENARIO), dict(CSV)
    kind_of(number)(rng, base, data, files)
    folder.mkdir()
    files = {"base.yaml": yaml(base), "scenario.yaml": yaml(data)} | files
    for name, content in files.items():
        if content is None:
            (folder / name).mkdir()  # a folder where a file should be
        elif isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder / "scenario.yaml"


# --- what comes of it -------------------------------------------------------------------------


def pairs(scenario):
    """Markets times candidates for outlets, where outlets are sited; else 0."""
    from simnet.plan.places import find_markets
    from simnet.siting import select_cities

    if scenario.outlets is None or scenario.outlets.site is None:
        return 0
    markets, rule = len(find_markets(scenario)), scenario.outlets.site.candidates
    if rule == "markets":
        return markets * markets
    return markets * len(select_cities(rule.country, rule.largest, rule.min_population))


def size(plan):
    """Units, cases and duty intervals to expect, the largest of them."""
    from simnet.draws.units import expected_sales
    from simnet.plan import UNLIMITED

    scenario, horizon = plan.scenario, plan.horizon
    weeks = horizon / 168 + 1
    units = cases = 0.0
    markets = plan.markets.values()
    for name, product in scenario.products.items():
        nation = 0.0 if product.sales is None else expected_sales(product.sales, plan)[1][-1]
        mine = nation + (product.in_field.units if product.in_field else 0)
        for market in markets:
            if name in market.sales:
                mine += expected_sales(market.sales[name], plan)[1][-1]
            if name in market.in_field:
                mine += market.in_field[name].units
        units += mine
        clocks = [product.failure, *(mode.failure for mode in product.modes.values())]
        ages = product.in_field.age.mean() if product.in_field else 0.0
        for law in clocks:
            if law is not None:
                cases += mine * (1 + (horizon + ages) / max(law.mean(), 1e-300))
    for enquiry in scenario.enquiries.values():
        cases += (enquiry.per_week or 0.0) * weeks
        cases += (enquiry.per_unit_year or 0.0) * units * horizon / 8760
    cases += len(scenario.enquiries) * len(markets) * horizon / 20
    duty = sum(
        max(people, 0) * 7 * len(outlet.hours.intervals) * weeks / 5
        for people, outlet in zip(plan.technicians.tolist(), plan.outlets.values(), strict=True)
        if people != UNLIMITED
    )
    for team in scenario.hotline.teams.values() if scenario.hotline else ():
        duty += sum(
            7 * shift.agents * len(shift.hours.intervals) * weeks / 5 for shift in team.shifts
        )
    bench = scenario.logistics.workshop
    if bench.technicians != "unlimited":
        duty += bench.technicians * len(bench.hours.intervals) * weeks
    return max(units, cases, duty, len(markets) * 50.0)


def outcome(file):
    """What came of a scenario file: a dictionary for JSON."""
    from simnet.draws.size import refuse_too_much
    from simnet.draws.staff import draw_staff
    from simnet.draws.streams import Streams
    from simnet.plan import make_plan
    from simnet.plan.places import MAX_PAIRS
    from simnet.run import simulate
    from simnet.scenario import ScenarioError, load

    step = "load"
    try:
        scenario = load(file)
        step = "pairs"
        to_compare = pairs(scenario)
        if 200_000 < to_compare <= MAX_PAIRS:
            return {"end": "large", "expected": to_compare}
        step = "plan"
        plan = make_plan(scenario)
        step = "refuse"
        refuse_too_much(plan)
        step = "size"
        expected = size(plan)
        if expected <= SMALL:
            step = "run"
            run = simulate(scenario, plan=plan)
            step = "accounts"
            found = len(run.kpis.total) + len(run.ledger) + len(run.levels)
            return {"end": "ran", "found": found, "cases": len(run.cases)}
        step = "duties"
        draw_staff(plan, Streams(scenario.seed, 0))
        return {"end": "large", "expected": expected}
    except ScenarioError as error:
        problems = [[str(p), bool(p.where or p.path)] for p in error.problems]
        return {"end": "refused", "step": step, "problems": problems}
    except BaseException:
        return {"end": "error", "step": step, "trace": traceback.format_exc()[-6000:]}


def alarm(number, stack):
    raise TimeoutError("too long")


def main(folder, first, last):
    """Try the mutants from `first` on to before `last`."""
    import resource

    import simnet

    warnings.simplefilter("error")
    # prices near the greatest number make amounts that none can hold
    warnings.filterwarnings("ignore", "overflow|invalid value", module="simnet.accounts")
    simnet.simulate(simnet.parse(SOUND))  # what is compiled once for a machine is no mutant's time
    limit = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, limit))
    signal.signal(signal.SIGALRM, alarm)
    for number in range(int(first), int(last)):
        file = write(number, Path(folder) / str(number))
        print(json.dumps({"number": number}), flush=True)
        begun = time.process_time()
        signal.alarm(6 * SECONDS)  # by the clock on the wall, other processes run too
        found = outcome(file)
        signal.alarm(0)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds = time.process_time() - begun
        line = {"number": number, "seconds": seconds, "peak_mb": peak, **found}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A run read again from its files is the run that was written."""

import json
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

import simnet
from simnet import store
from simnet.experiment import replicate, summarise
from simnet.experiment.keys import digest
from simnet.records import Records

ODD = {
    "horizon": "90 days",
    "products": {
        "A: b": {
            "failure": {"law": "exponential", "mean": "1 year"},
            "modes": {"x, \"y\"": {"share": 1, "part": "p", "second_part": "q", "workshop": 0.2,
                                   "first_time_fix": 0.5}},
            "tiers": {"tin": {"share": 0.5}, "gold": {"share": 0.5, "priority": 2}},
            "in_field": {"units": 300, "age": {"law": "uniform", "low": 0, "high": 2000}},
        },
        "冰箱": {
            "failure": {"law": "weibull", "quantiles": {0.1: 500, 0.9: 9000}},
            "modes": {"门": {"share": 1}},
            "tiers": {"gold": {}},
            "sales": {"per_month": 40},
        },
    },
    "markets": {"places": {"Zürich": {"lat": 0, "lon": 0}, "São Paulo": {"lat": 1, "lon": 0}}},
    "enquiries": {"how?": {"per_week": 10}},
    "hotline": {"teams": {"all": {"shifts": [{"agents": 1}]}}, "patience": 0.2},
    "outlets": {"places": {"o'1": {"lat": 0, "lon": 0, "contract": "partner"},
                           "o2": {"lat": 1, "lon": 0, "lane": "fleet"}}},
    "contracts": {"partner": {"refusal": 0.4}},
    "parts": {"p": {"outlet_stock": {"base_stock": 1}, "repairable": 0.5}, "q": {}},
    "logistics": {"fleet": {}},
}  # fmt: skip


def write(folder, scenario, count=1):
    runs = list(replicate(scenario, 5, count, jobs=1))
    store.write(folder, runs, summarise(runs), "odd.yaml", [], {})
    return runs


def assert_same(mine, theirs):
    for field in fields(Records):
        a, b = getattr(mine, field.name), getattr(theirs, field.name)
        if isinstance(a, np.ndarray):
            a, b = {"": a}, {"": b}
        if field.name == "units":
            a, b = a.columns(), b.columns()
        a, b = (x if isinstance(x, dict) else vars(x) for x in (a, b))
        assert list(a) == list(b)
        for column in a:
            assert a[column].dtype == b[column].dtype, (field.name, column)
            assert a[column].tobytes() == b[column].tobytes(), (field.name, column)


def test_records_and_figures_are_equal_to_the_bit(tmp_path):
    runs = write(tmp_path / "run", simnet.parse(ODD), count=2)
    again = store.read(tmp_path / "run")
    assert [run.replication for run in again] == [0, 1]
    assert [run.seed for run in again] == [5, 5]
    for mine, theirs in zip(runs, again, strict=True):
        assert_same(mine.records, theirs.records)
        pd.testing.assert_frame_equal(mine.cases, theirs.cases, check_exact=True)
        pd.testing.assert_frame_equal(mine.ledger, theirs.ledger, check_exact=True)
        pd.testing.assert_frame_equal(mine.levels, theirs.levels, check_exact=True)
        assert mine.kpis.to_dict() == theirs.kpis.to_dict()
        assert theirs.audit.passed
    cases = runs[0].records.cases
    assert len(np.unique(cases["tier"])) == 2
    assert (cases["second_part"] >= 0).any()


def test_a_hotline_alone(tmp_path):
    """No outlets, no parts, no units: empty tables keep their kinds."""
    scenario = simnet.parse(
        {"horizon": 200, "enquiries": {"q": {"per_week": 50}},
         "hotline": {"teams": {"all": {"shifts": [{"agents": 2, "hours": "24/7"}]}}}}
    )  # fmt: skip
    runs = write(tmp_path / "run", scenario)
    assert_same(runs[0].records, store.read(tmp_path / "run")[0].records)


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(store.ReadError, match="holds no run"):
        store.read(tmp_path)
    with pytest.raises(store.ReadError, match="holds no run"):
        store.read(tmp_path / "missing")
    folder = tmp_path / "run"
    write(folder, simnet.parse(ODD))
    manifest = folder / "manifest.json"
    sound = manifest.read_text(encoding="utf-8")

    def refused(text, match):
        manifest.write_text(text, encoding="utf-8")
        with pytest.raises(store.ReadError, match=match):
            store.read(folder)

    def sealed(**more):
        changed = {name: value for name, value in (document | more).items() if name != "digest"}
        return json.dumps({**changed, "digest": digest(changed)})

    document = json.loads(sound)
    refused("{", "cannot be read")
    refused("[]", "is not the manifest of a run")
    refused(json.dumps(document | {"seed": 6}), "is damaged, or was changed")
    refused(sealed(outlets=["o2"]), "siting opens other outlets")
    refused(sealed(scenario={**document["scenario"], "horizon": -1}),
            "its scenario cannot be read: horizon")  # fmt: skip
    manifest.write_text(sound, encoding="utf-8")
    (folder / "records" / "calls.parquet").write_bytes(b"PAR1")
    with pytest.raises(store.ReadError, match=r"calls\.parquet is missing, damaged, or changed"):
        store.read(folder)
    (folder / "records" / "calls.parquet").unlink()
    with pytest.raises(store.ReadError, match=r"calls\.parquet"):
        store.read(folder)

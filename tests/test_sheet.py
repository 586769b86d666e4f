"""CSV for Excel, and back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.scenario.csvfile import read_table
from simnet.sheet import guarded, unguarded, write_csv

RISKY = ["=1+1", "+49 30", "-Nord", "@sum", "\t=1", "\r=1", "＝1", "'=1", "''+x"]


@pytest.mark.parametrize("text", RISKY)
def test_no_text_is_a_formula(text):
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "Köln", "西安", "a=b", "'", "'s-Hertogenbosch", "O'Neill"])
def test_others_stay(text):
    assert guarded(text) == unguarded(text) == text


@given(st.text(alphabet="'=+-@\t\r a西", max_size=6))
def test_every_text_comes_back(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(tuple("=+-@\t\r"))


def test_a_table_as_excel_opens_it(tmp_path):
    frame = pd.DataFrame(
        {
            "strategy": ["西安", "=cmd|' /C calc'!A0"],
            "@level": [-5, "-5"],
            "outlet": pd.Categorical(["-Nord", None]),
            "cost": [-1.5, np.nan],
            "kept": [True, False],
        }
    )
    write_csv(frame, tmp_path / "t.csv")
    raw = (tmp_path / "t.csv").read_bytes()
    assert raw.startswith("\ufeffstrategy,'@level,".encode())
    assert raw.decode("utf-8-sig").splitlines()[1:] == [
        "西安,-5,'-Nord,-1.5,True",
        "'=cmd|' /C calc'!A0,'-5,,,False",
    ]
    back = pd.read_csv(tmp_path / "t.csv")
    assert back["cost"].tolist()[0] == -1.5
    assert [unguarded(text) for text in back["strategy"]] == frame["strategy"].tolist()


def test_our_own_reader_takes_it(tmp_path):
    frame = pd.DataFrame({"name": [*RISKY[:4], "西安"], "lat": [-1.0] * 5})
    write_csv(frame, tmp_path / "t.csv")
    rows = read_table("t.csv", {"folder": tmp_path}, ["name", "lat"])
    assert [row.cells["name"] for row in rows] == frame["name"].tolist()
    assert {row.cells["lat"] for row in rows} == {"-1.0"}


def test_an_error_shows_nothing_of_a_foreign_file(tmp_path):
    (tmp_path / "secret").write_text("root:x:0:0,password\n1,2\n")
    with pytest.raises(ValueError, match="secret has no column 'name'") as said:
        read_table("secret", {"folder": tmp_path}, ["name", "lat"])
    assert "root" not in str(said.value)
    assert "password" not in str(said.value)
    (tmp_path / "own.csv").write_text("nam,lat,notes\nA,1,x\n")
    with pytest.raises(ValueError, match=r"\(it has lat\); did you mean 'nam'"):
        read_table("own.csv", {"folder": tmp_path}, ["name", "lat"])

"""Tables of outlets, markets and samples: columns, dividers, encodings, workbooks."""

import os
import zipfile
from xml.sax.saxutils import escape

import pytest

from simnet.scenario import ScenarioError, parse
from simnet.scenario.outlet import Outlet

HEAD = "name,latitude,longitude,technicians,contract"
ROW = "Köln,50.94,6.96,3,partner"


def outlets(folder, content, name="o.csv", **more):
    if isinstance(content, str):
        content = content.encode()
    (folder / name).write_bytes(content)
    return parse(
        {
            "enquiries": {"e": {"per_week": 1}},
            "markets": {"places": {"m": {"lat": 50, "lon": 7}}},
            "outlets": {"register": name, **more},
            "parts": {"pump": {}},
        },
        folder,
    )


def refused(*arguments, **more):
    with pytest.raises(ScenarioError) as caught:
        outlets(*arguments, **more)
    assert len(caught.value.problems) == 1
    return str(caught.value)


# --- columns ---


@pytest.mark.parametrize(
    ("column", "meant"),
    [("Region", "region"), ("regoin", "region"), ("RADIUS", "radius"), ("last start", "last_start"),
     ("service_", "service"), ("capacityshare", "capacity_share")],
)  # fmt: skip
def test_a_column_that_is_nearly_known_is_an_error(tmp_path, column, meant):
    text = f"{HEAD},{column}\n{ROW},x\n"
    assert f"o.csv has a column '{column}'; did you mean '{meant}'?" in refused(tmp_path, text)


@pytest.mark.parametrize("column", ["region", "technicians", "name", "speed", "lat"])
def test_a_column_that_stands_twice_is_an_error(tmp_path, column):
    text = f"{HEAD},region,speed,{column}\n{ROW},west,50,1\n"
    assert f"o.csv has two columns '{column}'" in refused(tmp_path, text)


def test_unknown_columns_are_named_and_blanks_do_not_count(tmp_path):
    text = f"{HEAD}, region ,manager,opened,,notes,notes\n{ROW}, west ,x,y,,,\n"
    scenario = outlets(tmp_path, text)
    assert scenario.outlets.places["Köln"].region == "west"
    assert scenario.notes == [
        "o.csv: not used is what stands in 'manager', 'opened', 'notes', 'notes': "
        "no column known here"
    ]


ODD = {
    "hours": ("Mon-Sat 07:00-19:00", "Mon-Sat 07:00-19:00"), "capacity_share": ("0.5", 0.5),
    "last_start": ("30 min", 0.5), "speed": ("55", 55), "detour": ("1.2", 1.2),
    "radius": ("80", 80), "service": ("carry_in", "carry_in"), "skills": ("a; b", ("a", "b")),
    "existing": ("yes", True), "lane": ("carrier", "carrier"), "region": ("7", "7"),
    "contact": ("+49 221", "+49 221"), "size": ("l", "l"),
}  # fmt: skip


def test_every_field_of_an_outlet_may_be_a_column(tmp_path):
    columns = [*ODD, "stock.pump.base_stock"]
    first = ",".join([*(f'"{text}"' for text, _ in ODD.values()), "4"])
    text = f"{HEAD},{','.join(columns)}\n{ROW},{first}\nBonn,50.7,7.1,unlimited,company{',' * 14}\n"
    scenario = outlets(tmp_path, text, defaults={"speed": 33})
    one, other = scenario.outlets.places.values()
    for field, (_, value) in ODD.items():
        found = getattr(one, field)
        assert (found.text if field == "hours" else found) == value
    assert one.stock["pump"].base_stock == 4
    assert (other.technicians, other.speed, other.skills) == ("unlimited", 33, None)
    assert scenario.notes == []
    known = {*ODD, "stock", "lat", "lon", "technicians", "contract"}
    assert known == set(Outlet.model_fields), "a field that this test does not try"


def test_every_field_of_a_market_may_be_a_column(tmp_path):
    text = "name,lat,lon,weight,region,spread,sales.p,in_field.p.units\na,1,2,3,west,4,5,6\n"
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    data = {"products": {"p": {"failure": 1000}}, "markets": {"csv": "m.csv"}}
    place = parse(data, tmp_path).markets.places["a"]
    assert (place.lat, place.lon, place.weight, place.region, place.spread) == (1, 2, 3, "west", 4)
    assert (place.sales["p"].per_month, place.in_field["p"].units) == (5, 6)
    (tmp_path / "m.csv").write_text(text.replace("spread", "spraed"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="'spraed'; did you mean 'spread'"):
        parse(data, tmp_path)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [("hours", "Mon 8-", "'8' is no time of day"), ("existing", "perhaps", "true or false"),
     ("capacity_share", "0", "more than 0"), ("last_start", "1 parsec", "unknown unit"),
     ("service", "online", "'on_site' or 'carry_in'"), ("stock.pump.base_stock", "-1", "0 or more"),
     ("speed", "fast", "a number")],
)  # fmt: skip
def test_a_cell_that_is_wrong_is_named(tmp_path, column, cell, said):
    text = refused(tmp_path, f"{HEAD},{column}\n{ROW},{cell}\n")
    assert f"o.csv, line 2, column '{column}': '{cell}' is wrong: " in text
    assert said in text


def test_other_names_of_columns(tmp_path):
    text = "名称,纬度,经度,technicians,contract,区域\n武汉,30.6,114.3,3,partner,华中\n"
    columns = {"name": "名称", "latitude": "纬度", "lon": "经度", "region": "区域"}
    scenario = outlets(tmp_path, text, columns=columns)
    place = scenario.outlets.places["武汉"]
    assert (place.lat, place.lon, place.region) == (30.6, 114.3, "华中")
    assert scenario.notes == []
    assert "no column 'name'" in refused(tmp_path, text)
    assert "'regoin' is no column; did you mean 'region'?" in refused(
        tmp_path, text, columns={**columns, "regoin": "区域"}
    )
    assert "no column '地区', which columns says is the region" in refused(
        tmp_path, text, columns={**columns, "region": "地区"}
    )


def test_what_another_file_holds_is_not_shown(tmp_path):
    text = refused(tmp_path, "root:x:0:0:secret,more\n1,2\n")
    assert "secret" not in text
    assert "it has none that is known" in text


# --- how cells are divided, and numbers written ---


@pytest.mark.parametrize("divider", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_dividers_and_encodings(tmp_path, divider, encoding):
    text = f"{HEAD}\r\n{ROW}\r\n".replace(",", divider)
    place = outlets(tmp_path, text.encode(encoding)).outlets.places["Köln"]
    assert (place.lat, place.lon, place.technicians) == (50.94, 6.96, 3)


@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_decimal_commas(tmp_path, first):
    text = f"{first}{HEAD},speed\n{ROW},52.5\n\n,,,,,\n".replace(",", ";").replace(".", ",")
    place = outlets(tmp_path, text).outlets.places["Köln"]
    assert (place.lat, place.speed) == (50.94, 52.5)


@pytest.mark.parametrize(
    "text",
    [f'{HEAD}\nKöln,"50,94",6.96,3,partner\n',  # thousands, perhaps
     f"{HEAD}\nKöln,50.94,6.96,3,partner\nBonn,1,2,1234.5,partner\n".replace(",", ";")
     .replace("1234.5", "1,234")],
)  # fmt: skip
def test_a_comma_that_may_divide_thousands_is_refused(tmp_path, text):
    assert "a comma is a decimal comma only in files without" in refused(tmp_path, text)


def test_a_row_with_decimal_commas_between_commas(tmp_path):
    text = refused(tmp_path, f"{HEAD}\nKöln,50,94,6,96,3,partner\n")
    assert "line 2: as many cells as columns are needed (7 for 5); a decimal comma needs" in text


def test_what_is_no_text(tmp_path):
    assert "is no text" in refused(tmp_path, HEAD.encode("utf-16-le"))
    assert "not UTF-8 text" in refused(tmp_path, f"{HEAD}\n{ROW}".encode("latin-1"))


def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ScenarioError, match="it is no file"):
        parse({"enquiries": {"e": {"per_week": 1}}, "markets": {"csv": "pipe.csv"}}, tmp_path)


# --- samples ---


def sample(folder, text, **more):
    (folder / "t.csv").write_text(text, encoding="utf-8")
    law = {"law": "empirical", "csv": "t.csv", "column": "talk"} | more
    return parse({"products": {"p": {"failure": law}}}, folder).products["p"].failure


def test_durations_of_a_sample_are_written_as_values_are(tmp_path):
    text = "call;talk\n1;5 min\n2;00:05:32\n3;0,5\n4;2\n"
    expected = [5 / 60, 332 / 3600, 0.5, 2]
    assert sample(tmp_path, text).values == pytest.approx(expected)
    law = {"law": "empirical", "values": ["5 min", "00:05:32", 0.5, 2]}
    written = parse({"products": {"p": {"failure": law}}}).products["p"].failure
    assert written.values == pytest.approx(expected)


def test_a_sample_has_one_such_column(tmp_path):
    with pytest.raises(ScenarioError, match="two columns 'talk'"):
        sample(tmp_path, "talk,talk\n1,2\n")


# --- workbooks ---


def workbook(file, *sheets):
    """Write a workbook, by hand; numbers are numbers, all else is text."""

    def cell(value):
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(file, "w") as packed:
        numbers = range(1, len(sheets) + 1)
        packed.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            + "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="r{i}"/>' for i in numbers)
            + "</sheets></workbook>",
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">'
            + "".join(
                f'<Relationship Id="r{i}" Type="{office}/worksheet" '
                f'Target="worksheets/sheet{i}.xml"/>'
                for i in numbers
            )
            + "</Relationships>",
        )
        for i, rows in zip(numbers, sheets, strict=True):
            lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            packed.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
            )


SHEET = [HEAD.split(","), ["上海", 31.2, 121.5, 4, "partner"], ["7", 30, 121, 2, "agent"]]


def test_a_workbook_is_read_as_its_csv_file_would_be(tmp_path):
    pytest.importorskip("python_calamine")
    workbook(tmp_path / "o.xlsx", SHEET)
    content = (tmp_path / "o.xlsx").read_bytes()
    scenario = outlets(tmp_path, content, "o.xlsx")
    text = "\n".join(",".join(map(str, row)) for row in SHEET)
    assert scenario.outlets == outlets(tmp_path, text).outlets
    assert scenario.notes == []
    workbook(tmp_path / "o.xlsx", SHEET, [["more"]], [])
    notes = outlets(tmp_path, (tmp_path / "o.xlsx").read_bytes(), "o.xlsx").notes
    assert notes == ["o.xlsx: its first sheet 'S1' is read, and 'S2' not"]


def test_what_is_no_workbook(tmp_path):
    pytest.importorskip("python_calamine")
    assert "o.xlsx cannot be read as a workbook" in refused(tmp_path, "no workbook", "o.xlsx")


def test_without_the_package_a_workbook_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    text = refused(tmp_path, "x", "o.xlsx")
    assert "pip install 'simnet[xlsx]', or save it as CSV UTF-8" in text

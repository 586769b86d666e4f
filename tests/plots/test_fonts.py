"""Names of all scripts appear in pictures, or it is said what to install."""

import warnings

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection
from matplotlib import font_manager

from simnet.plain import Advice
from simnet.plots import fonts, style


@pytest.fixture
def bare(monkeypatch):
    """A machine that has no other fonts than matplotlib's own."""
    usual = [e for e in font_manager.fontManager.ttflist if "mpl-data" in str(e.fname)]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", usual)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [])
    monkeypatch.setattr(fonts, "EXTRA", ())
    monkeypatch.setattr(fonts, "FONTS", fonts.Fonts())
    monkeypatch.setattr(style, "FONTS", fonts.FONTS)
    return monkeypatch


def made(family, letters):
    """A font that has these letters, as boxes."""
    pen = TTGlyphPen(None)
    for corner in ((0, 0), (0, 700), (600, 700), (600, 0)):
        (pen.moveTo if corner == (0, 0) else pen.lineTo)(corner)
    pen.closePath()
    names = [".notdef", *(f"g{i}" for i in range(len(letters)))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): name for c, name in zip(letters, names[1:], strict=True)})
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (650, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupPost()
    return builder.font


def install(monkeypatch, *paths):
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(path) for path in paths])


def test_without_a_font_it_is_said_once_what_to_install(bare):
    with pytest.warns(Advice, match=r"'西安' \(Chinese characters\).*'outlet 2'.*simnet\[fonts\]"):
        assert style.printable("西安", "outlet 2") == "outlet 2"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert style.printable("北京", "outlet 3") == "outlet 3"
    with pytest.warns(Advice, match="Korean, Thai"):
        style.named(["서울 กรุงเทพ"], "outlet")


def test_names_that_the_usual_font_has(bare):
    assert style.printable("Zürich Αθήνα Київ القاهرة", "outlet 1") == "Zürich Αθήνα Київ القاهرة"
    assert style.printable("Ｂｅｒｌｉｎ", "outlet 3") == "Berlin"
    assert style.printable(" \n", "outlet 4") == "outlet 4"
    assert style.printable("\x1b[31m", "outlet 5") == "outlet 5"


@pytest.mark.parametrize("family", ["Noto Sans CJK JP", "Some New Font"])
def test_a_font_installed_since_is_found(bare, tmp_path, family):
    """matplotlib keeps a list of fonts and does not look again."""
    with style.rc(), pytest.warns(Advice):
        assert style.printable("西安", "outlet 2") == "outlet 2"
    file = tmp_path / "new.ttf"
    made(family, "西安").save(file)
    (tmp_path / "damaged.ttf").write_bytes(b"no font")
    install(bare, tmp_path / "damaged.ttf", file)
    with style.rc():
        assert style.printable("西安", "outlet 2") == "西安"
        figure = style.frame("西安 has the longest wait")  # would warn of a glyph that is missing
        style.save(figure, tmp_path / "picture")
    assert fonts.FONTS.families == ["DejaVu Sans", family]


def test_a_collection_counts_and_the_best_known_font_comes_first(bare, tmp_path):
    collection = TTCollection()
    collection.fonts = [made("Noto Sans CJK JP", "西安京"), made("Noto Sans CJK KR", "西安京")]
    collection.save(tmp_path / "cjk.ttc")
    made("Aaa", "西安京").save(tmp_path / "aaa.ttf")
    made("Last Resort", "西安京서").save(tmp_path / "boxes.ttf")
    install(bare, *sorted(tmp_path.iterdir()))
    assert style.printable("西安 京", "outlet") == "西安 京"
    assert fonts.FONTS.families == ["DejaVu Sans", "Noto Sans CJK JP"]
    with pytest.warns(Advice):
        assert style.printable("서", "outlet") == "outlet"


def test_two_fonts_share_what_no_single_one_has(bare, tmp_path):
    made("One", "西").save(tmp_path / "1.ttf")
    made("Two", "西安京").save(tmp_path / "2.ttf")
    made("Three", "서").save(tmp_path / "3.ttf")
    install(bare, *sorted(tmp_path.iterdir()))
    assert style.printable("西安京서", "outlet") == "西安京서"
    assert fonts.FONTS.families == ["DejaVu Sans", "Two", "Three"]


def test_lines_lose_single_letters_only(bare):
    with pytest.warns(Advice):
        assert style.drawable("Sweep of 西安, seed 1") == "Sweep of \ufffd\ufffd, seed 1"
    assert style.drawable("a\x07b") == "a\ufffdb"


def test_the_fonts_of_the_extra(bare):
    """`pip install 'simnet[fonts]'` is enough."""
    pytest.importorskip("noto_cjk_sans_otc")
    pytest.importorskip("manimgx_fonts")
    bare.undo()
    bare.setattr(fonts, "FONTS", fonts.Fonts())
    bare.setattr(font_manager, "findSystemFonts", lambda: [])
    for name in (
        "西安 東京 广州",
        "とうきょう",
        "서울",
        "القاهرة",
        "דרום",
        "दिल्ली",
        "กรุงเทพ",
        "தமிழ்",
        "ঢাকা",
    ):
        assert style.printable(name, "x") == name


def test_wide_letters_count_twice():
    assert style.short("广州市天河区售后服务中心第一分店", 18) == "广州市天河区售后…"
    assert style.short("Garmisch-Partenkirchen", 18) == "Garmisch-Partenki…"
    assert style.short("广州", 4) == "广州"

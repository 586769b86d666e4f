import pytest

from simnet.plots import style


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (31.4, "31"), (2.44, "2.4"), (9.97, "10"), (0.037, "0.037"), (12345, "12,345"),
     (-0.5, "−0.50"), (-1234, "−1,234"), (1e-9, "0")],
)  # fmt: skip
def test_number(value, text):
    assert style.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (2, "2"), (2.5, "2.5"), (-10000, "−10,000"), (-1e-9, "0")]
)
def test_tick(value, text):
    assert style.tick(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (0.78, "78 %"), (0.9999, "99.9 %"), (0.0001, "0.1 %"),
     (1.3, "130 %"), (0.996, "99.6 %")],
)  # fmt: skip
def test_percent(share, text):
    assert style.percent(share) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [(0.01, "36 s"), (0.2, "12 min"), (31, "31 h"), (48, "48 h"), (71.9, "72 h"),
     (86.4, "3.6 days"), (24 * 1500, "1,500 days")],
)  # fmt: skip
def test_duration(hours, text):
    assert style.duration(hours) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(840, "840 EUR"), (9_999, "9,999 EUR"), (86_164, "86 thousand EUR"),
     (1_232_880, "1.23 million EUR"), (7.1e9, "7.10 billion EUR")],
)  # fmt: skip
def test_money(amount, text):
    assert style.money(amount, "EUR") == text


def test_numbers_to_compare_have_the_same_decimals():
    assert style.alike([2.96, 0.5], 2.96) == ["2.96", "0.50"]
    assert style.alike([12.34, -0.5], 12.34) == ["12.3", "−0.5"]
    assert style.alike([1234.5, 2.2], 1234.5) == ["1,234", "2"]


def test_palette_goes_from_dark_to_light_and_words_stand_out_on_it():
    found = [style.luminance(colour) for colour in style.PALETTE]
    assert found == sorted(found)
    for colour in style.PALETTE:
        a, b = style.luminance(colour) + 0.05, style.luminance(style.on(colour)) + 0.05
        assert max(a, b) / min(a, b) >= 3.4, colour


def test_names_stay_apart_when_they_are_cut():
    long = "Service Centre of the Northern Provinces"
    found = style.named([f"{long} A", f"{long} B", "x"], "outlet")
    assert len(set(found)) == 3
    assert max(map(len, found)) <= 24

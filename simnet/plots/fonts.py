"""Fonts: DejaVu Sans, which comes with matplotlib, and others at hand for letters that it lacks."""

import importlib.util
import logging
import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.font_manager import FontEntry, FontProperties
from matplotlib.ft2font import FT2Font

from simnet.plain import Advice

FIRST = "DejaVu Sans"
EXTRA = ("noto_cjk_sans_otc", "manimgx_fonts")
"""packages of the extra `fonts`, which hold nothing but Noto fonts"""
PREFERRED = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
    "Heiti SC", "Hiragino Sans GB", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic", "Hiragino Sans", "Noto Sans CJK KR",
    "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans CJK TC", "Noto Sans TC",
    "Microsoft JhengHei", "PingFang TC", "Arial Unicode MS", "Nirmala UI", "Leelawadee UI",
)  # fmt: skip
"""those that are known to be good, of the scripts that most people write"""
_USELESS = re.compile(r"last ?resort|colou?r|blank|fallback|apple emoji", re.IGNORECASE)
"""fonts of boxes, and of bitmaps that matplotlib cannot draw"""
_SCRIPTS = {
    "CJK": "Chinese characters", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean",
}  # fmt: skip
"""what people call the letters, by the first word of their names in Unicode"""


class Fonts:
    """The families that pictures use; more as names need them."""

    def __init__(self) -> None:
        self.families = [FIRST]
        self._glyphs = set(_glyphs(FIRST))
        self._sought: set[str] = set()
        """letters that were looked for in vain"""
        self._told: set[str] = set()
        """scripts whose lack was said"""

    def again(self) -> None:
        """Before a picture: what was looked for in vain may have been installed."""
        self._sought.clear()

    def lacking(self, text: str) -> set[str]:
        """Letters of the text that no font at hand has; finds the fonts for the others."""
        missing = {c for c in text if c != "\n" and ord(c) not in self._glyphs}
        new = {c for c in missing - self._sought if unicodedata.category(c)[0] != "C"}
        if new:
            self._seek({ord(c) for c in new})
            self._sought |= new
        return {c for c in missing if ord(c) not in self._glyphs}

    def _seek(self, wanted: set[int]) -> None:
        _register()
        known = {entry.name: entry for entry in _usable() if entry.name not in self.families}
        for name in PREFERRED:
            if name in known and wanted & _charmap(known.pop(name).fname):
                wanted = self._adopt(name, wanted)
        while wanted and known:
            has = {name: len(wanted & _charmap(entry.fname)) for name, entry in known.items()}
            best = max(has, key=lambda name: has[name])
            if not has[best]:
                return
            del known[best]
            wanted = self._adopt(best, wanted)

    def _adopt(self, name: str, wanted: set[int]) -> set[int]:
        """Use a family from now on, where it helps; returns what is wanted still."""
        glyphs = _glyphs(name)
        if not wanted & glyphs:
            return wanted
        before = list(self.families)
        self.families.append(name)
        self._glyphs |= glyphs
        if mpl.rcParams["font.family"] == before:  # a picture is being drawn
            mpl.rcParams["font.family"] = list(self.families)
        return wanted - glyphs

    def tell(self, text: str, letters: set[str], instead: str) -> None:
        """Say once for each script that its letters cannot be drawn, and what to do."""
        names = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters} - {""}
        new = names - self._told
        self._told |= names
        if new:
            script = ", ".join(sorted({_SCRIPTS.get(name, name.capitalize()) for name in new}))
            remedy = "install a font that has them, such as Noto Sans"
            if not any(_extra_files()):
                remedy = "pip install 'simnet[fonts]' brings fonts for most scripts"
            warnings.warn(
                f"no font here has all letters of '{text}' ({script}), so pictures say "
                f"'{instead}' instead; {remedy}",
                Advice,
                stacklevel=2,
            )


def _register() -> None:
    """Make known to matplotlib what the extra brings, and what was installed since it listed the
    fonts of the machine."""
    known = {str(entry.fname) for entry in font_manager.fontManager.ttflist}
    for path in (*_extra_files(), *font_manager.findSystemFonts()):
        if path not in known:
            try:
                font_manager.fontManager.addfont(path)
            except Exception:  # a damaged font is as good as none, whatever it raises
                continue


def _extra_files() -> Iterator[str]:
    for package in EXTRA:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            yield from sorted(str(path) for path in Path(folder).glob("*.[ot]t[cf]"))


def _usable() -> Iterator[FontEntry]:
    """A font of each family, the boldest first, so that in a dict the one nearest to the usual
    weight stays."""
    fonts = (
        entry
        for entry in font_manager.fontManager.ttflist
        if entry.style == "normal" and entry.size == "scalable" and not _USELESS.search(entry.name)
    )
    yield from sorted(fonts, key=lambda entry: -abs(_weight(entry) - 400))


def _weight(entry: FontEntry) -> int:
    names = font_manager.weight_dict
    return names.get(entry.weight, 400) if isinstance(entry.weight, str) else int(entry.weight)


@cache
def _charmap(path: str) -> frozenset[int]:
    try:
        return frozenset(FT2Font(str(path)).get_charmap())
    except (OSError, RuntimeError):  # gone, or damaged
        return frozenset()


def _glyphs(family: str) -> frozenset[int]:
    """What the family has both in the usual weight and in bold."""
    with quiet():
        paths = [
            font_manager.findfont(FontProperties(family=family, weight=weight))
            for weight in ("normal", "bold")
        ]
    maps = [frozenset(font_manager.get_font(path).get_charmap()) for path in paths]
    return frozenset.intersection(*maps)


@contextmanager
def quiet() -> Iterator[None]:
    """matplotlib logs each family that comes in one weight only."""
    log = logging.getLogger(font_manager.__name__)
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


FONTS = Fonts()
"""of this process"""


def without_accents(text: str) -> str:
    """`Zurich` for `Zürich`, and letters of half or double width as usual ones."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c))


def columns(text: str) -> int:
    """How wide a text is about, in letters of usual width; Chinese ones take two."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1
        for c in text
    )


def beginning(text: str, most: int) -> str:
    """As much of a text as is `most` columns wide."""
    end = len(text)
    while columns(text[:end]) > most:
        end -= 1
    return text[:end]


def printable(text: str, instead: str) -> str:
    """`text` if the fonts at hand have all of its letters, else without accents, else `instead`.

    `instead` should still say which one it is, such as `outlet 12`. Warns of it once.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    lacking = FONTS.lacking(text)
    if text and not lacking:
        return text
    plain = without_accents(text)
    if plain and not FONTS.lacking(plain):
        return plain
    FONTS.tell(text, lacking, instead)
    return instead


def drawable(text: str) -> str:
    """`text` with a mark in the place of each letter that no font at hand has."""
    lacking = FONTS.lacking(text)
    if not lacking:
        return text
    shown = "".join("\ufffd" if c in lacking else c for c in text)
    FONTS.tell(text, lacking, shown)
    return shown

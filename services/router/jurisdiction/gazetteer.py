"""All names in one automaton, with what each may mean."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from services.platform.folded_text import folded
from services.router.jurisdiction.forms import area_forms
from services.router.jurisdiction.model import Kind, NamedArea, NamedPlace
from services.router.jurisdiction.polygons import NO_BOUNDARIES, Boundaries

Numbers = tuple[tuple[int, int] | None, ...]


class Entry(NamedTuple):
    """A word: what it is, the areas it may mean, the directory's word to tell.

    `numbers`: of a road, per area its house numbers. `inner`: areas of that name inside one of
    `codes`, meant only right behind that one's name."""

    kind: Kind
    codes: tuple[str, ...]
    name: str
    numbers: Numbers = ()
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Build it with `build_gazetteer`. `paths`: code -> name from the district down;
    `spellings`: code of the area around (city, district or street) -> normalised names with their
    kind below it -> codes, for misspelt ones."""

    city: str
    automaton: AhoCorasick
    entries: tuple[Entry, ...]
    paths: MappingProxyType[str, str]
    spellings: MappingProxyType[str, MappingProxyType[str, tuple[str, ...]]]
    names: MappingProxyType[str, str]
    boundaries: Boundaries


def build_gazetteer(
    areas: Iterable[NamedArea],
    decoys: Iterable[str] = (),
    places: Iterable[NamedPlace] = (),
    boundaries: Boundaries = NO_BOUNDARIES,
) -> Gazetteer:
    """From a directory's areas (one city) and what else it lists. Codes are taken as valid."""
    known = {area.code: area for area in areas}
    city = next(area for area in known.values() if len(area.code) == 4)
    below = [area for area in known.values() if area is not city]
    words = _elsewhere(city, {folded(area.name) for area in below})
    words |= _city_words(city)
    words |= _place_words(places)
    area_words, spellings = _area_words(below)
    words |= area_words
    for decoy in map(folded, decoys):
        veiled = words.get(decoy, Entry(Kind.DECOY, (), decoy))
        words[decoy] = veiled._replace(kind=Kind.VEILED) if veiled.codes else veiled
    ordered = sorted(words.items())
    return Gazetteer(
        city=city.code,
        automaton=AhoCorasick([word for word, _ in ordered]),
        entries=tuple(entry for _, entry in ordered),
        paths=MappingProxyType({area.code: _path(area.code, known) for area in below}),
        spellings=spellings,
        names=MappingProxyType({area.code: area.name for area in below}),
        boundaries=boundaries,
    )


def _path(code: str, known: Mapping[str, NamedArea]) -> str:
    return "".join(known[code[:n]].name for n in (6, 9, 12) if n <= len(code) and code[:n] in known)


def _area_words(
    areas: Iterable[NamedArea],
) -> tuple[dict[str, Entry], MappingProxyType[str, MappingProxyType[str, tuple[str, ...]]]]:
    codes: dict[str, set[str]] = {}
    kinds: dict[str, Kind] = {}
    told: dict[str, str] = {}
    for area in areas:
        listed = {folded(name): name for name in (*area.aliases, area.name)}
        for form, kind in area_forms(area):
            word = folded(form)
            codes.setdefault(word, set()).add(area.code)
            kinds[word] = min(kind, kinds.get(word, kind))
            told.setdefault(word, listed.get(word, area.name))
            if word in listed:
                told[word] = listed[word]
    entries = {
        word: Entry(kinds[word], outer, told[word], (), tuple(sorted(found.difference(outer))))
        for word, found in codes.items()
        for outer in (_outermost(found),)
    }
    full = {word: found for word, found in codes.items() if kinds[word] == Kind.FULL}
    return entries, _spellings(full)


def _outermost(codes: set[str]) -> tuple[str, ...]:
    """朝阳 is the street, not the village in it; 城东 the district, wherever 城东村 is."""
    districts = {code for code in codes if len(code) == 6}
    inner = {one for one in codes for other in codes if one != other and one.startswith(other)}
    return tuple(sorted(districts or codes - inner))


def _spellings(
    full: Mapping[str, set[str]],
) -> MappingProxyType[str, MappingProxyType[str, tuple[str, ...]]]:
    around: dict[str, dict[str, set[str]]] = {}
    for word, codes in full.items():
        for code in codes:
            for length in (4, 6, 9):
                if length < len(code):
                    around.setdefault(code[:length], {}).setdefault(word, set()).add(code)
    return MappingProxyType(
        {
            code: MappingProxyType({word: tuple(sorted(codes)) for word, codes in words.items()})
            for code, words in around.items()
        }
    )


def _city_words(city: NamedArea) -> dict[str, Entry]:
    entry = Entry(Kind.CITY, (city.code,), city.name)
    return {folded(name): entry for name in (city.name, *city.aliases)}


def _place_words(places: Iterable[NamedPlace]) -> dict[str, Entry]:
    """Rows of one name are one place in several areas."""
    words: dict[str, Entry] = {}
    for place in places:
        for name in (place.name, *place.aliases):
            before = words.get(folded(name), Entry(Kind.PLACE, (), place.name))
            words[folded(name)] = before._replace(
                codes=before.codes + place.areas, numbers=before.numbers + place.numbers
            )
    return words


def _elsewhere(city: NamedArea, own: set[str]) -> dict[str, Entry]:
    """Names of other places, without the city's own province and whatever is its own."""
    path = files("services.router.jurisdiction") / "data" / "outside.toml"
    lists = tomllib.loads(path.read_text("utf-8"))
    province = city.code[:2]
    sure = [n for code, names in lists["provinces"].items() if code != province for n in names]
    sure += lists["neighbours"].get(province, [])
    bare = lists["cities"]["names"].split()
    own_names = own | {folded(name) for name in (city.name, *city.aliases)}
    sure += [f"{name}市" for name in bare]
    bare += [name[:-1] for name in sure if name.endswith("省")]
    kinds = [(name, Kind.ELSEWHERE) for name in sure]
    kinds += [(name, Kind.ELSEWHERE_SHORT) for name in bare if f"{name}市" != city.name]
    return {
        folded(name): Entry(kind, (), "") for name, kind in kinds if folded(name) not in own_names
    }

"""The ways people write the names of areas: listed ones, and short forms made by rule."""

import re
from collections.abc import Iterable, Iterator

from services.router.jurisdiction.model import Kind, NamedArea

COMMUNITY = re.compile(r"(社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
VILLAGE = re.compile(r"(村民委员会|村委会|委会)$")
STREET = re.compile(r"(街道办事处|街道|镇|[^乡]{0,2}族乡|乡)$")
PEOPLES = re.compile(r"(回族土族|回族|土族|藏族|蒙古族|撒拉族)")
COUNTY = re.compile(r"(自治县|县|区)$")
ROAD_END = tuple("路街巷")
SAYS_ITS_KIND = re.compile(r".(区|县|镇|乡|街道|社区|村|委会|委员会|工业园|产业园|园区)$")
NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
ONE_NUMERAL = re.compile(
    r"(?<![一二三四五六七八九十])[一二三四五六七八九](?![一二三四五六七八九十])"
)
STEM_CHARACTERS_MIN = 2
SURE_CHARACTERS_MIN = 4  # a made name of fewer is too common to stand alone


def area_forms(area: NamedArea) -> Iterator[tuple[str, Kind]]:
    """Every way to write the area's name, with what it is worth. May repeat itself."""
    listed = (area.name, *area.aliases)
    for name in listed:
        kind = Kind.FULL if SAYS_ITS_KIND.search(name) else Kind.SHORT
        yield from ((written, kind) for written in (name, *_with_digits(name)))
    makers = {6: _district_forms, 9: _street_forms, 12: _community_forms}
    for name in listed:
        for made, kind in makers[len(area.code)](name):
            if len(made) >= STEM_CHARACTERS_MIN:
                yield from ((written, kind) for written in (made, *_with_digits(made)))


def _with_digits(name: str) -> Iterable[str]:
    """多巴4村, 葛家寨1村, 20里铺: a numeral among other characters, written as a figure."""
    if "十里" in name:
        yield re.sub("二十里", "20里", name) if "二十里" in name else name.replace("十里", "10里")
    elif name.startswith("廿里"):
        yield f"20{name[1:]}"
    elif ONE_NUMERAL.search(name):
        yield ONE_NUMERAL.sub(lambda found: found[0].translate(NUMERALS), name)


def _district_forms(name: str) -> Iterator[tuple[str, Kind]]:
    """大通自治县, 大通回族自治县; 东区 and 城中 only between other names."""
    stem = COUNTY.sub("", PEOPLES.sub("", name))
    if name.endswith("自治县"):
        yield f"{stem}自治县", Kind.FULL
        yield f"{stem}回族自治县", Kind.FULL
    if stem != name:
        yield stem, Kind.STEM
    if len(name) == len("城东区") and name.startswith("城") and name.endswith("区"):
        yield name[1:], Kind.STEM


def _street_forms(name: str) -> Iterator[tuple[str, Kind]]:
    stem = STREET.sub("", name)
    if stem != name and not stem.endswith(ROAD_END):
        yield stem, Kind.STEM
    if name.endswith("街道"):
        yield f"{stem}街道办事处", Kind.FULL
    if name.endswith("族乡"):
        yield f"{stem}乡", Kind.FULL


def _community_forms(name: str) -> Iterator[tuple[str, Kind]]:
    """福海村 for 福海村委会, 伊信苑居委会 for 伊信苑社区; 福海 alone only between other names."""
    if VILLAGE.search(name) and not COMMUNITY.search(name):
        stem = VILLAGE.sub("", name)
        village = stem if stem.endswith("村") else f"{stem}村"
        yield village, _made_kind(village)
        yield village[:-1], Kind.STEM
    elif COMMUNITY.search(name):
        stem = COMMUNITY.sub("", name)
        for made in (f"{stem}社区", f"{stem}居委会"):
            yield made, _made_kind(made)
        if not stem.endswith(ROAD_END):
            yield stem, Kind.STEM
    elif name.endswith("村"):
        yield name[:-1], Kind.STEM


def _made_kind(name: str) -> Kind:
    return Kind.FULL if len(name) >= SURE_CHARACTERS_MIN else Kind.STEM

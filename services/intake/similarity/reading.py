"""A report made ready to be compared: read once, compared with many."""

import math
import re
from typing import NamedTuple
from zlib import crc32

import numpy as np

from services.intake.similarity.letters import letters_of
from services.intake.similarity.matter import Matter
from services.intake.similarity.pairs_of_letters import (
    RARE_WEIGHT,
    Pairs,
    hashed,
    hashed_runs,
    pairs_of,
    weight_of,
    weights,
)
from services.intake.similarity.place_marks import (
    NAME_LETTERS_MIN,
    Name,
    address_core,
    marks_of,
)
from services.intake.similarity.stances import is_told_again, stance_of
from services.intake.similarity.subjects import Subjects, subjects_of
from services.platform.folded_text import folded

HEAD_LETTERS = 160  # of the text: where it is, and what about; a long one names much besides
LETTERS_MAX = 600  # of title and text together; what a report is about is told before that
ADDRESS_NAME_MIN = 2  # letters beside numbers: 231号 of another street is another house
_NUMBERED = re.compile(r"[0-9a-z一二三四五六七八九十]|号楼?|栋|幢|座|单元|室|层|楼")
ROADS = ("路", "街", "大道", "巷")
ADDRESS_HEAD = 4  # letters by which two ways of writing an address meet
ADDRESS_BEYOND_ROAD = 2  # letters: 12号, 后巷
RARE_RUNS_MAX = 12  # unusual runs of four letters that a report is sought by
RUN_LETTERS = 4
NAMES_MAX, NUMBERS_MAX = 8, 3
CELL_LONGITUDE, CELL_LATITUDE = 0.003, 0.0025  # never less than 250 m in the city
_DIGIT = "[0-9０-９]"
_HYPHEN = re.compile(
    rf"(?<={_DIGIT}|[栋幢座楼])\s*[-－–—―~～﹣]+\s*(?={_DIGIT}{{1,3}}\s*(?:号楼|栋|幢|座))"
)
_SHARP = re.compile(r"(?<=[0-9])[#＃]楼?")
_WISHES = re.compile(
    r"建议|请装|希望(?:能)?(?:安装|增加|开通|设|装)|增设|加装|多放|新建一|申请安装"
)
_FORMULAS = re.compile(
    r"(?:尊敬的|敬爱的)?[^,\n]{0,6}?(?:领导|书记|市长|区长|县长|局长|主任)们?(?=,|\n)|您好|你们?好|谢谢|感谢"
    r"|(?:请|望|恳请|希望|强烈要求)(?:相关|有关|上级|政府|贵)?(?:部门|单位|领导)[^,\n]{0,14}(?=,|\n|$)"
    r"|(?:请|望|盼|希望|恳请)[^,\n]{0,6}(?:尽快|早日|及时|予以|给予)[^,\n]{0,10}(?=,|\n|$)"
    r"|盼(?:复|回复|望)|来电人(?:称|反映)?|诉求人(?:称|反映)?|市民(?:来电)?(?:反映|称|表示)|此致|敬礼"
)


Cell = tuple[int, int]


class Prepared(NamedTuple):
    """pairs: of title and text without formulas and marks. cell: where on a grid of 250 m.

    names and numbers are of address, title and text; address_names of the address
    alone; precise: the address says more than a road.
    letters: single ones that say something. wishes: it asks for something new. stance: what it
    wants, if it is no complaint. place_keys, text_keys: two reports are compared if they
    share one of them, or lie near; but a text key says nothing if a crowd has it.
    """

    pairs: Pairs
    weight: int
    names: tuple[Name, ...]
    address_names: tuple[Name, ...]
    numbers: tuple[str, ...]
    letters: str
    address: str
    precise: bool
    area: str | None
    longitude: float | None
    latitude: float | None
    item: str | None
    subjects: Subjects
    wishes: bool
    stance: str
    again: bool
    at_s: float
    resident: str | None
    cell: Cell | None
    place_keys: tuple[int, ...]
    text_keys: tuple[int, ...]


def prepare(matter: Matter) -> Prepared:
    """Pure, raises nothing, whatever the words are."""
    title, text = (plain_words(words) for words in (matter.title, matter.text))
    titled, told = marks_of(title), marks_of(text[:HEAD_LETTERS])
    spelt_address = _spelt(matter.address)
    where, core = marks_of(spelt_address), address_core(spelt_address)
    letters = f"{titled.rest}\n{told.rest}{text[HEAD_LETTERS:]}"[:LETTERS_MAX]
    pairs = pairs_of(letters)
    names = tuple(dict.fromkeys([*where.names, *titled.names, *told.names]))
    address = core if len(_NUMBERED.sub("", core)) >= ADDRESS_NAME_MIN else ""
    cell = _cell(matter.longitude, matter.latitude)
    numbers = tuple(dict.fromkeys([*where.numbers, *titled.numbers, *told.numbers]))
    return Prepared(
        pairs=pairs,
        weight=weight_of(pairs),
        names=names,
        address_names=where.names,
        numbers=numbers,
        letters=letters_of(letters),
        address=address,
        precise=_is_precise(address, where.names),
        area=matter.area,
        longitude=matter.longitude if cell else None,
        latitude=matter.latitude if cell else None,
        item=matter.item,
        subjects=subjects_of(titled.rest, told.rest),
        wishes=_WISHES.search(f"{title},{text[:HEAD_LETTERS]}") is not None,
        stance=stance_of(f"{title},{text[:HEAD_LETTERS]}"),
        again=is_told_again(f"{title},{text[:HEAD_LETTERS]}"),
        at_s=matter.at.timestamp(),
        resident=matter.resident,
        cell=cell,
        place_keys=_place_keys(names, numbers, address),
        text_keys=_text_keys(letters, names, address, matter.resident),
    )


def plain_words(words: str) -> str:
    """In one spelling, without what is said in every report. Raises nothing."""
    return _without_formulas(_spelt(words))


def _without_formulas(words: str) -> str:
    return _FORMULAS.sub("", words)


def _spelt(words: str) -> str:
    """3# and 3#楼 are 3号楼, and 1-4栋 is 1到4栋: folding would drop the marks."""
    words = _SHARP.sub("号楼", words) if "#" in words or "＃" in words else words
    return folded(_HYPHEN.sub("到", words))


def _is_precise(address: str, names: tuple[Name, ...]) -> bool:
    """A road alone is no address, whether its name is one that we can read or not."""
    if address.endswith(ROADS):
        return False
    if len(names) > 1 or any(name.kind not in ("road", "zone") for name in names):
        return True
    return len(address) >= sum(len(name.core) + 1 for name in names) + ADDRESS_BEYOND_ROAD


def _place_keys(names: tuple[Name, ...], numbers: tuple[str, ...], address: str) -> tuple[int, ...]:
    """Of each compound and village, each name with each number, a bus line, and the address."""
    exact = [number for number in numbers if not number.startswith(("unit:", "room:"))]
    keys = [crc32(number.encode()) for number in numbers if number.startswith("line:")]
    for name in names[:NAMES_MAX]:
        said = f"{name.kind}|{name.core[-NAME_LETTERS_MIN:]}"
        if name.kind not in ("road", "zone"):
            keys.append(crc32(said.encode()))
        keys += [crc32(f"{said}|{number}".encode()) for number in exact[:NUMBERS_MAX]]
    if address:
        keys.append(crc32(f"address|{address}".encode()))
    return tuple(dict.fromkeys(keys))


def _text_keys(
    letters: str, names: tuple[Name, ...], address: str, resident: str | None
) -> tuple[int, ...]:
    """Of how its address begins, of the roads it names, of all it says, of who says it, and of its
    most unusual runs: the same ones in whatever tells the same."""
    roads = [name.core for name in names[:NAMES_MAX] if name.kind in ("road", "zone")]
    keys = [crc32(f"road|{core[-NAME_LETTERS_MIN:]}".encode()) for core in roads]
    if address:
        keys.append(crc32(f"begins|{address[:ADDRESS_HEAD]}".encode()))
    if resident:
        keys.append(crc32(f"resident|{resident}".encode()))
    return (*keys, crc32(f"text|{letters}".encode()), *_rare_runs(letters))


def _rare_runs(letters: str) -> list[int]:
    if len(letters) < RUN_LETTERS:
        return []
    points = np.frombuffer(letters.encode("utf-32-le", "replace"), "<u4")
    rare = weights()[hashed(points[:-1], points[1:])] == RARE_WEIGHT
    marks = (points == ord(",")) | (points == ord("\n"))
    rare &= ~(marks[:-1] | marks[1:])
    starts = np.flatnonzero(rare[:-2] & rare[1:-1] & rare[2:])
    runs = hashed_runs(points, starts, RUN_LETTERS)
    return [int(run) for run in np.unique(runs)[:RARE_RUNS_MAX]]


def _cell(longitude: float | None, latitude: float | None) -> Cell | None:
    if longitude is None or latitude is None:
        return None
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):  # nor if it is no number
        return None
    return math.floor(longitude / CELL_LONGITUDE), math.floor(latitude / CELL_LATITUDE)


def cell_keys(cell: Cell | None, around: int = 0) -> list[int]:
    """Of the cell, and of those around it."""
    if cell is None:
        return []
    steps = range(-around, around + 1)
    return [crc32(f"cell|{cell[0] + x}|{cell[1] + y}".encode()) for x in steps for y in steps]

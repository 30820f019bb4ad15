"""A small directory as files, that a test can change before it is loaded."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from services.router.directory import Directory, load_directory

HEADING = """\
name = "小城派单目录"
label = "small-1"
dispatch_centre = "centre"
item_decoys = ["停水果"]
area_decoys = ["东区域"]
"""
AREAS = """\
code,name,level,parent,aliases
9901,小城市,city,,
990101,东区,district,9901,城东
990102,西县,district,9901,
990101001,一街街道,street,990101,一街
990101002,城关镇,street,990101,
990102001,城关镇,street,990102,
990101001001,桃园社区居民委员会,community,990101001,桃园社区
990101001002,李园社区居民委员会,community,990101001,李园社区
990101002001,柳庄村委会,community,990101002,柳庄村
990102001001,柳庄村委会,community,990102001,柳庄村
990102001002,石村委会,community,990102001,石头村
"""
UNITS = """\
code,name,level,parent,area,kind,aliases
centre,派单中心,1,,9901,centre,
water,水司,1,,9901,company,自来水公司
works,市政局,1,,9901,department,
990101,东区政府,1,,990101,district,
990102,西县政府,1,,990102,district,
990101-works,东区市政局,2,990101,990101,department,
990102-works,西县市政局,2,990102,990102,department,
990101001,一街街道办,2,990101,990101001,street,
990101002,东区城关镇政府,2,990101,990101002,street,
990102001,西县城关镇政府,2,990102,990102001,street,
"""
ITEMS = """\
code,name,level,aliases,urgency_days,basis,notes
01,城建,1,,7,,
01.01,供水,2,供水,3,《城市供水条例》,
01.01.01,停水,3,停水|断水,1,,先查公告
01.01.02,水价,3,水价|阶梯水价,,,
01.02,市政,2,,,,
01.02.01,路灯,3,路灯|路灯不亮,,,
01.02.02,井盖,3,井盖,1,,
02,邻里,1,,11,,
02.01,调解,2,邻居吵架|邻里,,,
03,无主,1,,11,,
03.01,无主之事,2,无主之事,,,
"""
DUTIES = """\
item,area,lead,assisting,urgency_days,basis,valid_from,valid_to
01.01,9901,water,,,《城市供水条例》,,
01.02,9901,works,,,,,
01.02,9901,{district}-works,works|{street},,,,
01.02.02,990101001,990101001,works,3,,2026-01-01,2026-06-30
02.01,9901,{street},,,,,
02.01,990101001001,990101001001,,,,,
"""
COMMUNITY_MATTERS = """\
code,name,role,items,basis,notes
C01,邻里调解,lead,02.01,《人民调解法》,
C02,路灯巡查,assist,01.02.01,,
C03,居委会换届,lead,,,没有对应的诉求
"""
FILES = MappingProxyType(
    {
        "directory.toml": HEADING,
        "areas.csv": AREAS,
        "units.csv": UNITS,
        "items.csv": ITEMS,
        "duties.csv": DUTIES,
        "community_matters.csv": COMMUNITY_MATTERS,
    }
)


def write_directory(folder: Path, changed: Mapping[str, str | bytes | None] = FILES) -> Path:
    """The small directory with some files changed; None leaves a file out."""
    for file, content in {**FILES, **changed}.items():
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (folder / file).write_bytes(data)
    return folder


def small_directory(folder: Path, changed: Mapping[str, str | bytes | None] = FILES) -> Directory:
    return load_directory(write_directory(folder, changed))

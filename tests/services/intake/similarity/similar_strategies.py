"""Reports as hypothesis draws them: places and troubles that meet often, and any text at all."""

from datetime import timedelta

from hypothesis import strategies as st
from labelled_reports import FIRST_DAY

from services.intake.similarity.matter import Matter

COMPOUNDS = ("雪松苑", "康乐小区", "青稞小区", "万和家园", "")
TROUBLES = (
    "暖气不热，室温只有十四度，老人受不了",
    "暖气一直不热，供热站没有人来修",
    "电梯坏了一个月，老人下不了楼",
    "楼下烧烤店营业到凌晨，油烟往楼上跑",
    "停水",
    "",
)
ITEMS = (None, "01.01.01.01.01", "01.01.01.01.02", "01.05.03.01.01")
AREAS = (None, "630104", "630104001", "630102")
POINTS = ((None, None), (101.7301, 36.6401), (101.7311, 36.6405), (101.8001, 36.6000))
ANY_TEXT = st.text(max_size=200)


@st.composite
def likely(draw: st.DrawFn) -> Matter:
    compound = draw(st.sampled_from(COMPOUNDS))
    building = draw(st.sampled_from(("", "3号楼", "七号楼")))
    longitude, latitude = draw(st.sampled_from(POINTS))
    return Matter(
        title=draw(st.sampled_from(("", "暖气不热", "请解决"))),
        text=f"{compound}{building}{draw(st.sampled_from(TROUBLES))}",
        address=draw(st.sampled_from(("", f"城西区{compound}{building}", "海晏路1号"))),
        area=draw(st.sampled_from(AREAS)),
        longitude=longitude,
        latitude=latitude,
        item=draw(st.sampled_from(ITEMS)),
        at=FIRST_DAY + timedelta(days=draw(st.integers(0, 200))),
    )


@st.composite
def anything(draw: st.DrawFn) -> Matter:
    return Matter(
        title=draw(ANY_TEXT),
        text=draw(ANY_TEXT),
        address=draw(ANY_TEXT),
        area=draw(st.none() | st.text(max_size=12)),
        longitude=draw(st.none() | st.floats()),
        latitude=draw(st.none() | st.floats()),
        item=draw(st.none() | st.text(max_size=12)),
        at=FIRST_DAY + timedelta(days=draw(st.integers(0, 4_000))),
    )


MATTERS = likely() | anything()

"""Why two reports are, or may be, one matter: words of ours, never a resident's."""

from services.intake.similarity.rule import Comparison

PLACES = {
    "address": "地址相同",
    "named": "同一小区或单位",
    "shop": "同一店铺",
    "junction": "同一路口",
    "line": "同一线路",
    "near": "相距不超过250米",
    "village": "同一村或社区",
    "zone": "同一园区",
    "road": "同一道路",
    "": "地点未说明",
}
DIFFERENCES = {
    "building": "楼栋不同",
    "house": "门牌不同",
    "line": "线路不同",
    "metro": "地铁线不同",
    "phase": "期数不同",
    "group": "组别不同",
    "unit": "单元不同",
    "room": "房号不同",
    "named": "小区或单位不同",
    "village": "村或社区不同",
    "road": "道路不同",
    "address": "地址不同",
    "shop": "店铺不同",
    "plate": "车牌不同",
    "branch": "分店不同",
    "side": "方位不同",
    "area": "区域不同",
    "far": "相距较远",
}
ITEMS = {"same": "事项相同", "kin": "事项相近", "other": "事项不同"}


def why(found: Comparison) -> str:
    """A sentence for the call-taker."""
    said = found.evidence
    told = [PLACES[said.places.agree]]
    if said.places.exact:
        told.append("楼栋、门牌或线路一致")
    if said.places.differ:
        told.append(DIFFERENCES[said.places.differ])
    if said.one_resident:
        told.append("同一诉求人")
    if said.items:
        told.append(ITEMS[said.items])
    if said.about is not None:
        told.append(f"主题一致{said.about:.0%}")
    told.append(f"用语重合{said.shared.contained:.0%}")
    told.append(f"相隔{said.days:.0f}天")
    return "，".join(told) + "。"

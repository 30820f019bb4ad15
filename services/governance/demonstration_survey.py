"""A made-up survey in communities: 37 problems in 9 aspects, as an office would hand it in."""

import csv
import io
from datetime import date, timedelta

HEADER = ("序号", "方面", "问题", "数量", "单位", "责任单位", "完成时限")
# aspect, problem, quantity, counted in, unit of the directory, weeks from the start
PROBLEMS: tuple[tuple[str, str, int, str, str, int], ...] = (
    ("用房与设施", "社区办公用房未达标", 6, "个社区", "civil-affairs", 26),
    ("用房与设施", "社区活动室夜间不开放", 11, "个社区", "culture-tourism", 12),
    ("用房与设施", "社区无障碍通道缺失", 9, "处", "disabled-persons", 20),
    ("用房与设施", "社区卫生站设备老旧", 5, "个站", "health", 20),
    ("人员与待遇", "网格员岗位空缺", 42, "个岗位", "civil-affairs", 16),
    ("人员与待遇", "社区工作者未建年金", 315, "人", "human-resources", 26),
    ("人员与待遇", "社区工作者体检未覆盖", 128, "人", "health", 14),
    ("人员与待遇", "新任社区干部未培训", 63, "人", "party-organisation", 12),
    ("证明与报表", "仍要求社区开具的证明", 14, "项", "justice", 10),
    ("证明与报表", "重复填报的台账", 23, "项", "data", 12),
    ("证明与报表", "各部门自建的填报小程序", 17, "个", "data", 16),
    ("证明与报表", "未清理的社区挂牌", 260, "块", "civil-affairs", 8),
    ("物业与老旧小区", "无物业小区", 31, "个小区", "housing-security", 26),
    ("物业与老旧小区", "业委会届满未换届", 12, "个小区", "housing-security", 18),
    ("物业与老旧小区", "电梯超期未检", 44, "部", "market", 8),
    ("物业与老旧小区", "屋面渗漏楼栋", 27, "栋", "housing-construction", 24),
    ("物业与老旧小区", "小区飞线充电", 58, "处", "fire-rescue", 10),
    ("供热供水供气", "入户供热管网老化", 19, "个小区", "heating", 26),
    ("供热供水供气", "二次供水水箱未清洗", 36, "座", "water-supply", 8),
    ("供热供水供气", "燃气软管超期", 1_240, "户", "gas", 16),
    ("供热供水供气", "楼道照明不亮", 85, "处", "urban-management", 6),
    ("养老与托幼", "社区无助餐点", 13, "个社区", "civil-affairs", 20),
    ("养老与托幼", "独居老人未建探访档案", 402, "人", "civil-affairs", 10),
    ("养老与托幼", "托位不足的社区", 8, "个社区", "health", 26),
    ("养老与托幼", "适老化改造未完工", 76, "户", "civil-affairs", 18),
    ("停车与交通", "路口缺少信号灯", 4, "处", "traffic-police", 22),
    ("停车与交通", "学校周边拥堵点", 7, "处", "traffic-police", 14),
    ("停车与交通", "公交站点过远的小区", 5, "个小区", "public-transport", 16),
    ("停车与交通", "僵尸车占用车位", 92, "辆", "traffic-police", 6),
    ("环境卫生", "垃圾分类点位不足", 48, "处", "urban-management", 12),
    ("环境卫生", "雨污管道堵塞点", 21, "处", "drainage", 10),
    ("环境卫生", "旱厕未改造", 16, "座", "urban-management", 24),
    ("环境卫生", "油烟扰民餐饮店", 33, "家", "ecology", 12),
    ("矛盾与安全", "未办结的邻里纠纷", 29, "件", "justice", 10),
    ("矛盾与安全", "楼道堆物未清", 140, "栋", "fire-rescue", 6),
    ("矛盾与安全", "监控盲区", 37, "处", "police", 20),
    ("矛盾与安全", "高空抛物隐患点", 11, "处", "police", 16),
)


def survey_csv(start: date) -> str:
    """The file; its dates count from `start`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for number, (aspect, problem, quantity, counted_in, unit, weeks) in enumerate(PROBLEMS, 1):
        due = start + timedelta(weeks=weeks)
        writer.writerow([number, aspect, problem, quantity, counted_in, unit, due.isoformat()])
    return out.getvalue()

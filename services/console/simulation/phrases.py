"""Words of residents and units, chosen by a given source of chance."""

from random import Random

SURNAMES = "马李王张韩赵祁冶刘陈杨安星魏范谢郭孔徐何"
TITLES = ("先生", "女士", "阿姨", "师傅", "大爷", "老师")
OPENINGS = (
    "",
    "",
    "",
    "你好，",
    "您好，",
    "反映一下，",
    "麻烦问一下，",
    "再次来电，",
    "来电人称，",
)
ENDINGS = (
    "",
    "",
    "谢谢。",
    "希望尽快解决。",
    "请给个答复。",
    "盼回复。",
    "请有关单位到现场看看。",
    "拜托了。",
    "已经影响到正常生活了。",
    "如果解决不了也请说明原因。",
)
WORDS = {
    "since": (
        "从昨天开始",
        "这三天",
        "这个星期以来",
        "快半个月了",
        "入冬以后",
        "上个月起",
        "今天早上起",
    ),
    "floor": ("一楼", "二楼", "三楼", "四楼", "五楼", "顶楼", "十一楼", "十七楼"),
    "degrees": ("十一", "十二", "十三", "十四", "十五", "十六"),
    "kin": (
        "八十岁的母亲",
        "刚满月的孩子",
        "上小学的孩子",
        "坐轮椅的父亲",
        "怀孕的家人",
        "独居的老人",
        "备考的女儿",
    ),
    "count": ("两", "三", "四", "五", "六"),
    "hour": ("早上七点", "中午", "傍晚", "晚上九点", "晚上十点多", "凌晨一点", "半夜"),
    "month": ("三", "五", "六", "九", "十二"),
}
RETOLD = ("和邻居说的是同一件事：", "同一个问题再报一次：", "我们楼上楼下都遇到了：")
PROGRESS = (
    "已安排人员到现场查看。",
    "已联系诉求人了解情况。",
    "配件已订购，到货后更换。",
    "正在与相关单位会商。",
    "施工队已进场。",
    "已下达整改通知书。",
)
REPLIES = (
    "经现场核查，问题属实，已处理完毕，并向诉求人说明。",
    "已组织维修，恢复正常，诉求人表示知晓。",
    "已责令整改，将持续巡查，防止反弹。",
    "经核实，已按政策为诉求人办理。",
    "已向诉求人详细解释政策依据和办理渠道。",
    "已列入年度计划，并将计划时间告知诉求人。",
)
ANSWERS = (
    "已告知办理时间、地点和所需材料。",
    "已告知联系电话和工作时间。",
    "已按知识库内容当场答复，诉求人表示清楚。",
)
COMMENTS = {
    "satisfied": ("处理得很快，感谢。", "问题解决了。"),
    "fairly": ("解决了一部分。", "时间有点长。"),
    "dissatisfied": ("没有人来过现场。", "只说了政策，没有解决问题。", "修了又坏了。"),
}


def full_name(chance: Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(TITLES)


def story(template: str, place: str, chance: Random) -> str:
    """The template's words, with openings and endings as people use them."""
    told = filled(template, place, chance)
    return f"{chance.choice(OPENINGS)}{told}{chance.choice(ENDINGS)}"


def filled(template: str, place: str, chance: Random) -> str:
    """Every word is drawn whether the template has it or not: the next draw does not depend
    on which template it was."""
    words = {name: chance.choice(choices) for name, choices in WORDS.items()}
    return template.format_map(words | {"place": place})

"""Made-up messages of three subjects: words in a random order, so that none nearly repeats
another."""

import random
from pathlib import Path

from services.router.classifier.lessons import Labelled

SUBJECTS = {
    "01": "城乡建设",
    "04": "环境保护",
    "14": "教育文体",
}
WORDS = {
    "01": "路灯 物业 电梯 漏水 违建 停车位 公租房 房产证 开发商 井盖 供暖 自来水 围墙 外墙 楼道"
    " 业主 维修基金 拆迁",
    "04": "油烟 噪音 污染 废气 污水 垃圾 粉尘 异味 焚烧 排放 河道 黑烟 扬尘 臭味 化工厂 养猪场"
    " 烟囱 废水",
    "14": "学校 老师 补课 招生 学区 幼儿园 高考 课本 学费 操场 篮球 校车 家长 毕业证 体育馆 作业"
    " 班主任 图书馆",
}
COMMON = [
    "居民",
    "反映",
    "问题",
    "希望",
    "领导",
    "部门",
    "处理",
    "附近",
    "严重",
    "影响",
    "生活",
    "晚上",
    "白天",
    "每天",
    "孩子",
    "老人",
    "门口",
    "旁边",
    "去年",
    "今年",
    "电话",
    "答复",
    "解决",
    "一直",
    "没人",
    "管理",
    "收费",
    "规定",
    "要求",
    "检查",
    "情况",
    "地方",
    "安全",
    "道路",
    "车辆",
    "时间",
    "投诉",
    "政府",
    "工作",
    "人员",
]


def messages(number: int = 40, seed: int = 1) -> list[Labelled]:
    """So many of each subject; a title of its own, and a text."""
    chance = random.Random(seed)
    return [message(code, chance) for code in SUBJECTS for _ in range(number)]


def message(code: str, chance: random.Random) -> Labelled:
    own = chance.sample(WORDS[code].split(), 6)
    words = [*own, *chance.sample(COMMON, 14), *chance.sample(words_of_others(code), 1)]
    chance.shuffle(words)
    return Labelled("".join(own[:2]), "，".join(words) + "。", code)


def words_of_others(code: str) -> list[str]:
    return [word for other in WORDS if other != code for word in WORDS[other].split()]


def write_csv(path: Path, rows: list[Labelled], encoding: str = "utf-8") -> Path:
    """Columns 标题, 内容, 一级分类 by name."""
    lines = ["标题,内容,一级分类"]
    lines += [f'{one.title},"{one.text}",{SUBJECTS.get(one.code, one.code)}' for one in rows]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path

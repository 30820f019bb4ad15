"""Several matters in one message are told apart, and one matter with many symptoms stays one."""

import time
from datetime import date

import pytest

from services.router.directory import Directory, RouteQuery, Triage, find_route, shipped_directory
from services.router.directory.matters import ways_apart

MARCH = date(2026, 3, 2)
WEST = "630104"

# (title, text, how many matters)
SEVERAL = [
    ("", "一、小区暖气不热，家里只有十四度。二、门口路灯坏了一个月。三、楼下烧烤店噪音到半夜。", 3),
    ("", "1. 停水两天了没人管\n2. 路口的井盖丢了\n3. 单位拖欠工资三个月", 3),
    ("", "1、公交车一小时才来一趟；2、孩子学校食堂的饭菜有虫；3、小区门口路灯不亮。", 3),
    ("反映三个问题", "（一）暖气不热。（二）楼下垃圾没人清运。（三）社保卡一直办不下来。", 3),
    ("几件事", "第一，门口的路灯不亮。第二，自来水发黄。第三，老师违规补课。", 3),
    ("您好", "①暖气停了②公交线路改道太绕③医保卡刷不了", 3),
    ("", "我家暖气不热，打了好几次电话。\n另外楼下的路灯不亮，老人摔了一跤。", 2),
    ("", "小区停水三天。\n还有，单位拖欠农民工工资一直不给。", 2),
    ("", "1.燃气泄漏没人来修 2.公交车司机甩站 3.工地夜间施工噪音大", 3),
    ("", "一是路口红绿灯坏了。二是暖气费算错了。三是养老金没有到账。", 3),
    ("综合诉求", "1、暖气不热；2、养老金没到账；3、公交车不停站", 3),
    ("", "1）出租车拒载 2）快递丢失不赔 3）自来水停水", 3),
    ("", "首先，我家停电了。其次，路灯不亮好久了。最后，医保卡刷不了。", 3),
    ("", "其一、暖气管道漏水。其二、出租车绕路宰客。其三、学校违规补课。", 3),
    ("", "第一个问题：暖气不热。第二个问题：垃圾没人清运。第三个问题：拖欠工资。", 3),
    ("", "第一件事，停电。第二件事，公交车太少。", 2),
    ("", "１、暖气不热；２、路灯不亮；３、拖欠工资", 3),
    ("", "1 . 暖 气 不 热\n2 . 路 灯 不 亮\n3 . 拖 欠 工 资", 3),
    ("", "我家暖气不热。楼下路灯坏了半年。另外单位拖欠工资。请解决，谢谢！", 3),
    ("", "您好！小区停水。门口路灯不亮。孩子学校违规补课。", 3),
    ("咨询两件事", "1、医保报销比例是多少？2、公积金怎么提取？", 2),
    ("", "自来水水质发黄有异味。\n此外，小区对面工地半夜施工噪音扰民，孩子睡不着。", 2),
]
# (title, text)
ONE = [
    ("暖气不热", "1. 客厅十五度\n2. 卧室十四度\n3. 打了电话没人来\n4. 邻居家也一样"),
    ("", "暖气不热：1、客厅只有十五度；2、卧室更冷；3、换热站说没问题；4、要求退暖气费。"),
    ("", "一、暖气不热已经十天。二、打热线没有人来。三、请尽快派人来修。"),
    ("", "停水三天了，老人孩子没法做饭，另外，自来水公司的电话一直打不通。"),
    ("路灯不亮", "整条街路灯不亮，晚上很黑，还有，已经有老人摔倒送医院了。"),
    ("拖欠工资", "1、2025年10月到工地干活。2、老板说过年结清。3、现在电话不接，请帮忙要回工资。"),
    ("小区物业不作为", "1、电梯老坏。2、垃圾没人清。3、门禁坏了没人修。4、停车位被占。"),
    ("投诉开发商", "一、延期交房。二、房屋漏水。三、绿化缩水。四、虚假宣传学区。"),
    ("", "我家楼上漏水，天花板掉了，墙也发霉，同时家具泡坏了，物业说不归他们管。"),
    ("学校食堂", "第一，饭菜凉。第二，有孩子拉肚子。第三，价格还涨了。"),
    ("", "孩子在学校门口被车撞了，另外想问保险怎么赔，医院花了两万块。"),
    ("公交车乱停", "公交车司机不按站停车，还有态度恶劣，同时车厢卫生很差。"),
    ("", "1、什么时候能供暖？2、为什么别的小区都热了？3、暖气费退不退？"),
    ("工地噪音", "夜里十二点还在施工。\n白天灰尘也很大。\n孩子要高考了。"),
    ("", "违章停车把消防通道堵死了，救护车进不来，还有一次差点出人命。"),
    ("", "一、请问落户要什么材料？二、在哪里办落户？三、落户多久能办好？"),
    ("", "我要反映暖气不热的问题。第一，打了三次电话。第二，没有人上门。第三，邻居也不热。"),
    ("", "你好，我是城西区的居民。\n\n我家暖气不热。\n\n谢谢！"),
    ("", "2026年3月1日停水，3月2日又停水，3.5号还停，请解决。"),
    ("养老金", "1951年出生，1.5倍工龄怎么算？2.5%的增长什么时候发？"),
    ("", "垃圾堆在门口。\n臭味很大。\n苍蝇很多。\n没有人来清运。\n请处理。\n谢谢。"),
    ("", "饭店油烟直排，另外还把泔水倒进下水道，同时占道摆桌子，噪音到半夜。"),
    ("", "1楼暖气不热，2楼暖气不热，3楼还可以"),
    ("", "暖气不热。物业不管。"),
    ("", "我家停水了。打自来水公司电话没人接。已经三天了。"),
    ("", "公交车晚点。司机态度差。孩子上学迟到。"),
    ("", "一"),
    ("", "1、2、3、"),
    ("", ""),
]


@pytest.fixture(scope="module")
def directory() -> Directory:
    return shipped_directory()


def reason_of(directory: Directory, title: str, text: str) -> tuple[str, int]:
    found = find_route(directory, RouteQuery(None, title, text, WEST, None, MARCH))
    return (found.reason, len(found.matters)) if isinstance(found, Triage) else ("route", 1)


@pytest.mark.parametrize(("title", "text", "count"), SEVERAL)
def test_several_matters_are_told_apart(
    directory: Directory, title: str, text: str, count: int
) -> None:
    assert reason_of(directory, title, text) == ("several_matters", count)


@pytest.mark.parametrize(("title", "text"), ONE)
def test_one_matter_stays_one(directory: Directory, title: str, text: str) -> None:
    assert reason_of(directory, title, text)[0] != "several_matters"


def test_each_matter_is_told_with_its_unit(directory: Directory) -> None:
    text = "1、暖气不热；2、路灯不亮；3、拖欠工资"
    found = find_route(directory, RouteQuery(None, "", text, WEST, None, MARCH))
    assert isinstance(found, Triage)
    assert [matter.name for matter in found.matters] == ["室温不达标", "路灯不亮", "企业拖欠工资"]
    assert "第1件：室温不达标，归" in found.explanation
    assert "请分单" in found.explanation


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("开头。1、甲事 2、乙事", ("甲事 ", "乙事")),
        ("一、甲\n1. 细节\n2. 细节\n二、乙", ("甲\n1. 细节\n2. 细节\n", "乙")),
        ("2、不从一开始 3、就不是清单", ("2、不从一开始 3、就不是清单",)),
        ("涨了1.5倍，2.5倍", ("涨了1.5倍，2.5倍",)),
        ("甲事。另外乙事", ("甲事。", "乙事")),
    ],
)
def test_parts_follow_the_marks(text: str, texts: tuple[str, ...]) -> None:
    assert ways_apart(text)[0].texts == texts


def test_any_number_of_marks_is_read_in_bounded_time(directory: Directory) -> None:
    started_s = time.process_time()
    for text in (
        "1、" * 50_000,
        "另外，" * 50_000,
        "。\n" * 100_000,
        " " * 100_000,
        "一、暖气不热。二、" * 20_000,
    ):
        reason_of(directory, "", text)
    assert time.process_time() - started_s < 5

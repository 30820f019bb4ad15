"""Sentences for a dispatcher. They name areas of the directory, never other words of the address:
an explanation is stored, and shown where those may not be."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from services.router.jurisdiction.model import Candidate

WORDS_TOLD_MAX = 6
REMARKS = MappingProxyType(
    {
        "negated": "文中否认了另一处地名",
        "questioned": "地点说得不确定",
        "background": "文中另有户籍、老家等地名，未采用",
        "only_background": "只提到户籍、老家等地名",
        "dropped": "另有不相符的地名，未采用",
        "guessed": "地名有错字，按相近写法认定",
        "unknown_name": "地址中另有目录所无的镇街名",
        "elsewhere": "同时提到本市以外的地方",
        "text_differs": "诉求中另提到别处",
        "finer_in_text": "较细的地名只见于诉求",
        "conflict": "地址与诉求所说不在一处",
        "coordinates_differ": "坐标与文字所说不在一处",
    }
)


def settled(path: str, found_by: str, words: Sequence[str], doubts: Iterable[str]) -> str:
    named = "".join(f"“{word}”" for word in words[:WORDS_TOLD_MAX])
    return f"按{found_by}{named}定为{path}{_remarks(doubts)}。"


def several(around: str | None, candidates: Sequence[Candidate], doubts: Iterable[str]) -> str:
    listed = "、".join(candidate.path for candidate in candidates)
    settled_part = f"只能定到{around}" if around else "不能确定区域"
    return f"{settled_part}{_remarks(doubts)}。可能是：{listed}。请人工研判。"


def outside(doubts: Iterable[str]) -> str:
    return f"所说地点在本市以外{_remarks(doubts)}。"


def nowhere(doubts: Iterable[str]) -> str:
    return f"没有找到目录中的地名{_remarks(doubts)}。"


def _remarks(doubts: Iterable[str]) -> str:
    told = [REMARKS[doubt] for doubt in REMARKS if doubt in set(doubts)]
    return f"（{'；'.join(told)}）" if told else ""

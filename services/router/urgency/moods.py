"""How a word is said: as a fact, as something that is not so, or as something that might be.

What stands near it decides: in its clause, and for a condition in its sentence. Texts are folded: a
comma is a pause, a line feed a sentence's end. A list of forms, not a grammar: what is in no list
counts as said, because a danger that is passed over costs more than one that is looked at in vain.
"""

import re
from datetime import date
from enum import IntEnum

from services.platform.folded_text import PAUSE, STOP

LOOK_BACK = 14
LOOK_BACK_SENTENCE = 40
LOOK_AHEAD = 14
NEW_YEAR_MONTHS = 2


_FILLER = (
    "(?:发生|出现|造成|导致|引发|引起|产生|发现|存在|听说|见到|看到|闻到|任何|什么|所谓|这种|"
    "人员|有人|动手|大面积|人|有|的|过|是|再|被)"
)
_DENIALS = (
    "(?:(?<!是)不是|(?<!不)并非|不属于|不存在|不涉及|不用担心|不会|不曾|(?<![得要是])不(?!是)|"
    "(?<!不是)(?<!并非)没有?|未(?!解决|处理|及时)|无(?![法故奈证论良视障照辜])|"
    "从未|从没|否认|(?<![不没])排除|(?<![不没])解除)"
)
_DENIED_EVENTS = r"(?:没有?|未|无)(?:发生|出现|造成|导致)[^,\n]{0,5}"
DENIED_BEFORE = re.compile(rf"(?:{_DENIALS}{_FILLER}{{0,3}}|{_DENIED_EVENTS})$")
PREVENTED_BEFORE = re.compile(
    "(?:避免|防止|预防|谨防|严防|防范|杜绝|以免|以防|免得|省得|千万别|宣传|演练|演习|培训|讲座|预案)"
    r"[^,\n]{0,8}$"
)
LONG_AGO_BEFORE = re.compile(
    r"(?:去年|前年|前几年|早几年|早些年|[一二两三四五六七八九十几多\d]年前|曾经?|以前|当年|那年|"
    r"历年|往年|上世纪|小时候)[^,\n]{0,10}$"
)
A_YEAR_BEFORE = re.compile(r"((?:19|20)\d\d)年[^,\n]{0,10}$")
OVER_AFTER = re.compile(
    "(?:了|的)?(?:情况|现象|事故|问题|隐患|险情|人员|火势|后)?"
    "(?:(?:现在?|目前|均|都|全部)?已经?(?:被|全部|基本)?"
    "(?:排除|解除|消除|恢复|修复|修好|处置|扑灭|救出|获救|得到救治|处理好|处理完)|"
    "(?:是|系|属于?)(?:误报|谣言|假的|虚惊)|(?:并?没有?|并?未)(?:发生|出现|造成)|"
    "(?:应急)?(?:演练|演习|宣传|培训|讲座|知识|预案|保险))"
)
CONDITION_BEFORE = re.compile(
    "(?:万一|如果|如(?=发生|出现|遇|有)|要是|假如|假设|倘若|若[是因]?|一[旦但]|试想|"
    r"当(?=发生|出现))[^\n]{0,30}$"
)
FEARED_BEFORE = re.compile(
    r"(?:(?:可能|会不会|是不是|是否|有没有|担心|害怕|生怕|唯恐|怕|恐(?!怖)|容易?|极易|易于?|早晚|"
    "迟早|(?<![社委学工协开商机])会(?![议所计员场长客])|疑似|怀疑|好像|似乎|类似|不知道?|足以|随时|"
    r"难道|等到?|非得|非要|总有)[^,\n]{0,6}|要(?:去|把|让|被)?)$"
)
FEARED_AFTER = re.compile(
    r"[^,\n]{0,8}(?:隐患|风险|危险|怎么办|(?:谁|哪个)[^,\n]{0,2}负责|谁来管|才能?会?重视|时间问题)|"
    "(?:了|的)?[吗么呢]"
)


class Mood(IntEnum):
    """The more it says, the greater."""

    DENIED = 0
    FEARED = 1
    SAID = 2


def mood_of(text: str, start: int, end: int, on: date) -> Mood:
    """Of the word text[start:end] in a folded text, on a local day. What is over or long ago is
    denied: it is not so now."""
    clause = _begin(text, start, LOOK_BACK, PAUSE + STOP)
    denials = (DENIED_BEFORE, PREVENTED_BEFORE, LONG_AGO_BEFORE)
    after = min(len(text), end + LOOK_AHEAD)
    if any(denial.search(text, clause, start) for denial in denials):
        return Mood.DENIED
    if OVER_AFTER.match(text, end, after) or _is_of_a_past_year(text, clause, start, on):
        return Mood.DENIED
    if FEARED_BEFORE.search(text, clause, start) or FEARED_AFTER.match(text, end, after):
        return Mood.FEARED
    sentence = _begin(text, start, LOOK_BACK_SENTENCE, STOP)
    return Mood.FEARED if CONDITION_BEFORE.search(text, sentence, start) else Mood.SAID


def _begin(text: str, start: int, look_back: int, marks: str) -> int:
    """Where what belongs to a word begins: after the last of the marks before it."""
    begin = max(0, start - look_back)
    return max(begin, *(text.rfind(mark, begin, start) + 1 for mark in marks))


def _is_of_a_past_year(text: str, clause: int, start: int, on: date) -> bool:
    """Last year's is not past while this one is new: 2025年12月 in January."""
    found = A_YEAR_BEFORE.search(text, clause, start)
    return found is not None and int(found[1]) < on.year - (on.month <= NEW_YEAR_MONTHS)

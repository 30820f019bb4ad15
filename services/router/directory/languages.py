"""Which language a text is in, as far as its script tells: for what has no Chinese to go by."""

import unicodedata
from collections import Counter

LOOKED_AT_MAX = 2_000
HAN_SHARE_MAX = 0.2  # of the letters; a name or a place in characters does not make it Chinese
LETTERS_MIN = 4
UYGHUR_LETTERS = frozenset("ېۇۆۈۋڭە")  # Arabic and Persian write none of these
KAZAKH_LETTERS = frozenset("ٶۇٵٸ")
# First words of Unicode's character names -> what people call it.
SCRIPTS = {
    "TIBETAN": "藏文",
    "MONGOLIAN": "蒙古文",
    "ARABIC": "阿拉伯文",
    "LATIN": "英文或其他拉丁字母文字",
    "CYRILLIC": "俄文或其他西里尔字母文字",
    "HANGUL": "朝鲜文",
    "HIRAGANA": "日文",
    "KATAKANA": "日文",
    "THAI": "泰文",
    "DEVANAGARI": "印地文或其他天城文",
    "HEBREW": "希伯来文",
    "GREEK": "希腊文",
    "YI": "彝文",
    "LAO": "老挝文",
    "MYANMAR": "缅甸文",
}
HAN = "CJK"


def foreign_language(text: str) -> str | None:
    """The language's or script's Chinese name; None for Chinese, and for no letters at all."""
    letters = [letter for letter in text[:LOOKED_AT_MAX] if letter.isalpha()]
    if len(letters) < LETTERS_MIN:
        return None
    counts = Counter(_script(letter) for letter in letters)
    if "HIRAGANA" not in counts and counts[HAN] > HAN_SHARE_MAX * len(letters):
        return None
    script = max((one for one in counts if one != HAN), key=lambda one: counts[one], default=HAN)
    if script == HAN:
        return None
    if "HIRAGANA" in counts and counts[HAN] + counts["HIRAGANA"] > len(letters) / 2:
        script = "HIRAGANA"
    if script == "ARABIC":
        return _of_arabic_script(frozenset(letters))
    return SCRIPTS.get(script, "其他文字")


def _script(letter: str) -> str:
    if "\u4e00" <= letter <= "\u9fff":
        return HAN
    return unicodedata.name(letter, "").partition(" ")[0]


def _of_arabic_script(letters: frozenset[str]) -> str:
    if letters & KAZAKH_LETTERS - UYGHUR_LETTERS:
        return "哈萨克文（阿拉伯字母）"
    return "维吾尔文" if letters & UYGHUR_LETTERS else SCRIPTS["ARABIC"]

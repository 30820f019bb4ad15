"""What a report wants, if it is no plain complaint: two that want different things are two."""

import re

_STANCES = (
    ("praise", re.compile(r"表扬|点赞|锦旗|致谢|提出感谢|好人好事")),
    (
        "against",
        re.compile(r"(?:坚决|强烈|一致|业主|居民|们)(?:都|坚决|强烈)?(?:反对|不同意|抗议)"),
    ),
    (
        "question",
        re.compile(
            r"(?:请问|询问|咨询|想问|想了解)"
            r"(?![^,\n]{0,12}(?:什么时候|何时|谁管|有没有人管|管不管|还管|没人|没有人|难道|到底|凭什么))"
            r"(?![^,\n]{0,6}为什么(?:还|不|没|又|一直|总))"
            r"|(?:怎么|如何|怎样)办理|需要(?:带?什么|哪些)(?:材料|手续|条件)|什么条件|能不能办|在哪里?办"
        ),
    ),
)


def stance_of(folded: str) -> str:
    """ "praise", "against", "question" or ""."""
    return next((name for name, words in _STANCES if words.search(folded)), "")


_AGAIN = re.compile(
    r"再次|又(?:反映|投诉)|(?:上次|上周|上月|上个月|之前|此前|前面|前几天|前些天|早就|已经|多次|[天月]前)"
    r"[^,\n]{0,12}(?:反映|投诉|打|说|来人|来过)|(?:反映|投诉|打|报修|说)过|还是(?:没|不)|仍未|仍然"
    r"|没有解决|没有?修好|没有?结果|没下文|依然"
)


def is_told_again(folded: str) -> bool:
    """It speaks of having been told before."""
    return _AGAIN.search(folded) is not None

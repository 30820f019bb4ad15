"""What a report wants, if it is no plain complaint: two that want different things are two."""

import re

_STANCES = (
    ("praise", re.compile(r"表扬|点赞|锦旗|致谢|提出感谢|好人好事")),
    ("against", re.compile(r"反对|不同意|抗议")),
    (
        "question",
        re.compile(
            r"请问|咨询|想问|想了解|怎么办理|如何办理|怎样办理|需要(?:什么|哪些)(?:材料|手续|条件)"
            r"|什么条件|能不能办|在哪里?办"
        ),
    ),
)


def stance_of(folded: str) -> str:
    """"praise", "against", "question" or ""."""
    return next((name for name, words in _STANCES if words.search(folded)), "")

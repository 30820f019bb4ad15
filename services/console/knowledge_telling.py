"""Articles, and what was found, as lines for a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from services.domain.knowledge_events import ArticlePublished

if TYPE_CHECKING:
    from services.knowledge.search import Found

FIELDS = {
    "code": "编号", "number": "版本", "in_force": "现行版本", "withdrawn": "撤回原因",
    "heading": "标题", "questions": "问法", "answer": "答复", "items": "事项", "areas": "区域",
    "basis": "依据", "responsible": "责任单位", "contact_point": "联系渠道",
    "valid_from": "生效", "valid_to": "失效", "review_by": "复核", "why": "变更说明",
    "published_by": "发布人", "published_at": "发布时间",
}  # fmt: skip


def list_lines(articles: Iterable[ArticlePublished]) -> list[str]:
    return [f"{one.code:<22} v{one.number:<3} {_days(one)}  {one.heading}" for one in articles]


def article_lines(document: Mapping[str, Any]) -> list[str]:
    shown = [
        f"{label}：{_text(document[name])}"
        for name, label in FIELDS.items()
        if document[name] not in (None, "", [])
    ]
    if document["in_force"] is None:
        shown.insert(1, "今日不生效，不得作为答复")
    versions = [
        f"  v{one['number']}  {one['valid_from']} – {one['valid_to'] or ''}  {one['why']}"
        for one in document["versions"]
    ]
    return [*shown, "历次版本：", *versions]


def found_lines(found: Sequence["Found"]) -> list[str]:
    if not found:
        return ["没有找到现行的解答文章"]
    lines = []
    for place, one in enumerate(found, start=1):
        article = one.article
        lines.append(f"{place}. {article.code} v{article.number}  {article.heading}")
        lines.append(f"   {article.answer}")
        contact = f"；联系 {article.contact_point}" if article.contact_point else ""
        lines.append(f"   依据 {article.basis or '（未填）'}{contact}")
        lines.append(f"   找到依据：{_reasons(one)}（得分 {one.score:.1f}）")
    return lines


def _reasons(found: "Found") -> str:
    words = "、".join(f"“{word}”" for word in found.words)
    reasons = [words] if words else []
    reasons += ["事项相符"] if found.by_item else []
    reasons += ["本地文章"] if found.by_area else []
    return "，".join(reasons)


def _days(article: ArticlePublished) -> str:
    return f"{article.valid_from} – {article.valid_to or '':<10}"


def _text(value: object) -> str:
    return "；".join(map(str, value)) if isinstance(value, list) else str(value)

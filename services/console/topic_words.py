"""Topics 每月一题 in words, for people at a terminal."""

from collections.abc import Callable, Iterable, Mapping

from services.domain.topic import TopicItem
from services.governance.effect import Effect, Span
from services.governance.figures import TopicFigures

QUANTITIES_SHOWN_MAX = 4
STAGES: Mapping[str, str] = {
    "proposed": "待立题",
    "declined": "不予立题",
    "adopted": "办理中",
    "closed": "已结题",
}


def progress_line(figures: TopicFigures) -> str:
    shown = figures.quantities[:QUANTITIES_SHOWN_MAX]
    done = "，".join(
        f"{one.done:,}/{one.total:,}{one.counted_in}（{one.share:.1%}）" for one in shown
    )
    done += " …" if len(figures.quantities) > len(shown) else ""
    rate = figures.strike_off_rate
    struck = (
        "" if rate is None else f"；销号 {figures.struck_off}/{figures.items}，销号率 {rate:.1%}"
    )
    late = f"；待销号 {figures.to_check}" if figures.to_check else ""
    late += f"；逾期 {figures.late}" if figures.late else ""
    return f"进度 {done or '—'}{struck}{late}"


def item_line(item: TopicItem, named: Callable[[str], str]) -> str:
    plan = item.plan
    standing = f"{item.struck_off_on} 销号（{item.struck_off_by}）" if not item.is_open else "在办"
    exempt = f"，例外：{item.exemption}" if item.exemption else ""
    again = f"，重开 {item.reopened} 次" if item.reopened else ""
    return (
        f"{item.code} {plan.heading}  {item.done:,}/{plan.total:,}{plan.counted_in}"
        f"  {plan.due} 前  {named(plan.responsible)}  {standing}{exempt}{again}"
    )


def effect_lines(effect: Effect | None) -> Iterable[str]:
    if effect is None:
        return
    for name, span in (("立题前", effect.before), ("结题后", effect.after)):
        if span is not None:
            yield f"{name} {_span(span)}"
    if effect.change is not None:
        yield f"月均诉求变化 {effect.change:+.1%}"
    if effect.same_months_change is not None:
        months = len(effect.same_months)
        yield f"与立题前同月相比（{months} 个月）{effect.same_months_change:+.1%}"


def _span(span: Span) -> str:
    parts = [f"{span.first} 至 {span.last}：月均 {span.requests_a_month:.1f} 件"]
    if span.came_back_rate is not None:
        parts.append(f"重办反弹 {span.came_back_rate:.1%}")
    if span.satisfied_rate is not None:
        parts.append(f"满意和基本满意 {span.satisfied_rate:.1%}")
    return "，".join(parts)

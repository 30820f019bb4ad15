"""A daily report as a self-contained page: no scripts, nothing fetched, everything escaped."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from services.reporting.daily_model import DailyReport
from services.reporting.labels import CLOCKS, STAGES

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
HEADLINES = ("received", "opened", "routed", "resolved", "reopened")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("services.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["late"] = late
    environment.filters["thousands"] = lambda number: f"{number:,}"
    return environment.get_template("daily.html")


def daily_html(report: DailyReport) -> str:
    zone = ZoneInfo(report.zone)

    def local(moment: str) -> str:
        return datetime.fromisoformat(moment).astimezone(zone).strftime("%Y-%m-%d %H:%M")

    return _template().render(
        report=report,
        weekday=WEEKDAYS[report.day.weekday()],
        headlines=[line for line in report.flow if line.code in HEADLINES],
        local=local,
        stages=STAGES,
        clocks=CLOCKS,
    )


def late(seconds: int) -> str:
    """`3 天 4 小时`, rounded down."""
    days, hours = seconds // 86_400, seconds % 86_400 // 3_600
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时" if hours else f"{seconds // 60} 分钟"

"""Rows of requests as the specification has them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.intake.open311.arguments import DESCRIPTION_CHARS_MAX
from services.intake.open311.catalogue import UNSORTED, Catalogue
from services.intake.requests_rows import RequestRow
from services.intake.requests_view import RequestWords

ZONE: Final = ZoneInfo("Asia/Shanghai")
NOTES: Final[Mapping[str, str]] = {
    "received": "已受理，待派单",
    "triage": "已受理，派单员正在核定承办单位",
    "routed": "已派单，待承办单位签收",
    "returned": "承办单位退单，正在重新派单",
    "handling": "承办单位已签收，正在办理",
    "resolved": "已办结",
    "answered": "已直接答复",
    "declined": "不予受理",
    "closed": "已归档",
    "merged": "同一事项，已并单",
}


def request_document(row: RequestRow, words: RequestWords, catalogue: Catalogue) -> dict[str, Any]:
    """Words that may not be shown are simply not in `words`. Never a contact or a name."""
    said = [part for part in (words.title, words.text) if part]
    description = "\n".join(dict.fromkeys(said))[:DESCRIPTION_CHARS_MAX]
    return {
        "service_request_id": row.ticket_id,
        "status": row.status,
        "status_notes": words.reply or NOTES.get(row.stage),
        "service_name": catalogue.name_of(row.service_code),
        "service_code": row.service_code or UNSORTED,
        "description": description or None,
        "agency_responsible": catalogue.unit_name(row.agency),
        "service_notice": None,
        "requested_datetime": local(row.requested_at),
        "updated_datetime": local(row.updated_at),
        "expected_datetime": local(row.expected_at),
        "address": words.address,
        "address_id": None,
        "zipcode": None,
        "lat": row.latitude,
        "long": row.longitude,
        "media_url": next(iter(words.attachments), None),
    }


def local(moment: str | None) -> str | None:
    """W3C date and time with its zone, to the second."""
    if moment is None:
        return None
    return datetime.fromisoformat(moment).astimezone(ZONE).isoformat(timespec="seconds")


def created_document(ticket_id: str) -> dict[str, Any]:
    notice = "已受理。请用 service_request_id 查询办理进度。"
    return {"service_request_id": ticket_id, "service_notice": notice, "account_id": None}


def discovery_document(base_url: str, changeset: str) -> dict[str, Any]:
    return {
        "changeset": changeset,
        "contact": "12345 政务服务便民热线",
        "key_service": "请向热线主管部门申请 api_key；查询不需要 api_key。",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": base_url,
                "changeset": changeset,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }

"""The services that an Open311 client may ask for, as plain values."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

UNSORTED: Final = "other"  # for residents who find nothing that fits: the router reads the words
KINDS: Final = (
    ("inquiry", "咨询"),
    ("help", "求助"),
    ("complaint", "投诉"),
    ("tipoff", "举报"),
    ("suggestion", "建议"),
    ("thanks", "感谢"),
)


class Service(NamedTuple):
    """One kind of matter. group: its first-level subject."""

    code: str
    name: str
    description: str
    keywords: tuple[str, ...]
    group: str


class Catalogue:
    """units: code → name. Every request's code has a name here, also one that is gone."""

    def __init__(self, services: Sequence[Service], units: Mapping[str, str]) -> None:
        other = Service(UNSORTED, "其他诉求", "以上都不合适时选用，由派单员归类", ("其他",), "其他")
        self._services = {service.code: service for service in (*services, other)}
        self._units = units
        self.documents: Sequence[Mapping[str, Any]] = [
            _service_document(service) for service in self._services.values()
        ]

    def service(self, code: str) -> Service | None:
        return self._services.get(code)

    def name_of(self, item: str) -> str:
        service = self._services.get(item or UNSORTED)
        return item if service is None else service.name

    def unit_name(self, unit: str) -> str | None:
        return (self._units.get(unit) or unit) if unit else None


def _service_document(service: Service) -> Mapping[str, Any]:
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.description,
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(service.keywords),
        "group": service.group,
    }


def definition_document(service: Service) -> Mapping[str, Any]:
    """What may be sent with `attribute[code]` beside the standard arguments."""
    return {
        "service_code": service.code,
        "attributes": [
            {
                "variable": True,
                "code": "kind",
                "datatype": "singlevaluelist",
                "required": False,
                "datatype_description": "选择一项",
                "order": 1,
                "description": "诉求类型",
                "values": [{"key": key, "name": name} for key, name in KINDS],
            },
            {
                "variable": True,
                "code": "reference",
                "datatype": "string",
                "required": False,
                "datatype_description": "发送方自己的编号；用同一编号重发，不会重复受理",
                "order": 2,
                "description": "发送方编号",
            },
        ],
    }

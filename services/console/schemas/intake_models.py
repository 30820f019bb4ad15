"""What channels may publish to `intake-reports`, by message name."""

from collections.abc import Mapping

from pydantic import BaseModel

from services.intake.bus.message import ReportMessage
from services.intake.bus.sealing import Envelope

INTAKE_MODELS: Mapping[str, type[BaseModel]] = {
    "intake.report.v1": ReportMessage,
    "intake.sealed_report.v1": Envelope,
}

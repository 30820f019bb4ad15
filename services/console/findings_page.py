"""The page of findings: what the data show, the strongest first, each with its tickets."""

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from services.console.directory_past import names_of
from services.console.findings_door import SystemFindings
from services.console.page_templates import page_of
from services.console.system import System
from services.domain.finding import Finding, FindingKind
from services.findings.find import chosen

KINDS = {
    "common": ("共性", "in many areas"),
    "concentrated": ("集中", "a burst"),
    "repeated": ("重复", "again and again"),
    "recurring": ("复发", "back after closure"),
}
LISTED_MAX = 200
TICKETS_SHOWN_MAX = 500


def findings_router(system: System) -> APIRouter:
    """Codes, figures and ticket numbers only: nobody's words, so it needs no key."""
    router = APIRouter()
    door = SystemFindings(system)

    @router.get("/findings", include_in_schema=False)
    def findings(kind: FindingKind | None = None) -> HTMLResponse:
        found = door.recent()
        listed = _open_to_all(chosen(found.findings, kind))
        return page_of(
            "findings.html",
            found=found,
            listed=listed[:LISTED_MAX],
            more=max(0, len(listed) - LISTED_MAX),
            kinds=KINDS,
            kind=kind,
            names=names_of(system.directory),
        )

    @router.get("/findings/{finding_id}", include_in_schema=False)
    def finding(finding_id: str) -> HTMLResponse:
        found = door.recent()
        some = _open_to_all(found.findings)
        one = next((one for one in some if one.finding_id == finding_id), None)
        if one is None:
            raise HTTPException(404, "There is no such finding.")
        return page_of(
            "finding.html",
            found=found,
            one=one,
            tickets=one.tickets[:TICKETS_SHOWN_MAX],
            kinds=KINDS,
            names=names_of(system.directory),
        )

    return router


def _open_to_all(some: Sequence[Finding]) -> list[Finding]:
    """Without those that show which tickets are one resident's."""
    return [one for one in some if one.repeated_by != "resident"]

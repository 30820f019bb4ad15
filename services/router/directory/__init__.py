"""The router's directory (派单目录) and the routing rule, without events or database."""

from services.router.directory.answers import Candidate, Route, RouteQuery, Triage
from services.router.directory.faults import DirectoryInvalid, Fault
from services.router.directory.load import load_directory, shipped_directory
from services.router.directory.match import find_route
from services.router.directory.model import Area, Directory, Duty, Item, Unit
from services.router.directory.opinion import guess_where_needed
from services.router.directory.urgent import with_urgency

__all__ = [
    "Area",
    "Candidate",
    "Directory",
    "DirectoryInvalid",
    "Duty",
    "Fault",
    "Item",
    "Route",
    "RouteQuery",
    "Triage",
    "Unit",
    "find_route",
    "guess_where_needed",
    "load_directory",
    "shipped_directory",
    "with_urgency",
]

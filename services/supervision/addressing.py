"""Whom a rung of the ladder is told: real units of the three-level directory, and why they."""

from collections.abc import Callable
from typing import NamedTuple

from services.domain.supervision_values import Role


class UnitView(NamedTuple):
    """What addressing has to know of a unit. parent: the unit above it in the directory.
    district: the government of the district that it works in, if it works in one."""

    code: str
    name: str
    parent: str | None
    district: str | None


class Units(NamedTuple):
    """A directory's units. centre: who stands in where nobody else is named."""

    version: str
    centre: str
    unit: Callable[[str], UnitView | None]


class Addressee(NamedTuple):
    code: str
    role: Role
    explanation: str
    directory_version: str


def addressee_of(unit_code: str, role: Role, office: str, units: Units) -> Addressee:
    """Total: an unknown unit is told under its own code, and its superior is the office."""
    unit = units.unit(unit_code)
    name = unit.name if unit else unit_code
    if role == "unit":
        return Addressee(unit_code, role, f"{name}：承办单位", units.version)
    if role == "leader":
        return Addressee(unit_code, role, f"{name}主要负责人", units.version)
    if role == "superior" and unit is not None:
        above = _above(unit)
        found = units.unit(above) if above else None
        if found is not None:
            why = "上级单位" if unit.parent else "所在地人民政府"
            return Addressee(found.code, role, f"{found.name}：{name}的{why}", units.version)
    return _office(name, role, office, units)


def _above(unit: UnitView) -> str | None:
    above = unit.parent or unit.district
    return above if above != unit.code else None


def _office(name: str, role: Role, office: str, units: Units) -> Addressee:
    found = units.unit(office) or units.unit(units.centre)
    code, called = (found.code, found.name) if found else (office, office)
    why = "没有上级单位，由市级督办机构负责" if role == "superior" else "市级督办机构"
    return Addressee(code, "office", f"{called}：{name}{why}", units.version)

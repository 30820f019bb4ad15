"""Why it was found, in two languages."""

from datetime import date
from typing import NamedTuple

from services.findings.index import Heat
from services.findings.index import told as heat_told
from services.findings.kinds import REOPENED, Problem
from services.findings.policy import FindingPolicy


class Told(NamedTuple):
    problem: Problem
    what: str
    where: str
    first: date
    last: date
    ratio: float
    unresolved: float
    heat: Heat


def explanation(told: Told, policy: FindingPolicy) -> tuple[str, str]:
    """(zh, en)."""
    heat_zh, heat_en = heat_told(told.heat, policy.index)
    return f"{_zh(told, policy)}{heat_zh}。", f"{_en(told, policy)} {heat_en}."


def _zh(told: Told, policy: FindingPolicy) -> str:
    one = told.problem.candidate
    when = f"{told.first}至{told.last}（{one.days}天）"
    usual = f"按以往、季节和全市同期应有{one.expected:.2g}件，为其{told.ratio:.3g}倍"
    rare = f"偶然如此的概率为{one.chance:.1g}。"
    match told.problem.kind, told.problem.by:
        case "common", _:
            return f"{when}「{told.what}」在{told.where}同时出现{one.count}件；{usual}；{rare}"
        case "concentrated", _:
            return f"{when}{told.where}「{told.what}」集中出现{one.count}件；{usual}；{rare}"
        case "recurring", _ if one.family == REOPENED:
            return (
                f"{when}{told.where}「{told.what}」{one.count}件中，办结后"
                f"{policy.recurring.days_after_closure}天内重办{told.problem.returns}次；"
                f"按全市应有{one.expected:.2g}次；{rare}"
            )
        case "recurring", _:
            return (
                f"{when}{told.where}「{told.what}」{one.count}件，其中{told.problem.returns}件"
                f"在前一件办结后{policy.recurring.days_after_closure}天内再现；{usual}；{rare}"
            )
        case _, "resident":
            return f"{when}同一诉求人就「{told.what}」反映{one.count}件；{usual}；{rare}"
        case _:
            return f"{when}{told.where}「{told.what}」反复出现{one.count}件；{usual}；{rare}"


def _en(told: Told, policy: FindingPolicy) -> str:
    one = told.problem.candidate
    when = f"From {told.first} to {told.last} ({one.days} days)"
    usual = (
        f"the past, the season and the rest of the city expect {one.expected:.2g}:"
        f" {told.ratio:.3g} times that, by chance {one.chance:.1g}."
    )
    match told.problem.kind, told.problem.by:
        case "common", _:
            return f"{when} {one.count} tickets of one matter in many areas at once; {usual}"
        case "concentrated", _:
            return f"{when} {one.count} tickets in a burst at one place; {usual}"
        case "recurring", _ if one.family == REOPENED:
            return (
                f"{when} {one.count} tickets were reopened {told.problem.returns} times within"
                f" {policy.recurring.days_after_closure} days of being done; the city's rate gives"
                f" {one.expected:.2g}, by chance {one.chance:.1g}."
            )
        case "recurring", _:
            return (
                f"{when} {one.count} tickets of one matter at one place, {told.problem.returns} of"
                f" them within {policy.recurring.days_after_closure} days after the one before was"
                f" closed; {usual}"
            )
        case _, "resident":
            return f"{when} {one.count} tickets of one resident; {usual}"
        case _:
            return f"{when} {one.count} tickets at one place, again and again; {usual}"

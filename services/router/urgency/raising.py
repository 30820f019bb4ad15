"""From a matter's words, day and reporters to the rules that hold, and to its urgency."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.domain.urgency import UrgencyClaim, find_raise
from services.platform.folded_text import CHARACTERS_MAX, STOP, folded
from services.router.urgency.explain import raised
from services.router.urgency.model import Urgency, UrgencyTable
from services.router.urgency.moods import Mood, mood_of
from services.router.urgency.table import claim_of

Span = tuple[int, int]


def raised_urgency(
    table: UrgencyTable,
    item: str | None,
    base_days: int,
    title: str,
    text: str,
    on: date,
    reporters: int = 1,
) -> Urgency:
    """Never less urgent than base_days. item: None where nobody knows it; then only rules for all
    items hold. on: the local day. Raises nothing, whatever the texts are."""
    found = find_raise(find_claims(table, title, text, on), item, reporters, base_days)
    if found is None:
        return Urgency(base_days)
    return Urgency(found.urgency_days, found.rules, raised(base_days, found))


def find_claims(
    table: UrgencyTable, title: str, text: str, on: date, with_wordless: bool = True
) -> list[UrgencyClaim]:
    """Of the rules whose words are said and whose season has the day: whether their items and the
    number of reporters fit is for whoever knows these. with_wordless: also those without words."""
    wordless = table.wordless if with_wordless else ()
    claims = [claim for season, claim in wordless if season is None or season.has(on)]
    for place, word in _said(table, f"{title[:CHARACTERS_MAX]}{STOP}{text}", on):
        rule = table.rules[place]
        if rule.season is None or rule.season.has(on):
            claims.append(claim_of(rule, word))
    return claims


def _said(table: UrgencyTable, text: str, on: date) -> Iterator[tuple[int, str]]:
    """(place of a rule, the first of its words that counts)."""
    plain = folded(text)
    matches = table.automaton.find_matches_as_indexes(plain, overlapping=True)
    if not matches:
        return
    matches.sort(key=lambda match: (match[1], -match[2]))
    decoys: dict[int, list[Span]] = {}
    for index, start, end in matches:
        for place in table.meanings[index].decoy_of:
            decoys.setdefault(place, []).append((start, end))
    found: set[int] = set()
    for index, start, end in matches:
        wanted = [pair for pair in table.meanings[index].wanted if pair[0] not in found]
        mood = mood_of(plain, start, end, on) if wanted else Mood.DENIED
        for place, word in wanted:
            enough = Mood.FEARED if table.rules[place].even_if_feared else Mood.SAID
            if mood >= enough and not _is_inside(start, end, decoys.get(place, ())):
                found.add(place)
                yield place, word


def _is_inside(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(first <= start and end <= last for first, last in spans)

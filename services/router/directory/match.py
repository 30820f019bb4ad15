"""The routing rule: a matter's item, words and place -> who leads, or triage by a person.

Pure: the same directory, query and model give the same answer for ever.
"""

from functools import partial

from services.router.classifier.guess import Classifier, Guess
from services.router.directory.answers import Route, RouteQuery, Triage
from services.router.directory.items import ScoredItem
from services.router.directory.languages import foreign_language
from services.router.directory.matter import Matter, place_of, read_matter
from services.router.directory.matters import several_matters
from services.router.directory.model import Directory
from services.router.directory.opinion import fits
from services.router.directory.weigh import Choice, weigh


def find_route(
    directory: Directory,
    query: RouteQuery,
    classifier: Classifier | None = None,
    guess: Guess | None = None,
) -> Route | Triage:
    """Raises nothing, whatever the texts and codes are. `guess`: the classifier's for this matter,
    if whoever asks has it already."""
    if query.item and query.item in directory.items:
        given = Matter(directory, query, place_of(directory, query))
        return given.route(Choice(query.item, "item_given", 1.0), "item_too_broad")
    matter = read_matter(directory, query, classifier, guess)
    if query.item:
        return matter.triage("unknown_item")
    if matter.place.outside:
        return matter.triage("outside_city")
    if not matter.scored and (language := foreign_language(f"{query.title}\n{query.text}")):
        return matter.triage("other_language", f"看来是{language}")
    several = _several(directory, matter, classifier)
    if several:
        return matter.apart(several)
    found = weigh(matter.scored, matter.opinion, matter.lead_of)
    return matter.route(found) if isinstance(found, Choice) else matter.triage(found)


def _several(
    directory: Directory, matter: Matter, classifier: Classifier | None
) -> list[ScoredItem]:
    """Nobody looks closer at words that all lead to one unit."""
    if len({matter.lead_of(found.item) for found in matter.scored}) < 2:
        return []
    title, text = matter.query.title, matter.query.text
    return several_matters(
        directory, title, text, matter.lead_of, partial(fits, directory, classifier)
    )

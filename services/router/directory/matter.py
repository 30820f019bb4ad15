"""One matter read: its words by alias and model, its place; and the answers that follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.router.classifier.guess import Classifier, Guess
from services.router.directory import explain
from services.router.directory.answers import Candidate, Reason, Route, RouteQuery, Triage
from services.router.directory.areas import Place, find_place
from services.router.directory.candidates import best_subject, candidates_of
from services.router.directory.duties import assign
from services.router.directory.items import ScoredItem, score_items
from services.router.directory.model import Directory, Item
from services.router.directory.opinion import Opinion, opinion_of, subject_of, words_of
from services.router.directory.undecided import assign_in_place
from services.router.directory.weigh import Choice


@dataclass(frozen=True, slots=True)
class Matter:
    """`scored`: by aliases, the best first. `opinion`: the model's, None where there is none."""

    directory: Directory
    query: RouteQuery
    place: Place
    scored: Sequence[ScoredItem] = ()
    opinion: Opinion | None = None
    _leads: dict[str, str] = field(default_factory=dict)

    def lead_of(self, item: str) -> str:
        """The unit the item would go to in this place, on this day."""
        lead = self._leads.get(item)
        if lead is None:
            lead = assign(self.directory, item, self.place.area, self.query.on).lead
            self._leads[item] = lead
        return lead

    def route(self, choice: Choice, too_broad: Reason = "no_item") -> Route | Triage:
        """`too_broad`: the reason for a person where no duty covers an item above the leaves."""
        directory, place = self.directory, self.place
        item = directory.items[choice.item]
        if place.outside:
            return self.triage("outside_city")
        chosen, in_doubt = assign_in_place(directory, item.code, place, self.query.on)
        if chosen.duty is None and not item.is_leaf:
            return self.triage(too_broad)
        if in_doubt:
            told = (*self._told(item, choice), place.told, explain.units(directory, in_doubt))
            return self.triage("ambiguous_area", *told)
        opinion = self.opinion
        return Route(
            item=item.code,
            item_name=item.name,
            area=place.area,
            lead=chosen.lead,
            assisting=chosen.assisting,
            urgency_days=chosen.urgency_days,
            method=choice.method,
            confidence=choice.confidence,
            explanation=explain.route(directory, self._told(item, choice), place, chosen),
            area_confidence=place.confidence,
            model_version=opinion.version if opinion else None,
            candidates=candidates_of(directory, self.scored, opinion),
            subject_confidence=self._subject_confidence(choice),
        )

    def triage(self, reason: Reason, *told: str, matters: Sequence[Candidate] = ()) -> Triage:
        directory, opinion, item = self.directory, self.opinion, self.query.item or ""
        candidates = candidates_of(directory, self.scored, opinion)
        subject, sure = best_subject(self.scored, opinion)
        if item in directory.items:
            candidates = _given_or_below(directory, directory.items[item])
            subject, sure = subject_of(item), 1.0
        elif opinion is not None and reason != "ambiguous_area":
            told = (*told, explain.opinion(directory, opinion))
        if matters:
            candidates = tuple(matters)
        named = [] if matters else [(found.item, found.name) for found in candidates]
        return Triage(
            reason=reason,
            candidates=candidates,
            explanation=explain.triage(reason, told, named),
            area=self.place.area,
            area_confidence=self.place.confidence,
            model_version=opinion.version if opinion else None,
            matters=tuple(matters),
            subject=subject,
            subject_confidence=sure,
        )

    def apart(self, several: Sequence[ScoredItem]) -> Triage:
        """Several matters: each named with the unit it would go to."""
        directory = self.directory
        named = [
            (directory.items[one.item].name, directory.plain_unit_name(self.lead_of(one.item)))
            for one in several
        ]
        matters = candidates_of(directory, several, None)
        return self.triage("several_matters", explain.matters(named), matters=matters)

    def _told(self, item: Item, choice: Choice) -> tuple[str, ...]:
        """What decided the item."""
        told = [] if self.opinion is None else [explain.opinion(self.directory, self.opinion)]
        match choice.method:
            case "item_given":
                return (explain.item_given(item),)
            case "model":
                return (*told, explain.item_by_model(item))
            case _:
                return (*told, explain.item_by_alias(item, choice.words))

    def _subject_confidence(self, choice: Choice) -> float:
        opinion = self.opinion
        if opinion is None or choice.method in ("item_given", "alias"):
            return choice.confidence
        return max(choice.confidence, round(opinion.of(subject_of(choice.item)), 2))


def read_matter(
    directory: Directory, query: RouteQuery, classifier: Classifier | None, guess: Guess | None
) -> Matter:
    """guess: None if the classifier has still to be asked."""
    scored = score_items(directory, query.title, query.text)
    opinion = None
    if classifier is not None:
        said = guess or classifier.guess(*words_of(query))
        opinion = opinion_of(directory, classifier, said)
    return Matter(directory, query, place_of(directory, query), scored, opinion)


def place_of(directory: Directory, query: RouteQuery) -> Place:
    return find_place(directory, query.area, query.address, query.title, query.text)


def _given_or_below(directory: Directory, item: Item) -> tuple[Candidate, ...]:
    """An item that was given; if it is above the leaves, those below it."""
    below = [
        found for found in directory.items.values() if found.is_leaf and item.code in found.lineage
    ]
    return candidates_of(directory, [ScoredItem(found.code, 0, ()) for found in below], None)

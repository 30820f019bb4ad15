"""What a ticket asks, for whoever looks for its answer."""

from services.intake.requests_view import RequestsView
from services.knowledge.catalogue import Matter


def matter_of(view: RequestsView, ticket_id: str) -> Matter | None:
    """A ticket's words, opened in memory, and what dispatch knows of it; None if there is none."""
    rows = view.by_ids([ticket_id])
    if not rows:
        return None
    words = view.words(rows)[ticket_id]
    text = "\n".join(part for part in (words.title, words.text) if part)
    return Matter(text, rows[0].service_code or None, rows[0].area or None)

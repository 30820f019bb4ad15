"""Published versions of the directory, and which of them is used on a day. Pure."""

from collections.abc import Sequence
from datetime import date

from services.domain.directory_events import DirectoryPublished

STREAM = "directory"


def in_force(published: Sequence[DirectoryPublished], on: date) -> DirectoryPublished | None:
    """The one with the latest first day that has come; of one day, the one published last.

    So a correction published today does not undo what is planned for the first of next month,
    and publishing again for the same day does.
    """
    begun = [event for event in published if event.valid_from <= on]
    return max(reversed(begun), key=lambda event: event.valid_from, default=None)

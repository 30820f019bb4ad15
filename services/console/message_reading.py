"""How a message is read before it is grouped: intake knows places and formulas, findings do not."""

from services.findings.meaning.reading import Reading
from services.intake.similarity.place_marks import marks_of
from services.intake.similarity.reading import plain_words

HEAD_LETTERS = 300  # what a message is about is told by then
PLACE_LETTERS = 160
TITLE_LETTERS = 40  # of the text, where there is no title
NAMED = ("named", "shop", "village")
NAME_ENDS = 2  # letters: where a name begins is not sure, where it ends is


def read_message(title: str, text: str) -> Reading:
    """Pure, raises nothing, whatever the words are. A title counts twice."""
    titled, told = plain_words(title), plain_words(text)[:HEAD_LETTERS]
    title_marks, text_marks = marks_of(titled), marks_of(told)
    near = marks_of(f"{titled}\n{told[:PLACE_LETTERS]}").names
    return Reading(
        full=f"{titled}\n{titled}\n{told}",
        subject=f"{title_marks.rest}\n{title_marks.rest}\n{text_marks.rest}",
        title=titled or told[:TITLE_LETTERS],
        places=frozenset(f"{n.kind}:{n.core[-NAME_ENDS:]}" for n in near if n.kind in NAMED),
    )

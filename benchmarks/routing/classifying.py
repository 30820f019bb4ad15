"""What a text is about: answers a second, the slowest single answers, teaching and loading."""

import gc
import random
import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from services.router.classifier.lessons import Labelled
from services.router.classifier.linear import LinearClassifier
from services.router.classifier.model_file import pack
from services.router.classifier.training import train
from services.router.directory import shipped_directory

TEXT_CHARACTERS = 200
SINGLE_ANSWERS = 2_000
Matters = list[tuple[str, str]]


def figures(quick: bool) -> Iterator[Figure]:
    lessons = made_up(1_000 if quick else 8_000)
    started = time.perf_counter()
    content = pack(train(lessons, "made-up").model)
    yield Figure(
        f"teaching with {len(lessons):,} messages, measured on texts held out",
        time.perf_counter() - started,
        "s",
        target=60,
        sense="<=",
        of="value",
    )
    started = time.perf_counter()
    model = LinearClassifier(content)
    elapsed_s = time.perf_counter() - started
    name = f"loading a model of {len(content) / 1e6:.1f} MB"
    yield Figure(name, elapsed_s, "s", target=1, sense="<=", of="value")
    asked = [(one.title, one.text) for one in made_up(2_000, seed=2)]
    yield _together(model, asked, lessons)
    yield _one_by_one(model, asked[:SINGLE_ANSWERS])


def made_up(number: int, seed: int = 1) -> list[Labelled]:
    """Messages of 200 characters out of the directory's own words for matters."""
    chance = random.Random(seed)
    by_subject: dict[str, list[str]] = {}
    for item in shipped_directory().items.values():
        by_subject.setdefault(item.code[:2], []).extend(item.aliases)
    words = [word for found in by_subject.values() for word in found]
    subjects = sorted(subject for subject, found in by_subject.items() if len(found) > 50)
    messages = []
    for place in range(number):
        code = subjects[place % len(subjects)]
        mixed = [*chance.choices(by_subject[code], k=12), *chance.choices(words, k=60)]
        chance.shuffle(mixed)
        messages.append(Labelled(mixed[0], "，".join(mixed)[:TEXT_CHARACTERS], code))
    return messages


def _together(model: LinearClassifier, asked: Matters, lessons: list[Labelled]) -> Figure:
    """Against the usual way with scikit-learn: TF-IDF of 1 to 3 characters, LinearSVC."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=5)
    rows = vectorizer.fit_transform([one.title + one.text for one in lessons[:1_000]])
    machine = LinearSVC().fit(rows, [one.code for one in lessons[:1_000]])
    texts = [title + text for title, text in asked]
    baseline = _best_s(lambda: machine.predict(vectorizer.transform(texts)))
    ours = _best_s(lambda: model.guess_many(asked))
    return Figure(
        f"answers/s with ranking, probabilities and words, {TEXT_CHARACTERS} characters"
        " | TF-IDF + LinearSVC, label only",
        len(asked) / ours,
        "/s",
        len(asked) / baseline,
        2_000,
        ">=",
        of="value",
    )


def _best_s(work: object) -> float:
    assert callable(work)
    took = []
    for _ in range(3):
        gc.collect()
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return min(took)


def _one_by_one(model: LinearClassifier, asked: Matters) -> Figure:
    took = []
    for title, text in asked:
        started = time.perf_counter()
        model.guess(title, text)
        took.append(time.perf_counter() - started)
    took.sort()
    p99_ms = took[int(len(took) * 0.99)] * 1_000
    return Figure("one answer, p99", p99_ms, "ms", target=5, sense="<=", of="value")

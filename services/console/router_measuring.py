"""Measuring a model on labelled texts, or teaching anew and measuring on what was held out."""

from collections.abc import Sequence

import numpy as np

from services.console.options import fail
from services.console.router_lessons import told_on_stderr
from services.router.classifier.evaluating import Evaluation, evaluate
from services.router.classifier.grouping import groups_of
from services.router.classifier.lessons import Labelled, TooLittle, prepare
from services.router.classifier.linear import LinearClassifier
from services.router.classifier.model_file import ModelInvalid
from services.router.classifier.reading import read
from services.router.classifier.training import hold_out


def measured(content: bytes, labelled: Sequence[Labelled]) -> Evaluation:
    """A label that the model does not know counts as never found. Ends the command if the model
    is invalid."""
    try:
        model = LinearClassifier(content)
    except ModelInvalid as error:
        fail(str(error))
    codes = tuple(sorted({*model.codes, *(one.code for one in labelled)}))
    place = {code: number for number, code in enumerate(codes)}
    chances = model.chances([(one.title, one.text) for one in labelled])
    wide = np.zeros((len(labelled), len(codes)))
    wide[:, [place[code] for code in model.model.codes]] = chances
    truth = np.array([place[one.code] for one in labelled], np.int64)
    return evaluate(wide, truth, codes)


def cross_validated(labelled: Sequence[Labelled], unspoken: frozenset[str]) -> Evaluation:
    """Ends the command if there is too little to learn from."""
    try:
        lessons = prepare(labelled, unspoken)
        held_out = hold_out(lessons, told_on_stderr)
    except TooLittle as error:
        fail(str(error))
    return evaluate(held_out.chances, lessons.truth, lessons.codes)


def apart(labelled: Sequence[Labelled], learnt: Sequence[Labelled]) -> list[Labelled]:
    """Those that nearly repeat none that was learnt."""
    texts = [read(one.title, one.text) for one in (*learnt, *labelled)]
    groups = groups_of(texts).tolist()
    seen = set(groups[: len(learnt)])
    new = zip(labelled, groups[len(learnt) :], strict=True)
    return [one for one, group in new if group not in seen]

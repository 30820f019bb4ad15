"""Publishing a model, and taking it back: a fact in the log, the bytes beside it."""

from typing import Any

from services.console.live_classifier import in_use
from services.console.model_fitting import fitting
from services.console.system import System
from services.domain.classifier_events import ClassifierPublished, ClassifierWithdrawn
from services.platform.city_streams import append_city, last_version
from services.platform.ids import system_entropy, time_ordered_id
from services.router.classifier.store import STREAM, keep


class NotPublished(Exception):
    """The rules say no; the text says why."""


def publish(system: System, content: bytes, *, actor: str, why: str) -> ClassifierPublished:
    """Raises ModelInvalid, NotPublished, ConcurrentAppend, Outage, ValueError (an actor or a text
    that a fact may not hold)."""
    found = fitting(content, system.directory)
    model = found.model
    event = ClassifierPublished(
        **_meta(system, actor, why),
        version=found.version,
        directory_version=model.directory_version,
        codes=model.codes,
        sure_from=model.sure_from,
        texts=model.texts,
        macro_f1=model.figures.macro_f1,
        coverage=model.figures.coverage,
        calibration_error=model.figures.calibration_error,
    )
    version = last_version(system.log, STREAM) + 1
    append_city(system.log, event, version, system.transport.wake, [keep(found.version, content)])
    system.classifiers.refresh()
    return event


def withdraw(system: System, *, actor: str, why: str) -> ClassifierWithdrawn:
    """Back to aliases alone. Raises as `publish`."""
    version = last_version(system.log, STREAM) + 1
    if in_use(system.log) is None:
        raise NotPublished("no model is in use")
    event = ClassifierWithdrawn(**_meta(system, actor, why))
    append_city(system.log, event, version, system.transport.wake)
    system.classifiers.refresh()
    return event


def check_sayable(system: System, *, actor: str, why: str) -> None:
    """Before anything long is begun. Raises NotPublished, ValueError, as `publish` would."""
    ClassifierWithdrawn(**_meta(system, actor, why))


def _meta(system: System, actor: str, why: str) -> dict[str, Any]:
    if not why.strip():
        raise NotPublished("say why")
    now = system.clock.now()
    return {
        "stream_id": STREAM,
        "actor": actor,
        "cause": f"command:{time_ordered_id(now, system_entropy)}",
        "occurred_at": now,
        "recorded_at": now,
        "why": why.strip(),
    }

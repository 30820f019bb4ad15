"""The composition root: plain calls in one place. Tests build the same system."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from services.console.evaluation_wiring import live_evaluation_rules
from services.console.late_similar import LateOpenTickets, late_open_tickets
from services.console.live_classifier import LiveClassifier
from services.console.live_directory import LiveDirectory
from services.console.live_knowledge import LiveKnowledge
from services.console.notices_queue import notices_processors, policy_of
from services.console.stores import open_stores
from services.console.supervision_wiring import live_supervision_rules, units_of
from services.domain.working_time import WorkingCalendar
from services.evaluation import tasks as evaluation_tasks
from services.evaluation.processor import EvaluationProcessor
from services.evaluation.rules import EvaluationRules
from services.intake import index as intake_index
from services.intake import proposals as intake_proposals
from services.intake import requests_rows
from services.intake.requests import IntakeProcessor
from services.intake.similarity.hearing import Where
from services.intake.similarity.matter import RULE_VERSION
from services.intake.submission import Intake
from services.notices import rows as notice_rows
from services.platform import processor_errors, quarantine
from services.platform.clock import Clock, SystemClock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog
from services.platform.ids import Entropy, system_entropy
from services.platform.keys import Keyring
from services.platform.processor import Processor, Runner
from services.platform.settings import Settings
from services.platform.transport.embedded import PROJECTIONS_BEHIND_MAX, EmbeddedTransport
from services.reporting import rows as reporting_rows
from services.reporting.periods import pins as report_pins
from services.reporting.processor import ReportingProcessor
from services.router.classifier import store as model_store
from services.router.classifier.guess import Classifier
from services.router.directory import Directory, load_directory, shipped_directory
from services.router.directory.areas import find_place
from services.router.jurisdiction import DISPATCH_MIN
from services.router.processor import RouterProcessor, no_classifier
from services.router.returns.case import past_of
from services.sla import deadlines, recounting
from services.sla.calendar import calendar_for
from services.sla.policy_values import default_policy, load_policy
from services.sla.processor import SlaProcessor
from services.sla.rules import SlaRules
from services.supervision import schema as supervision_rows
from services.supervision.book import Book
from services.supervision.processor import SupervisionProcessor, Surroundings
from services.supervision.rules import SupervisionRules

if TYPE_CHECKING:
    from services.intake.similarity.open_tickets import OpenTickets

SCHEMA: tuple[str, ...] = (
    *quarantine.SCHEMA,
    *processor_errors.SCHEMA,
    *intake_index.SCHEMA,
    *requests_rows.SCHEMA,
    *intake_proposals.SCHEMA,
    *deadlines.SCHEMA,
    *recounting.SCHEMA,
    *reporting_rows.SCHEMA,
    *report_pins.SCHEMA,
    *model_store.SCHEMA,
    *supervision_rows.SCHEMA,
    *evaluation_tasks.SCHEMA,
    *notice_rows.SCHEMA,
)


@dataclass(frozen=True, slots=True)
class System:
    """Everything one process needs. `transport` is not started: `serve` and `process` run it."""

    settings: Settings
    clock: Clock
    log: EventLog
    keyring: Keyring
    handler: CommandHandler
    intake: Intake
    alike: LateOpenTickets
    directories: LiveDirectory
    knowledge: LiveKnowledge
    classifiers: LiveClassifier
    rules: Callable[[], SlaRules]
    supervision_rules: Callable[[], SupervisionRules]
    supervision: Book
    evaluation_rules: Callable[[], EvaluationRules]
    transport: EmbeddedTransport

    @property
    def directory(self) -> Directory:
        """As of now. Raises Outage."""
        return self.directories()

    @property
    def similar(self) -> "OpenTickets":
        return self.alike.open_tickets()

    def close(self) -> None:
        self.log.close()
        self.keyring.close()


def bootstrap(
    settings: Settings, clock: Clock | None = None, entropy: Entropy = system_entropy
) -> System:
    """Raises Outage, MasterKeyInvalid, DirectoryInvalid, PolicyInvalid, CalendarTableInvalid,
    SupervisionPolicyInvalid, EvaluationPolicyInvalid, NoticePolicyInvalid."""
    clock = clock or SystemClock()
    rules = live_rules(settings)
    supervision_rules = live_supervision_rules(settings, lambda: rules().calendar)
    evaluation_rules = live_evaluation_rules(settings, lambda: rules().calendar)
    unpublished = unpublished_directory(settings)
    noticed = policy_of(settings) if settings.notices == "on" else None
    log, keyring = open_stores(settings, SCHEMA, entropy)
    directories = LiveDirectory(
        log, lambda: unpublished, lambda: rules().calendar.local_date(clock.now())
    )
    try:
        directories.load()  # a broken version stops the start, not the first ticket
    except BaseException:
        log.close()
        keyring.close()
        raise
    classifiers = LiveClassifier(log, directories)
    handler = CommandHandler(log, keyring, intake_index.index_changes)
    book = Book(log, keyring, supervision_rules)
    processors = [
        *build_processors(log, keyring, directories, rules, classifiers),
        SupervisionProcessor(
            Surroundings(
                log, book, supervision_rules, lambda: units_of(directories()), handler.tickets
            )
        ),
        EvaluationProcessor(log, evaluation_rules),
        *notices_processors(noticed, log, handler),
    ]
    runners = [Runner(processor, log, handler) for processor in processors]
    behind_max = PROJECTIONS_BEHIND_MAX * (2 if settings.relived else 1)  # nobody waits there
    transport = EmbeddedTransport(log, runners, clock, handler.tail, behind_max)
    handler.appended = book.appended = transport.wake
    alike = late_open_tickets(log, keyring, area_by(directories))
    return System(
        settings=settings,
        clock=clock,
        log=log,
        keyring=keyring,
        handler=handler,
        intake=Intake(
            log,
            handler,
            keyring,
            clock,
            entropy,
            None if settings.similar == "off" else alike,
            RULE_VERSION,
            joins_similar=settings.similar == "join",
        ),
        alike=alike,
        directories=directories,
        knowledge=LiveKnowledge(log, directories, lambda: rules().calendar.local_date(clock.now())),
        classifiers=classifiers,
        rules=rules,
        supervision_rules=supervision_rules,
        supervision=book,
        evaluation_rules=evaluation_rules,
        transport=transport,
    )


def area_by(directory: Callable[[], Directory]) -> Where:
    """The area that a report speaks of, if it is sure enough to tell two reports apart."""

    def where(area: str | None, address: str | None, title: str, text: str) -> str | None:
        place = find_place(directory(), area, address, title, text)
        return place.area if place.confidence >= DISPATCH_MIN else None

    return where


def build_processors(
    log: EventLog,
    keyring: Keyring,
    directory: Callable[[], Directory],
    rules: Callable[[], SlaRules],
    classifier: Callable[[], Classifier | None] = no_classifier,
) -> Sequence[Processor]:
    return [
        IntakeProcessor(log),
        RouterProcessor(
            directory,
            keyring,
            lambda: rules().calendar,
            partial(past_of, log),
            classifier,
        ),
        SlaProcessor(log, rules),
        ReportingProcessor(log.query),
    ]


def unpublished_directory(settings: Settings) -> Directory:
    """What is used while nothing has been published. Raises DirectoryInvalid."""
    return load_directory(settings.directory) if settings.directory else shipped_directory()


def live_rules(settings: Settings) -> Callable[[], SlaRules]:
    """The rules as of now: a calendar year that an operator loads is seen without a restart."""
    policy = load_policy(settings.policy) if settings.policy else default_policy()
    loaded: list[tuple[object, WorkingCalendar]] = []

    def rules() -> SlaRules:
        stamp = _stamp(settings.data_dir / "calendar")
        if not loaded or loaded[0][0] != stamp:
            loaded[:] = [(stamp, calendar_for(settings.data_dir))]
        return SlaRules(loaded[0][1], policy)

    rules()  # a broken table stops the start, not the first ticket
    return rules


def _stamp(folder: Path) -> object:
    return folder.stat().st_mtime_ns if folder.is_dir() else None

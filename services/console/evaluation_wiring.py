"""Evaluation 评 wired to the rest: its policy, and the city's calendar."""

from collections.abc import Callable

from services.domain.working_time import WorkingCalendar
from services.evaluation.policy_values import (
    default_evaluation_policy,
    load_evaluation_policy,
)
from services.evaluation.rules import EvaluationRules
from services.platform.settings import Settings

POLICY_FILE = "evaluation.toml"  # in the data folder: values of one's own


def live_evaluation_rules(
    settings: Settings, calendar: Callable[[], WorkingCalendar]
) -> Callable[[], EvaluationRules]:
    """As of now: a calendar year that an operator loads is seen. Raises EvaluationPolicyInvalid."""
    own = settings.data_dir / POLICY_FILE
    policy = load_evaluation_policy(own) if own.exists() else default_evaluation_policy()
    return lambda: EvaluationRules(calendar(), policy)

"""What all tests share: the way to the helpers, and how long hypothesis may look."""

import os
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent.parent))  # `from tests.domain.facts import given`

settings.register_profile("quick", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=2_000, stateful_step_count=80)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

pytest_plugins = [
    "tests.coverage_asked",
    "tests.servers.fixtures",
    "tests.servers.postgres_fixtures",
]

"""Reports from many requests, one fsync: a request is answered after the commit it was part of."""

import asyncio
from collections.abc import Callable, Sequence

from services.intake.report import NewReport, Receipt
from services.intake.submission import Intake
from services.platform.clock import Clock
from services.platform.group_commit import GroupCommit
from services.platform.ids import Entropy, time_ordered_id


class Submissions:
    """Shared by all doors of a process. `noted` is told of every position that was promised."""

    def __init__(
        self, intake: Intake, clock: Clock, entropy: Entropy, noted: Callable[[int], None]
    ) -> None:
        self.clock = clock
        self._entropy = entropy
        self._noted = noted
        self._intake = intake
        self._group: GroupCommit[NewReport, Receipt] = GroupCommit(intake.submit, "intake-commit")

    async def submit(self, report: NewReport) -> Receipt:
        """Raises Outage."""
        receipt = await asyncio.wrap_future(self._group.submit(report))
        self._noted(receipt.position)
        return receipt

    async def submit_all(self, reports: Sequence[NewReport]) -> list[Receipt]:
        """One transaction. Raises Outage; then none was accepted."""
        receipts = await asyncio.to_thread(self._intake.submit, reports)
        self._noted(max((receipt.position for receipt in receipts), default=0))
        return receipts

    def new_reference(self) -> str:
        return time_ordered_id(self.clock.now(), self._entropy)

    def close(self) -> None:
        self._group.close()

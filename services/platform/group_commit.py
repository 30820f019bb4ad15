"""Many waiting callers, one transaction: what arrives while one is being written goes next."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from services.platform.failures import Outage

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
BATCH_MAX = 500
WAITING_MAX = 10_000


class GroupCommit(Generic[Asked, Answer]):
    """`run(batch)` gives one answer per question, durable when it returns.

    If a batch fails, its questions are tried one by one, so that one bad question
    cannot fail its neighbours. Full queue: Outage at once, nothing accepted.
    """

    def __init__(self, run: Callable[[Sequence[Asked]], Sequence[Answer]], name: str) -> None:
        self._run = run
        self._waiting: queue.Queue[tuple[Asked, Future[Answer]] | None] = queue.Queue(WAITING_MAX)
        self._door = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, asked: Asked) -> Future[Answer]:
        """The future is set only after the commit. One that is cancelled before its turn is not
        run; later it cannot be cancelled. Raises Outage."""
        answer: Future[Answer] = Future()
        with self._door:
            if self._closed:
                raise Outage("the service is closing")
            try:
                self._waiting.put_nowait((asked, answer))
            except queue.Full:
                raise Outage(f"more than {WAITING_MAX} requests are waiting") from None
        return answer

    def close(self) -> None:
        """What was submitted before is still answered."""
        with self._door:
            first, self._closed = not self._closed, True
        if first:
            self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            last = False
            while len(batch) < BATCH_MAX and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    last = True
                    break
                batch.append(following)
            wanted = [one for one in batch if one[1].set_running_or_notify_cancel()]
            if wanted:
                self._answer(wanted)
            if last:
                return

    def _answer(self, batch: Sequence[tuple[Asked, Future[Answer]]]) -> None:
        try:
            answers = self._run([asked for asked, _ in batch])
            if len(answers) != len(batch):
                raise ValueError(f"{len(answers)} answers to {len(batch)} questions")
        except Exception as error:  # handed to the callers, each with its own
            if len(batch) == 1 or isinstance(error, Outage):
                for _, future in batch:
                    future.set_exception(error)
                return
            for one in batch:
                self._answer([one])
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            future.set_result(answer)

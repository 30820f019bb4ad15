"""Notices as lines of JSON in a file: a line is whole or not there, no notice is there twice."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from services.notices.channels.message import SENT, Message, Outcome
from services.platform.file_lock import FileLock

READ_BYTES = 64 * 1024
_DIGITS = re.compile(r"\d")
SHOWN_FIRST, SHOWN_LAST = 3, 4


class FileOutlet:
    """Safe for several processes: they take turns by a lock file."""

    def __init__(self, path: Path, *, masks: bool = True) -> None:
        self._path = path
        self._masks = masks

    def send(self, messages: Sequence[Message], within_s: float) -> list[Outcome]:
        try:
            self._append(messages)
        except OSError as error:
            return [Outcome("failed", _reason(error))] * len(messages)
        return [SENT] * len(messages)

    def close(self) -> None:
        """Nothing is held between calls."""

    def _append(self, messages: Sequence[Message]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._path.with_name(self._path.name + ".lock"))
        try:
            with lock:
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    self._append_to(descriptor, messages)
                finally:
                    os.close(descriptor)
        finally:
            lock.close()

    def _append_to(self, descriptor: int, messages: Sequence[Message]) -> None:
        end = _drop_torn_line(descriptor)
        doubtful = {message.notice_id for message in messages if message.again}
        there = _written(self._path, doubtful) if doubtful else set()
        lines = [self._line(one) for one in messages if one.notice_id not in there]
        try:
            _write_all(descriptor, "".join(lines).encode())
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, end)  # none of them is there, as the outcome says
            raise

    def _line(self, message: Message) -> str:
        document = {
            "id": message.notice_id,
            "kind": message.kind,
            "audience": message.audience,
            "recipient": message.recipient,
            "ticket_id": message.ticket_id,
            "queued_at": message.queued_at,
            "to": masked(message.to) if self._masks and message.to else message.to,
            "subject": message.subject,
            "body": message.body,
        }
        return json.dumps(document, ensure_ascii=False) + "\n"


def masked(contact: str) -> str:
    """Enough to tell apart, too little to call: 138****1234, l***@xining.example."""
    name, at, domain = contact.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    digits = "".join(_DIGITS.findall(contact))
    if len(digits) <= SHOWN_FIRST + SHOWN_LAST:
        return "****"
    return f"{digits[:SHOWN_FIRST]}****{digits[-SHOWN_LAST:]}"


def _drop_torn_line(descriptor: int) -> int:
    """Where the last whole line ends; what a crash left behind it is taken away."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    end = size
    while end > 0:
        start = max(0, end - READ_BYTES)
        block = os.pread(descriptor, end - start, start)
        newline = block.rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end < size:
        os.ftruncate(descriptor, end)
    return os.lseek(descriptor, end, os.SEEK_SET)


def _written(path: Path, wanted: set[str]) -> set[str]:
    """Which of these notices are in the file."""
    found = set()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            notice = line[8:40]  # {"id": "<32 digits>"
            if notice in wanted:
                found.add(notice)
    return found


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _reason(error: OSError) -> str:
    return "disk_full" if error.errno in (28, 122) else "file_unavailable"

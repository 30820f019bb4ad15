"""Three failures, three answers: rejections live in the domain, the other two are here."""


class Outage(Exception):
    """Something we need is away: stop, wait, try the same again. Never step past the event."""


class ConcurrentAppend(Exception):
    """Somebody else wrote first: decide again on what is true now."""


class Overtaken(Exception):
    """Another process moved the checkpoint we started from: nothing was written, look again."""


class RowsRefused(Exception):
    """The rows refuse a change though nobody else wrote: trying the same again cannot help."""


class StoppedProcessing(Exception):
    """Too much poison in a row: it is us who are broken, so the processor stops."""

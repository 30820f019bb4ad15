"""督: what units and supervisors of a synthetic city do about supervision cases 督办单."""

from datetime import datetime
from hashlib import sha256

from services.console.supervision_door import desk_of
from services.console.system import System
from services.domain import supervision_commands as k
from services.domain.supervision_rejections import SupervisionRejected
from services.supervision.desk import Asking, SupervisionDesk
from services.supervision.reading import CaseRow, cases

REPLIES = (
    "已派人现场办理，正在采购配件",
    "已与诉求人联系，本周内办结",
    "涉及多家产权单位，正在协调",
)
LATE_FROM = 0.85  # of all replies the rest come too late, if at all
SENT_BACK = 0.15
REVIEW_HOURS = range(15, 17)
LOOKED_AT_MAX = 200


def supervise(system: System) -> None:
    """Replies whose time has come, and reviews of those that wait. It draws nothing at random:
    what happens to a case follows from its number and its date."""
    rows = cases(system.log, "open", limit=LOOKED_AT_MAX)
    if not rows:
        return
    desk, now = desk_of(system), system.clock.now()
    local = now.astimezone(system.rules().calendar.zone)
    for row in rows:
        if row.replied:
            if local.hour in REVIEW_HOURS:
                _review(desk, row)
        elif 9 <= local.hour < 18 and now >= _reply_at(row):
            _do(desk, row, None)


def _reply_at(row: CaseRow) -> datetime:
    opened, due = map(datetime.fromisoformat, (row.opened_at, row.due_at))
    share = _share(row, "reply")
    return opened + (due - opened) * (share if share < LATE_FROM else 2 * share)


def _review(desk: SupervisionDesk, row: CaseRow) -> None:
    if _share(row, "review") < SENT_BACK:
        _do(desk, row, k.SendBack(why="没有说明原因和办结时间"))
    else:
        _do(desk, row, k.AcceptReply())


def _do(desk: SupervisionDesk, row: CaseRow, deed: k.SendBack | k.AcceptReply | None) -> None:
    """None: the unit's reply. A rejection is a normal answer."""
    what = "reply" if deed is None else deed.__class__.__name__
    asking = Asking("supervisor:simulated", f"simulated/{row.code}/{row.due_at}/{what}")
    try:
        if deed is not None:
            desk.on_case(row.code, deed, asking)
            return
        text = REPLIES[int(_share(row, "text") * len(REPLIES))]
        desk.reply(row.code, row.unit, text, asking._replace(actor=f"unit:{row.unit}"))
    except SupervisionRejected:
        return


def _share(row: CaseRow, purpose: str) -> float:
    """From 0 to 1, the same for the same case, date and purpose."""
    digest = sha256(f"{row.code}|{row.due_at}|{purpose}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32

"""Fields of facts about parts of a matter, pauses and calendars, for readers elsewhere."""

from collections.abc import Mapping

from services.console.schemas.field_note import FieldNote

CLOCK_FIELDS: Mapping[str, FieldNote] = {
    "subtask": FieldNote("Number of the sub-task 分解任务. Absent: the unit assists 协办.", 1),
    "due_day": FieldNote("The working day by whose close it is due.", "2026-03-12"),
    "day": FieldNote("It ends with this day, whatever the reckoning says.", "2026-03-13"),
    "with_lead": FieldNote("Whether it ends with the promise of the unit that leads.", False),
    "from_calendar_version": FieldNote("The calendar it was counted by before.", "0f3c5d7e9a1b"),
    "ends_at": FieldNote("When the pause ends by itself; UTC.", "2026-03-13T10:00:00Z"),
    "because": FieldNote("Why nobody had to resume it: its time was over.", "limit"),
    "despite": FieldNote("Why it was resolved although sub-tasks were open.", "goes_on_elsewhere"),
}

"""What each field means, in one line for readers in other departments, and an example of it."""

from collections.abc import Mapping

from services.console.schemas.clock_field_notes import CLOCK_FIELDS
from services.console.schemas.evaluation_field_notes import EVALUATION_FIELDS
from services.console.schemas.field_note import FieldNote as FieldNote
from services.console.schemas.notice_field_notes import NOTICE_FIELDS
from services.console.schemas.supervision_field_notes import SUPERVISION_FIELDS
from services.console.schemas.topic_field_notes import TOPIC_FIELDS

_TICKET = "01936f2e-5b00-7c41-9a52-6f1d2b3c4d5e"
_SEALED = "s1.7f3a9c51e2d84b60a1c5.q83vEjRWeJA="
_PERSONAL = "Sealed words of a resident; only the service can open them."

EVENT_FIELDS: Mapping[str, FieldNote] = {
    "type": FieldNote("Name and version of the fact; the same as the header `type`.", ""),
    "ticket_id": FieldNote("The ticket 工单; the key of the message.", _TICKET),
    "actor": FieldNote("Who did it, as `role:name`.", "unit:heating-office"),
    "cause": FieldNote(
        "What led to it: `command:<id>` or `event:<ticket>/<version>`.", f"event:{_TICKET}/7"
    ),
    "occurred_at": FieldNote("When it happened in the city; UTC.", "2026-03-09T01:30:00Z"),
    "recorded_at": FieldNote("When it was written down; UTC.", "2026-03-09T01:30:00.123456Z"),
    "report_id": FieldNote(
        "The report 诉求 that this submission became.", "01936f2e-5b00-7c41-9a52-000000000001"
    ),
    "channel": FieldNote("The door it came through.", "hotline"),
    "reference": FieldNote("The channel's own name for the report.", "12345-20260309-0001"),
    "resident": FieldNote(
        "Pseudonym of the resident; names the key that seals the words.", "7f3a9c51e2d84b60a1c5"
    ),
    "kind": FieldNote("咨询, 求助, 投诉, 举报, 建议 or 感谢.", "complaint"),
    "title": FieldNote(_PERSONAL, _SEALED),
    "text": FieldNote(_PERSONAL, _SEALED),
    "address": FieldNote(_PERSONAL, _SEALED),
    "contact": FieldNote(_PERSONAL, _SEALED),
    "name": FieldNote(_PERSONAL, _SEALED),
    "reply": FieldNote("Sealed: the answer that the resident got.", _SEALED),
    "note": FieldNote("Sealed: free text by whoever did it.", _SEALED),
    "comment": FieldNote("Sealed: what the resident said in the callback 回访.", _SEALED),
    "area": FieldNote("Official division code 行政区划代码.", "630104"),
    "longitude": FieldNote("Degrees, WGS 84.", 101.7649),
    "latitude": FieldNote("Degrees, WGS 84.", 36.6263),
    "item": FieldNote("Item 事项 of the directory.", "01.02.03"),
    "attachments": FieldNote("References of files, in the channel's own form.", ["photo-1"]),
    "fingerprint": FieldNote(
        "Keyed digest of words and place: equal means the same matter.", "x5n1Qk8sV0eYb2aR"
    ),
    "rule": FieldNote("The rule that was applied.", "court"),
    "rule_version": FieldNote("Version of that rule.", "rules-1"),
    "basis": FieldNote("The legal basis, as it was told.", "条例第三条"),
    "legal_route": FieldNote(
        "Where the resident can turn instead, as it was told.", "向法院提起诉讼"
    ),
    "handed_over": FieldNote("True: an emergency, passed on at once.", False),
    "article": FieldNote("Article of the knowledge base that answered it.", "knowledge-7"),
    "reason": FieldNote("Why, as a code.", "not-our-duty"),
    "candidates": FieldNote("What triage may choose from, best first.", None),
    "score": FieldNote("How well it fits, or how much alike it is; higher is more.", 0.4),
    "words": FieldNote("Words of the directory that were found.", ["暖气"]),
    "explanation": FieldNote("Why, in words.", "找到“暖气”"),
    "directory_version": FieldNote("Version of the directory that decided.", "xining-1"),
    "model_version": FieldNote("Version of the trained model, if one was asked.", "0123456789ab"),
    "attempt": FieldNote("Which attempt it is, from 1: at routing, or at sending.", 1),
    "lead": FieldNote("The unit that is responsible 主办.", "heating-office"),
    "assisting": FieldNote("Units that take part 协办.", ["roads-office"]),
    "urgency_days": FieldNote("Working days allowed by its level.", 3),
    "urgency_rules": FieldNote(
        "Rules of the directory that made it more urgent than its item or duty says. Absent: none.",
        ["gas-leak"],
    ),
    "from_days": FieldNote("Working days allowed before. Absent: no unit had had it.", 7),
    "rules": FieldNote("Rules of the directory that made it more urgent.", ["gas-leak"]),
    "reporters": FieldNote("How many residents had told it.", 5),
    "from_due_at": FieldNote("The moment that was promised before; UTC.", "2026-03-18T10:00:00Z"),
    "method": FieldNote("How it was found: item_given, alias, similar, person, …", "alias"),
    "confidence": FieldNote("From 0 to 1.", 0.875),
    "unit": FieldNote("The unit that did it, or is asked to.", "heating-office"),
    "proposed_unit": FieldNote("Whose it is in the eyes of the unit returning it.", "roads-office"),
    "proposed_item": FieldNote("What item it is, if the item was wrong.", "01.02.04"),
    "returned_unit": FieldNote("The unit that returned the ticket 退单.", "heating-office"),
    "decision": FieldNote("upheld: it is another's; refused: it stays, and is accepted.", "upheld"),
    "decided_by": FieldNote("A rule, a person, or a consultation 会商.", "person"),
    "consulted": FieldNote("Units that were heard 会商.", ["heating-office", "roads-office"]),
    "minutes": FieldNote("Reference of the written record 会商纪要.", "HS-2026-017"),
    "working_days": FieldNote("How many working days.", 3),
    "reached": FieldNote("Was the resident reached?", True),
    "responded": FieldNote("Did the unit respond in time? Absent: not asked.", True),
    "solved": FieldNote("Is it solved, in the resident's eyes? Absent: not asked.", True),
    "satisfaction": FieldNote("What the resident thinks of it. Absent: not asked.", "fairly"),
    "holds": FieldNote("Does the solution still hold, weeks later?", True),
    "primary": FieldNote(
        "The ticket that it follows from now on.", "01936f2e-5b00-7c41-9a52-000000000002"
    ),
    "other": FieldNote(
        "The ticket that may be, or is not, the same matter.",
        "01936f2e-5b00-7c41-9a52-000000000002",
    ),
    "report_ids": FieldNote(
        "The two reports that are alike: of this ticket and of the other.",
        ["01936f2e-5b00-7c41-9a52-000000000001", "01936f2e-5b00-7c41-9a52-000000000003"],
    ),
    "match_version": FieldNote("Version of the rule that found them alike.", "alike-1"),
    "to_ticket": FieldNote(
        "The ticket that the report goes on in.", "01936f2e-5b00-7c41-9a52-000000000004"
    ),
    "split_from": FieldNote(
        "The ticket that its report had been joined to by mistake.",
        "01936f2e-5b00-7c41-9a52-000000000002",
    ),
    "stage": FieldNote("Where the ticket stands again.", "handling"),
    "since": FieldNote(
        "From when its promises count: its last routing or reopening; UTC.",
        "2026-03-09T01:30:00Z",
    ),
    "clock": FieldNote("Which promise: to accept 签收 or to resolve 办结.", "resolve"),
    "starts_at": FieldNote("From when the working days count; UTC.", "2026-03-09T01:30:00Z"),
    "warn_at": FieldNote("When the unit is warned; UTC.", "2026-03-12T03:18:00Z"),
    "due_at": FieldNote("The promised moment; UTC.", "2026-03-12T10:00:00Z"),
    "done_at": FieldNote(
        "When the work was done, too late. Absent: not done yet.", "2026-03-12T10:00:01Z"
    ),
    "calendar_version": FieldNote("Version of the calendar of working days.", "eb02b26f6c11"),
    "policy_version": FieldNote("Version of the policy that set it.", "policy-1"),
    "level": FieldNote("Rung of the ladder: 1 提醒, 2 催办, 3 督办, 4 通报.", 2),
    "measure": FieldNote("The rung by name.", "urge"),
    "stream_id": FieldNote("What it is about, where that is no ticket; the key.", "directory"),
    "version": FieldNote("Readable label, and a hash of the content.", "xining-2+3f9a0c1b2d4e"),
    "label": FieldNote("The readable part of the version.", "xining-2026.2"),
    "valid_from": FieldNote("First local day on which it is used.", "2026-04-01"),
    "why": FieldNote("What has changed and why, in an operator's words.", "供热企业更名"),
    "content": FieldNote("Its files: base64 of zlib of JSON {file: text}.", "eJyrVlBSAAABiQEA"),
    "faults_accepted": FieldNote("Errors of the check that were gone over.", 0),
    "article_version": FieldNote("The number of its version that was in force then.", 3),
    "code": FieldNote("The article 解答知识 by its code.", "heat-01"),
    "number": FieldNote("Which version of this article it is, from 1.", 3),
    "heading": FieldNote("What the article answers, in a line.", "家里暖气不热怎么办"),
    "questions": FieldNote("How residents ask it, in made-up words.", ["暖气片是凉的怎么办"]),
    "answer": FieldNote("What a resident is told.", "请先看入户阀门是否打开，再向供热单位报修。"),
    "items": FieldNote("Items 事项 of the directory that it belongs to.", ["01.01.01.01.01"]),
    "areas": FieldNote("Where it holds; empty: in the whole city.", ["630104"]),
    "responsible": FieldNote("The unit that answers for what it says.", "heating"),
    "contact_point": FieldNote("Where the resident can turn.", "供热单位营业厅"),
    "valid_to": FieldNote("Last local day on which it is used. Absent: no end.", "2027-03-31"),
    "review_by": FieldNote("When somebody must look whether it still holds.", "2026-12-31"),
    "codes": FieldNote("Items that the model answers with.", ["01", "14"]),
    "sure_from": FieldNote("From this probability on nobody looks.", 0.92),
    "texts": FieldNote("How many messages it was taught with.", 8287),
    "macro_f1": FieldNote("Mean F1 of its codes, on messages held out.", 0.93),
    "coverage": FieldNote("Share of messages held out that were sure.", 0.8),
    "calibration_error": FieldNote("How far its probabilities are off, 0 to 1.", 0.02),
    "addressee": FieldNote("Whom it goes to.", "lead"),
    **TOPIC_FIELDS,
    **CLOCK_FIELDS,
    **SUPERVISION_FIELDS,
    **EVALUATION_FIELDS,
    **NOTICE_FIELDS,
}

REPORT_FIELDS: Mapping[str, FieldNote] = {
    "channel": FieldNote("The door it came through, as agreed with the service.", "hotline"),
    "reference": FieldNote(
        "The channel's own name for it. Repeat it, and nothing happens twice.",
        "12345-20260309-0001",
    ),
    "text": FieldNote("What the resident said. At least one of title and text.", "暖气不热"),
    "title": FieldNote("The matter in a few words.", "暖气"),
    "kind": FieldNote("咨询, 求助, 投诉, 举报, 建议 or 感谢.", "投诉"),
    "contact": FieldNote("How to reach the resident.", "0971-0000000"),
    "name": FieldNote("The resident's name.", "某先生"),
    "address": FieldNote("Where it is, in words.", "城西区某小区"),
    "area": FieldNote("Official division code 行政区划代码.", "630104"),
    "item": FieldNote("Item 事项 of the directory, if somebody chose one.", "01.02.03"),
    "longitude": FieldNote("Degrees, WGS 84; never without latitude.", 101.7649),
    "latitude": FieldNote("Degrees, WGS 84; never without longitude.", 36.6263),
    "received_at": FieldNote(
        "When the resident said it: ISO 8601 with its zone.", "2026-03-09T09:30:00+08:00"
    ),
    "attachments": FieldNote("References of files.", ["photo-1"]),
    "sealed": FieldNote(
        "HPKE (RFC 9180) of a report in UTF-8: X25519, HKDF-SHA256, AES-256-GCM; the encapsulated"
        " key and the ciphertext in base64url.",
        "pT3v0Zk1cQd4W8uYb7e2n6sXh5rLj9aMfGiKoPqRtSw",
    ),
    "key": FieldNote("Which public key of the service it was sealed to.", "5f1c0a9be27d4438"),
}

"""The page behind the link: a resident says how it went, without a login. No scripts, no words of
theirs. The token stands in the query, which no log line holds."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from services.domain.rejections import AlreadyEvaluated, Rejected
from services.domain.ticket import Ticket
from services.evaluation.answers import AnswerBody, answer_of
from services.evaluation.desk import EvaluationDesk, LinkOver
from services.evaluation.tokens import LENGTH_MAX, LinkInvalid

PATH = "/rate"
FORM_BYTES_MAX = 10_000
Token = Annotated[str, Query(max_length=LENGTH_MAX)]
_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>请您评价</title></head>
<body><main><h1>{heading}</h1>
{body}
</main></body></html>
"""
_FORM = """<p>{told}</p>
<form method="post" action="{path}?token={token}">
<fieldset><legend>承办单位是否与您联系、答复？</legend>
<label><input type="radio" name="responded" value="true" required>是</label>
<label><input type="radio" name="responded" value="false">否</label></fieldset>
<fieldset><legend>问题是否解决？</legend>
<label><input type="radio" name="solved" value="true" required>已解决</label>
<label><input type="radio" name="solved" value="false">未解决</label></fieldset>
<fieldset><legend>您对办理结果：</legend>
<label><input type="radio" name="satisfaction" value="satisfied" required>满意</label>
<label><input type="radio" name="satisfaction" value="fairly">基本满意</label>
<label><input type="radio" name="satisfaction" value="dissatisfied">不满意</label></fieldset>
<p><label>补充说明（可不填）<br><textarea name="comment" maxlength="1000" rows="4"></textarea>
</label></p>
<p><button>提交评价</button></p></form>"""
_TOLD: Mapping[type[Exception], tuple[int, str, str]] = {
    LinkInvalid: (404, "链接无效", "请核对短信中的链接，或拨打12345。"),
    LinkOver: (410, "链接已失效", "该事项已重新办理或已超过评价期限，如有需要请拨打12345。"),
    AlreadyEvaluated: (409, "您已评价", "我们已收到对本次办理的评价，无需再次提交。"),
    ValidationError: (422, "评价不完整", "请返回上一页，逐项选择后再提交。"),
}
_LATER = (409, "暂不能评价", "该事项尚未办结，办结后可以评价。")


def rating_page(
    desk: EvaluationDesk,
    new_id: Callable[[], str],
    told_of: Callable[[Ticket], str],
) -> APIRouter:
    """told_of: one line that says which matter it is, in the city's words."""
    router = APIRouter()

    @router.get(PATH, include_in_schema=False)
    def form(token: Token = "") -> HTMLResponse:
        try:
            ticket = desk.by_token(token)
        except (LinkInvalid, Rejected) as error:
            return _refused(error)
        if ticket.evaluated:  # by this resident; others who reported it may have spoken
            return _refused(AlreadyEvaluated(ticket.ticket_id))
        told = escape(told_of(ticket))
        body = _FORM.format(told=told, path=PATH, token=escape(token))
        return _shown(200, "请您评价", body)

    @router.post(PATH, include_in_schema=False)
    async def answer(request: Request, token: Token = "") -> HTMLResponse:
        body = await request.body()
        try:
            said = answer_of(_form(body))
            await run_in_threadpool(desk.answer_by_token, token, said, f"command:web/{new_id()}")
        except (LinkInvalid, Rejected, ValidationError) as error:
            return _refused(error)
        return _shown(200, "感谢您的评价", "<p>您的评价已记录。</p>")

    return router


def _form(body: bytes) -> AnswerBody:
    """Raises ValidationError."""
    text = body[:FORM_BYTES_MAX].decode("utf-8", "replace")
    fields = {name: values[0] for name, values in parse_qs(text).items()}
    return AnswerBody.model_validate(fields)


def _refused(error: Exception) -> HTMLResponse:
    status, heading, words = _TOLD.get(type(error), _LATER)
    return _shown(status, heading, f"<p>{words}</p>")


def _shown(status: int, heading: str, body: str) -> HTMLResponse:
    page = _PAGE.format(heading=heading, body=body)
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})

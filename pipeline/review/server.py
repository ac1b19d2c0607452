"""The review as a web page for the person at this machine: served on 127.0.0.1 alone, to no other origin."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from normalize.decisions import DECIDED, MAIN, DecidedTable
from pipeline.database import StoreError
from pipeline.decisions import NUMBERS, is_number
from pipeline.report.pages import asset, page
from pipeline.report.view import Row
from pipeline.review.desk import Desk
from pipeline.schema import TABLES

HOST = "127.0.0.1"
_HOSTS = [HOST, "localhost"]
_AT_ONCE = 200
_KEYS = 9  # alternatives that have a key
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HELD = (
    "Not decided: {} cannot be replaced ({}); close it where it is open (Excel?), go back and decide again "
    "尚未核定：文件被占用，请关闭后返回重试"
)
_TYPES = {"css": "text/css", "js": "text/javascript"}

Next = Callable[[Request], Awaitable[Response]]


class _SameOrigin(BaseHTTPMiddleware):
    """Refuses what another site has a browser send, and tells browsers to load nothing from elsewhere."""

    async def dispatch(self, request: Request, call_next: Next) -> Response:
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if request.method != "GET" and request.headers.get("origin") != own:
            return PlainTextResponse("another origin 来源不符", 403)
        response = await call_next(request)
        response.headers.update(_POLICY)
        return response


def application(desk: Desk) -> Starlette:
    """The pages of the review."""
    review = _Review(desk)
    return Starlette(
        routes=[
            Route("/", review.queue),
            Route("/row/{number:int}", review.row, methods=["GET"]),
            Route("/row/{number:int}", review.decide, methods=["POST"]),
            Route("/names", review.names, methods=["GET"]),
            Route("/names", review.name, methods=["POST"]),
            Route("/pages/{head}-{page:int}.webp", review.picture),
            Route("/{name}", review.asset),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False),
            Middleware(_SameOrigin),
        ],
    )


def _page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(page(name, root="/", key="", **values), status)


class _Review:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def queue(self, request: Request) -> Response:
        """All rows to decide, the least certain first."""
        items = self.desk.items
        start = _whole(request.query_params.get("from"))
        decided = sum(self.desk.decided(item) is not None for item in items)
        shown = list(enumerate(items))[start : start + _AT_ONCE]
        return _page(
            "queue.html",
            items=[(number, item, self.desk.decided(item)) for number, item in shown],
            left=len(items) - decided,
            decided=decided,
            more=start + _AT_ONCE if start + _AT_ONCE < len(items) else None,
            file=str(self.desk.file),
        )

    def row(self, request: Request) -> Response:
        """A row beside what it was read from."""
        number = request.path_params["number"]
        items = self.desk.items
        if number >= len(items):
            return PlainTextResponse("no such row 没有这一行", 404)
        item = items[number]
        try:
            form = self.desk.form(item.filing_id, item.sha256)
        except StoreError as error:
            return PlainTextResponse(f"{error}", 503)
        view = form.row(item.table, item.row)
        pages = [one for one in form.pages if one.places.intersection(view.places)]
        said = self.desk.decided(item)
        return _page(
            "decide.html",
            item=item,
            said=said,
            columns=[
                _column(item.table, name, said[name] if said else item.values[name], view.alternatives)
                for name in DECIDED[item.table]
            ],
            pages=pages or form.pages[:1],
            places=view.places,
            repairs=view.repairs,
            number=number,
            total=len(items),
            previous=max(0, number - 1),
            next=self._next(number),
        )

    def _next(self, number: int) -> int:
        """The next row that nobody has decided yet, else the next."""
        count = len(self.desk.items)
        order = [*range(number + 1, count), *range(number)]
        left = (k for k in order if self.desk.decided(self.desk.items[k]) is None)
        return next(left, min(number + 1, count - 1))

    async def decide(self, request: Request) -> Response:
        """Take a decision, go to the next row."""
        number = request.path_params["number"]
        if number >= len(self.desk.items):
            return PlainTextResponse("no such row 没有这一行", 404)
        item, form = self.desk.items[number], await request.form()
        given = {name: _line(form.get(name)) for name in DECIDED[item.table]}
        wrong = [name for name, value in given.items() if name in NUMBERS and value and not is_number(value)]
        if wrong:
            return PlainTextResponse(f"{', '.join(wrong)}: write digits alone 只能填写数字", 400)
        note = _line(form.get("note")) or ""
        try:
            await run_in_threadpool(self.desk.decide, item, str(form.get("verdict")), given, note)
        except OSError as error:
            return PlainTextResponse(_HELD.format(self.desk.file, error.strerror), 503)
        return RedirectResponse(f"/row/{self._next(number)}", 303)

    def names(self, request: Request) -> Response:
        """Names of indicators that match nothing, the most frequent first."""
        return _page("names.html", names=self.desk.names()[:_AT_ONCE], said=request.query_params.get("said"))

    async def name(self, request: Request) -> Response:
        """Take a name into the vocabulary."""
        form = await request.form()
        said = await run_in_threadpool(self.desk.accept, str(form.get("name")), str(form.get("decision")))
        return RedirectResponse(f"/names?{urlencode({'said': said})}", 303)

    def picture(self, request: Request) -> Response:
        """A picture of a page."""
        head, number = request.path_params["head"], request.path_params["page"]
        sha256 = next((item.sha256 for item in self.desk.items if item.sha256.startswith(head)), None)
        data = self.desk.picture(sha256, number) if sha256 else None
        return Response(data, media_type="image/webp") if data else PlainTextResponse("no picture", 404)

    def asset(self, request: Request) -> Response:
        """Style and script."""
        data = asset(request.path_params["name"])
        kind = request.path_params["name"].rpartition(".")[2]
        return Response(data, media_type=_TYPES[kind]) if data else PlainTextResponse("not found", 404)


def _column(table: DecidedTable, name: str, value: str | None, alternatives: Sequence[Row]) -> dict[str, Any]:
    """A column to decide: its text, and what else it may say."""
    (title,) = (column.title for column in TABLES[table].columns if column.name == name)
    choices = [one for one in alternatives if one["column"] == name][:_KEYS]
    shown = bool(value or choices or name == MAIN[table])
    return {"name": name, "zh": title, "value": value or "", "choices": choices, "shown": shown}


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _line(value: object) -> str | None:
    text = str(value or "").replace("\r\n", "\n").strip()
    return text or None

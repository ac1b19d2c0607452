"""Web pages that call, nest and span without end."""

import base64
import re
from collections.abc import Iterator

from tests.hostile.good import filing
from tests.hostile.model import Case, Lures, failed, formless, like, survived, unsupported
from tests.hostile.packages import FORM

_GOOD = f"good/{FORM}.html"
_ENDS = ("ok", "needs_review", "no_form", "failed", "unsupported")


def inserted(data: bytes, head: str, body: str = "") -> bytes:
    """A page with more in its head and body."""
    text = data.decode()
    text = re.sub(r"<head[^>]*>", lambda found: found[0] + head, text, count=1)
    return re.sub(r"<body[^>]*>", lambda found: found[0] + body, text, count=1).encode()


def calls(lures: Lures) -> Iterator[Case]:
    """A good filing that draws in, sends and runs."""
    good, secret, url = filing(FORM, "html"), lures.secret.as_uri(), lures.url
    head = (
        f'<base href="{url}/"><link rel="stylesheet" href="{url}/c.css">'
        f'<meta http-equiv="refresh" content="0;url={url}/r">'
        f"<script>document.write(1);fetch('{url}/f')</script><style>@import url({url}/i.css);</style>"
    )
    body = (
        f'<iframe src="{secret}"></iframe><object data="{secret}"></object><embed src="{url}/e">'
        f'<img src="{url}/i.png" onerror="alert(1)"><svg><use href="{secret}#a"/></svg>'
        f'<xml src="{secret}"></xml>'
        "<!--#include file='/etc/passwd'--><?php system('id') ?><esi:include src='http://localhost/'/>"
    )
    yield like("html/calls.html", inserted(good, head, body), _GOOD)
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret}"><!ENTITY % y SYSTEM "{url}/y"> %y;]>'.encode()
    yield survived("html/entity.html", doctype + inserted(good, "", "&x;"), _ENDS)
    xhtml = (
        b'<?xml version="1.0"?>'
        + doctype
        + b'<html xmlns="http://www.w3.org/1999/xhtml"><body>&x;</body></html>'
    )
    yield formless("html/entity.xhtml", xhtml)
    include = (
        '<html xmlns:xi="http://www.w3.org/2001/XInclude"><body>'
        f'<xi:include href="{secret}" parse="text"/></body></html>'
    )
    yield unsupported("html/include.html", include.encode(), "shows no text")
    page = base64.encodebytes(good).decode()
    parts = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Location: {secret}\r\n\r\n{page}\r\n"
        f'--b\r\nContent-Type: message/external-body; access-type=URL; URL="{url}/m"\r\n\r\n\r\n'
        '--b\r\nContent-Type: application/x-msdownload; name="../../a.exe"\r\n'
        'Content-Disposition: attachment; filename="../../a.exe"\r\n\r\nMZ\r\n--b--\r\n'
    )
    yield like("html/parts.mhtml", parts.encode(), _GOOD)
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(2_000))
    yield failed("html/nested.mhtml", ("MIME-Version: 1.0\r\n" + nested).encode(), "nested too deep")


def endless() -> Iterator[Case]:
    """Spans, tags and attributes without end."""
    good = filing(FORM, "html")
    text = good.decode()
    for name, span in {
        "wide": 'colspan="1000000000"',
        "tall": 'rowspan="1000000000"',
        "both": 'colspan="999999" rowspan="999999"',
        "none": 'colspan="0" rowspan="0"',
        "odd": 'colspan="-5" rowspan="1e9"',
    }.items():
        spanned = re.sub(r"<td\b", f"<td {span}", text, count=1)
        yield survived(f"html/span_{name}.html", spanned.encode(), _ENDS)
    every = re.sub(r"<td\b", '<td rowspan="65534" colspan="1000"', text)
    yield survived("html/span_every.html", every.encode(), _ENDS)
    yield survived("html/divs.html", inserted(good, "", "<div>" * 50_000), _ENDS)
    yield survived("html/tables.html", inserted(good, "", "<table><tr><td>" * 5_000), _ENDS)
    yield survived("html/open_tags.html", b"<table><tr>" + b"<td>" * 20_000, _ENDS)
    attributes = " ".join(f"a{n}=1" for n in range(300_000))
    yield survived("html/attributes.html", inserted(good, "", f"<p {attributes}>"), _ENDS)
    yield survived("html/attribute.html", inserted(good, "", f'<p title="{"x" * 10**7}">'), _ENDS)
    yield survived(
        "html/entities.html",
        inserted(good, "", "&#x10FFFF;&#0;&#xD800;&#xFFFE;&#99999999999;" * 1_000),
        _ENDS,
    )
    yield survived("html/comments.html", inserted(good, "", "<!--" * 200_000), _ENDS)
    yield survived("html/quotes.html", b"<html><table><tr><td a='" + b"\"'" * 500_000, _ENDS)
    yield survived("html/brackets.html", b"<html><body>" + b"<" * 200_000, _ENDS)


def all_cases(lures: Lures) -> Iterator[Case]:
    """Every hostile page."""
    yield from calls(lures)
    yield from endless()

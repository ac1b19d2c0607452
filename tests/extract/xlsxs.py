"""Excel workbooks, made of parts of XML, and what is read of them."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from extract import Page
from extract.registry import read_file
from extract.source import SourceFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(**targets: str) -> str:
    """The relations of a part: the kind of each by its name, which is followed by a number."""
    items = (
        f'<Relationship Id="{name}" Type="{OFFICE}/{name.rstrip("0123456789")}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="{RELATIONS}">{"".join(items)}</Relationships>'


def pack(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def parts_of(
    *sheets: str,
    states: Mapping[int, str] | None = None,
    codes: tuple[str, ...] = (),
    strings: str = "",
    workbook: str = "",
    namespace: str = MAIN,
) -> dict[str, str | bytes]:
    """The parts of a workbook of ``sheets`` (the content of each). Styles count the ``codes`` from 1."""
    states = states or {}
    named = "".join(
        f'<sheet name="表{n}" sheetId="{n}" r:id="worksheet{n}" state="{states.get(n, "visible")}"/>'
        for n in range(1, len(sheets) + 1)
    )
    formats = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode={quoteattr(code)}/>' for n, code in enumerate(codes)
    )
    styles = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(codes)))
    root = f'xmlns="{namespace}" xmlns:r="{OFFICE}"'
    return {
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f"<workbook {root}>{workbook}<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            styles="styles.xml",
            sharedStrings="sharedStrings.xml",
            **{f"worksheet{n}": f"worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)},
        ),
        "xl/styles.xml": (
            f"<styleSheet {root}><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"
        ),
        "xl/sharedStrings.xml": f"<sst {root}>{strings}</sst>",
        **{
            f"xl/worksheets/sheet{n}.xml": f"<worksheet {root}>{sheet}</worksheet>"
            for n, sheet in enumerate(sheets, 1)
        },
    }


def read_parts(parts: Mapping[str, str | bytes]) -> tuple[Page, ...]:
    document = read_file(SourceFile("a.xlsx", pack(parts)))
    assert document.format == "xlsx"
    return document.pages


def read_sheet(
    sheet: str, codes: tuple[str, ...] = (), strings: str = "", workbook: str = "", namespace: str = MAIN
) -> Page:
    """The page of the only sheet."""
    (page,) = read_parts(
        parts_of(sheet, codes=codes, strings=strings, workbook=workbook, namespace=namespace)
    )
    return page


def cells(*content: str, after: str = "") -> str:
    """A sheet with cells, each in the form ``A1 text``, and what follows them."""
    items = (item.partition(" ") for item in content)
    written = (f'<c r="{name}" t="inlineStr"><is><t>{escape(text)}</t></is></c>' for name, _, text in items)
    return f"<sheetData><row>{''.join(written)}</row></sheetData>{after}"


def texts(page: Page) -> dict[tuple[int, int], str]:
    (table,) = page.tables
    return {(cell.row, cell.column): cell.text for cell in table.cells}


def text_of(cell: str, codes: tuple[str, ...] = (), strings: str = "", workbook: str = "") -> str:
    """The text of the only cell; ``cell`` is its attributes and its content."""
    page = read_sheet(f"<sheetData><row><c {cell}</c></row></sheetData>", codes, strings, workbook)
    (text,) = texts(page).values()
    return text


def merged(*ranges: str) -> str:
    return f"<mergeCells>{''.join(f'<mergeCell ref={quoteattr(name)}/>' for name in ranges)}</mergeCells>"

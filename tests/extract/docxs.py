"""Word documents of nothing but the XML that shows one difficulty, and what is read of them."""

import io
import zipfile

from extract import Document, Page, Table
from extract.registry import read_file
from extract.source import SourceFile

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(**parts: str) -> bytes:
    """A package of the parts named, in word/; without document.xml where there is none."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"settings": "<settings/>", **parts}.items():
            archive.writestr(f"word/{name}.xml", text)
        relations = "".join(
            f'<Relationship Id="{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>' for name in parts
        )
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
    return file.getvalue()


def document(body: str, namespace: str = TRANSITIONAL, **parts: str) -> bytes:
    root = f'<w:document xmlns:w="{namespace}" xmlns:r="{RELATIONS}" xmlns:mc="mc" xmlns:v="v" xmlns:m="m">'
    return package(document=f"{root}<w:body>{body}</w:body></w:document>", **parts)


def read_bytes(data: bytes) -> Document:
    return read_file(SourceFile("filing.docx", data))


def read(body: str, **parts: str) -> tuple[Page, ...]:
    return read_bytes(document(body, **parts)).pages


def only_page(body: str, **parts: str) -> Page:
    (page,) = read(body, **parts)
    return page


def lines(body: str, **parts: str) -> list[str]:
    return [line.text for line in only_page(body, **parts).lines]


def only_table(body: str) -> Table:
    (table,) = only_page(body).tables
    return table


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(text: str = "", properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text) if text else ''}</w:p>"


def tc(content: str = "", properties: str = "") -> str:
    """A cell; a content that is no markup is its one paragraph."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*content: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(content)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"

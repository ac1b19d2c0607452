"""Cases written in each format, with the truth files beside."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2

from tests.render import docx, pdf, slices, web, xlsx
from tests.render.generate import Case

# Who writes a format: our own writers (python), or LibreOffice (writer, calc) and Chromium from our files;
# slices are pages cut from one that Chromium printed.
PRODUCERS = {
    "docx": ("python", "python", "writer"),
    "xlsx": ("python", "python", "calc"),
    "html": ("python", "python", "writer", "python", "calc"),
    "pdf": ("writer", "chromium", "calc"),
    "cutpdf": ("calc", "calc", "slices"),
    "doc": ("writer",),
    "xls": ("calc",),
}
USUAL = ("docx", "xlsx", "html", "pdf", "cutpdf")
SOURCES = {"writer": "docx", "calc": "xlsx", "chromium": "html", "slices": "html"}
CUTS = ((2, 1), (2, 3), (3, 2), (2, 5))  # pages across and down
A4 = (595.0, 842.0)  # points


@dataclass(frozen=True, slots=True)
class File:
    """A file of a case. ``source`` is what a producer makes it from, or the file itself."""

    name: str
    format: str
    producer: str
    source: str
    case: Case

    def paper(self) -> xlsx.Paper:
        """The paper that the file is printed on."""
        rng, landscape = self.case.rng("paper"), self.case.look.landscape
        if self.format != "cutpdf":
            return xlsx.Paper(fit=self.format == "pdf", landscape=landscape)
        across, down = rng.choice(CUTS)
        return xlsx.Paper(landscape=landscape, across=across, down=down, right_first=rng.random() < 0.5)

    def data(self) -> bytes:
        """The bytes of the source."""
        case = self.case
        rng, look, paper = case.rng(f"{self.format}:{self.producer}"), case.look, self.paper()
        if (self.format, self.producer) == ("html", "writer") and look.border == "thick":
            look = replace(look, border="thin")  # thick lines: LibreOffice writes rows that are none
        if self.producer == "slices":
            width = round((297 if paper.landscape else 210) * paper.across * rng.uniform(0.7, 0.9))
            return web.page(case.sheets, look, rng, "utf-8", f"{width}mm 5000mm").encode()
        if self.source == "html":
            return web.render(case.sheets, look, rng)
        if self.source == "docx":
            return docx.render(case.sheets, look, rng)
        extra = self.format == "xlsx" and case.kind in ("several", "padded")
        return xlsx.render(case.sheets, look, rng, paper, extra)

    def answer(self) -> str:
        """The truth, with what tells the file from others."""
        look = self.case.look
        told = {"format": self.format, "producer": self.producer, "font": look.font, "border": look.border}
        return json.dumps(self.case.truth | told, ensure_ascii=False, indent=1) + "\n"


def files_of(case: Case, number: int, formats: Iterable[str], every: bool) -> Iterator[File]:
    """A file a format, by each of its producers in turn, or by all of them."""
    for format in formats:
        producers = PRODUCERS[format]
        for producer in dict.fromkeys(producers) if every else [producers[number % len(producers)]]:
            if producer == "slices" and len(case.sheets) > 1:
                producer = "calc"  # each sheet is cut for itself, a page with both is not
            suffix = "pdf" if format == "cutpdf" else format
            middle = {"pdf": f"_{producer}", "cutpdf": f"_{producer}_cut"}
            shown = middle.get(format, f"_{producer}" if every else "")
            source = SOURCES.get(producer, suffix)
            yield File(f"{case.name}{shown}.{suffix}", format, producer, source, case)


def is_drawn(case: Case, path: Path) -> bool:
    """Whether a PDF draws all Chinese of a case: LibreOffice loses lines of merged cells at page breaks."""
    wanted = Counter("".join(text for sheet in case.sheets for text in sheet.texts()))
    document = pypdfium2.PdfDocument(path)
    drawn = Counter("".join(page.get_textpage().get_text_range() for page in document))
    document.close()
    return all(drawn[char] >= count for char, count in wanted.items() if "一" <= char <= "鿿")


def _print(files: list[File], paths: list[Path], out: Path) -> None:
    """Make the files of one producer from their sources."""
    producer, suffix = files[0].producer, Path(files[0].name).suffix[1:]
    print(f"{producer}: {len(files)} files from {files[0].source} to {suffix}", flush=True)
    if producer == "chromium":
        pdf.browse(paths, out)
    elif producer == "slices":
        for file, path in zip(files, paths, strict=True):
            pdf.browse([path], path.parent)
            wide, high = sorted(A4, reverse=file.paper().landscape)
            slices.cut(path.with_suffix(".pdf"), out / file.name, wide, high, file.paper().right_first)
    else:
        pdf.convert(paths, out, suffix)
    for file in files if suffix == "pdf" else []:
        if not is_drawn(file.case, out / file.name):
            print(f"left out, for {producer} lost some of its text: {file.name}", flush=True)
            (out / file.name).unlink()


def write(cases: Iterable[Case], out: Path, formats: Iterable[str], every: bool = False) -> int:
    """Write the cases' files below ``out`` and say how many there are."""
    filings, truths = out / "filings", out / "truth"
    written: list[File] = []
    for folder in (filings, truths):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        waiting: dict[Path, list[File]] = {}
        for number, case in enumerate(cases):
            for file in files_of(case, number, formats, every):
                path = filings / file.name
                if file.producer != "python":
                    path = Path(scratch) / f"{file.producer}-{file.source}{path.suffix}" / file.name
                    path = path.with_suffix(f".{file.source}")
                    path.parent.mkdir(exist_ok=True)
                    waiting.setdefault(path.parent, []).append(file)
                path.write_bytes(file.data())
                written.append(file)
        for folder, files in waiting.items():
            _print(files, [folder / Path(f.name).with_suffix(f".{f.source}") for f in files], filings)
    kept = [file for file in written if (filings / file.name).exists()]
    for file in kept:
        (truths / f"{file.name}.json").write_text(file.answer(), encoding="utf-8")
    return len(kept)

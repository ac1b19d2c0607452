"""Runs samples/notebook.ipynb; ``python -m tests.notebook`` writes its outputs anew."""

import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from typer.testing import CliRunner

from pipeline.cli import app

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "samples" / "notebook.ipynb"
_SECONDS = 600


def run(folder: Path) -> Any:
    """The notebook after it ran in ``folder``, over the samples, with outputs; what it raises is raised."""
    published = folder / "out"
    given = ["extract", str(ROOT / "samples" / "filings"), "-o", str(published), "-j", "1"]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    (folder / "samples").mkdir()
    notebook = nbformat.read(NOTEBOOK, nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder / "samples")}},
        record_timing=False,
    )
    client.execute()
    return notebook


def main() -> None:
    """Write the outputs anew."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = run(Path(folder))
    notebook.metadata.language_info = {"name": "python"}
    NOTEBOOK.write_text(nbformat.writes(notebook), encoding="utf-8")  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()

"""The notebook of the samples: it runs over what is published today, and its plot has all letters."""

import re
import warnings
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pandas as pd
import pytest
from matplotlib import font_manager, pyplot

from tests.notebook import NOTEBOOK, run


def cells_of(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def saved() -> Any:
    return nbformat.read(NOTEBOOK, nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]


def test_it_runs_over_the_samples(tmp_path: Path, saved: Any) -> None:
    fresh = run(tmp_path)
    for now, then in zip(cells_of(fresh), cells_of(saved), strict=True):
        kinds = [(output.output_type, output.get("name")) for output in now.outputs]
        assert kinds == [(output.output_type, output.get("name")) for output in then.outputs]
        assert kinds and ("stream", "stderr") not in kinds
    (picture,) = [o for cell in cells_of(fresh) for o in cell.outputs if "image/png" in o.get("data", {})]
    assert len(picture["data"]["image/png"]) > 10_000


def test_its_outputs_are_saved_and_small(saved: Any) -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert len(text) < 200_000
    assert not re.search(r"/(?:tmp|root|home|work)/", text)
    assert all(cell.outputs for cell in cells_of(saved)), "run python -m tests.notebook"
    assert "苏州市电化教育馆" in text


@pytest.mark.parametrize("chinese", [True, False])
def test_its_plot_has_a_font_or_numbers(chinese: bool, saved: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib.use("agg")
    fonts = font_manager.fontManager.ttflist
    if chinese and not any("CJK" in font.name for font in fonts):
        pytest.skip("fonts-noto-cjk is not installed")
    if not chinese:
        monkeypatch.setattr(
            font_manager.fontManager, "ttflist", [f for f in fonts if f.name.startswith("DejaVu")]
        )
    (cell,) = [cell for cell in cells_of(saved) if "barh" in cell.source]
    budget = pd.DataFrame({"fiscal_year": [2024, 2025], "item": ["校舍修缮", "体检费"], "amount": [9.5, 3.0]})
    names: dict[str, Any] = {"budget": budget}
    with pyplot.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter that a font lacks is a warning
        exec(cell.source.replace("plt.show()", "figure.canvas.draw()"), names)
        labels = [label.get_text() for label in names["axes"].get_yticklabels()]
        pyplot.close("all")
    assert labels == (["校舍修缮", "体检费"] if chinese else ["0", "1"])

"""A folder of inputs: the real filings, and files that no filing is in."""

import shutil
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples" / "filings"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder with the three real filings in it."""
    return shutil.copytree(SAMPLES, tmp_path / "in")

"""The wheel: it holds all that a run uses and nothing else, and works on its own."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("extract", "mappings", "normalize", "pipeline")


def sources() -> list[str]:
    """The files that a wheel is made of, as Git has them."""
    command = ["git", "ls-files", "jixiao.py", "pyproject.toml", "README.md", "LICENSE", *ROOMS]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the setuptools of the lock."""
    tree, folder = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in sources():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    code = f"from setuptools.build_meta import build_wheel; build_wheel({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.iterdir()
    return built


def test_it_holds_all_that_a_run_uses(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == {name for name in sources() if name.startswith(ROOMS) or name == "jixiao.py"}
    for kind in ("mappings/indicators.csv", "mappings/words.yaml", "pipeline/report/templates/base.html"):
        assert kind in held
    assert any(name.startswith("mappings/forms/") for name in held)


def test_it_works_on_its_own(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        (entries,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "jixiao = pipeline.cli:main" in archive.read(entries).decode()
    shutil.copytree(ROOT / "samples" / "filings", tmp_path / "in")
    code = "import pipeline.cli, sys; print(pipeline.cli.__file__, file=sys.stderr); pipeline.cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "extract", "in", "-o", "out", "-j", "1"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "site") in done.stderr
    assert (tmp_path / "out" / "report" / "index.html").is_file()
    assert "indicators" in (tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8")

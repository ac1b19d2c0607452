"""Processes that start fast and stay small."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


class _Without(MetaPathFinder):
    """Finds no module of a name, as if it were not installed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Nothing; raises ``ModuleNotFoundError`` for the name."""
        if name == self.name:
            raise ModuleNotFoundError(f"{name} is left out", name=name)


def without_pandas() -> None:
    """Leave pandas out of this process.

    PyArrow would import it to ask whether a list that it is given is one of its arrays: half a second and
    45 MB in every process, of which none uses it.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _Without("pandas"))

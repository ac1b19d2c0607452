"""The flag with which the golden filings are written anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/golden anew from the code as it is; the run fails, so that nobody leaves it on",
    )

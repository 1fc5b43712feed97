"""Releases to be shelved, and the counts at the end."""

import pytest

from tests.powercuts.releases import Releases
from tests.powercuts.tally import Tally

TALLIES = pytest.StashKey[list[Tally]]()


@pytest.fixture(scope="session")
def releases(tmp_path_factory) -> Releases:
    return Releases.make(tmp_path_factory.mktemp("releases"))


@pytest.fixture
def tally(request):
    """A new count with this title, which the end of the run prints."""

    def new(title: str) -> Tally:
        made = Tally(title)
        request.config.stash.setdefault(TALLIES, []).append(made)
        return made

    return new


def pytest_terminal_summary(terminalreporter, config):
    if found := config.stash.get(TALLIES, []):
        terminalreporter.section("power cuts")
        for made in found:
            terminalreporter.line(str(made))

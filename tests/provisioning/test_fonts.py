"""The fonts of a unit: texts are proven against declared families, so each unit is asked whether it has them."""

from pathlib import Path

import pytest

from bundle.fonts import DECLARED, FALLBACK, NAMED
from provisioning.check import probes
from provisioning.probe import Verdict
from provisioning.probes.fonts import FontsProbe


def test_this_machine_has_every_declared_font() -> None:
    (found,) = FontsProbe().look()
    assert found.verdict is Verdict.GOOD, found.observed


@pytest.mark.parametrize(("gone", "verdict"), [(NAMED[1], Verdict.NOT_READY), (FALLBACK[-1], Verdict.WARNING)], ids=["needed", "rarer"])
def test_a_font_that_is_not_there_is_named_with_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str, verdict: Verdict
) -> None:
    # A list in the place of fontconfig: uninstalling a package is no work for a test.
    listing = "\n".join(family for family in DECLARED if family != gone)
    (tmp_path / "fc-list").write_text(f"#!/bin/sh\ncat <<'E'\n{listing}\nE\n")
    (tmp_path / "fc-list").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (found,) = FontsProbe().look()
    assert found.verdict is verdict
    assert gone in found.observed[0]
    assert "fonts-noto" in found.do[0]


def test_a_unit_without_fontconfig_does_not_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert FontsProbe().look()[0].verdict is Verdict.WARNING


def test_the_check_of_a_unit_asks(wired) -> None:
    assert any(isinstance(probe, FontsProbe) for probe in probes(wired))

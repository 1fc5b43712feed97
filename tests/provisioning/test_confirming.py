"""Nothing sounds before a technician confirmed the site: the command, and what another enrolment leaves of it."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from bundle.errors import Refused
from device.unit import read_unit
from provisioning.commands import provision
from provisioning.confirming import confirm
from tests.provisioning.conftest import in_machine
from tests.provisioning.test_enrol import NOW, enrolled

LATER = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def command(paths, *words, said=""):
    return CliRunner().invoke(provision, ["confirm", "--root", str(paths.root), *words], input=said)


def test_a_site_that_nobody_enrolled_cannot_be_confirmed(wired):
    with pytest.raises(Refused, match="enrol it first"):
        confirm(wired, NOW)
    assert not wired.unit_json.exists()


async def test_a_unit_is_unconfirmed_until_the_technician_says_yes_and_stays_confirmed(wired, central):
    assert (await enrolled(wired, central)).confirmed is None
    assert command(wired, said="n\n").exit_code == 1
    assert read_unit(wired).confirmed is None
    said = command(wired, said="y\n")
    assert (said.exit_code, "Thôn Bản Mẫu" in said.output) == (0, True)
    first = read_unit(wired).confirmed
    assert first is not None
    assert command(wired, "--yes").exit_code == 0
    assert read_unit(wired).confirmed == first, "the first confirmation is the one that is told"


async def test_the_same_place_stays_confirmed_and_another_one_waits_for_its_technician(wired, central):
    await enrolled(wired, central)
    confirm(wired, LATER)
    assert (await enrolled(wired, central)).confirmed == LATER
    assert (await enrolled(wired, central, place="vn.20.06002.01")).confirmed is None


async def test_another_machine_at_the_same_place_waits_for_its_technician_too(wired, central):
    in_machine(wired, "10000000abcd")
    await enrolled(wired, central)
    confirm(wired, LATER)
    assert (await enrolled(wired, central)).confirmed == LATER
    in_machine(wired, "10000000ef01")
    assert (await enrolled(wired, central)).confirmed is None

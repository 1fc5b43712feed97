"""A new unit says whose place it takes, before it is let in and not after."""

from click.testing import CliRunner

from device.durable import replace
from device.paths import Paths
from provisioning.commands import provision
from provisioning.service.replacing import replaces


def typed(root, *words):
    return CliRunner().invoke(provision, ["replace", *words, "--root", str(root)])


def test_whose_place_it_takes_is_kept_until_it_takes_nobodys(tmp_path):
    paths = Paths(tmp_path)
    replace(paths.pairing, b"{}")
    assert typed(tmp_path, "BT-Cu").exit_code == 0
    assert (replaces(paths), paths.pairing.exists()) == ("bt-cu", False)
    assert typed(tmp_path, "--nobody").exit_code == 0
    assert replaces(paths) is None


def test_what_is_no_name_of_a_unit_changes_nothing(tmp_path):
    assert typed(tmp_path, "thiết bị cũ").exit_code != 0
    assert typed(tmp_path).exit_code != 0
    assert replaces(Paths(tmp_path)) is None

"""The maintenance log: noted on the unit's card and in the journal that goes home."""

from click.testing import CliRunner

from device.durable import replace
from device.journal import read
from device.paths import Paths
from evidence.records import Maintained
from provisioning.commands import provision
from provisioning.service.visits import MOST_VISITS, Visits, add_visit, visits
from tests.provisioning.service.test_support import NOW

SEEN = ("--person", "Vàng A Sửa", "--what", "thay bộ nguồn, vệ sinh tủ")


def typed(root, *words):
    return CliRunner().invoke(provision, ["maintenance", *words, "--root", str(root)])


def test_a_visit_is_listed_and_goes_home(tmp_path):
    more = ("--part", "nguồn=A1→B2", "--part", "SIM", "--sim-expires", "2027-06-30")
    done = typed(tmp_path, "add", *SEEN, *more)
    assert done.exit_code == 0, done.output
    listed = typed(tmp_path, "list").output
    assert "Vàng A Sửa: thay bộ nguồn, vệ sinh tủ; nguồn: A1 → B2; SIM: ? → ?; SIM → 30/06/2027" in listed
    [line] = [each for each in read(Paths(tmp_path).journal("provisioning")) if isinstance(each, Maintained)]
    assert (line.person, line.parts[0].new_serial, str(line.sim_expires)) == ("Vàng A Sửa", "B2", "2027-06-30")


def test_nobody_and_nothing_is_no_visit(tmp_path):
    refused = typed(tmp_path, "add", "--person", " ", "--what", "x")
    assert refused.exit_code != 0
    assert visits(Paths(tmp_path)) == ()


def test_only_the_newest_are_remembered_here(tmp_path):
    paths = Paths(tmp_path)
    many = tuple(Maintained(n=0, at=NOW.stamp(), person="x", what=f"lần {number}") for number in range(MOST_VISITS))
    replace(paths.visits, Visits(visits=many).model_dump_json().encode())
    add_visit(paths, Maintained(n=0, at=NOW.stamp(), person="x", what="mới"), simulated=False)
    found = visits(paths)
    assert (len(found), found[0].what, found[-1].what) == (MOST_VISITS, "lần 1", "mới")
    assert typed(tmp_path, "list").output.splitlines()[0].endswith("mới")

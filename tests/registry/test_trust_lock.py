"""Two publishers at once: an alert and a bundle both arrive, and whoever looks at any instant sees a whole state."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bundle.errors import Refused
from bundle.trust import Target, unpack, verify_pack
from registry.trust.lock import publishing
from registry.trust.proposal import compact
from registry.trust.site import Site, make_pack
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher

TIMES = 20


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path, [CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(made.now))
    made.release_alerts(CHANNEL, flood_alert(made.now))
    return made


def office(folder: Path, publisher: Publisher, target: Target, contents: list[bytes]) -> "subprocess.Popen[str]":
    """A process of its own that releases one content after the other, and starts when it is told to."""
    work = folder / f"{target.value}.work"
    work.write_text(json.dumps({"folder": str(publisher.site.parent), "target": target, "contents": [each.decode() for each in contents]}))
    program = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from bundle.trust import Target\n"
        "from registry.trust import Site, load_key, propose, release, sign\n"
        "from tests.simulators.publisher import START\n"
        f"work = json.loads(Path({str(work)!r}).read_text())\n"
        "folder, target = Path(work['folder']), Target(work['target'])\n"
        "names = ('alerts-author', 'alerts-approver') if target == 'alerts.json' else "
        f"('{CHANNEL}-author', '{CHANNEL}-approver')\n"
        "keys = [load_key(folder / 'keys' / f'{name}.json') for name in names]\n"
        "online, site = load_key(folder / 'keys' / 'online.json'), Site(folder / 'site')\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "for content in work['contents']:\n"
        f"    proposal = propose(site, {CHANNEL!r}, target, content.encode(), START)\n"
        "    for key in keys:\n"
        "        proposal = sign(proposal, key)\n"
        "    release(site, proposal, online, START)\n"
        "print('done', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def look(publisher: Publisher) -> tuple[int, int, int, int]:
    """What a unit would see now: the timestamp's, snapshot's, bundle's and alerts' versions, each believed."""
    before = publisher.tree.cell(CHANNEL)
    versions = []
    for target in (Target.BUNDLE, Target.ALERTS):
        found = verify_pack(make_pack(publisher.tree, CHANNEL, target), publisher.root_bytes, CHANNEL, target)
        versions.append(found.version)
    return (before.timestamp.signed.version, before.snapshot.signed.version, versions[0], versions[1])


def test_two_offices_release_at_once_and_nothing_is_lost(publisher: Publisher, tmp_path: Path) -> None:
    bundles = [compact(small_bundle(publisher.now, title=f"Tin số {n}")) for n in range(TIMES)]
    alerts = [compact(flood_alert(publisher.now, identifier=f"lu-{n}")) for n in range(TIMES)]
    start = look(publisher)
    with office(tmp_path, publisher, Target.BUNDLE, bundles) as one, office(tmp_path, publisher, Target.ALERTS, alerts) as other:
        for process in (one, other):
            assert process.stdin is not None
            print("go", file=process.stdin, flush=True)
        seen = [start]
        while one.poll() is None or other.poll() is None:
            seen.append(look(publisher))
        assert [(process.communicate()[0], process.returncode) for process in (one, other)] == [("done\n", 0)] * 2
    end = look(publisher)
    assert end == (start[0] + 2 * TIMES, start[1] + 2 * TIMES, start[2] + TIMES, start[3] + TIMES)
    assert len(seen) > 2
    assert all(later[0] >= earlier[0] for earlier, later in zip(seen, [*seen[1:], end], strict=True))
    folder = publisher.tree.metadata(CHANNEL, "timestamp").parent
    snapshots = sorted(int(path.name.partition(".")[0]) for path in folder.glob("*.snapshot.json"))
    assert snapshots == list(range(1, end[1] + 1))
    assert unpack(publisher.pack(CHANNEL, Target.ALERTS)).content.encode() == alerts[-1]


def test_whoever_waits_too_long_is_told_so(publisher: Publisher, tmp_path: Path) -> None:
    holder = _holder(publisher.tree)
    try:
        with pytest.raises(Refused, match="another command has been publishing here"), publishing(publisher.tree, CHANNEL, patience=0.05):
            pytest.fail("two publishers at once")
    finally:
        holder.kill()
        holder.communicate()


def test_the_lock_of_a_dead_publisher_is_free(publisher: Publisher) -> None:
    holder = _holder(publisher.tree)
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now, identifier="lu-2"))


def test_the_lock_leaves_nothing_in_the_tree_and_may_be_nested(publisher: Publisher) -> None:
    before = sorted(publisher.site.rglob("*"))
    with publishing(publisher.tree, CHANNEL), publishing(publisher.tree, CHANNEL, patience=0):
        assert sorted(publisher.site.rglob("*")) == before
    with pytest.raises(Refused, match="not in the release tree"), publishing(publisher.tree, "vn.99"):
        pytest.fail("a channel that is not there")


def _holder(site: Site) -> "subprocess.Popen[str]":
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from registry.trust.lock import publishing\n"
        "from registry.trust.site import Site\n"
        f"with publishing(Site(Path({str(site.folder)!r})), {CHANNEL!r}):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process

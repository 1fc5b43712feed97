"""The power goes at every durable write of an enrolment: started again, the unit is the same one and gets where it was going."""

import asyncio
import sys
from collections import defaultdict

from device.paths import Paths
from device.unit import read_unit
from evidence.signing import public_jwk


async def test_a_unit_whose_process_was_killed_at_any_write_enrols_as_the_same_unit(central, tmp_path):
    asked = defaultdict(list)

    async def answer(enrolment):
        # Nobody has accepted a unit before it has asked once.
        asked[enrolment.unit].append(enrolment)
        return "wait" if len(asked[enrolment.unit]) == 1 else "accept"

    central.decide = answer
    runner = [sys.executable, "-m", "tests.provisioning.first_boot.cutting", str(tmp_path), central.url]
    process = await asyncio.create_subprocess_exec(*runner, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0
    places = int(said)
    assert places >= 8, "key, pairing, root and record are each synced with their folder"
    for place in range(places + 1):
        paths = Paths(tmp_path / str(place))
        record = read_unit(paths)
        assert record is not None
        assert paths.root_json.read_text() == central.root
        enrolments = asked[record.unit]
        assert {str(each.key) for each in enrolments} == {str(public_jwk(paths.key.read_bytes()))}, "one key for ever"
        assert len({each.nonce for each in enrolments}) == 1, "whoever saw the code on the board still sees it after the cut"
        assert not list(paths.state.rglob("*.new")), "no litter"

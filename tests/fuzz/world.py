"""What all targets share: an honest publisher, an enrolled unit, and folders in RAM."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bundle.policy import Policy, StopList
from device.unit import UnitRecord
from registry.trust.proposal import compact as compacted
from tests.simulators.content import CHANNEL, flood_alert, funeral, package_of, release_of, small_bundle
from tests.simulators.publisher import START, Publisher

__all__ = ["UNIT", "compacted", "fuzz_folder", "publisher"]

UNIT = UnitRecord(
    unit="loa-01",
    registry="http://127.0.0.1:1",
    content="http://127.0.0.1:1/content",
    place=f"{CHANNEL}.01",
    place_name="Bản Mẫu 1",
    channels=(CHANNEL,),
    languages=("vi",),
    enrolled_at=START,
    confirmed=START,
    root_fingerprint="a" * 64,
)


def fuzz_folder(name: str) -> Path:
    """A new folder in RAM, gone with the program: millions of small files are written."""
    folder = Path(tempfile.mkdtemp(prefix=f"bangtin-fuzz-{name}-", dir="/dev/shm"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def publisher() -> Publisher:
    """An honest publisher with one release of everything, the bundle twice."""
    made = Publisher(fuzz_folder("publisher"), [CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(made.now, pictures=(b"picture",)), [b"picture"])
    made.release_bundle(CHANNEL, small_bundle(made.now, title="Tin mới", pictures=(b"picture",)), [b"picture"])
    made.release_alerts(CHANNEL, flood_alert(made.now, speech=b"speech"), [b"speech"])
    made.release_feed(CHANNEL, flood_alert(made.now, identifier="lu-2"))
    made.release_orders(CHANNEL, funeral(made.now))
    made.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL))
    made.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL))
    made.release_software(CHANNEL, release_of(made.now, package_of(b"deb")), [b"deb"])
    return made

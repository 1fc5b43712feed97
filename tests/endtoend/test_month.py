"""A month without the registry, all metadata expired, every process restarted on day 20: the programme goes on."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from bangtin.demo.village import CHANNEL, PROGRAMS, PROVINCE, Village, Wiring
from bundle.asset import blob_path
from bundle.items import Announcement, Session, Spoken
from bundle.policy import Policy
from bundle.schedule import Schedule
from bundle.trust import verify_pack
from bundle.trust.targets import Target
from device.status import read_status
from evidence.records import FaultCode, Outcome
from registry.trust.online import Lifetimes
from tests.audio.village import clip_of, tone, wav
from tests.simulators.content import PROVENANCE, small_bundle
from tests.simulators.publisher import Publisher

pytestmark = pytest.mark.endtoend

SIX_DAYS = timedelta(days=6)
LOCAL = timedelta(hours=7)
LEAD = timedelta(seconds=20)


def daily_session(first: datetime, publisher: Publisher):
    """A bundle with one notice and a session of one recording, every day at the hour of *first*; its blob."""
    blob = wav(tone(2.0))
    clip = clip_of(blob, publisher.add_blob(blob), 2.0)
    spoken = Spoken(language="vi", title="Chào buổi sáng", body="Kính chào bà con.", clip=clip, voice="may", reviewer="Lò Thị Mây")
    session = Session(
        id="buoi-sang",
        provenance=PROVENANCE,
        title="Buổi sáng",
        schedule=Schedule(start=(first + LOCAL).replace(tzinfo=None), rule="FREQ=DAILY"),
        order=("loi-chao",),
        maximum=600.0,
    )
    announcement = Announcement(id="loi-chao", provenance=PROVENANCE, versions=(spoken,))
    return small_bundle(publisher.now).model_copy(update={"announcements": (announcement,), "sessions": (session,)}), blob


@pytest.fixture
def published(tmp_path_factory):
    """A registry that serves a daily session, signed by roles that all expire within six days; and its unit."""
    tmp_path = tmp_path_factory.mktemp("m")  # a socket's path has at most 107 bytes
    now = datetime.now(UTC).replace(microsecond=0)
    publisher = Publisher(tmp_path, (PROVINCE, CHANNEL), now, Lifetimes(*(SIX_DAYS,) * 5))
    first = now + timedelta(seconds=90)
    bundle, blob = daily_session(first, publisher)
    publisher.release_bundle(CHANNEL, bundle, [blob])
    publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, quiet_hours=(), caption_linger=0.0))
    village = Village(tmp_path, tmp_path)
    village.serve()
    village.wire(Wiring(width=640, height=360, pace=10))
    village.enrol()
    yield village, first, blob
    village.stage.stop_all()


def restart_on(village: Village, wall: datetime) -> None:
    """Every process ends and starts again at *wall*."""
    for program in PROGRAMS:
        if program in village.stage.running:
            assert village.stage.stop(program) == 0
    village.paths.clock_offset.write_text(str((wall - datetime.now(UTC)).total_seconds()))
    village.start_unit()


def shown_since(village: Village, moment: datetime) -> bool:
    return any(line.at.wall >= moment for line in village.lines("display", lambda line: getattr(line, "item", "") == "tiem-chung"))


def spoken_on(village: Village, due: datetime) -> bool:
    key = f"{CHANNEL}/buoi-sang@{due.isoformat()}"
    complete = village.lines("audio", lambda line: getattr(line, "outcome", None) is Outcome.COMPLETE)
    return any(line.occurrence.startswith(key) for line in complete)


def test_a_month_without_the_registry(published):
    village, first, blob = published
    village.start_unit()
    village.wait("the notice on day 0", lambda: shown_since(village, first - timedelta(minutes=5)), 40)
    village.wait("the recording on the shelf", (village.paths.shelf / blob_path(hashlib.sha256(blob).hexdigest())).exists, 20)
    village.stage.stop("registry")

    for day in (20, 30):
        due = first + timedelta(days=day)
        restart_on(village, due - LEAD)
        village.wait(f"the notice on day {day}", lambda due=due: shown_since(village, due - LEAD), 40)
        village.wait(f"the session of day {day}", lambda due=due: spoken_on(village, due), 60)

    raw = (village.paths.shelf / CHANNEL / f"{Target.BUNDLE}.pack").read_bytes()
    verified = verify_pack(raw, village.paths.root_json.read_bytes(), CHANNEL, Target.BUNDLE)
    assert verified.expires < first + timedelta(days=7), "the metadata really had expired"
    display = read_status(village.paths, "display")
    assert display is not None
    assert display.ready
    faults = [line.code for line in village.journal("agent") if line.kind == "fault" and line.active]
    assert FaultCode.UNREACHABLE in faults, "the unit says that it reaches nobody"

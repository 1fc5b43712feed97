"""What the soaked village plans: short sessions all day long, every word of known samples."""

from datetime import timedelta

from bundle.items import Announcement, Session, Spoken
from bundle.policy import Policy
from bundle.schedule import Schedule
from tests.audio.village import clip_of, tone, wav
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle

LOCAL = timedelta(hours=7)
ORDER = ("nhac-hieu", "bai-mot", "bai-hai")
SECONDS = {"nhac-hieu": 2.0, "bai-mot": 4.0, "bai-hai": 3.0}
POLICY = Policy(format=1, channel=CHANNEL, quiet_hours=(), sessions_per_day=24, caption_linger=2.0)


def programme(publisher, starts):
    """A bundle with one session at each of *starts* (instants), all with the same items; and its blobs."""
    recordings = {name: wav(tone(seconds, hertz=330.0 + 110 * place)) for place, (name, seconds) in enumerate(SECONDS.items())}
    announcements = []
    for name, blob in recordings.items():
        clip = clip_of(blob, publisher.add_blob(blob), SECONDS[name])
        spoken = Spoken(language="vi", title=name, body="Lời.", clip=clip, voice="may", reviewer="Lò Thị Mây")
        announcements.append(Announcement(id=name, provenance=PROVENANCE, versions=(spoken,), music=name == "nhac-hieu"))
    sessions = tuple(
        Session(
            id=f"buoi-{number}",
            provenance=PROVENANCE,
            title=f"Buổi {number}",
            schedule=Schedule(start=(start + LOCAL).replace(tzinfo=None)),
            order=ORDER,
            maximum=120.0,
        )
        for number, start in enumerate(starts)
    )
    bundle = small_bundle(publisher.now).model_copy(update={"announcements": tuple(announcements), "sessions": sessions})
    return bundle, list(recordings.values())


def keys(start, number):
    """The journal keys of the session that is due at *start*."""
    return [f"{CHANNEL}/buoi-{number}@{start.isoformat()}/0:{name}" for name in ORDER]

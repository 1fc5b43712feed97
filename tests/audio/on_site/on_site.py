"""What lies ready on a unit for a duty holder on site: phrases, and a session of the same recordings."""

from audio.driver.ring import RATE
from bundle.base import BulletinClass
from bundle.items import Announcement, Phrase, Session, Spoken
from bundle.schedule import Schedule
from bundle.trust import Target
from tests.audio.village import Village, clip_of, wav
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle


def stock(village: Village, words, emergency=()):
    """Sign and put a bundle whose phrases are *words* (samples by name), with a session ``tai-cho`` that is planned for no day near."""
    versions = {}
    for name, samples in words.items():
        blob = wav(samples)
        clip = clip_of(blob, village.blob(blob), len(samples) / RATE)
        versions[name] = (Spoken(language="vi", title=f"Câu {name}", body="Lời.", clip=clip, voice="may", reviewer="Lò Thị Mây"),)
    phrases = tuple(
        Phrase(id=name, provenance=PROVENANCE, versions=spoken, bulletin_class=class_of(name in emergency))
        for name, spoken in versions.items()
    )
    announcements = tuple(Announcement(id=f"bai-{name}", provenance=PROVENANCE, versions=spoken) for name, spoken in versions.items())
    session = Session(
        id="tai-cho",
        provenance=PROVENANCE,
        title="Buổi mở tại chỗ",
        schedule=Schedule(start=village.now().replace(tzinfo=None, year=2100)),
        order=tuple(each.id for each in announcements),
        maximum=600.0,
        on_site=True,
    )
    bundle = small_bundle(village.publisher.now).model_copy(
        update={"announcements": announcements, "phrases": phrases, "sessions": (session,)}
    )
    village.publisher.release_bundle(CHANNEL, bundle, at=village.now())
    village.put(Target.BUNDLE)


def class_of(emergency):
    return BulletinClass.EMERGENCY if emergency else BulletinClass.ROUTINE

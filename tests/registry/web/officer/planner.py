"""A commune with sessions to plan: two each day, of two announcements and a rebroadcast."""

from datetime import datetime

from bundle.schedule import Schedule
from tests.director import village as v
from tests.registry.web.officer.station import CHANNEL, DRY, FLOOD
from tests.simulators.content import clip_of, small_bundle

DAY = "2027-05-05"


def with_sessions(station, areas=()):
    """Release a bundle with sessions; that of the morning is for *areas* alone, if any."""
    items = (said("chao", "Lời chào buổi sáng", 20.0, FLOOD), said("tin", "Nhắc lịch tiêm chủng", 240.0, DRY))
    live = v.rebroadcast("dai-tinh", title="Tiếp âm đài tỉnh", duration=600.0)
    sessions = (
        session("sang", "Buổi sáng", "06:00", ["chao", "tin"], areas),
        session("chieu", "Buổi chiều", "17:00", ["tin", "dai-tinh"]),
    )
    bundle = small_bundle(station.clock()).model_copy(update={"announcements": items, "rebroadcasts": (live,), "sessions": sessions})
    station.publisher.release_bundle(CHANNEL, bundle.model_copy(update={"version": 2}), (FLOOD, DRY), at=station.clock())


def said(name, title, seconds, blob):
    made = v.announcement(name, seconds)
    clip = clip_of(blob).model_copy(update={"duration": seconds})
    return made.model_copy(update={"versions": (made.versions[0].model_copy(update={"title": title, "clip": clip}),)})


def session(name, title, clock, order, areas=()):
    schedule = Schedule(start=datetime.fromisoformat(f"2027-05-03T{clock}"), rule="FREQ=DAILY")
    return v.session(name, clock, order, areas=areas).model_copy(update={"title": title, "schedule": schedule})

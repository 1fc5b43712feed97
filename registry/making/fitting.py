"""Whether what a session brings fits into it, and what stands in for a rebroadcast into its slot."""

from collections.abc import Iterable

from bundle.items import Announcement, Rebroadcast, Session
from registry.making.findings import Findings


def check_lengths(
    sessions: Iterable[Session], announcements: Iterable[Announcement], rebroadcasts: Iterable[Rebroadcast], findings: Findings
) -> None:
    """Put every session whose items last longer than its *maximum* into *findings*; the longest language counts.

    It would be cut off in the middle of a word; and a fallback that is longer than its rebroadcast would never be begun.
    """
    lasts = {spoken.id: max(version.clip.duration for version in spoken.versions) for spoken in announcements}
    lasts |= {rebroadcast.id: rebroadcast.duration for rebroadcast in rebroadcasts}
    for rebroadcast in rebroadcasts:
        for name in rebroadcast.fallback:
            if lasts.get(name, 0.0) > rebroadcast.duration:
                what = (
                    f"bài dự phòng “{name}” dài hơn {rebroadcast.duration:.0f} giây tiếp âm / the fallback is longer than the rebroadcast"
                )
                findings.add(f"programme.toml: rebroadcast “{rebroadcast.id}”", what, "chọn bài ngắn hơn / choose a shorter one")
    for session in sessions:
        # An item whose own fault is told already has no length yet.
        total = sum(lasts.get(name, 0.0) for name in session.order)
        if total > session.maximum:
            what = f"các bài dài {total:.0f} giây, quá {session.maximum:.0f} / the items last {total:.0f} s, over its maximum"
            findings.add(f"programme.toml: session “{session.id}”", what, "bớt bài hoặc tăng maximum / fewer items, or a longer maximum")

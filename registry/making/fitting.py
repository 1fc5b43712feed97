"""Whether the announcements of a session fit into it: one that is too short would be cut off in the middle of a word."""

from collections.abc import Iterable

from bundle.items import Announcement, Rebroadcast, Session
from registry.making.findings import Findings


def check_lengths(
    sessions: Iterable[Session], announcements: Iterable[Announcement], rebroadcasts: Iterable[Rebroadcast], findings: Findings
) -> None:
    """Put every session whose items last longer than its *maximum* into *findings*; the longest language counts."""
    lasts = {spoken.id: max(version.clip.duration for version in spoken.versions) for spoken in announcements}
    lasts |= {rebroadcast.id: rebroadcast.duration for rebroadcast in rebroadcasts}
    for session in sessions:
        # An item whose own fault is told already has no length yet.
        total = sum(lasts.get(name, 0.0) for name in session.order)
        if total > session.maximum:
            what = f"các bài dài {total:.0f} giây, quá {session.maximum:.0f} / the items last {total:.0f} s, over its maximum"
            findings.add(f"programme.toml: session “{session.id}”", what, "bớt bài hoặc tăng maximum / fewer items, or a longer maximum")

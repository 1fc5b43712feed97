"""How long and how often: what a province may set otherwise for its technicians and for units that wait to be let in."""

from dataclasses import dataclass
from datetime import timedelta

from bundle.asset import MAX_BLOB


@dataclass(frozen=True)
class Rules:
    """*link_for* and *session_for*: how long a link can bind a phone, and a phone stays bound that nobody uses; use is written down once in
    *renew_after*. *held_for*: how long nobody else may accept a unit whose code somebody typed. *wrong_codes*: after so many the unit must
    draw a new nonce.

    *waiting_for*: how long a unit that no longer asks is remembered; at most *most_waiting* are, *most_of_block* of them from one part
    of the network. *wait* is how many seconds a unit is told to wait before it asks again.
    *photo_bytes*, *photo_side* (pixels) and *most_photos* bound what is kept of a site, *upload_bytes* what a phone may send.
    *asks*, *binds* and *refusals* are how many a minute one part of the network has; *wakes* how often a page looks for news, seconds.
    *recording_bytes* bounds what an officer records at once, *most_recordings* how many of one officer wait to be used, *recordings_for*
    how long one waits.
    *acts* is how many times a minute one officer may raise, sign or stop something; *news* how often their pages hear of it, seconds.
    """

    link_for: timedelta = timedelta(hours=24)
    session_for: timedelta = timedelta(days=180)
    renew_after: timedelta = timedelta(days=1)
    held_for: timedelta = timedelta(minutes=15)
    wrong_codes: int = 3
    waiting_for: timedelta = timedelta(hours=2)
    most_waiting: int = 2000
    most_of_block: int = 200
    wait: float = 3.0
    photo_bytes: int = 200 * 1024
    photo_side: int = 1600
    most_photos: int = 6
    upload_bytes: int = 16 * 1024 * 1024
    asks: int = 600
    binds: int = 10
    refusals: int = 30
    wakes: float = 3.0
    recording_bytes: int = MAX_BLOB
    most_recordings: int = 40
    recordings_for: timedelta = timedelta(days=30)
    acts: int = 60
    news: float = 0.3

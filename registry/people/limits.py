"""How long sessions and links last, and how many wrong tries there are: what a province may set otherwise."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Limits:
    """*idle*: a session that nobody uses ends; *lasts*: any session ends; use is written down once in *renew_after*.

    *link_for*: how long a link can set up an account; *code_within*: how long after the password its code counts.
    After *tries* wrong tries at one name from one part of the network that part waits *first_wait*, and twice as long after each further
    one, at most *most_wait*; after *tries_anywhere* from everywhere together everybody waits *wait_anywhere* at that name.
    Tries are forgotten *forgotten_after* the last of them; where somebody signed in within *known_for*, tries elsewhere do not count.
    *knocks* is how many forms of the way in one part of the network may send in a minute, at any name: a sign-in takes two.
    *shortest* is the least length of a password in characters, *longest* the most; *codes* is how many recovery codes somebody is given.
    """

    idle: timedelta = timedelta(hours=12)
    lasts: timedelta = timedelta(days=7)
    renew_after: timedelta = timedelta(minutes=5)
    link_for: timedelta = timedelta(hours=24)
    code_within: timedelta = timedelta(minutes=5)
    tries: int = 5
    first_wait: timedelta = timedelta(minutes=1)
    most_wait: timedelta = timedelta(hours=1)
    tries_anywhere: int = 50
    wait_anywhere: timedelta = timedelta(minutes=15)
    forgotten_after: timedelta = timedelta(hours=24)
    known_for: timedelta = timedelta(days=180)
    knocks: int = 20
    shortest: int = 10
    longest: int = 200
    codes: int = 10

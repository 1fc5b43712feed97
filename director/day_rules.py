"""What the signed rules ask of one day, as sentences: its caps, and why it is not an ordinary day."""

from collections.abc import Iterator
from datetime import date

from director.programme import Programme
from director.rules import holiday, no_sessions

Sentence = tuple[str, str]


def day_rules(programme: Programme, day: date) -> Iterator[Sentence]:
    """The caps that hold for this place on the local *day*, and what makes it a holiday or a day without sessions."""
    policy, caps = programme.policy(), programme.caps()
    cells = [cell.policy.channel for cell in programme.cells if cell.policy]
    signed = (f"theo {policy.channel}", f"by {policy.channel}") if cells else ("mặc định", "our defaults")
    yield (
        f"Nhiều nhất {caps.sessions_per_day} buổi một ngày, {caps.minutes_per_session:g} phút một buổi, "
        f"{caps.days_per_week} ngày một tuần ({signed[0]})",
        f"At most {caps.sessions_per_day} sessions a day, {caps.minutes_per_session:g} minutes a session, "
        f"{caps.days_per_week} days a week ({signed[1]})",
    )
    found = holiday(policy, day)
    if found and found.like:
        yield f"Ngày lễ “{found.name}”, theo quy định của {found.like}", f"The holiday “{found.name}”, by the rules of {found.like}"
    if closed := no_sessions(policy, day):
        vietnamese, _, english = closed.partition(" / ")
        yield vietnamese[0].upper() + vietnamese[1:], english[0].upper() + english[1:]

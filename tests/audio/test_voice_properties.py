"""Random events against the whole loudspeaker on a driven clock: what must hold whatever happens, in whatever order."""

import itertools
import tempfile
from collections import defaultdict
from enum import Enum
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.driver.ring import CHUNK, GUARD, RATE
from audio.playing.track import FADE
from bundle.base import BulletinClass
from evidence.records import Outcome
from tests.audio.rig import MARKET, SCHOOL, STEP, Rig, runs
from tests.director import village

LEVELS = {"dan-tinh": 8000, "hop-dan": 500, "tin-cho": 1000, "tin-truong": 1700, "het-lu": 2300, "lu": 3100}
LOW = 8000 * 10 ** (-15 / 20)
SECONDS = {"dan-tinh": 12.0, "hop-dan": 1.5, "tin-cho": 2.0, "tin-truong": 1.0, "lu": 1.5, "het-lu": 1.0}
NOTICED = 1.2
"""Seconds within which a loss outside the voice is noticed: what stands in the ring until then leaves into the void."""


class Act(Enum):
    """What may happen to a loudspeaker."""

    ALERT = "an emergency comes"
    CANCEL = "it is cancelled"
    WITHDRAW_SPEECH = "speech is withdrawn"
    WITHDRAW_MUSIC = "music is withdrawn"
    CRASH = "the voice is killed and starts again"
    LOSE_SPEAKER = "the sound device is lost"
    KILL_AMPLIFIER = "the amplifier program dies"
    START_AMPLIFIER = "the amplifier program is there again"
    PRESS = "the stop switch is pressed"
    LET_GO = "the stop switch is let go"


LOSSES = {Act.CRASH, Act.LOSE_SPEAKER, Act.KILL_AMPLIFIER, Act.PRESS}


class Story:
    """A morning: music with speech over it, then two zones in turn; and what *acts* do to it, each some steps after the one before."""

    def __init__(self, folder, acts, broken):
        items = [village.announcement(name, SECONDS[name], music=name == "dan-tinh") for name in LEVELS if "lu" not in name]
        sessions = (
            village.session("nhac", "06:00", ["dan-tinh", "tin-cho"]),
            village.session("hop", "06:00:07", ["hop-dan"], bulletin_class=BulletinClass.PRIORITY, window=20.0),
            village.session("cho", "06:00:15", ["tin-cho"], zones=(MARKET,), window=20.0),
            village.session("truong", "06:00:17", ["tin-truong"], zones=(SCHOOL,), window=20.0),
        )
        made = village.programme(village.bundle(announcements=items, sessions=sessions))
        self.rig = Rig(folder, made, LEVELS, start="05:59:57", broken=broken, minimum_off=0.3)
        self.losses, self.alerts, self.withdrawn = [], [], {}
        for steps, act in acts:
            self.rig.run(steps * STEP)
            self.do(act)
        self.rig.kill_amplifier(False)
        self.rig.stop_on_site(False)
        self.rig.run(85.0 if self.alerts else 35.0)
        self.rig.close()

    def do(self, act):
        rig = self.rig
        if act in LOSSES:
            self.losses.append(rig.now)
        match act:
            case Act.ALERT:
                self.alerts = [village.alert("lu", sent="05:59", seconds=SECONDS["lu"], count=2, every=60.0)]
            case Act.CANCEL if self.alerts:
                over = village.cancel("het-lu", (village.reference("lu", "05:59"),), sent="05:59:30", seconds=SECONDS["het-lu"])
                self.alerts = [self.alerts[0], over]
            case Act.WITHDRAW_SPEECH | Act.WITHDRAW_MUSIC:
                self.withdrawn.setdefault("hop-dan" if act is Act.WITHDRAW_SPEECH else "dan-tinh", rig.now)
            case Act.CRASH:
                rig.crash()
            case Act.LOSE_SPEAKER:
                rig.speaker.lost = True
            case Act.KILL_AMPLIFIER | Act.START_AMPLIFIER:
                rig.kill_amplifier(act is Act.KILL_AMPLIFIER)
            case Act.PRESS | Act.LET_GO:
                rig.stop_on_site(act is Act.PRESS)
            case _:
                return
        stop = village.cell(withdrawn=[village.withdrawal(item) for item in self.withdrawn]).stop
        rig.publish(alerts=village.cell(alerts=self.alerts).alerts, stop=stop)

    def lost_lately(self, moment):
        return any(0 <= moment - loss < NOTICED for loss in self.losses)


acts = st.lists(st.tuples(st.integers(0, 300), st.sampled_from(Act)), max_size=6)
broken = st.one_of(
    st.none(), st.tuples(st.sampled_from(["dan-tinh", "hop-dan", "tin-cho"]), st.floats(0.0, 1.4)).map(lambda one: dict([one]))
)


@given(acts, broken)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happens_the_rules_of_sound_hold(acts, broken):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder), acts, broken)
        every_sample_leaves_through_a_warm_amplifier(story)
        one_voice_at_a_time(story)
        every_path_ends_inactive(story)
        an_announcement_sounds_at_most_once(story)
        an_alert_airs_whole_and_never_beyond_its_count(story)
        what_was_stopped_stays_stopped(story)


def every_sample_leaves_through_a_warm_amplifier(story):
    """A horn that joins for an emergency may get the last of the fade of what gives way, while another still carries that."""
    rig = story.rig
    for lines, chunk, moment in zip(rig.lines_at, rig.chunks, rig.times, strict=True):
        if chunk.any():
            warm = {line: moment - since >= rig.warm_ups[line] - 1e-6 for line, since in lines.items()}
            joining = {line for line, since in lines.items() if moment - since <= (GUARD + FADE) / RATE + STEP}
            assert any(warm.values()) or story.lost_lately(moment), f"sound without a warm amplifier at {moment}"
            assert all(is_warm or line in joining for line, is_warm in warm.items()), f"{lines} at {moment}"


def one_voice_at_a_time(story):
    """Whatever stands for 50 ms is one item, or one over the lowered music."""
    tape = story.rig.tape.astype(int)
    allowed = {0, *LEVELS.values(), round(LOW), *(round(LOW) + level for name, level in LEVELS.items() if name != "dan-tinh")}
    same = np.concatenate([[False], np.diff(tape) == 0])
    found = {int(tape[first]) for first, _ in runs(same)}
    assert all(min(abs(value - each) for each in allowed) <= 1 for value in found), found - allowed


def every_path_ends_inactive(story):
    assert not story.rig.lines_at[-1]
    assert not any(pin.value for pin in story.rig.pins.values())


def lives(story):
    found = defaultdict(list)
    for line in story.rig.records():
        found[line.occurrence].append(line)
    return found


def an_announcement_sounds_at_most_once(story):
    for key, life in lives(story).items():
        outcomes = [line.outcome for line in life]
        ends = [outcome for outcome in outcomes if outcome not in (Outcome.STARTED, Outcome.INTERRUPTED)]
        assert len(ends) <= 1, (key, outcomes)
        assert not ends or outcomes[-1] is ends[0], (key, outcomes)
        if not key.startswith("alert:"):
            # Between two starts lies the one interruption that lets it go on where it was.
            assert all(pair != (Outcome.STARTED, Outcome.STARTED) for pair in itertools.pairwise(outcomes)), (key, outcomes)


def an_alert_airs_whole_and_never_beyond_its_count(story):
    whole = [1 for first, last in story.rig.stretches("lu") if last - first + 1 == round(SECONDS["lu"] * RATE)]
    airings = {key: life for key, life in lives(story).items() if key.startswith("alert:") and ",lu," in key}
    complete = [key for key, life in airings.items() if life[-1].outcome is Outcome.COMPLETE]
    assert len(airings) <= 2
    assert len(complete) <= len(whole) <= len(complete) + sum(act is not None for act in story.losses), (complete, whole)
    if len(story.alerts) == 1:
        assert complete, "an emergency that nothing ended was heard whole"
    for key, life in airings.items():
        starts = sum(line.outcome is Outcome.STARTED for line in life)
        breaks = sum(line.outcome is Outcome.INTERRUPTED for line in life)
        assert starts <= breaks + 1, f"{key} sounded again although nothing had interrupted it"


def what_was_stopped_stays_stopped(story):
    rig = story.rig
    for item, moment in story.withdrawn.items():
        after = round((moment - rig.times[0] + 0.3) * RATE)
        tape = rig.tape[max(0, after) :].astype(int)
        level = LEVELS[item]
        here = (tape == level) if item == "dan-tinh" else (np.abs(tape - level) <= 1) | (np.abs(tape - level - round(LOW)) <= 1)
        assert not runs(here), f"{item} sounded after it was withdrawn"


def test_the_story_without_any_event_is_heard_as_planned(tmp_path):
    """The properties above say little if nothing ever sounds: here everything does."""
    rig = Story(tmp_path, [], None).rig
    done = [(rig.name(line.item), line.samples) for line in rig.records() if line.outcome is Outcome.COMPLETE]
    assert done == [(name, SECONDS[name] * RATE) for name in ("hop-dan", "dan-tinh", "tin-cho", "tin-cho", "tin-truong")]
    ((first, _),) = runs(np.abs(rig.tape.astype(int) - round(LOW) - LEVELS["hop-dan"]) <= 1)
    assert abs(first - rig.second("06:00:07")) <= 2 * CHUNK, "over the music, on time"

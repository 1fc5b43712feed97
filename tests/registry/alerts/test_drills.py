"""An exercise by a schedule: once, at its time, as an exercise; missed it is said; and a table tells what came to each unit."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from bangtin.main import main
from bundle.alert import Status
from bundle.policy import FeedRules, Policy, QuietHours
from bundle.schedule import Schedule
from bundle.trust import Target
from evidence.records import AlertSeen
from registry.alerts.confirmation.ladder import Reach
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.tally import Village, confirmed
from registry.alerts.drills import keeping
from registry.alerts.drills.keeping import Outcome
from registry.alerts.drills.plan import Drill, exercise
from registry.alerts.drills.reporting import table_of
from registry.alerts.pending.keeping import of_identity
from registry.alerts.pending.states import State
from registry.trust.keys import KeyName
from registry.web.alerts.drilling import DRILLS
from registry.web.alerts.gating import GATE
from registry.web.app import make_app
from registry.web.config import STORAGE, Config
from tests.registry.alerts.conftest import COMMUNE, MORNING, OFFICER, PROVINCE, Dial, Office
from tests.registry.web.conftest import Registry, sounded, stamp
from tests.simulators.publisher import Publisher

# 10:30 on 5 May 2027, a Wednesday, by the village's clock.
AT = datetime(2027, 5, 5, 3, 30, tzinfo=MORNING.tzinfo)
SCHEDULE = Schedule(start=datetime(2027, 5, 5, 10, 30), rule="FREQ=MONTHLY;BYDAY=1WE")  # noqa: DTZ001
WORDS = {"language": "vi", "headline": "Báo động lũ", "instruction": "Đây là diễn tập, bà con tập ra nhà văn hóa.", "where": "Toàn xã"}
FILE = {
    "format": 1,
    "id": "dien-tap-thang",
    "channel": COMMUNE,
    "schedule": json.loads(SCHEDULE.model_dump_json()),
    "event": "Báo động lũ",
    "sender": "dien-tap@mau.example",
    "issuing_body": "UBND xã Mẫu",
    "versions": [WORDS, {**WORDS, "language": "en", "headline": "Exercise: flood"}],
}


def drill(**more):
    return Drill.model_validate_json(json.dumps({**FILE, **more}))


class Yard:
    """A registry with a drill planned, whose clock is turned by hand."""

    def __init__(self, office, registry):
        self.office, self.registry, self.app, self.clock = office, registry, registry.app, office.clock

    async def plan(self, planned=None):
        async with self.app[STORAGE].writing() as connection:
            await keeping.add(connection, planned or drill(), OFFICER, self.clock())

    async def at(self, moment):
        """Turn the clock to *moment*, and let drills and gate look."""
        self.clock.turn(seconds=(moment - self.clock.at).total_seconds())
        await self.app[DRILLS].tick()
        await self.app[GATE].tick()

    async def runs(self):
        async with self.app[STORAGE].reading() as connection:
            return await keeping.runs_of(connection)


@pytest.fixture
async def yard(tmp_path, aiohttp_client):
    office = Office(Publisher(tmp_path, (PROVINCE, COMMUNE)), None, Dial())
    office.allow_feed()
    publisher, clock = office.publisher, office.clock
    feed = {COMMUNE: publisher.keys[KeyName.FEED]}
    config = Config(tmp_path / "data", publisher.site, "https://so.example", online=publisher.online, feed=feed, now=clock)
    config = replace(config, monotonic=clock.monotonic, gate_every=3600.0, drills_every=3600.0)
    app = make_app(config)
    return Yard(office, Registry(await aiohttp_client(app), app, clock, config))


def test_whatever_the_file_says_it_is_an_exercise_in_its_first_words():
    made = exercise(drill(), AT, OFFICER)
    assert made.status is Status.EXERCISE
    assert [text.headline for text in made.versions] == ["Diễn tập: Báo động lũ", "Exercise: flood"]
    assert made.event.startswith("Diễn tập")
    assert (
        made.identity() == exercise(drill(), AT, "người khác").identity() != exercise(drill(), AT + timedelta(days=1), OFFICER).identity()
    )


async def test_it_goes_out_at_its_time_once_also_over_restarts(yard):
    await yard.plan()
    await yard.at(AT - timedelta(seconds=1))
    assert yard.office.released(Target.FEED) == ()
    for moment in (AT, AT, AT + timedelta(seconds=30)):
        await yard.at(moment)
    (out,) = yard.office.released(Target.FEED)
    assert (out.status, out.identifier) == (Status.EXERCISE, "dien-tap-thang-20270505T033000Z")
    assert out.provenance.author == OFFICER
    assert "theo lịch" in out.provenance.exception
    assert yard.office.version(Target.FEED) == 1


async def test_a_drill_that_was_missed_is_said_and_not_made_up_for(yard):
    await yard.plan()
    await yard.at(AT + timedelta(hours=12))
    assert yard.office.released(Target.FEED) == ()
    (run,) = await yard.runs()
    assert run.outcome is Outcome.MISSED
    assert "not running" in run.reason
    await yard.at(AT + timedelta(days=28))
    assert [each.outcome for each in await yard.runs()] == [Outcome.PUT_OUT, Outcome.MISSED]


async def test_a_few_minutes_late_it_still_goes_out_but_not_into_hours_that_became_quiet(yard):
    await yard.plan()
    quiet = (QuietHours(start=datetime(2027, 1, 1, 10, 31).time(), end=datetime(2027, 1, 1, 11, 0).time()),)  # noqa: DTZ001
    rules = FeedRules(areas=(COMMUNE,))
    yard.office.publisher.release_policy(COMMUNE, Policy(format=1, channel=COMMUNE, feed=rules, quiet_hours=quiet), at=MORNING)
    await yard.at(AT + timedelta(minutes=3))
    (run,) = await yard.runs()
    assert run.outcome is Outcome.MISSED
    assert "quiet hours" in run.reason


async def test_what_the_policy_does_not_let_the_feed_carry_waits_for_two_persons(yard):
    yard.office.publisher.release_policy(COMMUNE, Policy(format=1, channel=COMMUNE), at=MORNING)
    await yard.plan()
    await yard.at(AT)
    assert yard.office.released(Target.FEED) == ()
    yard.office.storage = yard.app[STORAGE]
    assert list((await yard.office.states()).values()) == [State.PENDING]


async def test_what_cannot_leave_is_missed_when_it_is_too_late_for_it_and_never_goes_out_afterwards(yard):
    """A drill that waits for a key or for two persons must not howl in the night in which somebody brings them."""
    yard.office.publisher.release_policy(COMMUNE, Policy(format=1, channel=COMMUNE), at=MORNING)
    await yard.plan()
    await yard.at(AT)
    assert [run.outcome for run in await yard.runs()] == [Outcome.HANDED]
    await yard.at(AT + timedelta(hours=1))
    (run,) = await yard.runs()
    assert run.outcome is Outcome.MISSED
    assert "lets nothing out by the feed" in run.reason
    yard.office.storage = yard.app[STORAGE]
    assert list((await yard.office.states()).values()) == [State.CANCELLED]


async def test_what_an_officer_cancelled_was_not_put_out(yard):
    yard.office.publisher.release_policy(COMMUNE, Policy(format=1, channel=COMMUNE), at=MORNING)
    await yard.plan()
    await yard.at(AT)
    async with yard.app[STORAGE].reading() as connection:
        (row,) = await of_identity(connection, exercise(drill(), AT, OFFICER).identity())
    await yard.app[GATE].cancel(row.id, "Lò Văn Bến", "bận cứu hộ")
    await yard.at(AT + timedelta(minutes=1))
    (run,) = await yard.runs()
    assert (run.outcome, "bận cứu hộ" in run.reason) == (Outcome.MISSED, True)


async def test_some_minutes_later_the_table_tells_what_came_to_each_unit(yard):
    unit = await yard.registry.enrolled("bt-mau-01")
    await yard.registry.enrolled("bt-mau-02")
    await yard.plan()
    await yard.at(AT)
    (out,) = yard.office.released(Target.FEED)
    seen = AlertSeen(n=1, at=stamp(AT + timedelta(seconds=2)), identity=str(out.identity()), channel=COMMUNE, feed=True)
    spoke = sounded(2, occurrence=f"alert:{COMMUNE}:{out.identity()}#0", item=str(out.identity()), at=stamp(AT + timedelta(seconds=4)))
    await yard.registry.report(unit.report(1, [("audio", seen), ("audio", spoke)], at=stamp(AT + timedelta(seconds=5))))
    await yard.at(AT + timedelta(minutes=9))
    assert (await yard.runs())[0].report is None
    await yard.at(AT + timedelta(minutes=10))
    (run,) = await yard.runs()
    units = {each["unit"]: each for each in run.report["units"]}
    assert units["bt-mau-01"]["steps"]["verified"] == 2.0
    assert units["bt-mau-01"]["steps"]["left_driver"] == 4.0
    assert units["bt-mau-02"]["steps"] == {}
    assert sum(run.report["villages"].values()) == 1


def test_the_table_is_of_every_channel_that_it_left_in():
    alert = exercise(Drill.model_validate_json(json.dumps(FILE), strict=False), AT, OFFICER)
    beside = "vn.20.06777"
    found = [
        confirmed(Raised(alert, channel, AT, {f"{channel}/feed.json": 1}), (), {}, AT, [Village(f"{channel}.01", "Thôn", channel, ())])
        for channel in (COMMUNE, beside)
    ]
    table = table_of(found, AT)
    assert (table["channel"], table["villages"][Reach.NO_UNIT]) == (f"{COMMUNE}, {beside}", 2)


@pytest.fixture
def planning(tmp_path):
    """The command with a file, on a tree whose commune keeps the default quiet hours."""
    publisher = Publisher(tmp_path, (PROVINCE, COMMUNE))

    def run(**more):
        (tmp_path / "drill.json").write_text(json.dumps({**FILE, **more}))
        words = ["registry", "drill", "add", str(tmp_path / "drill.json"), "--by", OFFICER]
        return CliRunner().invoke(main, [*words, "--data", str(tmp_path / "data"), "--site", str(publisher.site)])

    return run


def starting(hour, rule="FREQ=MONTHLY;BYDAY=1WE", minute=0):
    return {"start": f"2027-05-05T{hour:02}:{minute:02}:00", "rule": rule}


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        (starting(22), "quiet hours"),
        (starting(21, minute=20), "quiet hours"),
        (starting(10, "FREQ=HOURLY"), "more than once a day"),
        (starting(10, "FREQ=DAILY;COUNT=0"), "schedule"),
    ],
)
def test_a_schedule_that_would_wake_or_dull_people_is_refused(planning, schedule, why):
    done = planning(schedule=schedule)
    assert done.exit_code != 0
    assert why in str(done.exception) + done.output


async def test_its_speech_is_made_when_it_is_planned_and_goes_out_with_it(yard, tmp_path):
    file, site = tmp_path / "drill.json", yard.office.publisher.site
    file.write_text(json.dumps(FILE))
    words = ["registry", "drill", "add", str(file), "--by", OFFICER, "--data", str(tmp_path / "data"), "--site", str(site)]
    done = await asyncio.to_thread(CliRunner().invoke, main, words)
    assert done.exit_code == 0, done.output
    await yard.at(AT)
    vietnamese, english = yard.office.released(Target.FEED)[0].versions
    assert yard.office.tree.blob(vietnamese.clip.sha256).stat().st_size == vietnamese.clip.size
    assert vietnamese.clip.sha256 in done.output
    assert (vietnamese.reviewer, vietnamese.issued) == (OFFICER, None)
    # No voice reads English here: it stays on the board, and whoever planned it was told.
    assert english.clip is None
    assert "⚠" in done.output

"""Random villages for hypothesis: programmes, moments and histories that hang together just enough to be interesting."""

from datetime import time, timedelta

from hypothesis import strategies as st

from bundle.alert import Daytime
from bundle.base import BulletinClass
from bundle.live import live_occurrence
from bundle.orders import LiveOrder, ToneOrder, order_name
from bundle.policy import AreaCaps, Ceiling, FeedRules, Holiday, QuietHours, Weekday
from director.happened import Happened, fold
from director.moment import Moment
from evidence.records import ClockState, Outcome, SourceState
from evidence.report import Sounding
from tests.director import village as v

CHANNELS = (v.COUNTRY, v.PROVINCE, v.COMMUNE)
ITEMS = ("chao", "tin", "ket", "dai")
LANGUAGES = st.lists(st.sampled_from(["vi", "hmn", "km"]), unique=True, max_size=3).map(
    lambda found: tuple({"vi": 0, **dict.fromkeys(found)})
)
WHEN = st.integers(-26 * 60, 26 * 60).map(lambda minutes: v.at("12:00") + timedelta(minutes=minutes))
AREAS = st.sampled_from([(), (), (), (v.PLACE,), (v.PROVINCE,), ("vn.20.06001.ban-khac",)])
CLASSES = st.sampled_from(list(BulletinClass))
HOURS = st.sampled_from([time(0, 0), time(5, 0), time(11, 58), time(12, 1), time(21, 30), time(23, 45)])


ZONES = st.sampled_from([(), (), ("cho",), ("truong",), ("cho", "truong")])
CEILINGS = st.builds(
    Ceiling,
    start=HOURS,
    end=HOURS,
    weekdays=st.sampled_from([tuple(Weekday), (Weekday.MO, Weekday.TU)]),
    classes=st.sampled_from([(BulletinClass.ROUTINE,), (BulletinClass.PRIORITY,), (BulletinClass.ROUTINE, BulletinClass.PRIORITY)]),
    zones=ZONES,
    decibels=st.sampled_from([None, None, -6.0, -20.0]),
)
HOLIDAYS = st.sampled_from([None, Weekday.SU, Weekday.TU]).map(lambda like: (Holiday(day=v.DAY.date(), name="Lễ", like=like),))


FEED = FeedRules(areas=(v.PROVINCE,), level=4, at_once=3, per_hour=3)
BETWEEN = st.sampled_from(
    [None, None, Daytime(start=time(7), end=time(20)), Daytime(start=time(11, 58), end=time(12, 1)), Daytime(start=time(22), end=time(3))]
)


def rarely(strategy):
    """Nothing, but for one time in five: hypothesis otherwise leaves hardly a village with anything to show."""
    return st.integers(0, 4).flatmap(lambda chance: strategy if chance == 4 else st.none())


@st.composite
def contents(draw, channel):
    limits = rarely(WHEN)

    def fields():
        start, end = draw(limits), draw(limits)
        whole = {"valid_from": start, "valid_until": end} if start is None or end is None or start < end else {"valid_from": start}
        return {**whole, "areas": draw(AREAS), "bulletin_class": draw(CLASSES)}

    announcements = [v.announcement(name, draw(st.sampled_from([20.0, 60.0, 300.0])), draw(LANGUAGES), **fields()) for name in ITEMS]
    fallback, duration = draw(st.lists(st.sampled_from(ITEMS), max_size=2)), draw(st.sampled_from([120.0, 30.0, 900.0]))
    live = v.rebroadcast("dai-tinh", fallback, duration=duration, **fields())
    sessions = []
    for number in range(draw(st.sampled_from([2, 3, 1, 0]))):
        order = draw(st.lists(st.sampled_from([*ITEMS, "dai-tinh"]), min_size=1, max_size=4))
        start = draw(st.sampled_from(["12:00", "11:55", "12:01", "12:00", "05:00", "21:25", "23:50"]))
        rule = draw(st.sampled_from(["FREQ=DAILY", "FREQ=HOURLY;INTERVAL=5", "FREQ=WEEKLY;BYDAY=TU,WE"]))
        zones = draw(ZONES)
        window, maximum = draw(st.sampled_from([0.0, 120.0, 900.0])), draw(st.sampled_from([60.0, 400.0, 3600.0]))
        sessions.append(v.session(f"buoi-{number}", start, order, rule, maximum, window=window, zones=zones, **fields()))
    made = draw(st.sampled_from([v.MADE, v.at("11:00")]))
    return v.bundle(
        channel,
        made=made,
        valid_until=draw(WHEN),
        notices=[v.notice(f"tin-{n}", draw(LANGUAGES), **fields()) for n in range(draw(st.sampled_from([3, 2, 1, 0])))],
        tickers=[v.ticker("chu", draw(LANGUAGES), **fields())],
        announcements=announcements,
        rebroadcasts=[live],
        sessions=sessions,
        local_bulletin=draw(st.sampled_from([(), ("tin",), ("ket", "chao")])),
        live_grants=[v.grant(minutes=draw(st.sampled_from([2.0, 60.0])), **fields())] if draw(st.booleans()) else [],
        sponsors=[v.sponsor(f"nha-{n}", draw(st.sampled_from([0.1, 0.5, 1.0])), **fields()) for n in range(draw(st.integers(0, 2)))],
    )


@st.composite
def messages(draw):
    """Alerts, updates and cancels of a small pool of names, so that they meet."""
    name = draw(st.sampled_from(["a", "b", "c", "d", "e", "f"]))
    sent = SENT[name]
    names = draw(st.lists(st.sampled_from(sorted(SENT)), min_size=1, max_size=2, unique=True))
    make = draw(st.sampled_from([v.alert, v.alert, v.update, v.cancel]))
    replaces = tuple(v.reference(other, SENT[other]) for other in names) if make is not v.alert else ()
    languages = draw(LANGUAGES)
    return make(
        name,
        sent=sent,
        level=draw(st.integers(1, 5)),
        languages=languages,
        recorded=draw(st.sampled_from([languages, ("vi",), ()])),
        count=draw(st.integers(1, 3)),
        every=draw(st.sampled_from([60.0, 600.0])),
        between=draw(BETWEEN),
        replaces=replaces,
        expires=draw(st.sampled_from([None, sent + timedelta(minutes=7), sent + timedelta(hours=3)])),
        areas=draw(AREAS),
        wake=draw(st.booleans()),
        status=draw(st.sampled_from([v.Status.ACTUAL, v.Status.ACTUAL, *v.Status])),
    )


SENT = {name: v.at(clock) for name, clock in zip("abcdef", ["02:00", "11:50", "11:55", "11:59", "21:40", "11:59"], strict=True)}


LIFTINGS = st.builds(v.lifting, st.sampled_from(CHANNELS), st.sampled_from([v.MADE, SENT["a"]]))


@st.composite
def orders(draw):
    """Some orders whose hours meet those of the sessions."""

    def hours():
        since = draw(WHEN)
        return {"since": since, "expires": since + draw(st.sampled_from([timedelta(minutes=3), timedelta(hours=2)])), "areas": draw(AREAS)}

    found = [v.mute(**hours()), v.volume(draw(st.sampled_from([-30.0, -6.0, 0.0])), **hours()), v.tone(seconds=7.0, **hours())]
    found += [v.live(person=draw(st.sampled_from([v.ORDERS, v.ORDERS, "Người Khác"])), **hours())]
    return draw(st.lists(st.sampled_from(found), min_size=1, unique_by=lambda order: order.id))


@st.composite
def programmes(draw):
    cells = []
    above = draw(st.lists(st.sampled_from(CHANNELS[:2]), unique=True, max_size=2))
    for channel in (*above, v.COMMUNE):
        stop = {
            "withdrawn": draw(st.sampled_from([[], [], [v.withdrawal("tin")], [v.withdrawal("buoi-0"), v.withdrawal("tin-0")]])),
            "kills": draw(rarely(st.sampled_from([[v.kill(areas=("vn.99",))], [v.kill()], [v.kill(), v.kill(since=SENT["a"])]]))) or [],
            "cancelled": draw(st.sampled_from([[], [], [v.reference("a", SENT["a"])]])),
            "lifted": draw(st.lists(LIFTINGS, max_size=2)),
        }
        hours = draw(rarely(st.lists(st.builds(QuietHours, start=HOURS, end=HOURS), max_size=2))) or []
        rules = v.policy(
            quiet_hours=tuple(hours),
            ceilings=tuple(draw(rarely(st.lists(CEILINGS, min_size=1, max_size=3))) or []),
            holidays=tuple(draw(rarely(HOLIDAYS)) or ()),
            days_per_week=draw(st.sampled_from([7, 7, 2, 1, 0])),
            feed=draw(st.sampled_from([None, FEED, FEED.model_copy(update={"at_once": 1, "per_hour": 1})])),
            caps_by_area=draw(st.sampled_from([(), (), (AreaCaps(areas=(v.COMMUNE,), sessions_per_day=3, minutes_per_session=2.0),)])),
            collision_order=draw(st.sampled_from([(), (v.PROVINCE, v.COMMUNE), (f"{v.COMMUNE}/buoi-1",)])),
            sessions_per_day=draw(st.sampled_from([4, 2, 24, 0])),
            minutes_per_session=draw(st.sampled_from([1.0, 5.0, 45.0])),
            weekdays=draw(st.sampled_from([tuple(Weekday), (Weekday.TU,)])),
        )
        cells.append(
            v.cell(
                channel,
                issued=draw(WHEN),
                alerts=draw(rarely(st.lists(messages(), min_size=1, max_size=5))) or [],
                earlier=draw(rarely(st.lists(messages(), max_size=1))) or [],
                content=draw(contents(channel)) if channel == v.COMMUNE or draw(st.booleans()) else None,
                policy=draw(st.sampled_from([None, rules])),
                **({"feed": found} if (found := draw(rarely(st.lists(messages(), min_size=1, max_size=5)))) else {}),
                **({"orders": found} if (found := draw(rarely(orders()))) else {}),
                **stop,
            )
        )
    languages = draw(st.sampled_from([("vi",), ("hmn", "vi"), ("km", "hmn"), ()]))
    zones = draw(st.sampled_from([(), ("cho",), ("cho", "truong")]))
    return v.programme(*cells, languages=languages, lead=draw(st.sampled_from([0.0, 10.0])), zones=zones)


@st.composite
def moments(draw):
    near = st.integers(-20, 400).map(lambda seconds: v.at("12:00") + timedelta(seconds=seconds))
    state = draw(st.sampled_from([ClockState.TRUSTED, ClockState.TRUSTED, *ClockState]))
    wall = draw(st.sampled_from([near, near, WHEN]).flatmap(lambda found: found))
    boot = draw(st.sampled_from([v.BOOT, v.BOOT, "boot-2"]))
    return v.moment(wall, state, boot) if boot == v.BOOT else Moment(wall, state, boot, float(draw(st.integers(0, 100_000))))


@st.composite
def histories(draw, programme, before):
    """Any lines that a journal of this unit could hold before *before*."""
    lines = []
    persons = [each for cell in programme.cells for each in (cell.alerts.alerts if cell.alerts else ())]
    fed = [each for cell in programme.cells for each in (cell.feed.alerts if cell.feed else ())]
    alerts = persons + fed
    past = st.integers(0, 3000).map(lambda seconds: before.wall - timedelta(seconds=seconds))
    clock = st.sampled_from([ClockState.TRUSTED, ClockState.UNKNOWN])
    for each in alerts:
        if draw(st.booleans()):
            lines.append(v.seen(each, draw(past), feed=each in fed, state=draw(clock)))
    keys = [v.alert_key(each, number, channel) for each in alerts for number in (0, 1) for channel in CHANNELS]
    keys += [v.key(f"buoi-{n}", v.at(due), item, 0, channel) for n in (0, 1) for due in DUES for item in ITEMS for channel in CHANNELS]
    live = [v.key(f"buoi-{n}", v.at(due), "dai-tinh", 0, channel) for n in (0, 1) for due in DUES for channel in CHANNELS]
    keys += [*live, *(v.stand_in(key, item, channel) for key in live[:2] for item in ITEMS for channel in CHANNELS)]
    given = [(cell.channel, order) for cell in programme.cells for order in (cell.orders.orders if cell.orders else ())]
    lines += [v.order_seen(order, draw(past), channel, state=draw(clock)) for channel, order in given if draw(st.booleans())]
    live += [live_occurrence(channel, order) for channel, order in given if isinstance(order, LiveOrder)]
    keys += [f"order:{order_name(channel, order)}" for channel, order in given if isinstance(order, ToneOrder)]
    keys += live
    for key in draw(st.lists(st.sampled_from(live), max_size=4)):
        lines.append(v.received(key, draw(st.sampled_from(list(SourceState))), draw(past)))
    for key in draw(st.lists(st.sampled_from(keys), max_size=6, unique=True)):
        lines.append(v.sounded(key, draw(st.sampled_from(list(Outcome))), draw(past), float(draw(st.integers(0, 400))), state=draw(clock)))
    for item in draw(st.lists(st.sampled_from(["tin-0", "tin-1", "lau-roi"]), max_size=2)):
        lines.append(v.shown(item, outcome=draw(st.sampled_from([Outcome.COMPLETE, Outcome.INTERRUPTED]))))
    happened = fold(Happened(), lines)
    for item in draw(st.lists(st.one_of(st.none(), st.sampled_from(ITEMS)), max_size=2)):
        since = v.stamp(draw(past))
        found = Sounding(occurrence="x", item=item, channel=v.COMMUNE, language="vi", since=since) if item else None
        happened = happened.sounding_now(found)
    return happened


DUES = ("12:00", "11:55", "12:01", "05:00")


@st.composite
def worlds(draw):
    """A programme, a moment and a history."""
    programme, moment = draw(programmes()), draw(moments())
    return programme, moment, draw(histories(programme, moment))

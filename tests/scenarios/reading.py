"""How a scenario file is read: a village, what was published, what happened, and what should be on at some hours."""

import json
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta

from bundle.policy import Policy
from director.decision import AlertPage, BuiltInPage, CaptionPage, NoticePage, Silence, Speak
from director.moment import Moment
from director.programme import Programme
from director.screen import direct_screen
from director.sound import direct_sound
from evidence.records import ClockState, Outcome, SourceState
from tests.director import village

NAMES = {"country": village.COUNTRY, "province": village.PROVINCE, "commune": village.COMMUNE}


class Scenario:
    """One file: ``[unit]``, ``[[notice]]``, ``[[announcement]]``, ``[[session]]``, ``[[alert]]``, ``[[happened]]``, ``[[look]]``."""

    def __init__(self, path):
        self.text = tomllib.loads(path.read_text(encoding="utf-8"))
        self.title, self.rule, self.looks = self.text["title"], self.text["rule"], self.text["look"]
        self.alerts = {}
        self._read_alerts()
        self.programme = self._programme()
        self._records = [self._record(line) for line in self.text.get("happened", [])]

    def look(self, look):
        """What is on at one hour, in the words of the file; only the questions that the file asks."""
        moment = self._moment(look)
        happened = replace(self._happened_until(moment), unreceived=look.get("lacks", False))
        screen, sound = (ask(self.programme, moment, happened) for ask in (direct_screen, direct_sound))
        answers = {
            "board": board_words(screen, self),
            "sound": sound_words(sound.what, self),
            "signs": [sign.value for sign in screen.signs],
            "language": getattr(getattr(screen.main, "wording", None), "language", ""),
            # Only of the day itself: what was missed the day before is told too, but says nothing about the scenario.
            "skipped": [skip.item for skip in sound.skipped if moment.wall - due_of(skip.key) < timedelta(hours=12)],
            "resumes_at": sound.what.queue[0].resume if isinstance(sound.what, Speak) else None,
            "attention": sound.what.queue[0].attention.value if isinstance(sound.what, Speak) else None,
            "zones": list(sound.what.queue[0].zones) if isinstance(sound.what, Speak) else None,
            "gain": sound.what.queue[0].gain if isinstance(sound.what, Speak) else None,
            "ticker": [line.text for line in screen.ticker],
            "sponsor": screen.sponsor.id if screen.sponsor else "",
            "listens": [each.title for each in sound.listen],
        }
        unknown = set(look) - set(answers) - {"at", "clock", "boot", "day", "up", "lacks"}
        assert not unknown, f"a scenario cannot ask for {unknown}"
        return {question: answers[question] for question in look if question in answers}

    def _happened_until(self, moment):
        """What had been written down by then; the clock of another boot tells no order."""
        return village.after(*(record for record in self._records if record.at.boot != moment.boot or record.at.mono <= moment.mono))

    def _moment(self, place):
        wall = village.at(place["at"], place.get("day", 0))
        state, boot = ClockState(place.get("clock", "trusted")), place.get("boot", village.BOOT)
        return Moment(wall, state, boot, place["up"]) if "up" in place else village.moment(wall, state, boot)

    def _read_alerts(self):
        for line in self.text.get("alert", []):
            line = dict(line)
            name, channel = line.pop("name"), NAMES[line.pop("by", "commune")]
            fields = {"sent": line.pop("sent", "02:00")}
            ends = line.pop("until", None)
            replaces = tuple(self._reference(other) for other in line.pop("replaces", []))
            kind = {"alert": village.alert, "update": village.update, "cancel": village.cancel}[line.pop("kind", "alert")]
            fields |= {"expires": village.at(ends)} if ends else {}
            fields |= {"status": village.Status(line.pop("status"))} if "status" in line else {}
            fields |= {key: tuple(line.pop(key)) for key in ("areas", "units", "languages", "recorded") if key in line}
            fields |= line
            if replaces or kind is not village.alert:
                fields["replaces"] = replaces
            self.alerts[name] = (channel, kind(name, **fields))

    def _reference(self, name):
        sent = next(line.get("sent", "02:00") for line in self.text["alert"] if line["name"] == name)
        return village.reference(name, sent)

    def _programme(self):
        makers = {"notice": village.notice, "announcement": village.announcement, "ticker": village.ticker}
        makers |= {"session": village.session, "rebroadcast": village.rebroadcast, "sponsor": village.sponsor}
        channels = {}
        for kind, make in makers.items():
            for line in self.text.get(kind, []):
                channel = NAMES[line.get("by", "commune")]
                channels.setdefault(channel, {}).setdefault(f"{kind}s", []).append(make(line["name"], **self._fields(line)))
        policy = self._rules() if "policy" in self.text else None
        cells = []
        for channel in NAMES.values():
            whose = self.text.get("bundle", {})
            ends = village.at(whose["old_from"], whose.get("day", 0)) if "old_from" in whose else None
            parts = channels.get(channel, {}) | ({"local_bulletin": whose.get("local_bulletin", ())} if channel == village.COMMUNE else {})
            content = village.bundle(channel, valid_until=ends, **parts) if channel in channels else None
            alerts = [each for owner, each in self.alerts.values() if owner == channel]
            stops = [stop for stop in self.text.get("stop", []) if NAMES[stop.get("by", "commune")] == channel]
            cells.append(
                village.cell(
                    channel,
                    alerts=alerts,
                    content=content,
                    policy=policy if channel == village.COMMUNE else None,
                    withdrawn=[village.withdrawal(stop["withdraw"]) for stop in stops if "withdraw" in stop],
                    kills=[village.kill() for stop in stops if stop.get("kill")],
                    lifted=[village.lifting(NAMES[stop["lift"]]) for stop in stops if "lift" in stop],
                    cancelled=[self._reference(stop["cancel"]) for stop in stops if "cancel" in stop],
                )
            )
        unit = {key: tuple(value) for key, value in self.text.get("unit", {}).items()}
        return Programme(village.site(**unit), tuple(cells))

    @staticmethod
    def _fields(line):
        fields = {
            key: tuple(value) if isinstance(value, list) else value for key, value in line.items() if key not in ("by", "name", "class")
        }
        for edge in ("valid_from", "valid_until"):
            if edge in fields:
                fields[edge] = village.at(fields[edge])
        if "class" in line:
            fields["bulletin_class"] = line["class"]
        return fields

    def _rules(self):
        rules = dict(self.text["policy"])
        if "quiet" in rules:
            rules["quiet_hours"] = [dict(zip(("start", "end"), pair.split("-"), strict=True)) for pair in rules.pop("quiet")]
        return Policy.model_validate_json(json.dumps({"format": 1, "channel": village.COMMUNE, **rules}, default=str))

    def _record(self, line):
        place = {"when": village.at(line["at"], line.get("day", 0)), "boot": line.get("boot", village.BOOT)}
        if "saw" in line:
            channel, each = self.alerts[line["saw"]]
            return village.seen(each, place.pop("when"), channel, **place)
        if "shown" in line:
            channel, item = village.COMMUNE, line["shown"]
            if item in self.alerts:
                channel, item = self.alerts[item][0], str(self.alerts[item][1].identity())
            return village.shown(item, line["at"], Outcome(line.get("outcome", "complete")), channel, line.get("language", "vi"))
        if "received" in line:
            return village.received(self._key(line["received"], line), SourceState(line["state"]), place.pop("when"), **place)
        outcome, offset = Outcome(line["outcome"]), float(line.get("offset", 0))
        if "airing" in line:
            channel, each = self.alerts[line["airing"]]
            return village.sounded(village.alert_key(each, line.get("number", 0), channel), outcome, place.pop("when"), offset, **place)
        key = self._key(line["sounded"], line)
        key = village.stand_in(key, line["stand_in"]) if "stand_in" in line else key
        return village.sounded(key, outcome, place.pop("when"), offset, **place)

    @staticmethod
    def _key(spoken, line):
        name, item = spoken.split("/")
        return village.key(name, line["due"], item)


def due_of(key):
    """When a session's utterance was due."""
    return datetime.fromisoformat(key.rpartition("/")[0].rpartition("@")[2])


def board_words(screen, scenario):
    """The main page as a scenario writes it."""
    match screen.main:
        case BuiltInPage(why):
            return f"built-in page: {why.value}"
        case NoticePage():
            return f"notice {screen.main.notice.id}"
        case AlertPage():
            drill = "" if screen.main.alert.status is village.Status.ACTUAL else "exercise "
            return f"{drill}alert {screen.main.alert.identifier}"
        case CaptionPage():
            return f"caption {screen.main.item}"


def sound_words(what, scenario):
    """The loudspeaker as a scenario writes it: what is said, in order."""
    match what:
        case Silence(why):
            return f"silence: {why.value}"
        case Speak(queue):
            names = {str(each.identity()): f"alert {name}" for name, (_, each) in scenario.alerts.items()}
            return ", ".join(names.get(each.item, each.item) for each in queue)

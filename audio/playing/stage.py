"""What the voice holds in its hands: the utterance, its samples, the lines, the music below; and how it moves on with time."""

from audio.driver.ring import RATE
from audio.driver.speaker import Speaker
from audio.driver.timeline import Timeline
from audio.ledger import Ledger
from audio.mix.signals import PAUSE, length, signal
from audio.playing.airing import Airing
from audio.playing.endings import STOPPED, Endings
from audio.playing.feed import Feed
from audio.playing.lines import Lines
from audio.playing.playback import State
from audio.source.sources import live
from bundle.asset import Clip
from device.errors import ClipUnplayable
from device.settings import Settings
from director.decision import Clips, Live, Tone, Utterance
from director.moment import Moment

PLACING = 0.4
"""Seconds before its moment a signal is given its position, and the record of a start goes to the card."""
NEAR = 0.15
"""Seconds before its moment the first sample of speech is given its position: so late that the device's drift does not matter."""
SAFETY = 0.05
FIT_EVERY = 0.1
"""Seconds between two looks at the device's pace, which is that of some seconds."""
_LEASE_AHEAD = 4.0
"""Seconds for which the lines stay leased if the card holds up the voice just after it had them switched on."""


def due(utterance: Utterance, moment: Moment) -> float:
    """When the first sample of *utterance* is to be heard, in seconds since boot."""
    return moment.mono + (utterance.due - moment.wall).total_seconds()


def end(utterance: Utterance, begins: float, moment: Moment) -> float:
    """When the last sample of *utterance* has left, in seconds since boot, if its first one leaves at *begins*."""
    match utterance.source:
        case Clip(duration=seconds) | Clips(duration=seconds) | Tone(seconds):
            return begins + seconds - utterance.resume
        case Live(ends=ends):
            return moment.mono + (ends - moment.wall).total_seconds()


class Stage:
    """One loudspeaker's present; *now* is seconds since boot, *line* the device's clock, *position* where its reader stands.

    *target* is what is being said or about to be, *airing* its samples, *next* what follows it, *music* what sounds below it.
    *signal_at* is where the target's signal begins. *due* and *ends* are when the target is to begin and will surely have ended,
    *overran* is whether a line's maximum on-time came before that. All these moments are those of the driver, whose sound is heard
    *latency* seconds later: as calibrated, 0 while nobody knows.
    """

    def __init__(self, settings: Settings, speaker: Speaker, feed: Feed, ledger: Ledger) -> None:
        calibrated = settings.sound.latency_ms
        self.latency = (calibrated or 0.0) / 1000
        self.lines = Lines(settings, speaker)
        self.endings = Endings(ledger, None if calibrated is None else self.latency, self.lines.zones)
        self.duck = settings.sound.duck
        self.speaker, self.feed = speaker, feed
        self.now, self.line, self.position = 0.0, Timeline(0.0, 0.0), 0
        self._fit_at = 0.0
        self.target: Utterance | None = None
        self.due = self.ends = 0.0
        self._coming: tuple[Utterance, float, float] | None = None
        self.airing: Airing | None = None
        self.next: Airing | None = None
        self.music: Airing | None = None
        self.reason, self.overran = "", False
        self._after_signal: int | None = None
        self.signal_at: int | None = None

    def look(self, moment: Moment, closely: bool = True) -> bool:
        """Take the present in, the device's pace only if *closely*; false while there is no running sound device."""
        self.now = moment.mono
        if self.speaker.ring is None or not self.speaker.open:
            return False
        if self.feed.attach(self.speaker.ring):
            self._fit_at = 0.0
        self.position = self.speaker.ring.position
        if closely and moment.mono >= self._fit_at:
            line = self.speaker.timeline()
            if line is None:
                return False
            self.line, self._fit_at = line, moment.mono + FIT_EVERY
        return True

    def leaves(self, utterance: Utterance, moment: Moment) -> float:
        """When the first sample of *utterance* is to leave the driver, so that it is heard when it is due; seconds since boot."""
        return due(utterance, moment) - self.latency

    def choose(self, utterance: Utterance, moment: Moment) -> None:
        """Make *utterance* the one that the next ACTIVATE or SIGNAL is for."""
        self._coming = (utterance, self.leaves(utterance, moment), self.latest(utterance, moment))

    def latest(self, utterance: Utterance, moment: Moment) -> float:
        """When *utterance* will surely have ended if it is begun at *moment*, in seconds since boot."""
        begins = moment.mono + self.lines.run_up + length(utterance.attention) + PLACING
        return end(utterance, max(begins, self.leaves(utterance, moment)), moment)

    def keep_lease(self, state: State) -> None:
        """Say up to which position the lines stay leased; only moves on while this program runs."""
        if self.speaker.ring is None:
            return
        linger = round((self.lines.tail + self.lines.hold) * RATE)
        match state:
            case State.WARMING | State.SIGNALLING:
                self.speaker.ring.until = self.position + round(_LEASE_AHEAD * RATE)
            case State.SPEAKING | State.SPEAKING_OVER | State.SIGNALLING_OVER:
                self.speaker.ring.until = max(self.feed.track.cursor, self.position) + linger
            case State.TAILING | State.HOLDING:
                self.speaker.ring.until = self.feed.track.loud_end + linger
            case State.SILENT | State.COOLING | State.FAULT:
                self.speaker.ring.until = 0

    def signalled(self) -> bool:
        """Place the attention signal when its moment is near; true when the speech is ready to be placed after it."""
        if self.target is None:
            return False
        self.airing = self.airing or self.feed.prepare(self.target, self.now)
        ready = self.airing.preread(self.now)
        warm, down = self.lines.warm_at(self.now), self.duck.down if self.music else 0.0
        lead = length(self.target.attention)
        # The signal promises a voice, so it waits for the microphone: one that cannot be opened makes no sound at all.
        silent = live(self.target) and self.target.holder is not None and not ready
        if self._after_signal is None and warm is not None and not silent and self.now >= self.due - lead - down - PLACING:
            earliest = self.line.frame_at(warm + SAFETY)
            earliest = max(earliest, self.feed.track.nearest + round(down * RATE) if self.music else self.feed.track.cursor)
            self._place(self.target, max(self.line.frame_at(self.due - lead), earliest))
        self.feed.work()
        return ready and self._after_signal is not None and self.now >= self.line.moment_of(self._speech()) - PLACING

    def start(self, airing: Airing) -> None:
        """Have the start of *airing* on the card before its first sample; the ring keeps in mind that none of it has left yet.

        Of what goes on in its middle some has left already.
        """
        if self.speaker.ring is not None and airing.utterance.resume == 0:
            self.speaker.ring.beginnings.expect(airing.utterance.key)
        self.endings.start(airing)

    def progress(self) -> None:
        """Keep the ring filled, and have the next utterance follow without a gap; ``ClipUnplayable`` for the present one."""
        if self.airing is None:
            return
        if self.airing.broken:
            raise self.airing.broken
        if self.airing.first is None:
            if self.now < self.line.moment_of(self._speech()) - NEAR:
                return
            self.feed.begin(self.airing, self._speech(), self.now)
        self.feed.fill(self.airing, self.now)
        if self.next is not None:
            self._progress_next(self.next)
        first, meant = self.airing.first, self.airing.due
        if self.airing.late is None and first is not None and meant is not None and self.position > first:
            left = self.speaker.left_at(first)
            self.airing.late = None if left is None else left - meant

    def progress_music(self) -> None:
        """Keep the music below going; ``ClipUnplayable`` when it cannot."""
        if self.music is not None:
            self.feed.fill(self.music, self.now)

    def follow(self, utterance: Utterance) -> None:
        """Have *utterance* ready to follow the present one."""
        if self.next is None:
            try:
                self.next = self.feed.prepare(utterance, self.now)
            except ClipUnplayable:
                return  # its own turn comes, and then it fails by itself

    def unfollow(self) -> None:
        """What was to follow is not wanted any more: it is taken back unless its first sample is about to leave."""
        following = self.next
        if following is None or (following.first is not None and not self.feed.take_back(following.first)):
            return
        self.endings.lose(following, STOPPED, self.position)
        self.feed.forget(following.utterance.key)
        self.next = None

    def sense(self) -> None:
        """Keep in mind which lines do not carry what sounds, and what their sensors say; that current flowed once is enough."""
        sounding, sensed = self.sounding(), self.lines.electrical()
        if sounding is None:
            return
        sounding.silent |= self.lines.silent()
        if not sounding.electrical and sensed is not None:
            sounding.electrical = sensed

    def present(self) -> tuple[Airing, ...]:
        """All that is under way: what is said, what follows it, and the music below."""
        return tuple(airing for airing in (self.airing, self.next, self.music) if airing is not None)

    def sounding(self) -> Airing | None:
        """What leaves the loudspeaker now; of two, what is said over the music."""
        return next((airing for airing in self.present() if airing.first is not None and self.position >= airing.first), None)

    def aim(self) -> None:
        """What was chosen becomes the target."""
        if self._coming is not None:
            (self.target, self.due, self.ends), self._coming = self._coming, None
            self.overran, self.signal_at = False, None

    def begin_signal(self) -> None:
        """Nothing of the target has been placed yet."""
        self.airing, self._after_signal, self.signal_at = None, None, None

    def activate(self) -> None:
        """Have the target's lines leased."""
        if self.target is None:
            return
        if not self.lines.last(self.ends):
            # What still fades would go into lines that have just been started anew.
            self.lines.drop(self.now)
            self.feed.clear()
        if self.speaker.ring is not None:
            self.speaker.ring.until = self.position + round(_LEASE_AHEAD * RATE)
        self.lines.lease(self.target, self.now)

    def _place(self, target: Utterance, position: int) -> None:
        """Let the signal of *target* begin at *position*; the music is down by then."""
        samples = signal(target.attention)
        if self.music is not None:
            down = round(self.duck.down * RATE)
            self.feed.lower(self.music, position - down, self.duck.depth_db, down)
        # Most of the pause is give: a device that runs slow must not push the speech beyond its due time.
        end = self.feed.place(samples, position, target.gain)
        self.signal_at, self._after_signal = end - len(samples), end + (round(PAUSE / 4 * RATE) if len(samples) else 0)

    def _speech(self) -> int:
        return max(self.line.frame_at(self.due), self._after_signal or 0)

    def _progress_next(self, following: Airing) -> None:
        try:
            if following.broken:
                return
            ready = following.first is not None or following.preread(self.now)
            if ready and following.first is None and self.airing is not None and self.airing.end is not None:
                self.start(following)
                self.feed.begin(following, self.airing.end, self.now)
            if following.first is not None:
                self.feed.fill(following, self.now)
        except ClipUnplayable as problem:
            following.broken = problem

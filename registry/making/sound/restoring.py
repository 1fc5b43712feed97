"""One recording on its way to the horn: examined step by step, mended where that helps, every step remarked upon."""

from dataclasses import dataclass, field

import numpy as np

from registry.making.sound.faults import click_runs, clipped_runs, clipped_share, hum, offset, piled_up
from registry.making.sound.levels import Span, frame_levels, longest_quiet, noise_level, phrases, speech_level
from registry.making.sound.limits import SoundLimits
from registry.making.sound.loudness import measured
from registry.making.sound.recording import Recording, Sides
from registry.making.sound.remarks import Fault, Remark
from registry.making.sound.repair import declipped, denoised, evened, without_clicks
from registry.making.sound.trimming import trimmed
from registry.making.waves import RATE, Samples, at_our_rate, through

# Fourth-order Butterworth at 250 Hz as two sections: below it a horn only heats its driver.
_HORN = (("highpass", "f=250:t=q:w=0.5412"), ("highpass", "f=250:t=q:w=1.3066"))
_NEARER = "ghi lại, micrô cách miệng một gang tay / record again, the microphone a hand's breadth from the mouth"
_CALMER = "ghi lại ở phòng đóng cửa, tắt quạt, micrô gần miệng / record again in a closed room, fans off, microphone near the mouth"
_LOWER = "ghi lại, micrô xa hơn một chút hoặc giảm mức thu / record again, a little farther away or at a lower level"
_BOTH = "ghi lại, hai người cùng gần micrô như nhau / record again, both persons equally near to the microphone"
_OFFSET, _HUM_DB, _LEAST_NOISE_TAKEN = 0.01, 12.0, 3.0
_PILED, _BURST = 1.0, 1.8
_STILL_APART = 3.0


@dataclass
class Restored:
    """*before* is the recording at 48 kHz as it came, *samples* as it goes on, *remarks* what was found, in order.

    *begins* is the second of *before* at which *samples* begin.
    """

    before: Samples
    samples: Samples
    remarks: list[Remark] = field(default_factory=list)
    begins: float = 0.0

    @property
    def refused(self) -> list[Remark]:
        """The remarks for which no clip can be made."""
        return [remark for remark in self.remarks if remark.refused]

    def remark(self, fault: Fault, what: str, do: str, spans: tuple[Span, ...] = (), refused: bool = False) -> None:
        """One more finding."""
        self.remarks.append(Remark(fault, what, do, spans, refused))


def for_horns(samples: Samples) -> Samples:
    """*samples* (48 kHz) without what a horn loudspeaker cannot play."""
    return through(samples, *_HORN)


def restored(recording: Recording, limits: SoundLimits, music: bool) -> Restored:
    """*recording* mended for horns, or remarks that refuse it; of *music* only what is no matter of speech is looked at."""
    answer = Restored(at_our_rate(recording.samples, recording.rate), recording.samples)
    _origin(recording, limits, answer)
    _clipping(recording, limits, music, answer)
    if answer.refused:
        return answer
    _clicks(recording, answer)
    # With its offset the recording would begin and end with a step, which passes for sound.
    whole = at_our_rate(answer.samples - np.float32(offset(answer.samples)), recording.rate)
    answer.samples = for_horns(whole)
    _substance(limits, answer)
    if not music and not answer.refused:
        _noise(whole, limits, answer)
        _voices(limits, answer)
    if not answer.refused:
        _edges(limits, answer)
    if not answer.refused:
        _loudness(limits, answer)
    return answer


def _origin(recording: Recording, limits: SoundLimits, answer: Restored) -> None:
    taken = "chỉ lấy kênh to hơn / only the louder channel was taken"
    match recording.sides:
        case Sides.ALL:
            pass
        case Sides.LOUDEST_OTHERS_DEAD:
            answer.remark(Fault.ONE_SIDED, "một kênh không có tiếng / one channel is dead", taken)
        case Sides.LOUDEST_OTHERS_OPPOSED:
            answer.remark(Fault.ONE_SIDED, "hai kênh ngược pha, triệt tiếng nhau / the channels cancel each other", taken)
    if recording.rate <= limits.narrow:
        what = f"ghi ở {recording.rate} Hz ({recording.codec}), tiếng sẽ đục như điện thoại / {recording.rate} Hz, sounds like a telephone"
        answer.remark(Fault.NARROW, what, "vẫn dùng; lần sau ghi M4A hoặc WAV / used as it is; next time record as M4A or WAV")
    lean = offset(recording.samples)
    if abs(lean) > _OFFSET:
        what = f"sóng lệch {100 * lean:+.0f} % khỏi số không / the wave rests {100 * lean:+.0f} % off zero"
        answer.remark(Fault.OFFSET, what, "đã đưa về; nên kiểm tra đầu ghi / taken out; have the recorder checked")


def _clipping(recording: Recording, limits: SoundLimits, music: bool, answer: Restored) -> None:
    samples, rate = recording.samples, recording.rate
    runs = clipped_runs(samples, rate)
    share = clipped_share(samples, runs)
    spans = tuple(Span(first / rate, last / rate) for first, last in _gathered(runs, rate // 2))
    if share > limits.clipped:
        what = f"tiếng bị vỡ, {100 * share:.1f} % số mẫu chạm trần / clipped, {100 * share:.1f} % of the samples are cut off"
        answer.remark(Fault.CLIPPED, what, _LOWER, spans, refused=True)
    elif runs:
        what = f"tiếng bị vỡ ở {len(runs)} đỉnh sóng / {len(runs)} tops of the wave are clipped"
        answer.samples = declipped(samples, rate)
        answer.remark(Fault.CLIPPED, what, "đã vẽ lại các đỉnh; lần sau giảm mức thu / drawn again; next time lower the level", spans)
    elif recording.lossy and not music and (pile := piled_up(samples)) > _PILED:
        told = "tiếng có vẻ đã vỡ trước khi nén / seems to have been clipped before it was compressed"
        bad = pile > _BURST
        answer.remark(Fault.CLIPPED, told, _LOWER if bad else "nghe lại; lần sau giảm mức thu / listen to it; lower next time", refused=bad)


def _gathered(runs: list[tuple[int, int]], bridge: int) -> list[tuple[int, int]]:
    gathered: list[tuple[int, int]] = []
    for first, last in runs:
        if gathered and first - gathered[-1][1] < bridge:
            gathered[-1] = (gathered[-1][0], last)
        else:
            gathered.append((first, last))
    return gathered


def _clicks(recording: Recording, answer: Restored) -> None:
    rate = recording.rate
    runs = click_runs(answer.samples, rate, recording.lossy)
    if runs:
        answer.samples = without_clicks(answer.samples, runs)
        spans = tuple(Span(first / rate, last / rate) for first, last in runs)
        what = f"tiếng lách tách ở {len(runs)} chỗ / clicks at {len(runs)} places"
        answer.remark(Fault.CLICKS, what, "đã xóa; đừng chạm vào máy khi ghi / removed; do not touch the device while recording", spans)


def _noise(whole: Samples, limits: SoundLimits, answer: Restored) -> None:
    levels = frame_levels(answer.samples)
    noise, speech = noise_level(levels), speech_level(levels)
    if noise is None:
        return
    quiet = longest_quiet(levels, noise)
    span = (Span(quiet.start / RATE, quiet.stop / RATE),)
    buzzing = noise > speech - limits.clear - limits.denoise and hum(whole[quiet], RATE) > _HUM_DB
    distance = speech - noise
    if distance < limits.least:
        what = f"tạp âm chỉ kém tiếng nói {distance:.0f} dB, hoặc không có lời / noise only {distance:.0f} dB below speech, or no speech"
        answer.remark(Fault.HUM if buzzing else Fault.NOISY, what, _CALMER, span, refused=True)
        return
    if buzzing:
        what = "có tiếng ù của điện lưới 50 Hz / mains hum of 50 Hz"
        answer.remark(Fault.HUM, what, "phần trầm đã lọc; rút sạc, tránh dây điện / filtered; unplug the charger, keep off cables", span)
    wanted = min(limits.denoise, limits.clear - distance)
    if wanted > 0:
        taken = max(_LEAST_NOISE_TAKEN, wanted)
        answer.samples = denoised(answer.samples, answer.samples[quiet], noise, taken)
        what = f"tạp âm đều, kém tiếng nói {distance:.0f} dB / steady noise, {distance:.0f} dB below the speech"
        answer.remark(
            Fault.NOISY, what, f"đã giảm {taken:.0f} dB; lần sau tắt quạt, đóng cửa / reduced; next time fans off, doors shut", span
        )


def _voices(limits: SoundLimits, answer: Restored) -> None:
    levels = frame_levels(answer.samples)
    noise = noise_level(levels)
    spoken = phrases(levels, noise)
    if len(spoken) < 2:
        return
    loudest = max(phrase.level for phrase in spoken)
    faint = [phrase for phrase in spoken if loudest - phrase.level > limits.apart]
    if not faint:
        return
    worst = loudest - min(phrase.level for phrase in faint)
    spans = tuple(phrase.span for phrase in faint)
    what = f"có giọng nhỏ hơn {worst:.0f} dB / a voice is {worst:.0f} dB fainter than the other"
    drowned = noise is not None and min(phrase.level for phrase in faint) - noise < limits.least
    if worst > limits.far_apart or drowned:
        answer.remark(Fault.UNEVEN, what, _BOTH, spans, refused=True)
        return
    raises = [loudest - phrase.level - _STILL_APART if phrase in faint else 0.0 for phrase in spoken]
    answer.samples = evened(answer.samples, spoken, raises)
    answer.remark(Fault.UNEVEN, what, f"đã nâng giọng nhỏ lên {max(raises):.0f} dB / the faint voice was raised", spans)


def _substance(limits: SoundLimits, answer: Restored) -> None:
    if len(trimmed(answer.samples)[0]) < limits.shortest * RATE:
        what = f"ngắn hơn {limits.shortest} giây hoặc không có tiếng / shorter than {limits.shortest} s or silent"
        answer.remark(Fault.NO_SPEECH, what, _NEARER, refused=True)


def _edges(limits: SoundLimits, answer: Restored) -> None:
    lasts = len(answer.samples) / RATE
    answer.samples, kept = trimmed(answer.samples)
    answer.begins = kept.start
    edges = (Span(0.0, kept.start), Span(kept.end, lasts))
    spans = tuple(span for span in edges if span.end - span.start > limits.silence)
    if spans:
        answer.remark(Fault.SILENCE, "khoảng lặng dài / long silence", "đã cắt / cut off", spans)


def _loudness(limits: SoundLimits, answer: Restored) -> None:
    integrated = measured(answer.samples).integrated
    if integrated < limits.faintest:
        what = f"nhỏ tiếng quá, {integrated:.0f} LUFS, chỉ còn tạp âm / too faint, only noise would be left"
        answer.remark(Fault.QUIET, what, _NEARER, refused=True)
    elif integrated < limits.quiet:
        what = f"nhỏ tiếng, {integrated:.0f} LUFS / quiet"
        raised = f"đã nâng {limits.target - integrated:.0f} dB; lần sau micrô gần hơn / raised; next time nearer to the microphone"
        answer.remark(Fault.QUIET, what, raised)

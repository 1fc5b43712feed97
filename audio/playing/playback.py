"""What the loudspeaker does next: a pure table from state and event to state and effects.

The rules:
1. Nothing sounds before the amplifier has been active for its warm-up; the first word is never cut.
2. Speech follows its attention signal; the next utterance of a session follows without a gap.
3. After the last sample come tail, hold (which bridges items), off, and a minimum time off.
4. An emergency cuts in anywhere: a short fade, its signal, its words. It takes every zone, and waits until all of them are warm.
   It starts from COOLING too, if the amplifier allows.
5. What is no longer in force stops with a short fade; what was stopped stays stopped.
6. A lost clip drops the lease at once, without hold: a silent horn that hums is a fault that everyone hears. It is written down only
   then, because a slow card must not keep a horn on.
7. A lost speaker or amplifier leads to FAULT from everywhere, and only RECOVERED leads out of it.
8. What is wanted in other zones comes after tail and through WARMING: no horn is given up before its last sample has left, and
   none gets speech before it is warm.
9. Over music speech may begin: the music is lowered and goes on, and comes back when the speech has ended. An emergency ends both.
10. A pair that stands in no row cannot happen: reaching it is our mistake, and raises.
"""

from enum import StrEnum


class State(StrEnum):
    """Where the loudspeaker is between silence and speech."""

    SILENT = "silent"
    WARMING = "warming"
    SIGNALLING = "signalling"
    SPEAKING = "speaking"
    SIGNALLING_OVER = "signalling_over_music"
    SPEAKING_OVER = "speaking_over_music"
    TAILING = "tailing"
    HOLDING = "holding"
    COOLING = "cooling"
    FAULT = "fault"


class Event(StrEnum):
    """What may happen to it."""

    WANTED = "wanted"
    MOVED = "wanted in other zones"
    OVERLAID = "speech wanted over music"
    WARM = "warm"
    SIGNALLED = "signalled"
    FOLLOWED = "followed"
    ENDED = "ended"
    ELAPSED = "elapsed"
    PREEMPTED = "preempted"
    STOPPED = "stopped"
    CLIP_LOST = "clip lost"
    MUSIC_ENDED = "music ended"
    MUSIC_STOPPED = "music stopped"
    MUSIC_LOST = "music lost"
    SPEAKER_LOST = "speaker lost"
    AMPLIFIER_LOST = "amplifier lost"
    RECOVERED = "recovered"


class Effect(StrEnum):
    """What is then done, in this order."""

    ACTIVATE = "activate the lines"
    SIGNAL = "place the attention signal"
    SPEAK = "place the speech"
    FADE = "fade out"
    LOWER = "lower the music"
    HUSH = "fade out the speech alone"
    PART = "fade out the music alone"
    COMPLETE = "record complete"
    INTERRUPT = "record interrupted"
    STOP = "record stopped"
    FAIL = "record failed"
    COMPLETE_MUSIC = "record music complete"
    INTERRUPT_MUSIC = "record music interrupted"
    STOP_MUSIC = "record music stopped"
    FAIL_MUSIC = "record music failed"
    ABANDON = "record what the loss ended"
    FORGET = "forget the utterance"
    LIFT = "bring the music back"
    RELEASE = "release the lines"
    DROP = "drop sound and lines at once"


class Impossible(Exception):
    """An event in a state that has no row for it: our own mistake."""


Row = tuple[State, tuple[Effect, ...]]
S, E, F = State, Event, Effect

TABLE: dict[State, dict[Event, Row]] = {
    S.SILENT: {
        E.WANTED: (S.WARMING, (F.ACTIVATE,)),
        E.CLIP_LOST: (S.SILENT, (F.FAIL,)),
    },
    S.WARMING: {
        E.WARM: (S.SIGNALLING, (F.SIGNAL,)),
        E.PREEMPTED: (S.WARMING, (F.FORGET, F.ACTIVATE)),
        E.STOPPED: (S.COOLING, (F.FORGET, F.RELEASE)),
        E.CLIP_LOST: (S.COOLING, (F.DROP, F.FAIL)),
    },
    S.SIGNALLING: {
        E.SIGNALLED: (S.SPEAKING, (F.SPEAK,)),
        E.PREEMPTED: (S.WARMING, (F.FADE, F.FORGET, F.ACTIVATE)),
        E.STOPPED: (S.TAILING, (F.FADE, F.FORGET)),
        E.CLIP_LOST: (S.COOLING, (F.DROP, F.FAIL)),
    },
    S.SPEAKING: {
        E.FOLLOWED: (S.SPEAKING, (F.COMPLETE,)),
        E.ENDED: (S.TAILING, (F.COMPLETE,)),
        E.OVERLAID: (S.SIGNALLING_OVER, (F.LOWER, F.SIGNAL)),
        E.PREEMPTED: (S.WARMING, (F.FADE, F.INTERRUPT, F.ACTIVATE)),
        E.STOPPED: (S.TAILING, (F.FADE, F.STOP)),
        E.CLIP_LOST: (S.COOLING, (F.DROP, F.FAIL)),
    },
    S.SIGNALLING_OVER: {
        E.SIGNALLED: (S.SPEAKING_OVER, (F.SPEAK,)),
        E.PREEMPTED: (S.WARMING, (F.FADE, F.FORGET, F.INTERRUPT_MUSIC, F.ACTIVATE)),
        E.STOPPED: (S.SPEAKING, (F.HUSH, F.FORGET, F.LIFT)),
        E.CLIP_LOST: (S.SPEAKING, (F.HUSH, F.FAIL, F.LIFT)),
        E.MUSIC_ENDED: (S.SIGNALLING, (F.COMPLETE_MUSIC,)),
        E.MUSIC_STOPPED: (S.SIGNALLING, (F.PART, F.STOP_MUSIC)),
        E.MUSIC_LOST: (S.SIGNALLING, (F.PART, F.FAIL_MUSIC)),
    },
    S.SPEAKING_OVER: {
        E.FOLLOWED: (S.SPEAKING_OVER, (F.COMPLETE,)),
        E.ENDED: (S.SPEAKING, (F.COMPLETE, F.LIFT)),
        E.PREEMPTED: (S.WARMING, (F.FADE, F.INTERRUPT, F.INTERRUPT_MUSIC, F.ACTIVATE)),
        E.STOPPED: (S.SPEAKING, (F.HUSH, F.STOP, F.LIFT)),
        E.CLIP_LOST: (S.SPEAKING, (F.HUSH, F.FAIL, F.LIFT)),
        E.MUSIC_ENDED: (S.SPEAKING, (F.COMPLETE_MUSIC,)),
        E.MUSIC_STOPPED: (S.SPEAKING, (F.PART, F.STOP_MUSIC)),
        E.MUSIC_LOST: (S.SPEAKING, (F.PART, F.FAIL_MUSIC)),
    },
    S.TAILING: {
        E.WANTED: (S.SIGNALLING, (F.SIGNAL,)),
        E.PREEMPTED: (S.WARMING, (F.ACTIVATE,)),
        E.ELAPSED: (S.HOLDING, ()),
    },
    S.HOLDING: {
        E.WANTED: (S.SIGNALLING, (F.SIGNAL,)),
        E.MOVED: (S.WARMING, (F.ACTIVATE,)),
        E.PREEMPTED: (S.WARMING, (F.ACTIVATE,)),
        E.ELAPSED: (S.COOLING, (F.RELEASE,)),
    },
    S.COOLING: {
        E.PREEMPTED: (S.WARMING, (F.ACTIVATE,)),
        E.ELAPSED: (S.SILENT, ()),
    },
    S.FAULT: {
        E.RECOVERED: (S.COOLING, ()),
    },
}
LOSSES: dict[Event, Row] = {
    E.SPEAKER_LOST: (S.FAULT, (F.ABANDON,)),
    E.AMPLIFIER_LOST: (S.FAULT, (F.DROP, F.ABANDON)),
}
OVER_MUSIC = frozenset({S.SIGNALLING_OVER, S.SPEAKING_OVER})
TALKING = frozenset({S.SPEAKING, S.SPEAKING_OVER})
ACTIVE = frozenset({S.WARMING, S.SIGNALLING, S.TAILING, S.HOLDING}) | TALKING | OVER_MUSIC


def step(state: State, event: Event) -> Row:
    """The row for *event* in *state*; `Impossible` when there is none."""
    row = TABLE[state].get(event)
    if row is None and state is not State.FAULT:
        row = LOSSES.get(event)
    if row is None:
        raise Impossible(f"{event!r} while {state!r}")
    return row


def mermaid() -> str:
    """The table as a Mermaid state diagram; the losses, which lead to FAULT from everywhere, are one note."""
    lines = ["stateDiagram-v2", "    [*] --> silent"]
    for state, rows in TABLE.items():
        for event, (after, effects) in rows.items():
            done = f" / {', '.join(effects)}" if effects else ""
            lines.append(f"    {state} --> {after}: {event}{done}")
    lines.append("    note right of fault")
    lines += [f"        from every other state: {event} / {', '.join(effects)}" for event, (_, effects) in LOSSES.items()]
    lines.append("    end note")
    return "\n".join(lines)


def page() -> str:
    """``docs/playback.md``, rules and diagram; `python -m audio.playing.playback` writes it, a test keeps it current."""
    assert __doc__ is not None  # noqa: S101 - this file opens with its rules; python -OO is never used
    heading, rules = __doc__.split("\n\nThe rules:\n")
    return f"# Playback / Bảng trạng thái phát\n\n{heading}\n\n{rules}\n```mermaid\n{mermaid()}\n```\n"


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).parents[2].joinpath("docs", "playback.md").write_text(page(), encoding="utf-8")

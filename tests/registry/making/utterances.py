"""Speech to spoil: what espeak-ng says, the same in every run, and the noises, hums and clicks that a telephone adds."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from registry.making.sound.recording import decode
from registry.making.voice import EspeakVoice
from tests.registry.making.officework import RATE, wav

SENTENCES = "Xin chào bà con xã Mẫu. Sáng mai, từ bảy giờ, trạm y tế tiêm vắc xin. Bà con nhớ mang theo sổ tiêm chủng. Xin cảm ơn bà con."


@cache
def _espoken(text: str) -> np.ndarray:
    return decode(EspeakVoice().say(text, "vi", "x"), "said.wav", "x")


def said(text: str = SENTENCES, pause: float = 0.6) -> np.ndarray:
    """*text* spoken, at -23 LUFS or so, with *pause* seconds of silence before and after."""
    still = np.zeros(round(pause * RATE), np.float32)
    return np.concatenate((still, _espoken(text), still))


def level(samples: np.ndarray) -> float:
    """The mean power of what sounds, in dB."""
    return 10 * float(np.log10(np.mean(samples[np.abs(samples) > 1e-4].astype(float) ** 2)))


def hiss(like: np.ndarray, below: float, seed: int = 3) -> np.ndarray:
    """White noise *below* dB under the level of *like*."""
    return np.random.default_rng(seed).normal(0, 10 ** ((level(like) - below) / 20), len(like)).astype(np.float32)


def fan(like: np.ndarray, below: float) -> np.ndarray:
    """Noise that falls 3 dB an octave, as a fan's."""
    spectrum = np.fft.rfft(np.random.default_rng(5).normal(0, 1, len(like)))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.fft.rfftfreq(len(like), 1 / RATE), 40)), len(like))
    return (noise / np.std(noise) * 10 ** ((level(like) - below) / 20)).astype(np.float32)


def mains(like: np.ndarray, below: float) -> np.ndarray:
    """50 Hz and fourteen of its multiples."""
    time = np.arange(len(like)) / RATE
    buzz = np.sum([np.sin(2 * np.pi * 50 * step * time + step) / np.sqrt(step) for step in range(1, 16)], axis=0)
    return (buzz / np.std(buzz) * 10 ** ((level(like) - below) / 20)).astype(np.float32)


def overdriven(samples: np.ndarray, decibels: float) -> np.ndarray:
    """*samples* raised until their highest peak is cut off by *decibels*."""
    return np.clip(samples / np.abs(samples).max() * 10 ** (decibels / 20), -1, 1).astype(np.float32)


def as_file(samples: np.ndarray, suffix: str, *options: str) -> bytes:
    """*samples* as ffmpeg writes them into a file called ``x.<suffix>``."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / f"x.{suffix}"
        subprocess.run(["ffmpeg", "-loglevel", "error", "-i", "-", *options, str(target)], input=wav(samples), check=True)
        return target.read_bytes()


def fidelity(clean: np.ndarray, heard: np.ndarray) -> float:
    """How well *heard* is *clean* at some gain, in dB (scale-invariant ratio of signal to distortion)."""
    length = min(len(clean), len(heard))
    wanted, got = clean[:length].astype(float), heard[:length].astype(float)
    gain = (wanted @ got) / (wanted @ wanted)
    rest = got - gain * wanted
    return float(10 * np.log10((gain * wanted) @ (gain * wanted) / (rest @ rest)))

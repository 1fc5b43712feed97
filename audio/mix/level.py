"""How loud it was at the driver: energies of what left, beside what had been meant to leave; pure arithmetic."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SILENCE = 32.768**2
"""The mean square of a steady −60 dBFS; below it is silence."""


@dataclass
class Tally:
    """*frames* that were not silent and their *energy* (sum of squares of 16-bit samples); *lost* frames were meant and left as zeros."""

    frames: int = 0
    energy: int = 0
    lost: int = 0

    def add(self, frames: int, energy: int, meant: int) -> None:
        """Count one chunk of *frames* with the *energy* that left; *meant* is the energy that should have."""
        if energy > SILENCE * frames:
            self.frames += frames
            self.energy += energy
        elif meant > SILENCE * frames:
            self.lost += frames

    @property
    def level(self) -> float | None:
        """dBFS, RMS of what was not silence; None when nothing was."""
        if not self.frames:
            return None
        return float(20 * np.log10(np.sqrt(self.energy / self.frames) / 32768))


def amplified(samples: npt.NDArray[np.int16], gain: float) -> npt.NDArray[np.int16]:
    """*samples* with *gain* dB, clipped rather than wrapped."""
    if gain == 0.0:
        return samples
    louder: npt.NDArray[np.float32] = samples.astype(np.float32) * np.float32(10 ** (gain / 20))
    return louder.clip(-32768, 32767).astype(np.int16)

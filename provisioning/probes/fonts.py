"""The fonts: has this unit every family against which the texts of its programme were proven."""

import subprocess
from collections.abc import Iterable

from bundle.fonts import FALLBACK, NAMED
from provisioning.probe import Finding, Pair, Verdict

SUBJECT = ("Phông chữ", "fonts")
WANTED = ("mọi phông đã khai, để không chữ nào thành ô vuông", "every declared font, so that no letter becomes a box")
DO = (
    "thay thẻ ghi từ ảnh mới của tỉnh, có fonts-noto-core và fonts-noto-color-emoji",
    "a card of the province's newest image, with fonts-noto-core and fonts-noto-color-emoji",
)


class FontsProbe:
    """Compares what fontconfig lists with `bundle.fonts`."""

    def look(self) -> tuple[Finding, ...]:
        """All there: good; one of those for rarer scripts lacking: a warning; one that every text needs: not ready."""
        try:
            listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, timeout=60, check=True).stdout
        except (OSError, subprocess.SubprocessError) as problem:
            unknown: Pair = (f"không hỏi được fontconfig: {problem}", f"fontconfig cannot be asked: {problem}")
            return (Finding(Verdict.WARNING, SUBJECT, unknown, WANTED, DO),)
        here = {name.strip() for line in listed.splitlines() for name in line.split(",")}
        needed, rarer = _lacking(NAMED, here), _lacking(FALLBACK, here)
        if not (needed or rarer):
            return (Finding(Verdict.GOOD, SUBJECT, (f"đủ {len(NAMED) + len(FALLBACK)} phông", "all are there"), WANTED),)
        names = ", ".join(needed + rarer)
        verdict = Verdict.NOT_READY if needed else Verdict.WARNING
        return (Finding(verdict, SUBJECT, (f"thiếu {names}", f"lacking {names}"), WANTED, DO),)


def _lacking(families: Iterable[str], here: set[str]) -> list[str]:
    return [family for family in families if family not in here]

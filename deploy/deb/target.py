"""For which machines there are packages: Debian's release and the processor, and what differs between them."""

from dataclasses import dataclass
from enum import Enum


class Arch(Enum):
    """A processor, by Debian's name of it."""

    AMD64 = "amd64"
    ARM64 = "arm64"

    @property
    def machine(self) -> str:
        """As the kernel and the names of wheels call it."""
        return {Arch.AMD64: "x86_64", Arch.ARM64: "aarch64"}[self]

    @property
    def triplet(self) -> str:
        """As compilers call it."""
        return f"{self.machine}-linux-gnu"


class Suite(Enum):
    """A release of Debian."""

    BOOKWORM = "bookworm"
    TRIXIE = "trixie"

    @property
    def number(self) -> int:
        """Debian's number of the release."""
        return {Suite.BOOKWORM: 12, Suite.TRIXIE: 13}[self]

    @property
    def python(self) -> str:
        """Its Python, the only one whose libraries are in the package."""
        return {Suite.BOOKWORM: "3.11", Suite.TRIXIE: "3.13"}[self]

    @property
    def glibc(self) -> int:
        """The second number of its C library: wheels for this one and older ones run there."""
        return {Suite.BOOKWORM: 36, Suite.TRIXIE: 41}[self]

    @property
    def sound(self) -> str:
        """The package of ALSA's library, which got another name when 32-bit machines got longer times."""
        return {Suite.BOOKWORM: "libasound2", Suite.TRIXIE: "libasound2t64"}[self]


@dataclass(frozen=True)
class Target:
    """What one pair of packages is made for."""

    suite: Suite
    arch: Arch

    def __str__(self) -> str:
        return f"{self.suite.value}-{self.arch.value}"

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms of wheels that run there, the newest first."""
        newest_first = (f"manylinux_2_{minor}_{self.arch.machine}" for minor in range(self.suite.glibc, 16, -1))
        return (*newest_first, f"manylinux2014_{self.arch.machine}", f"linux_{self.arch.machine}")

    @property
    def markers(self) -> dict[str, str]:
        """What the conditions of requirements (PEP 508) are judged by there."""
        return {
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_machine": self.arch.machine,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{self.suite.python}.0",
            "python_version": self.suite.python,
            "sys_platform": "linux",
        }

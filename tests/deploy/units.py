"""The unit files of deploy/, read as systemd reads them: a key may stand several times."""

from pathlib import Path

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.suffix in (".service", ".path", ".timer"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]


def values(path: Path, key: str) -> list[str]:
    """Every value of *key*, whatever its section."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line.partition("=")[2].strip() for line in lines if line.startswith(f"{key}=")]


def value(path: Path, key: str) -> str:
    """The last value of *key*; empty when it is not there."""
    return (values(path, key) or [""])[-1]

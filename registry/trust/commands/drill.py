"""The drill as a command: it walks an officer through the night, step by step, and prints how long each took."""

import tempfile
import time
from pathlib import Path

import click

from bundle.errors import refuse
from registry.trust.commands.shared import FILE, FOLDER, PASSPHRASES, clock, refusing
from registry.trust.drill import Cast, copied, invented, rehearse
from registry.trust.keys import load_key
from registry.trust.passphrase import Ask
from registry.trust.site import Site
from registry.trust.substitute import load_sealed


class _Stopwatch:
    """Says each step, waits for the officer, and remembers when it began."""

    def __init__(self, is_asking: bool) -> None:
        self._is_asking = is_asking
        self._began: list[tuple[str, float]] = []

    def step(self, title: str, detail: str) -> None:
        """Say the next step; the one before ends here."""
        self._began.append((title, time.monotonic()))
        click.secho(f"{len(self._began)}. {title}", bold=True)
        click.echo(detail)
        if self._is_asking:
            click.prompt("   Enter", default="", show_default=False, prompt_suffix=" ↵ ")

    def lines(self) -> list[str]:
        """How long each step took, and all of them."""
        ends = [*(at for _, at in self._began[1:]), time.monotonic()]
        each = [f"  {end - at:7.1f} s  {title}" for (title, at), end in zip(self._began, ends, strict=True)]
        return [*each, f"  {ends[-1] - self._began[0][1]:7.1f} s  tổng cộng / in all"]


@click.command()
@click.option("--site", type=FOLDER, help="Cây phát hành thật; chỉ bản sao bị động tới · the real tree; only a copy is touched")
@click.option("--sealed", type=FILE, help="Phong bì người thay · the sealed substitute")
@click.option("--author-key", type=FILE, help="Khóa người soạn tin khẩn · CODE-alerts-author.json")
@click.option("--substitute-key", type=FILE, help="Khóa người duyệt thay · the substitute's key")
@click.option("--online-key", type=FILE, help="Khóa trực tuyến · online.json")
@click.option("--yes", is_flag=True, help="Không chờ Enter · do not wait for Enter")
@PASSPHRASES
def drill(
    site: Path | None,
    sealed: Path | None,
    author_key: Path | None,
    substitute_key: Path | None,
    online_key: Path | None,
    yes: bool,
    ask: Ask,
) -> None:
    """Diễn tập 02:00, không gọi được người duyệt · the drill: activate the substitute, raise an exercise, verify it as a unit does.

    Với --site và các khóa thật: trên một bản sao, không thiết bị nào thấy. Không có gì: một tỉnh giả định.
    With --site and the real keys it works on a copy that is thrown away; with nothing, on an invented province.
    """
    given = (site, sealed, author_key, substitute_key, online_key)
    watch = _Stopwatch(not yes)
    with refusing(), tempfile.TemporaryDirectory(prefix="drill-") as folder:
        if site and sealed and author_key and substitute_key and online_key:
            watch.step("Mở các khóa / open the keys", "người soạn, người duyệt thay, khóa trực tuyến / author, substitute, online")
            author, substitute, online = (load_key(path, ask) for path in (author_key, substitute_key, online_key))
            cast = Cast(copied(Site(site), Path(folder)), load_sealed(sealed), author, substitute, online, site)
        elif any(given):
            raise refuse("drill", "thiếu tùy chọn (options are missing)", "--site --sealed --author-key --substitute-key --online-key")
        else:
            click.echo("Tỉnh giả định / an invented province")
            cast = invented(Path(folder), clock())
        believed = rehearse(cast, clock(), watch.step)
    click.echo("\n".join(watch.lines()))
    signers = ", ".join((*believed.authors, *believed.approvers))
    click.secho(f"Thiết bị tin: alerts.json v{believed.version}, {signers} / a unit believes it", fg="green")
    click.echo("Bản sao đã xóa; không có gì được phát hành. / The copy is gone; nothing was released.")

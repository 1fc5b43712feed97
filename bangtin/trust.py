"""``bangtin trust show``: what this unit believes, from whom, until when, and what it last refused, in words one can read out."""

import hashlib
import textwrap
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bangtin.beliefs import WORKERS, Beliefs, gather, last_refusals
from bangtin.programs import root_option
from bangtin.stops import Pair, standing_still, withdrawals
from bundle.manifest import Bundle
from bundle.trust import PLAYED, Target
from device.inputs import SILENCED
from device.shelf import InForce
from evidence.records import ClockState

WIDTH = 80
NAMES: dict[Target, Pair] = {
    Target.STOP: ("Danh sách dừng", "Stop list"),
    Target.ALERTS: ("Cảnh báo", "Alerts"),
    Target.FEED: ("Cảnh báo tự động", "Automatic alerts"),
    Target.OPS: ("Lệnh vận hành", "Orders"),
    Target.POLICY: ("Quy tắc phát", "Rules"),
    Target.BUNDLE: ("Nội dung", "Content"),
}
STATES: dict[ClockState, Pair] = {
    ClockState.TRUSTED: ("tin được", "trusted"),
    ClockState.HOLDOVER: ("chạy tiếp từ lần tin được trước", "running on since it was last trusted"),
    ClockState.UNKNOWN: ("CHƯA TIN ĐƯỢC", "UNKNOWN"),
}


@click.group()
def trust() -> None:
    """Thiết bị tin ai, tin gì · what this unit believes."""


@trust.command()
@root_option
def show(root: Path) -> None:
    """Đang tin gì, của ai, đến khi nào, vừa từ chối gì · reads only, needs no network."""
    beliefs = gather(root)
    for sentence in _in_short(beliefs):
        _say(sentence, bold=True)
    chapters: list[tuple[Pair, list[Pair]]] = [
        (("Thiết bị và gốc tin cậy", "Unit and trust root"), list(_root(beliefs))),
        (("Đồng hồ", "Clock"), list(_clock(beliefs))),
        (("Đang dừng", "Stopped now"), list(_stops(beliefs))),
        *(((f"Kênh {channel}", f"Channel {channel}"), list(_channel(beliefs, channel))) for channel in beliefs.channels),
        (("Đường đến", "Roads"), list(_roads(beliefs))),
        (("Từ chối, hư hỏng hiện nay", "Refused or damaged now"), [(damage, "") for damage in beliefs.damages]),
        (("Lần từ chối gần nhất", "Last refusals"), list(_refused(root, beliefs))),
    ]
    for number, (heading, sentences) in enumerate(chapters, 1):
        click.secho(f"\n{number}. {heading[0]} · {heading[1]}", bold=True)
        for sentence in sentences or [("Không có.", "None.")]:
            _say(sentence)


def _say(sentence: Pair, bold: bool = False) -> None:
    """The Vietnamese sentence, and below it the English one a little further in."""
    click.secho(_wrapped(sentence[0], "   "), bold=bold)
    if sentence[1]:
        click.secho(_wrapped(sentence[1], "     "), dim=True)


def _in_short(beliefs: Beliefs) -> Iterator[Pair]:
    """What one says first on the phone."""
    if any(_stops(beliefs)):
        yield "ĐANG DỪNG, xem mục 3.", "STOPPED: see 3."
    old = {channel for view in beliefs.believed.values() for (channel, _), part in view.items() if _stale(beliefs, part)}
    if old:
        yield f"ĐÃ CŨ: {', '.join(sorted(old))}.", f"STALE: {', '.join(sorted(old))}."
    if beliefs.damages:
        yield (
            f"Có {len(beliefs.damages)} điều bị từ chối hoặc hư hỏng, xem gần cuối.",
            f"{len(beliefs.damages)} refused or damaged: see near the end.",
        )
    count = len({place for view in beliefs.believed.values() for place in view})
    yield (
        f"Đang tin {count} bản đã ký, từ {len(beliefs.channels)} kênh.",
        f"{count} signed documents are believed, of {len(beliefs.channels)} channels.",
    )


def _stale(beliefs: Beliefs, part: InForce) -> bool:
    return beliefs.moment.state is not ClockState.UNKNOWN and part.verified.expires <= beliefs.moment.wall


def _wrapped(text: str, indent: str) -> str:
    # Nothing is cut: a path or a name longer than a line is one that somebody must be able to copy.
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _root(beliefs: Beliefs) -> Iterator[Pair]:
    if unit := beliefs.unit:
        yield f"{unit.unit}, {unit.place_name} ({unit.place}).", f"Enrolled at {unit.registry}."
    if beliefs.root is None:
        yield "Không có gốc tin cậy đọc được: không tin bất cứ nội dung nào.", "No readable trust root: no content at all is believed."
        return
    digest = hashlib.sha256(beliefs.root).hexdigest()
    groups = " ".join(digest[at : at + 4] for at in range(0, 32, 4))
    yield f"Vân tay gốc (đọc từng nhóm): {groups}.", "Fingerprint of the root, as the registry prints it."
    if unit and unit.root_fingerprint != digest:
        yield "KHÔNG KHỚP với gốc lúc đăng ký: gọi người quản lý ngay.", "NOT the root of the enrolment: call the registry at once."
    newest = max((part.verified.root for shelf in beliefs.believed.values() for part in shelf.values()), default=None)
    if newest is not None:
        yield f"Bản gốc mới nhất đã nhận: {newest}.", f"Newest version of the root accepted: {newest}."


def _clock(beliefs: Beliefs) -> Iterator[Pair]:
    moment, (vietnamese, english) = beliefs.moment, STATES[beliefs.moment.state]
    now = _when(moment.wall, beliefs.timezone)
    yield f"{now}, đồng hồ {vietnamese}.", f"{now}, the clock is {english}."
    floor = _when(beliefs.floor, beliefs.timezone)
    yield (
        f"Ngày ký mới nhất đã nhận: {floor}; không tin giờ nào sớm hơn quá một ngày.",
        f"Newest signed date received: {floor}; no time more than a day before it is believed.",
    )
    for program, state in beliefs.states.items():
        if state is not moment.state:
            told = STATES[state]
            yield f"Chương trình {program} thấy đồng hồ {told[0]}.", f"The program {program} calls the clock {told[1]}."


def _stops(beliefs: Beliefs) -> Iterator[Pair]:
    found = dict.fromkeys(pair for programme in beliefs.programmes.values() for pair in standing_still(programme))
    yield from found
    if beliefs.stopped_on_site and not found:
        yield SILENCED.partition(": ")[2].partition(" / ")[0] + ".", "Stopped at the unit's own switch."


def _channel(beliefs: Beliefs, channel: str) -> Iterator[Pair]:
    nothing = []
    for target in PLAYED:
        views = {program: part for program in WORKERS if (part := beliefs.believed[program].get((channel, target)))}
        if not views:
            nothing.append(NAMES[target])
        elif len(views) == len(WORKERS) and len({part.verified.version for part in views.values()}) == 1:
            yield from _part(beliefs, channel, target, views[WORKERS[0]])
        else:
            yield f"{NAMES[target][0]}: các chương trình KHÁC NHAU.", f"{NAMES[target][1]}: the programs DIFFER."
            yield from _each(beliefs, channel, target, views)
    if nothing:
        vietnamese, english = (", ".join(name[n].lower() for name in nothing) for n in (0, 1))
        yield f"Chưa có: {vietnamese}.", f"None yet: {english}."
    for programme in list(beliefs.programmes.values())[:1]:
        cell = programme.cell(channel)
        yield from withdrawals(cell) if cell else ()


def _each(beliefs: Beliefs, channel: str, target: Target, views: dict[str, InForce]) -> Iterator[Pair]:
    for program in WORKERS:
        if part := views.get(program):
            yield from ((f"[{program}] {first}", f"[{program}] {second}") for first, second in _part(beliefs, channel, target, part))
        else:
            yield f"[{program}] chưa có.", f"[{program}] none yet."


def _part(beliefs: Beliefs, channel: str, target: Target, part: InForce) -> Iterator[Pair]:
    name = NAMES[target]
    proof = part.verified
    issued, until = _when(proof.issued, beliefs.timezone), _when(proof.expires, beliefs.timezone)
    authors, approvers = ", ".join(proof.authors), ", ".join(proof.approvers)
    signed = f"soạn: {authors or '?'}; duyệt: {approvers}" if approvers else f"một người ký: {authors or 'không ghi tên'}"
    people = f"author: {authors or '?'}; approver: {approvers}" if approvers else f"signed by one person: {authors or 'no name'}"
    yield (
        f"{name[0]}: bản {proof.version}, phát hành {issued}; {signed}.",
        f"{name[1]}: version {proof.version}, issued {issued}; {people}.",
    )
    if proof.alone:
        yield f"Chỉ một người ký, lý do ghi lại: {proof.alone}.", f"One person alone; the recorded reason: {proof.alone}."
    if beliefs.moment.state is ClockState.UNKNOWN:
        yield f"Chữ ký mới đến {until}; chưa biết đã quá hạn chưa.", f"Offered until {until}; unknown whether that is over."
    elif _stale(beliefs, part):
        yield f"ĐÃ CŨ từ {until}: chưa nhận được bản ký mới hơn, vẫn dùng bản này.", f"STALE since {until}; it stays in force."
    else:
        yield f"Còn mới đến {until}.", f"Fresh until {until}."
    if isinstance(part.document, Bundle):
        end = _when(part.document.valid_until, beliefs.timezone)
        yield f"Nội dung có giá trị đến {end}.", f"The content is valid until {end}."
    if where := beliefs.stands_in(channel, target):
        yield where


def _roads(beliefs: Beliefs) -> Iterator[Pair]:
    """By which road content may come. Which road brought which version is not kept: every road passes the same check."""
    if unit := beliefs.unit:
        yield f"Mạng: {unit.content}.", "The network, asked first."
    for mirror in beliefs.settings.agent.mirrors:
        yield f"Máy hàng xóm: {mirror}.", "A neighbour on the local network."
    if stick := beliefs.stick:
        yield f"USB gần nhất, {_when(stick.at.wall, beliefs.timezone)}: {stick.text}", "The last stick since the power came on."


def _refused(root: Path, beliefs: Beliefs) -> Iterator[Pair]:
    for program, fault in last_refusals(root):
        when = _when(fault.at.wall, beliefs.timezone)
        state = ("chưa hết", "still so") if fault.active else ("đã hết", "over")
        yield f"{program}, {when} ({state[0]}): {fault.detail}.", f"{program}: {fault.code.value}, {state[1]}."


def _when(instant: datetime, timezone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(timezone)):%H:%M %d/%m/%Y}"

"""Every rule of a policy as a line for the persons who sign it: what they cannot read there, they would sign unseen."""

from collections.abc import Iterator

from bundle.policy import AreaCaps, Caps, Ceiling, FeedRules, Holiday, Hours, Policy, RebroadcastRules, Weekday


def policy_lines(policy: Policy) -> Iterator[str]:
    """The rules in the order of the document, Vietnamese first."""
    yield f"quy định âm thanh / rules of sound: {policy.channel}"
    yield from (f"  - chỉ tin khẩn cấp / emergencies only: {_hours(quiet)}" for quiet in policy.quiet_hours)
    if not policy.quiet_hours:
        yield "  - không có giờ yên tĩnh / no quiet hours"
    yield from (f"  - {_ceiling(ceiling)}" for ceiling in policy.ceilings)
    yield f"  - ngày có buổi phát / days with sessions: {_days(policy.weekdays) or 'không / none'}"
    yield from (f"  - {_holiday(holiday)}" for holiday in policy.holidays)
    yield f"  - nhiều nhất / at most: {_caps(policy)}"
    yield from (f"  - riêng / but in {', '.join(caps.areas)}: {_caps(caps)}" for caps in policy.caps_by_area)
    if policy.collision_order:
        yield f"  - trùng giờ, thứ tự / when two collide: {' → '.join(policy.collision_order)}"
    yield f"  - mở tại chỗ / opened on site: {policy.override_minutes:g} phút / min"
    yield f"  - âm thử theo lệnh / ordered test tone: {policy.tone_seconds:g} giây / s"
    yield f"  - chữ còn trên bảng / words stay on the board: {policy.caption_linger:g} giây / s"
    yield f"  - đọc cả giờ phát nếu tin đến muộn hơn / issue time is spoken of alerts later than: {policy.issue_time_after:g} s"
    yield f"  - tin thiết yếu đã đến sau / essentials have arrived after: {policy.reached_after} lần trọn vẹn / whole times"
    yield f"  - tiếp âm / rebroadcast: {_rebroadcast(policy.rebroadcast)}"
    yield f"  - cảnh báo tự động, không ai ký / automatic alerts, signed by nobody: {_feed(policy.feed)}"


def _hours(hours: Hours) -> str:
    days = _days(hours.weekdays)
    return f"{hours.start:%H:%M}–{hours.end:%H:%M}" + ("" if days == _days(tuple(Weekday)) else f" ({days or 'không ngày nào / never'})")


def _days(weekdays: tuple[Weekday, ...]) -> str:
    return ", ".join(day for day in Weekday if day in weekdays)


def _ceiling(ceiling: Ceiling) -> str:
    level = "im / silent" if ceiling.decibels is None else f"tối đa / at most {ceiling.decibels:g} dB"
    where = f", cụm / zones {', '.join(ceiling.zones)}" if ceiling.zones else ""
    return f"{level}: {_hours(ceiling)}, {', '.join(ceiling.classes)}{where}"


def _holiday(holiday: Holiday) -> str:
    rules = f"như / like {holiday.like}" if holiday.like else "không có buổi phát / no sessions"
    return f"{holiday.day:%d/%m/%Y} {holiday.name}: {rules}"


def _caps(caps: Caps | AreaCaps) -> str:
    return (
        f"{caps.sessions_per_day} buổi một ngày / sessions a day, {caps.minutes_per_session:g} phút một buổi / minutes a session, "
        f"{caps.days_per_week} ngày một tuần / days a week"
    )


def _rebroadcast(rules: RebroadcastRules) -> str:
    return (
        f"nối trước / connect ahead {rules.connect_ahead:g} s, đệm / buffer {rules.buffer:g} s, "
        f"im khi dưới / silent below {rules.silent_below:g} dBFS trong / for {rules.silent_for:g} s, chờ thêm / grace {rules.grace:g} s, "
        f"trở lại sau / return after {rules.return_after:g} s, mỗi buổi / a slot {rules.megabytes:g} MB"
    )


def _feed(rules: FeedRules | None) -> str:
    if rules is None:
        return "không nhận / none are taken"
    return (
        f"{', '.join(rules.areas)}, đến cấp / up to level {rules.level.value}, cùng lúc / at once {rules.at_once}, "
        f"mỗi giờ / an hour {rules.per_hour}, giờ gửi đi trước đồng hồ không quá / sent ahead of the clock by at most {rules.ahead:g} s"
    )

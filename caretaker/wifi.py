"""What NetworkManager remembers of the Wi-Fi switch: Raspberry Pi OS delivers it as off. Pure."""

import re


def with_wifi_on(text: str) -> str | None:
    """The *text* of ``NetworkManager.state`` with Wi-Fi on; None when it is on already."""
    after = re.sub(r"(?mi)^(WirelessEnabled\s*=\s*)false[ \t]*$", r"\1true", text)
    return after if after != text else None

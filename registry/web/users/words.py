"""How the pages about people name a browser."""

# The first that fits: most call themselves by the names of those before them, too.
_BROWSERS = (
    ("Firefox", "Firefox"),
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))


def browser(told: str) -> str:
    """What somebody recognises their browser by, from what it calls itself."""
    parts = [next((name for sign, name in kinds if sign in told), "") for kinds in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, parts)) or told[:40] or "?"

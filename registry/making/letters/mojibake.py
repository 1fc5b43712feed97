"""UTF-8 that was once taken for a Windows code page and saved again ("Thông bÃ¡o"): recognised and read back. Pure."""

import re

# What stands for each byte from 0x80: Windows-1252, and Ă for Ã where the code page was the Vietnamese one.
_BYTES = {bytes([code]).decode("cp1252", "ignore"): chr(code) for code in range(0x80, 0xA0)}
_AS_BYTES = str.maketrans({sign: byte for sign, byte in _BYTES.items() if sign} | {"Ă": "\xc3"})
# Longer sequences count when they are Vietnamese, Khmer, Cham or punctuation: é before a quotation mark would give a Chinese letter.
_LIKELY = re.compile("[\u0080-\u052f\u1780-\u17ff\u1e00-\u2bff\uaa00-\uaa5f\U0001f000-\U0001faff]")
_SEQUENCE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# “XÃ”, «CÓ», À…: a capital before what may close a word proves nothing.
_CLOSING = frozenset("“”‘’–—…•‹›«»·°©®™\u00a0".translate(_AS_BYTES))
ENOUGH = 2


def repaired(text: str) -> str | None:
    """What *text* said before, or ``None``: a single pair of signs may be chance, two pairs or a sequence of three are not."""
    plain = text.translate(_AS_BYTES)
    read = 0

    def letter(found: re.Match[str]) -> str:
        nonlocal read
        try:
            said = found[0].encode("latin-1").decode()
        except UnicodeDecodeError:
            return text[found.start() : found.end()]
        if not said.isprintable() or not _LIKELY.fullmatch(said):
            return text[found.start() : found.end()]
        if not _CLOSING.issuperset(found[0][1:]):
            read += ENOUGH if len(found[0]) > 2 else 1
        return said

    parts, end = [], 0
    for found in _SEQUENCE.finditer(plain):
        parts += [text[end : found.start()], letter(found)]
        end = found.end()
    return "".join([*parts, text[end:]]) if read >= ENOUGH else None

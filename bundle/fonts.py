"""The fonts that every unit carries, as data: a board draws with them, and a draft is proven against them and no others."""

NAMED = ("Noto Sans", "Noto Sans Khmer", "Noto Sans Cham")
"""In this order on every line, so that a unit with more fonts than these draws alike."""

FALLBACK = (
    "Noto Sans Lao",
    "Noto Sans Thai",
    "Noto Sans Tai Viet",
    "Noto Sans Pahawh Hmong",
    "Noto Sans Arabic",
    "Noto Sans Math",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Noto Color Emoji",
)
"""Found for what the named ones lack. Emoji are among these: that font has digits of its own, and named it would take them over."""

DECLARED = (*NAMED, *FALLBACK)
"""All of them, by family. Debian: fonts-noto-core, fonts-noto-color-emoji."""

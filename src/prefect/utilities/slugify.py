"""Texts as they are allowed in addresses and in names of containers and jobs."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

# letters that have no decomposition into a plain letter and a mark
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "\u0131": "i", "ħ": "h", "Ħ": "H"}
)
_QUOTES = re.compile("['\u2019`]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d),(?=\d)")


def slugify(
    text: str | bytes | bytearray,
    entities: bool = True,
    decimal: bool = True,
    hexadecimal: bool = True,
    max_length: int = 0,
    word_boundary: bool = False,
    separator: str = "-",
    save_order: bool = False,
    stopwords: Iterable[str] = (),
    regex_pattern: re.Pattern[str] | str | None = None,
    lowercase: bool = True,
    replacements: Iterable[Iterable[str]] = (),
    allow_unicode: bool = False,
) -> str:
    """`text` in lower-case ASCII letters and digits, with dashes for everything else.

    Args:
        entities, decimal, hexadecimal: resolve HTML entities first.
        max_length: cut the slug to this length; 0 leaves it whole. With `word_boundary` only whole words are
            kept, with `save_order` none after the first that does not fit.
        separator: what stands between words, instead of a dash.
        stopwords: words to leave out.
        regex_pattern: what is not allowed, instead of everything but letters and digits.
        replacements: pairs (old, new) that are replaced before and after.
        allow_unicode: keep the letters of all alphabets.
    """
    if isinstance(text, (bytes, bytearray)):
        text = text.decode("utf-8", "ignore")
    pairs = [tuple(pair) for pair in replacements]
    for old, new in pairs:
        text = text.replace(old, new)
    if entities or decimal or hexadecimal:
        text = html.unescape(text)
    text = _QUOTES.sub("-", text)
    if allow_unicode:
        text = unicodedata.normalize("NFKC", text)
    else:
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    if lowercase:
        text = text.lower()
    text = _BETWEEN_DIGITS.sub("", _QUOTES.sub("", text))
    letters = r"[\W_]+" if allow_unicode else ("[^-a-z0-9]+" if lowercase else "[^-a-zA-Z0-9]+")
    text = re.sub(regex_pattern or letters, "-", text)
    text = re.sub(r"-{2,}", "-", text).strip("-")
    unwanted = {word.lower() if lowercase else word for word in stopwords}
    if unwanted:
        text = "-".join(word for word in text.split("-") if word not in unwanted)
    for old, new in pairs:
        text = text.replace(old, new)
    if max_length > 0:
        text = _cut(text, max_length, word_boundary, save_order)
    return text if separator == "-" else text.replace("-", separator)


def _cut(text: str, max_length: int, word_boundary: bool, save_order: bool) -> str:
    if len(text) <= max_length:
        return text
    if not word_boundary:
        return text[:max_length].strip("-")
    kept = ""
    for word in text.split("-"):
        longer = f"{kept}-{word}" if kept else word
        if len(longer) <= max_length:
            kept = longer
        elif save_order:
            break
    return kept or text[:max_length]

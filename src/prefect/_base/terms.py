"""What people type into a search box: words, of which some are required, excluded or kept together."""

from __future__ import annotations


def terms(query: str) -> list[tuple[str, str]]:
    """The terms of a query with their signs: "" for a plain one, "+" for required, "-" for excluded."""
    found: list[tuple[str, str]] = []
    sign, word, quoted = "", "", False
    for char in query + " ":
        if char == '"':
            quoted = not quoted
        elif char.isspace() and not quoted:
            if word:
                found.append((sign, word))
            sign, word = "", ""
        elif char in "+-!" and not word and not sign and not quoted:
            sign = "+" if char == "+" else "-"
        else:
            word += char
    if word.strip():
        found.append((sign, word.strip()))
    return found


def found_in(query: str, text: str) -> bool:
    """Whether the text has one of the plain terms (if any), each required and no excluded one."""
    text = text.lower()
    asked = [(sign, word.lower()) for sign, word in terms(query)]
    plain = [word for sign, word in asked if not sign]
    return all((word in text) == (sign == "+") for sign, word in asked if sign) and (
        not plain or any(word in text for word in plain)
    )

"""Text as it comes from a Chinese keyboard."""


def wide(text: str) -> str:
    """Write a text in full-width characters."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)

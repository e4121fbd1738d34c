#!/usr/bin/env python3
"""Writes src/Switchboard.Core/Text/folding.txt: what each character becomes in the search index.

The server runs without ICU (InvariantGlobalization), where .NET normalises nothing, so the table is made here
from the Unicode data that Python carries: compatibility decomposition, full case folding, then the marks that
SearchText drops are taken out. Run it again when a newer Python brings newer Unicode data:

    python3 tools/make-folding.py > src/Switchboard.Core/Text/folding.txt
"""
import sys
import unicodedata as u

# Letters Unicode does not decompose although readers take them for a base letter with a stroke or a pair.
EXTRA = {"ı": "i", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}

# Kept in step with SearchCharacters.IsDroppedMark.
DROPPED = [
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x0711, 0x0711), (0x0730, 0x074A), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x20D0, 0x20F0), (0x2DE0, 0x2DFF), (0x302A, 0x302F), (0xA66F, 0xA67D), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
]
# Hangul compatibility letters stay as they are typed; squared words that are emoji stay emoji.
UNFOLDED = [(0x3131, 0x318E), (0x3297, 0x3297), (0x3299, 0x3299), (0x1F200, 0x1F2FF)]


def within(code, ranges):
    return any(first <= code <= last for first, last in ranges)


def decompose(ch):
    """Compatibility decomposition that stops at Hangul letters and leaves voiced kana and syllables whole."""
    if within(ord(ch), UNFOLDED) or 0xAC00 <= ord(ch) <= 0xD7A3:
        return ch
    parts = u.decomposition(ch).split()
    if not parts:
        return ch
    codes = [int(p, 16) for p in parts if not p.startswith("<")]
    if codes[-1] in (0x3099, 0x309A) and not parts[0].startswith("<"):
        return ch
    return "".join(decompose(chr(c)) for c in codes)


def fold(ch):
    previous, text = None, ch
    while text != previous:
        previous = text
        text = "".join(decompose(c) for c in text).casefold()
        text = "".join(EXTRA.get(c, c) for c in text)
        text = "".join(str(u.decimal(c)) if u.category(c) == "Nd" else c for c in text)
        text = "".join(c for c in text if not within(ord(c), DROPPED) or u.category(c)[0] not in "ML")
    return "".join(c if u.category(c)[0] in "LNM" else " " for c in text)


def main():
    rows = []
    for code in range(0x80, 0x110000):
        ch = chr(code)
        category = u.category(ch)
        if category[0] not in "LNM" and category != "So":
            continue
        folded = fold(ch) if category != "So" or u.decomposition(ch) else ch
        if within(code, DROPPED) or within(code, UNFOLDED) or folded == ch or not folded.strip():
            continue
        last = rows[-1] if rows else None
        if last and last[1] == code - 1 and len(folded) == 1 == len(last[2]) and ord(folded) == ord(last[2]) + code - last[0]:
            last[1] = code
        else:
            rows.append([code, code, folded])
    print(f"# Made by tools/make-folding.py from Unicode {u.unidata_version} (Unicode Licence). Character or range, then what it")
    print("# folds to; in a range the folding counts up with the character. Code points in hexadecimal.")
    for first, last, folded in rows:
        source = f"{first:04X}" if first == last else f"{first:04X}-{last:04X}"
        print(source, " ".join(f"{ord(c):04X}" for c in folded))


sys.stdout.reconfigure(encoding="ascii", newline="\n")
main()

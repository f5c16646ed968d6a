"""
The sealed log as mathematics and text: the tree of RFC 6962, its tiles, its signed checkpoints.

Knows no database and no event; bytes in, bytes out. The formats are those of C2SP (signed-note,
tlog-checkpoint, tlog-cosignature, tlog-tiles), so that foreign tools can check what we say.
"""

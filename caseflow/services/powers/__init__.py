"""Powers beyond the posts: grants for a time, sensitive files, reasons to open a household."""

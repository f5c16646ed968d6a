#!/bin/sh
# Keeps and fetches segments of PostgreSQL's log. The server calls it, as an account that may reach
# neither Caseflow nor its Python:
#
#     archive_wal.sh keep PATH_OF_SEGMENT FOLDER       (archive_command)
#     archive_wal.sh fetch NAME PATH_TO_WRITE FOLDER   (restore_command)
#
# A segment is written beside its name, synced, and linked there: it appears whole or not at all,
# and what lies there is never overwritten. Unused room compresses to almost nothing.
set -eu
case "$1" in
keep)
    name=$(basename "$2")
    target="$3/$name.gz"
    draft="$3/.$name.$$"
    trap 'rm -f "$draft"' EXIT
    gzip -1 -n -c "$2" > "$draft"
    sync "$draft"
    if ln "$draft" "$target" 2> /dev/null; then
        sync "$3"
    else
        # The server may ask once more for what was kept: fine if it is the same.
        gzip -d -c "$target" | cmp -s - "$2"
    fi
    ;;
fetch)
    [ -e "$4/$2.gz" ] || exit 1
    gzip -d -c "$4/$2.gz" > "$3"
    ;;
*)
    exit 2
    ;;
esac

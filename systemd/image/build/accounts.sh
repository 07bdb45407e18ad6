#!/bin/sh
# accounts.sh ROOT LIST: writes the accounts of LIST into ROOT before any package makes them under numbers of its own.
set -eu
sed -e 's/#.*//' -e '/^ *$/d' "$2" | while read -r kind name number group home shell; do
    case "$kind" in
    group)
        echo "$name:x:$number:" >>"$1/etc/group"
        [ ! -e "$1/etc/gshadow" ] || echo "$name:!::" >>"$1/etc/gshadow"
        ;;
    user)
        echo "$name:x:$number:$group::$home:$shell" >>"$1/etc/passwd"
        [ ! -e "$1/etc/shadow" ] || echo "$name:!*:$((SOURCE_DATE_EPOCH / 86400)):0:99999:7:::" >>"$1/etc/shadow"
        ;;
    *) echo "accounts: \"$kind\" is neither group nor user" >&2; exit 1 ;;
    esac
done

#!/bin/sh
# Reads a mailbox with redis-cli (or valkey-cli) alone: one entry, then its acknowledgement.
# GONGKAI_MAILBOX_URL=redis://dept-archive:…@edge.example.gov.cn:6379/0 sh redis_cli.sh
set -eu
cli="${REDIS_CLI:-redis-cli} --no-auth-warning -u $GONGKAI_MAILBOX_URL"
user=${GONGKAI_MAILBOX_URL#*://dept-}
mailbox=mailbox:${user%%:*}

# What was read before and not acknowledged comes first ("0"), then what is new (">").
for start in 0 '>'; do
    entry=$($cli XREADGROUP GROUP main shell COUNT 1 BLOCK 1000 STREAMS "$mailbox" "$start")
    # The reply: the stream, the entry's id, then names and values in turn, each on a line.
    id=$(printf '%s\n' "$entry" | sed -n 2p)
    [ -n "$id" ] && break
done
[ -n "$id" ] || exit 0
printf '%s\n' "$entry" | sed 1,2d
# Only when it has been dealt with: this is what the platform's delivery board shows.
$cli XACK "$mailbox" main "$id" >/dev/null

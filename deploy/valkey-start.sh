#!/bin/sh
# Starts a Valkey whose only first user is the platform. The platform adds the others with ACL SETUSER and ACL SAVE,
# so the file is written once and never again.
set -eu
if [ ! -s /data/users.acl ]; then
    printf 'user default off\nuser platform on >%s ~* &* +@all\n' "$PLATFORM_PASSWORD" >/data/users.acl
fi
unset PLATFORM_PASSWORD
exec valkey-server /etc/valkey/valkey.conf

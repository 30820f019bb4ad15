#!/usr/bin/env bash
# Makes the data folder and its users once, then becomes the broker.
set -euo pipefail
configuration=/tmp/server.properties
umask 077
cat /etc/kafka-yousu/server.properties /run/secrets/kafka/login.properties >"$configuration"
if [ ! -f /var/lib/kafka/data/meta.properties ]; then
  users=()
  while read -r user; do users+=(--add-scram "$user"); done </run/secrets/kafka/users
  /opt/kafka/bin/kafka-storage.sh format --cluster-id "$(/opt/kafka/bin/kafka-storage.sh random-uuid)" \
    --config "$configuration" "${users[@]}"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$configuration"

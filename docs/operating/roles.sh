#!/bin/sh
# Run once by the image of PostgreSQL in a new volume (compose.yaml): makes the two roles of roles.sql.
set -eu
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" \
  -f /etc/salient/roles.sql -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB"

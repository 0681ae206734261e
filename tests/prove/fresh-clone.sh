#!/usr/bin/env bash
# A clone of HEAD in an empty folder, the README's command, and a clock: from `npm start` to a decoded tile that holds
# control and post, first (the database is created and loaded) and later. Ends with 1 when a limit is passed.
set -euo pipefail
FIRST_LIMIT=60
LATER_LIMIT=8
project=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
service=
finish() {
  [ -z "$service" ] || kill -- "-$service" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

git clone --quiet "$project" "$work/salient"
cd "$work/salient"
echo "clone of $(git log -1 --format='%h %s')"
began=$(date +%s.%N)
npm ci --no-audit --no-fund --prefer-offline >"$work/ci.log" 2>&1 || { tail -30 "$work/ci.log"; exit 1; }
printf 'npm ci: %.1f s\n' "$(echo "$(date +%s.%N) - $began" | bc)"

cat >"$work/salient/ask.mjs" <<'JS'
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

// Asks until the tile is there, then says which layers it holds, and whether the page is served.
const [address, limit] = [process.argv[2], Date.now() + 120_000];
for (;;) {
  const answer = await fetch(`${address}/tiles/m5/8/154/101.mvt?date=2020-01-28`).catch(() => null);
  if (answer?.status === 200) {
    const { layers } = new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
    const names = Object.entries(layers).map(([name, layer]) => `${name} ${layer.length}`);
    if (!layers.control?.length || !layers.post?.length) throw new Error(`no control or no post: ${names}`);
    const page = await (await fetch(`${address}/`)).text();
    const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? '/web/page.js';
    const code = await fetch(new URL(script, address));
    if (!page.includes('<html') || code.status !== 200) throw new Error(`the page is not served: ${script} ${code.status}`);
    console.log(names.join(', '));
    break;
  }
  if (Date.now() > limit) throw new Error(`no tile: ${answer?.status}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
}
JS

export SALIENT_DATA="$work/data" HOST=127.0.0.1
start() { # name, limit in seconds
  PORT=$(node -e 'const s = require("net").createServer().listen(0, () => { console.log(s.address().port); s.close(); })')
  export PORT
  local began seconds
  began=$(date +%s.%N)
  setsid npm start >"$work/$1.log" 2>&1 &
  service=$!
  node ask.mjs "http://127.0.0.1:$PORT" >"$work/tile.log" || { cat "$work/$1.log"; exit 1; }
  seconds=$(echo "$(date +%s.%N) - $began" | bc)
  printf '%s start to a decoded tile: %.1f s (at most %s); %s\n' "$1" "$seconds" "$2" "$(cat "$work/tile.log")"
  kill -- "-$service"
  wait "$service" || true
  # npm goes at once, the service when it has closed its store.
  while pgrep -g "$service" >/dev/null; do sleep 0.05; done
  service=
  [ "$(echo "$seconds <= $2" | bc)" = 1 ]
}
start first $FIRST_LIMIT
start later $LATER_LIMIT

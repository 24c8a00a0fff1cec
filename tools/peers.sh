#!/usr/bin/env bash
# Brings what `make bench` compares the gateway with: Node 22 or newer where the machine's is older,
# and the packages of benchmarks/peers. Nothing else needs them.
set -euo pipefail
cd "$(dirname "$0")/.."

NODE_OLDEST=22 source tools/node.sh
packages=$(cat benchmarks/peers/package.json benchmarks/peers/package-lock.json |
    { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1)
stamp=benchmarks/peers/node_modules/.stamp
if [ "$(cat "$stamp" 2>/dev/null)" != "$packages" ]; then
    echo "bench: the peers into benchmarks/peers/node_modules"
    (cd benchmarks/peers && npm ci --ignore-scripts --silent)
    echo "$packages" >"$stamp"
fi

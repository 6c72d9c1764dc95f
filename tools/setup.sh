#!/usr/bin/env bash
# Brings a fresh Debian 12 machine to where gnomon builds: Debian packages (as root, else it says what is missing), then,
# in .deps/ inside the project, the Python environment, DuckDB's library and headers, DataSketches' headers. Everything is pinned by hash and
# stamped: a second run does nothing and takes milliseconds.
set -euo pipefail
cd "$(dirname "$0")/.."
deps=$PWD/.deps
mkdir -p "$deps/stamps"

# Bold on a terminal that takes it: https://no-color.org.
bold='' plain=''
[ ! -t 2 ] || [ -n "${NO_COLOR:-}" ] || [ "${TERM:-dumb}" = dumb ] || { bold=$'\033[1m' plain=$'\033[0m'; }
say() { printf '%s[setup]%s %s\n' "$bold" "$plain" "$*" >&2; }
fail() { printf 'error: set-up: %s\n' "$*" >&2; exit 2; }

# step NAME INPUT... - runs function install_NAME unless it already ran with the same inputs.
step() {
  local name=$1 stamp
  shift
  stamp=$deps/stamps/$name-$(cat "$0" "$@" | sha256sum | cut -c1-16)
  [ -e "$stamp" ] && return 0
  local begin=$SECONDS
  say "$name ..."
  "install_$name"
  rm -f "$deps/stamps/$name"-*
  touch "$stamp"
  say "$name done in $((SECONDS - begin)) s"
}

packages=(g++-12 cmake ninja-build ccache make pkg-config python3 python3-venv python3-dev libfmt-dev
  nlohmann-json3-dev libcli11-dev libsqlite3-dev liblmdb-dev libtomlplusplus-dev libgtest-dev libgmock-dev
  libbenchmark-dev libxxhash-dev zlib1g-dev libssl-dev)

missing_packages() {
  dpkg-query -W -f='${Package} ${Status}\n' "${packages[@]}" 2>/dev/null |
    awk '$NF == "installed" {print $1}' | sort -u > "$deps/stamps/.installed"
  printf '%s\n' "${packages[@]}" | sort -u | comm -23 - "$deps/stamps/.installed"
}

install_debian_packages() {
  local missing
  missing=$(missing_packages | tr '\n' ' ')
  [ -z "${missing// /}" ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    fail "these Debian packages are missing: $missing- run: sudo apt-get install -y $missing"
  fi
  say "installing $missing"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > "$deps/apt.log" 2>&1 ||
    { tail -n 20 "$deps/apt.log" >&2; fail "apt-get install failed: see .deps/apt.log"; }
}

install_python() {
  python3 -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' ||
    fail "python3 is older than 3.11: $(python3 --version)"
  rm -rf "$deps/venv"
  python3 -m venv "$deps/venv"
  "$deps/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    -r requirements/python.txt
  # The project's own packages (ai.chronon, gnomon) and its native module are on this interpreter's path.
  local site
  site=$("$deps/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  printf '%s\n' "$PWD/python" > "$site/gnomon.pth"
}

# The library comes from npm, the headers of the same release from PyPI's source distribution.
install_duckdb() {
  local work=$deps/download
  rm -rf "$work" "$deps/duckdb"
  mkdir -p "$work" "$deps/duckdb/lib" "$deps/duckdb/include"
  (cd "$work" && npm pack --silent "@duckdb/node-bindings-linux-x64@1.5.5-r.5" > /dev/null)
  "$deps/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary duckdb -d "$work" duckdb==1.5.5
  (cd "$work" && sha256sum --check --quiet --strict "$OLDPWD/requirements/duckdb.sha256") ||
    fail "a downloaded DuckDB archive does not have the pinned hash (requirements/duckdb.sha256)"
  tar -xzf "$work"/duckdb-node-bindings-*.tgz -C "$work"
  cp "$work/package/libduckdb.so" "$deps/duckdb/lib/"
  tar -xzf "$work/duckdb-1.5.5.tar.gz" -C "$deps/duckdb/include" --strip-components=5 --wildcards \
    'duckdb-1.5.5/external/duckdb/src/include/*'
  rm -rf "$work"
}

# Headers only, from PyPI's source distribution of the Python package.
install_datasketches() {
  local work=$deps/download
  rm -rf "$work" "$deps/datasketches"
  mkdir -p "$work" "$deps/datasketches/include"
  "$deps/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary datasketches -d "$work" \
    datasketches==4.1.0
  (cd "$work" && sha256sum --check --quiet --strict "$OLDPWD/requirements/datasketches.sha256") ||
    fail "the downloaded DataSketches archive does not have the pinned hash (requirements/datasketches.sha256)"
  local part
  for part in common cpc kll fi; do
    tar -xzf "$work/datasketches-4.1.0.tar.gz" -C "$deps/datasketches/include" --strip-components=3 \
      "datasketches-4.1.0/$part/include"
  done
  rm -rf "$work"
}

for tool in npm make python3; do
  command -v "$tool" > /dev/null || [ "$(id -u)" -eq 0 ] || fail "$tool is missing - install it first"
done
step debian_packages
# A stamp outlives an uninstalled package, so what is there is looked at each time (30 ms).
[ -z "$(missing_packages)" ] || install_debian_packages
command -v npm > /dev/null || fail "npm is missing - install Node.js 18 or newer, then run make again"
step python requirements/python.txt
step duckdb requirements/duckdb.sha256
step datasketches requirements/datasketches.sha256

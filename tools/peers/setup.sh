#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Brings in the one peer that does not come with `make setup`: a Spark 3.5 with Iceberg's runtime and a JDBC driver for our catalog's
# SQLite file, in .deps/spark. Only `make test-all` and `make record-spark` need it, so nobody else pays its 600 MB. Everything is
# pinned by hash and stamped: a second run does nothing and takes milliseconds. Java 17 or newer and Maven come from Debian.
set -euo pipefail
cd "$(dirname "$0")/../.."
deps=$PWD/.deps
spark=$deps/spark
python=$deps/venv/bin/python

say() { printf '\033[1m[peers]\033[0m %s\n' "$*" >&2; }
fail() { printf 'error: set-up of the peers: %s\n' "$*" >&2; exit 2; }

# Maven coordinates; their hashes are in requirements/spark_jars.sha256.
jars=(org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.10.1 org.xerial:sqlite-jdbc:3.49.1.0)

missing_packages() {
  command -v java > /dev/null || printf 'openjdk-17-jre-headless '
  command -v mvn > /dev/null || printf 'maven '
  # The shells whose completion is tested.
  command -v zsh > /dev/null || printf 'zsh '
  command -v fish > /dev/null || printf 'fish '
}

install_debian_packages() {
  local missing
  missing=$(missing_packages)
  [ -z "$missing" ] && return 0
  [ "$(id -u)" -eq 0 ] || fail "these Debian packages are missing: $missing- run: sudo apt-get install -y $missing"
  say "installing $missing"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
    > "$deps/apt_peers.log" 2>&1 || { tail -n 20 "$deps/apt_peers.log" >&2; fail "apt-get failed: see .deps/apt_peers.log"; }
}

# Java is looked at each time: a stamp outlives an uninstalled package.
check_java() {
  local version
  version=$(java -version 2>&1 | sed -n 's/.*version "\(1\.\)\?\([0-9]*\).*/\2/p')
  [ "${version:-0}" -ge 17 ] || fail "Spark needs Java 17 or newer, and java is ${version:-unreadable} - install openjdk-17-jre-headless"
}

# PySpark is published as source only; what builds it is pinned too, and thrown away.
install_pyspark() {
  say "Spark (310 MB) ..."
  local build=$spark/build
  "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --target "$build" \
    -r requirements/spark_build.txt
  PYTHONPATH=$build "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --use-pep517 \
    --no-build-isolation --target "$spark/python" -r requirements/spark.txt
  rm -rf "$build"
}

install_jars() {
  say "the Iceberg runtime and the SQLite driver (60 MB) ..."
  local artifact log=$deps/peers_maven.log
  mkdir -p "$spark/jars"
  for artifact in "${jars[@]}"; do
    mvn -B --no-transfer-progress org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy "-Dartifact=$artifact" \
      "-DoutputDirectory=$spark/jars" > "$log" 2>&1 || { grep ERROR "$log" | head -n 3 >&2; fail "Maven cannot get $artifact: see .deps/peers_maven.log"; }
  done
  (cd "$spark/jars" && sha256sum --check --quiet --strict "$deps/../requirements/spark_jars.sha256") ||
    { rm -rf "$spark/jars"; fail "a downloaded jar does not have the pinned hash (requirements/spark_jars.sha256)"; }
}

[ -x "$python" ] || fail ".deps/venv is missing - run make setup first"
install_debian_packages
check_java
stamp=$deps/stamps/peers-$(cat "$0" requirements/spark*.txt requirements/spark_jars.sha256 | sha256sum | cut -c1-16)
[ -e "$stamp" ] && exit 0
begin=$SECONDS
rm -rf "$spark" "$deps/stamps/peers"-*
install_pyspark
install_jars
touch "$stamp"
say "done in $((SECONDS - begin)) s"

#!/usr/bin/env bash
# Vendors the plotting library of the report from npm, as the lock file has it; the result is committed, so that
# reports need neither npm nor a network. Run it after changing the version in package.json (and
# `npm install --package-lock-only --omit-lockfile-registry-resolved=true` for the lock file).
#   bash build.sh [DIRECTORY]      default: vendor/ beside this script
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/vendor}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent)
package=$work/node_modules/uplot
mkdir -p "$out"
{
  echo "/*! uPlot $(sed -n 's/.*"version": "\(.*\)".*/\1/p' "$package/package.json")"
  cat "$package/LICENSE"
  echo "*/"
} >"$work/notice"
cat "$work/notice" "$package/dist/uPlot.iife.min.js" >"$out/uplot.js"
cat "$work/notice" "$package/dist/uPlot.min.css" >"$out/uplot.css"

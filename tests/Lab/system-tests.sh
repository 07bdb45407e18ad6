#!/bin/bash
# The claims about a running pair, proven on real nodes: PASS and FAIL lines, then "N passed, N failed, N skipped".
# Options go through to "appliance-lab test": --only PART runs the scenarios whose name contains PART.

set -Eeuo pipefail
trap 'printf "system-tests.sh: line %s: a step failed (see the lines above)\n" "$LINENO" >&2' ERR

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ "$(id --user)" -ne 0 ]; then
    printf 'SKIP system tests: booting nodes needs root\n0 passed, 0 failed, 1 skipped\n'
    exit 0
fi
if ! command -v systemd-nspawn >/dev/null; then
    printf 'SKIP system tests: systemd-nspawn is missing (package systemd-container)\n0 passed, 0 failed, 1 skipped\n'
    exit 0
fi
[ -x out/agent/appliance ] ||
    dotnet publish firmware-agent/Agent --configuration Release --output out/agent --verbosity quiet --nologo
dotnet build tests/Lab --configuration Release --output out/lab --verbosity quiet --nologo
dotnet build tests/Twins --configuration Release --output out/twins --verbosity quiet --nologo
exec out/lab/appliance-lab test "$@"

#!/bin/bash
# Our node beside Debian's real Heartbeat 3.0.6: PASS and FAIL lines, then "N passed, N failed, N skipped". About a minute.
# Options go through to "appliance-lab linux-ha": --only PART, --binary PATH.

set -Eeuo pipefail
trap 'printf "linux-ha-tests.sh: line %s: a step failed (see the lines above)\n" "$LINENO" >&2' ERR

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ "$(id --user)" -ne 0 ]; then
    printf 'SKIP our node beside a Heartbeat: namespaces need root\n0 passed, 0 failed, 1 skipped\n'
    exit 0
fi
[ -x out/agent/appliance ] || bash tests/publish.sh
dotnet build tests/Lab --configuration Release --output out/lab --verbosity quiet --nologo
exec out/lab/appliance-lab linux-ha "$@"

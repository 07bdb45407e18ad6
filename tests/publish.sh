#!/usr/bin/env bash
# Publishes the one executable to out/agent/appliance. Installs the linker's needs when it can; any trim or AOT warning is an error.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

needs=(gcc zlib1g-dev libssl3)
missing=()
for package in "${needs[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep --quiet --line-regexp installed || missing+=("$package")
done
if ((${#missing[@]} > 0)); then
    ((EUID == 0)) || { echo "please install: ${missing[*]}" >&2; exit 1; }
    apt-get update --quiet && DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "${missing[@]}"
fi

log=$(mktemp)
trap 'rm --force "$log"' EXIT
dotnet publish firmware-agent/Agent --configuration Release --output out/agent 2>&1 | tee "$log"
if grep --quiet --extended-regexp 'warning (IL|CS|CA)' "$log"; then
    echo "the build has warnings" >&2
    exit 1
fi
rm --force out/agent/*.pdb out/agent/*.dbg
ls -l out/agent/appliance

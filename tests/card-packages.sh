#!/usr/bin/env bash
# Asks the configured package source for the six packages that docs/decisions/0001-dependencies.md stands in for,
# and prints which have become available. Each is restored into a project of its own under a temporary directory.
set -Eeuo pipefail

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
packages=(System.IO.Ports System.Device.Gpio Iot.Device.Bindings LibUsbDotNet Nerdbank.Streams Tomlyn)
work=$(mktemp --directory)
trap 'rm --recursive --force "$work"' EXIT

make_project() {
    local package=$1 directory=$2
    mkdir "$directory"
    cat > "$directory/probe.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net9.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
  <ItemGroup><PackageReference Include="$package" Version="*" /></ItemGroup>
</Project>
PROJECT
}

resolved_version() {
    sed --quiet --regexp-extended 's|^ *"'"$1"'/([^"]+)": \{.*|\1|p' "$2/obj/project.assets.json" | head --lines=1
}

available=0
for package in "${packages[@]}"; do
    directory="$work/$package"
    make_project "$package" "$directory"
    if dotnet restore "$directory" > "$directory/log" 2>&1; then
        printf '%-22s available, %s\n' "$package" "$(resolved_version "$package" "$directory")"
        available=$((available + 1))
    elif reason=$(grep --only-matching --extended-regexp 'NU[0-9]{4}' "$directory/log" | head --lines=1) && [[ -n $reason ]]; then
        printf '%-22s not available (%s)\n' "$package" "$reason"
    else
        printf '%-22s could not be asked for:\n' "$package"
        tail --lines=3 "$directory/log"
    fi
done
printf '%d of %d available\n' "$available" "${#packages[@]}"

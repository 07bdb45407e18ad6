# The results beside the image: checksums, manifest, SBOM, lock. Sourced by run.sh.

job_lists() {
    local folder base
    need_image || return 1
    folder="$(dirname "$image_file")"
    base="${image_file%.img.zst}"
    check "lists: every result has the checksum that is told" sh -c 'cd "$1" && sha256sum --check --quiet --strict "$2.sha256"' sh "$folder" "$(basename "$base")"
    check "lists: the image is at most 260 MB" test "$(stat --format=%s "$image_file")" -le 260000000
    figure "compressed image $(stat --format=%s "$image_file") bytes"
    check "lists: the manifest has the lock's packages, and ours" sh -c \
        'grep -v "^#" "$1.manifest" | grep -v "^appliance	" | sort >"$2/a"; awk -F "\t" -v OFS="\t" "\$1 == \"root\" { print \$3, \$4, \$5, \$6 }" "$1.lock" | sort | diff - "$2/a" && grep -q "^appliance	" "$1.manifest"' sh "$base" "$place"
    for package in appliance mariadb-server asterisk asterisk-dahdi asterisk-mysql odbc-mariadb nftables fail2ban openssh-server chrony smartmontools; do
        check "lists: $package is in the image" grep --quiet "^$package	" "$base.manifest"
    done
    check "lists: the SBOM is SPDX with a package for each line of the manifest" python3 - "$base" <<'PYTHON'
import json, sys
base = sys.argv[1]
sbom = json.load(open(base + ".spdx.json"))
lines = [line.rstrip("\n").split("\t") for line in open(base + ".manifest") if not line.startswith("#")]
assert sbom["spdxVersion"] == "SPDX-2.3"
ids = [package["SPDXID"] for package in sbom["packages"]]
assert len(ids) == len(set(ids)), "an id twice"
known = {(p["name"], p["versionInfo"], p["checksums"][0]["checksumValue"]) for p in sbom["packages"]}
assert len(sbom["packages"]) == len(lines) + 1, (len(sbom["packages"]), len(lines))
for name, version, arch, sha in lines:
    assert (name, version, sha) in known, name
contained = {r["relatedSpdxElement"] for r in sbom["relationships"] if r["relationshipType"] == "CONTAINS"}
assert contained == set(ids) - {"SPDXRef-image"}
PYTHON
}

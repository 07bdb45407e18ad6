# What is in the image, for people and for machines: the manifest, the SBOM (SPDX 2.3), the lock.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

name="appliance-$VERSION-amd64"
results="$WORK/results"
epoch="$(lock_value epoch)"
mkdir "$results"
own() { printf 'appliance\t%s\tamd64\t%s\n' "$VERSION" "$(hash_of "$WORK/appliance_${VERSION}_amd64.deb")"; }

manifest() {
    printf '# name\tversion\tarchitecture\tSHA-256 of the package\n'
    { own; lock_lines root | cut --fields=2,3,4,5; } | sort
}

sbom() {
    local at namespace
    at="$(date --utc --date="@$epoch" +%FT%TZ)"
    namespace="https://spdx.org/spdxdocs/$name-$(sha256sum <"$lock" | cut --characters=1-32)"
    printf '{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT",\n'
    printf '"name":"%s","documentNamespace":"%s",\n' "$name" "$namespace"
    printf '"creationInfo":{"created":"%s","creators":["Tool: build-image.sh-%s"]},\n' "$at" "$VERSION"
    printf '"documentDescribes":["SPDXRef-image"],\n"packages":[\n'
    printf '{"SPDXID":"SPDXRef-image","name":"%s","versionInfo":"%s",' "$name" "$VERSION"
    printf '"downloadLocation":"NOASSERTION","filesAnalyzed":false,'
    printf '"checksums":[{"algorithm":"SHA256","checksumValue":"%s"}]}' "$(hash_of "$WORK/disk.img.zst")"
    grep --invert-match '^#' "$results/$name.manifest" | awk --field-separator='\t' '{
        id = $1; gsub(/[^A-Za-z0-9.-]/, "-", id)
        version = $2; gsub(/:/, "%3A", version); gsub(/\+/, "%2B", version); gsub(/~/, "~", version)
        package = $1; gsub(/\+/, "%2B", package)
        printf ",\n{\"SPDXID\":\"SPDXRef-%s\",\"name\":\"%s\",\"versionInfo\":\"%s\",", id, $1, $2
        printf "\"downloadLocation\":\"NOASSERTION\",\"filesAnalyzed\":false,"
        printf "\"checksums\":[{\"algorithm\":\"SHA256\",\"checksumValue\":\"%s\"}],", $4
        printf "\"externalRefs\":[{\"referenceCategory\":\"PACKAGE-MANAGER\",\"referenceType\":\"purl\","
        printf "\"referenceLocator\":\"pkg:deb/%s/%s@%s?arch=%s\"}]}", \
            ($1 == "appliance" ? "appliance" : "debian"), package, version, $3
    }'
    printf '\n],\n"relationships":[\n'
    grep --invert-match '^#' "$results/$name.manifest" | awk --field-separator='\t' '{
        id = $1; gsub(/[^A-Za-z0-9.-]/, "-", id)
        printf "%s{\"spdxElementId\":\"SPDXRef-image\",\"relationshipType\":\"CONTAINS\",", (NR > 1 ? ",\n" : "")
        printf "\"relatedSpdxElement\":\"SPDXRef-%s\"}", id
    }'
    printf '\n]}\n'
}

mv "$WORK/disk.img.zst" "$results/$name.img.zst"
ln "$results/$name.img.zst" "$WORK/disk.img.zst"
manifest >"$results/$name.manifest"
sbom >"$results/$name.spdx.json"
cp "$lock" "$results/$name.lock"
cp "$WORK/appliance_${VERSION}_amd64.deb" "$results/"
[ ! -e "$WORK/$name.update" ] || cp "$WORK/$name.update" "$results/"
# Written elsewhere first: in its place already, it would be one of the files that are summed.
(cd "$results" && sha256sum "$name".* ./*.deb) | sed 's:  \./:  :' >"$WORK/sums"
mv "$WORK/sums" "$results/$name.sha256"

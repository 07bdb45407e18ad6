# An image without Asterisk, with an update file that is signed: built, and asked. IMAGE tells one that was built so. Sourced by run.sh.

job_options() {
    local folder base update key
    if [ -n "${IMAGE:-}" ]; then
        key="${SIGN_KEY:?options: the key that IMAGE was signed with, for the comparison}"
    else
        key="$place/key.pem"
        openssl genpkey -algorithm ed25519 -out "$key"
        ./build-image.sh --without-asterisk --sign-key "$key" --output "$place/out" || return 1
        IMAGE="$(echo "$place"/out/appliance-*.img.zst)"
    fi
    base="${IMAGE%.img.zst}" folder="$(dirname "$IMAGE")" update="${IMAGE%.img.zst}.update"
    check "options: no package of Asterisk or DAHDI is in the image" sh -c '! grep -iE "asterisk|dahdi|^odbc|^unixodbc" "$1.manifest" "$1.spdx.json"' sh "$base"
    for package in appliance mariadb-server nftables fail2ban openssh-server chrony smartmontools linux-image-amd64; do
        check "options: $package is in the image" grep --quiet "^$package	" "$base.manifest"
    done
    check "options: the lock says so" grep --quiet --line-regexp "asterisk	no" "$base.lock"
    check "options: every result has the checksum that is told" sh -c 'cd "$1" && sha256sum --check --quiet --strict "$2.sha256"' sh "$folder" "$(basename "$base")"
    dpkg-deb --fsys-tarfile "$folder"/appliance_*_amd64.deb | tar --extract --directory="$place" ./usr/bin/appliance
    openssl pkey -in "$key" -pubout -out "$place/key.pub"
    openssl genpkey -algorithm ed25519 | openssl pkey -pubout -out "$place/other.pub"
    check "options: the update file is signed by the key that was given" "$place/usr/bin/appliance" update check "$update" --key "$place/key.pub"
    check "options: and by no other" sh -c '! "$@"' sh "$place/usr/bin/appliance" update check "$update" --key "$place/other.pub"
    cp "$update" "$place/changed.update"
    printf x | dd of="$place/changed.update" bs=1 seek=$(($(stat --format=%s "$update") / 2)) conv=notrunc status=none
    check "options: one byte of it changed is noticed" sh -c '! "$@"' sh "$place/usr/bin/appliance" update check "$place/changed.update" --key "$place/key.pub"
    job_bios
}

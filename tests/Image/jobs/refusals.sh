# What build-image.sh refuses, and how it says so: before anything is built. Sourced by run.sh.

# refuses NAME STATUS PATTERN COMMAND…: it must fail in this way, and leave no result behind.
refuses() {
    local name="$1" status="$2" pattern="$3" got=0
    shift 3
    rm --recursive --force "$place/refused"
    "$@" >"$place/refusal" 2>&1 || got=$?
    if [ "$got" = "$status" ] && grep --quiet --extended-regexp -- "$pattern" "$place/refusal" && [ -z "$(ls "$place/refused" 2>/dev/null)" ]; then
        pass "refusals: $name"
    else
        fail "refusals: $name (status $got instead of $status)"
        tail --lines=8 "$place/refusal" | sed 's/^/    /'
    fi
}

# A lock with one package each, changed by a sed expression.
small_lock() {
    printf '%s\n' $'lock\t1' $'version\t0' $'arch\tamd64' $'suite\ttrixie' $'epoch\t1760000000' $'asterisk\tno' \
        $'root\tdebian\tgone-package\t1.2-3\tamd64\t'"$(printf x | sha256sum | cut -c1-64)"$'\t10\tpool/main/g/gone-package_1.2-3_amd64.deb' \
        $'tools\tdebian\tgone-tool\t4.5\tall\t'"$(printf y | sha256sum | cut -c1-64)"$'\t10\tpool/main/g/gone-tool_4.5_all.deb' | sed "$1" >"$place/small.lock"
    echo "$place/small.lock"
}

job_refusals() {
    local build=(./build-image.sh --output "$place/refused") empty=(env "APPLIANCE_CACHE=$place/empty-cache")
    refuses "an option that does not exist" 2 'no option "--frobnicate"' "${build[@]}" --frobnicate
    refuses "an option without its value" 2 '--suite needs a value' "${build[@]}" --suite
    refuses "a snapshot that is no time" 2 'looks like 2026' "${build[@]}" --snapshot yesterday
    refuses "a signing key that is not there" 2 'no such file' "${build[@]}" --sign-key "$place/nothing"
    refuses "Asterisk for a suite it was not built for" 1 'Asterisk is built for trixie only' "${build[@]}" --suite forky
    refuses "no room for the cache" 1 'MiB free; the cache' small_cache
    refuses "a lock that is not there" 1 'step 2 of 11, "resolve", failed' "${build[@]}" --lock "$place/nothing.lock"
    refuses "a lock that is no lock" 1 'is not a lock of build-image.sh' "${build[@]}" --lock README.md
    refuses "a lock for another architecture" 1 'architecture "arm64"' "${build[@]}" --lock "$(small_lock 's/^arch.*/arch\tarm64/')"
    refuses "a lock with a damaged line" 1 'line 7 is not a package' "${build[@]}" --lock "$(small_lock '7s/amd64\t[0-9a-f]*/amd64\tabc/')"
    refuses "a lock that leads out of the mirror" 1 'line 7 is not a package' "${build[@]}" --lock "$(small_lock '7s:pool/main:../..:')"
    refuses "a package that is gone is named" 1 'gone-package 1.2-3 does not resolve' "${empty[@]}" "${build[@]}" --lock "$(small_lock '')"
    refuses "a mirror that is not there" 1 'cannot be reached' "${empty[@]}" "${build[@]}" --without-asterisk --mirror http://127.0.0.1:9/debian
    served_mirrors
}

# A file system of 64 MiB as the cache.
small_cache() {
    unshare --mount --propagation private bash -c 'mkdir -p "$1" && mount -t tmpfs -o size=64M none "$1" && APPLIANCE_CACHE="$1" ./build-image.sh --output "$2"' \
        small "$place/small-cache" "$place/refused"
}

# Mirrors of our own: one that was moved, one that stands still since 2020 (its lists are not Debian's, so their signature is wrong as well).
served_mirrors() {
    local web="$place/web" server port
    mkdir --parents "$web/moved" "$web/forged/dists/trixie"
    printf 'Origin: Debian\nSuite: stable\nCodename: trixie\nDate: Wed, 01 Jan 2020 00:00:00 UTC\nValid-Until: Wed, 08 Jan 2020 00:00:00 UTC\nArchitectures: amd64\nComponents: main\nSHA256:\n' \
        >"$web/forged/dists/trixie/InRelease"
    python3 -u -m http.server --bind 127.0.0.1 --directory "$web" 0 >"$place/web.log" 2>&1 &
    server=$!
    until port="$(grep --only-matching --perl-regexp 'port \K[0-9]+' "$place/web.log")"; do kill -0 "$server" || return 1; sleep 0.1; done
    refuses "a mirror that was moved" 1 'the mirror was moved' "${empty[@]}" "${build[@]}" --without-asterisk --mirror "http://127.0.0.1:$port/moved"
    refuses "a mirror whose lists Debian has not signed" 1 'not signed by Debian|out of date' "${empty[@]}" "${build[@]}" --without-asterisk --mirror "http://127.0.0.1:$port/forged"
    kill "$server"
    wait "$server" 2>/dev/null || true
}

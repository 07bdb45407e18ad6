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

# What the programs that unpack Debian are given while locks and a caller's descriptors are open; ls has one of its own.
three_descriptors() {
    bash -Eeuo pipefail -c 'eval "$(sed --quiet "/^with_three() (/,/^)/p" systemd/image/build/common.sh)"
        exec 3>&1 8</dev/null 11</dev/null
        [ "$(with_three ls /proc/self/fd | tr "\n" " ")" = "0 1 2 3 " ]'
}

job_refusals() {
    local build=(./build-image.sh --output "$place/refused") empty=(env "APPLIANCE_CACHE=$place/empty-cache")
    check "refusals: Debian is unpacked with no descriptor beyond the three" three_descriptors
    refuses "an option that does not exist" 2 'no option "--frobnicate"' "${build[@]}" --frobnicate
    refuses "an option without its value" 2 '--suite needs a value' "${build[@]}" --suite
    refuses "a snapshot that is no time" 2 'looks like 2026' "${build[@]}" --snapshot yesterday
    refuses "a signing key that is not there" 2 'no such file' "${build[@]}" --sign-key "$place/nothing"
    refuses "Asterisk for a suite it was not built for" 1 'Asterisk is built for trixie only' "${build[@]}" --suite forky
    refuses "a snapshot of something that is no archive" 2 'ends with /debian' "${build[@]}" --snapshot 20261121T000000Z --mirror http://127.0.0.1:9/x
    refuses "no room for the cache" 1 'MiB free; the cache .* MiB more' on_tmpfs "$place/small-cache" \
        env "APPLIANCE_CACHE=$place/small-cache" "${build[@]}"
    refuses "no room for the results" 1 'MiB free; the result .* MiB more' on_tmpfs "$place/small-output" ./build-image.sh --output "$place/small-output/x"
    refuses "results where nothing can be written" 1 'nothing can be written in' on_tmpfs "$place/small-output,ro" \
        ./build-image.sh --output "$place/small-output/x"
    refuses "results where a file is in the way" 1 'README.md is no directory' ./build-image.sh --output README.md/x
    refuses "a lock that is not there" 1 'step 2 of 12, "resolve", failed' "${build[@]}" --lock "$place/nothing.lock"
    refuses "a lock that is no lock" 1 'is not a lock of build-image.sh' "${build[@]}" --lock README.md
    refuses "a lock for another architecture" 1 'architecture "arm64"' "${build[@]}" --lock "$(small_lock 's/^arch.*/arch\tarm64/')"
    refuses "a lock with a damaged line" 1 'line 7 is not a package' "${build[@]}" --lock "$(small_lock '7s/amd64\t[0-9a-f]*/amd64\tabc/')"
    refuses "a lock that leads out of the mirror" 1 'line 7 is not a package' "${build[@]}" --lock "$(small_lock '7s:pool/main:../..:')"
    refuses "a package that is gone is named" 1 'gone-package 1.2-3 does not resolve' "${empty[@]}" "${build[@]}" --lock "$(small_lock '')"
    refuses "a mirror that is not there" 1 'cannot be reached' "${empty[@]}" "${build[@]}" --without-asterisk --mirror http://127.0.0.1:9/debian
    refuses "no network and an empty pool" 1 'cannot be reached, and 2 packages are not in' unshare --net "${empty[@]}" "${build[@]}" \
        --lock "$(small_lock '')"
    refuses "no network, and no lock" 1 'cannot be reached' unshare --net "${empty[@]}" "${build[@]}" --without-asterisk
    full_at_the_end
    served_mirrors
}

# on_tmpfs DIRECTORY[,ro] COMMAND…: with a file system of 64 MiB there.
on_tmpfs() {
    # shellcheck disable=SC2016 # the inner shell's
    unshare --mount --propagation private bash -c 'at="${1%,ro}" && mkdir -p "$at" && mount -t tmpfs -o "size=64M,${1#"$at"}" none "$at" && shift && "$@"' \
        on_tmpfs "$@"
}

# The disk for the results is full when they come to it: what was there is still there, and nothing else.
full_at_the_end() {
    check "refusals: results that do not fit leave the old ones alone" on_tmpfs "$place/full" bash "$here/guest/full-output.sh" "$place/full" "$PWD"
}

# served DIRECTORY COMMAND…: runs it while a web server shows the directory; $port is the server's. served_from: the mirrors behind it.
served_from=()
served() {
    local web="$1" server status=0
    shift
    python3 -u "$here/web.py" "$web" "${served_from[@]}" >"$place/web.log" 2>&1 &
    server=$!
    until port="$(grep --only-matching --perl-regexp 'port \K[0-9]+' "$place/web.log")"; do kill -0 "$server" || return 1; sleep 0.1; done
    "$@" || status=$?
    kill "$server"
    wait "$server" 2>/dev/null || true
    return "$status"
}

# Mirrors of our own: one that was moved, one that stands still since 2020 (its lists are not Debian's, so their signature is wrong as well),
# an archive of snapshots that has not got the one that is asked for, and one that never ends an answer.
served_mirrors() {
    local web="$place/web"
    mkdir --parents "$web/moved" "$web/forged/dists/trixie"
    printf 'Origin: Debian\nSuite: stable\nCodename: trixie\nDate: Wed, 01 Jan 2020 00:00:00 UTC\nValid-Until: Wed, 08 Jan 2020 00:00:00 UTC\nArchitectures: amd64\nComponents: main\nSHA256:\n' \
        >"$web/forged/dists/trixie/InRelease"
    served "$web" served_refusals
}

served_refusals() {
    local from="http://127.0.0.1:$port" without=("${empty[@]}" "${build[@]}" --without-asterisk)
    refuses "a mirror that was moved" 1 'the mirror was moved' "${without[@]}" --mirror "$from/moved"
    refuses "a mirror whose lists Debian has not signed" 1 'not signed by Debian' "${without[@]}" --mirror "$from/forged"
    refuses "a snapshot that the archive has not got" 1 'has no Debian suite' "${without[@]}" --mirror "$from/archive/debian" --snapshot 20010101T000000Z
    interrupted
}

# Ctrl-C while a package comes in: nothing is left that runs, is mounted or lies about.
interrupted() {
    local cache="$place/interrupted" builder status=0
    env --default-signal=INT "APPLIANCE_CACHE=$cache" setsid "${build[@]}" --mirror "http://127.0.0.1:$port/stalls" --lock "$(small_lock '')" \
        >"$place/interrupted.log" 2>&1 &
    builder=$!
    until grep --quiet 'GET /stalls' "$place/web.log"; do
        kill -0 "$builder" 2>/dev/null || { fail "refusals: the build waits for the mirror"; cat "$place/interrupted.log"; return 0; }
        sleep 0.1
    done
    kill -INT -- "-$builder"
    wait "$builder" || status=$?
    check "refusals: Ctrl-C is said to have changed nothing" grep --quiet 'stopped in step "fetch". Nothing in .* was changed' "$place/interrupted.log"
    check "refusals: Ctrl-C ends with 130" test "$status" = 130
    check "refusals: Ctrl-C leaves no work folder" sh -c '! find "$1" -name ".work-*" -o -name ".building-*" | grep .' sh "$cache/image"
    check "refusals: Ctrl-C leaves no mount" sh -c '! grep -F "$1" /proc/self/mountinfo' sh "$cache"
    check "refusals: Ctrl-C leaves no process" sh -c '! grep --files-with-matches --text --fixed-strings "APPLIANCE_CACHE=$1" /proc/[0-9]*/environ 2>/dev/null | grep .' \
        sh "$cache"
}

# What needs Debian's mirror or minutes: run.sh mirrors.
job_mirrors() {
    local build=(./build-image.sh --output "$place/refused") empty=(env "APPLIANCE_CACHE=$place/empty-cache") mirror security
    # shellcheck disable=SC1091 # says which mirrors this machine has
    mirror="$(. systemd/image/build/kept.sh && debian_mirror)"
    security="$(. systemd/image/build/kept.sh && debian_security_mirror)"
    refuses "a suite that does not exist" 1 'has no Debian suite "nonsuch"' "${empty[@]}" "${build[@]}" --without-asterisk --suite nonsuch
    if command -v faketime >/dev/null; then
        refuses "a mirror that stands still (its lists are read in a month)" 1 'are out of date .*: the mirror stands still, or this machine' \
            faketime -f +30d "${empty[@]}" "${build[@]}" --without-asterisk
    else
        skipped "refusals: faketime is not installed"
    fi
    mkdir --parents "$place/web"
    served_from=("$mirror" "$security")
    served "$place/web" snapshots
    served_from=()
    at_once
}

# An archive of snapshots, played by one that redirects to the mirror: the packages are those that the mirror itself gives.
snapshots() {
    local from="http://127.0.0.1:$port"
    check "snapshot: packages are resolved from an archive" "${empty[@]}" ./build-image.sh --output "$place/snapshot" --without-asterisk --only-lock \
        --mirror "$from/archive/debian" --snapshot 20261121T000000Z
    check "snapshot: both archives were asked for that time" sh -c 'for one in debian debian-security; do
        grep -q "GET /archive/$one/20261121T000000Z/dists/trixie" "$1" || exit 1; done' sh "$place/web.log"
    check "snapshot: the same packages straight from the mirror" "${empty[@]}" ./build-image.sh --output "$place/straight" --without-asterisk --only-lock
    check "snapshot: the locks are equal" cmp "$place/snapshot/appliance-"*.resolved.lock "$place/straight/appliance-"*.resolved.lock
    # A lock whose only missing package is on the mirror under another version.
    sed '0,/\troot\|^root/s/^\(root\tdebian\t[a-z0-9.+-]*\t\)\([^\t]*\)\(\t[^\t]*\t\)[0-9a-f]\{64\}/\10.0-superseded\3'"$(printf z | sha256sum | cut -c1-64)"'/' \
        "$place/straight/appliance-"*.resolved.lock | awk -F '\t' '/^#/ || NF == 2 || /superseded/ || ($1 == "tools" && !n++)' >"$place/old.lock"
    sed --in-place 's/_amd64.deb$/_gone.deb/; s/_all.deb$/_gone.deb/' "$place/old.lock"
    refuses "a lock that the mirror has outlived names the package" 1 ' 0.0-superseded does not resolve: superseded on' \
        "${empty[@]}" "${build[@]}" --lock "$place/old.lock"
}

# Two builds into one place end as if one had come after the other.
at_once() {
    local first second status=0
    ./build-image.sh --only-package --output "$place/together" >"$place/one.log" 2>&1 & first=$!
    ./build-image.sh --only-package --output "$place/together" >"$place/two.log" 2>&1 & second=$!
    wait "$first" || status=$?
    wait "$second" || status=$?
    check "two builds at once: both end well" test "$status" = 0
    check "two builds at once: one package, whole" sh -c 'set -- "$1"/*; [ $# = 1 ] && dpkg-deb --contents "$1" >/dev/null' sh "$place/together"
    check "two builds at once: nothing else is left" sh -c '[ "$(find "$1" -mindepth 1 | wc -l)" = 1 ]' sh "$place/together"
}

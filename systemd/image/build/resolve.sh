# Which packages, to the bit: from the lock that was given, or freshly from the mirror's signed lists. Writes the lock of this build.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

apt="$WORK/apt"

# An apt of its own: nothing is read from this machine's lists, sources or installed packages.
prepare() {
    mkdir --parents "$apt"/lists/partial "$apt"/cache/archives/partial "$apt"/etc/{apt.conf.d,preferences.d,sources.list.d,trusted.gpg.d}
    : >"$apt/status"
    cat >"$apt/apt.conf" <<CONF
Dir "$apt";
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc "$apt/etc";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::ForceHash "sha256";
CONF
    export APT_CONFIG="$apt/apt.conf"
    local options="signed-by=$keyring"
    [ -z "$SNAPSHOT" ] || options="$options check-valid-until=no"
    printf 'deb [%s] %s main\n' "$options" "$MIRROR $SUITE" "$options" "$MIRROR $SUITE-updates" "$options" "$SECURITY $SUITE-security" \
        >"$apt/etc/sources.list"
}

# apt says what is wrong in its own words; this says what to do about it.
update() {
    apt-get --quiet=2 --error-on=any update >"$apt/update.log" 2>&1 && return
    cat "$apt/update.log"
    if said 'expired' 'not valid yet'; then
        die "the lists of $MIRROR ($SUITE) are out of date (see above): the mirror stands still, or this machine's clock is wrong
($(date --utc +%F)). A mirror that is meant to be old is named with --snapshot."
    elif unreachable "$apt/update.log"; then
        die "$MIRROR or $SECURITY cannot be reached: check the network, name another with --mirror,
or rebuild without a network from --lock and the kept packages."
    elif said 'clearsigned file isn.t valid' 'signatures were invalid' 'signatures couldn.t be verified' 'NO_PUBKEY' 'BADSIG'; then
        die "the lists of $MIRROR are not signed by Debian's keys in $keyring: nothing is taken from there."
    elif said 'does not have a release file' '404' 'redirect'; then
        die "$MIRROR or $SECURITY has no Debian suite \"$SUITE\": the mirror was moved, or the suite's name is wrong.
Name another with --mirror or --suite."
    fi
    die "the package lists of $MIRROR cannot be used (see above)"
}

# said PATTERN…: whether apt did.
said() { grep --quiet --ignore-case "${@/#/--regexp=}" "$apt/update.log"; }

# Asterisk is built from Debian's source package, once; the lab runs the same build.
local_packages() {
    local built
    say "Asterisk: built from Debian's source package when it is not in the cache (five minutes)"
    built="$(env --unset=APT_CONFIG bash "$SOURCE/tests/Lab/rootfs/asterisk.sh" | tail --lines=1)"
    mkdir "$WORK/local"
    cp "$built"/*.deb "$WORK/local/"
    built="$(bash "$steps/dahdi.sh" | tail --lines=1)"

    cp "$built"/*.deb "$WORK/local/"
    index "$WORK/local"
    printf 'deb [trusted=yes] file://%s ./\n' "$WORK/local" >"$apt/etc/sources.list.d/local.list"
}

# uris PACKAGE…: one line a package, as in the lock but without its first column.
uris() {
    apt-get --quiet=2 --yes --print-uris install '?essential' "$@" >"$apt/uris" 2>"$apt/uris.log" || {
        cat "$apt/uris.log" >&2
        die "the packages do not fit together in $SUITE (see above): $(sed --quiet 's/^E: //p' "$apt/uris.log" | head --lines=1)"
    }
    awk --assign mirror="$MIRROR/" --assign security="$SECURITY/" --assign here="file:$WORK/local/" --assign OFS='\t' '
        function without(uri, prefix) { return index(uri, prefix) == 1 ? substr(uri, length(prefix) + 1) : "" }
        {
            gsub(/\047/, "", $1)
            gsub(/file:\/\//, "file:", $1)
            sub(/^SHA256:/, "", $4)
            split($2, part, "_")
            sub(/\.deb$/, "", part[3])
            gsub(/%3a/, ":", part[2])
            if ((path = without($1, security)) != "") archive = "security"
            else if ((path = without($1, mirror)) != "") archive = "debian"
            else if ((path = without($1, here)) != "") {
                archive = "local"
                sub(/^(\.\/)+/, "", path)
                gsub(/%2b/, "+", path)
                gsub(/%7e/, "~", path)
            }
            else { print "a package from nowhere: " $1 >"/dev/stderr"; exit 1 }
            if ($4 !~ /^[0-9a-f]{64}$/) { print "no SHA-256 for " $2 >"/dev/stderr"; exit 1 }
            print archive, part[1], part[2], part[3], $4, $3, path
        }' "$apt/uris" | sort
}

resolve() {
    local wanted tools date
    prepare
    update
    [ "$WITH_ASTERISK" = no ] || { local_packages; update; }
    wanted="$(entries "$image/packages" | if [ "$WITH_ASTERISK" = yes ]; then sed 's/^asterisk: //'; else sed '/^asterisk: /d'; fi)"
    tools="$(entries "$image/tools")"
    # All times in the image: the newest of the lists it was made from.
    date="$(sed --quiet 's/^Date: //p' "$apt"/lists/*InRelease | while read -r date; do date --date="$date" +%s; done \
        | sort --numeric-sort | tail --lines=1)"
    {
        echo "# Every package of an appliance image, to the bit: ./build-image.sh --lock THIS-FILE builds the same image again."
        printf '%s\t%s\n' lock 1 version "$VERSION" arch amd64 suite "$SUITE" epoch "$date" asterisk "$WITH_ASTERISK"
        # shellcheck disable=SC2086 # one word a package
        uris $wanted | sed 's/^/root\t/'
        # shellcheck disable=SC2086
        uris $tools | sed 's/^/tools\t/'
    } >"$lock"
    if [ "$WITH_ASTERISK" = yes ]; then
        mkdir --parents "$pool"
        lock_lines root | while IFS=$'\t' read -r archive name version arch sha256 size path; do
            [ "$archive" != local ] || [ -e "$pool/$sha256.deb" ] || cp "$WORK/local/$path" "$pool/$sha256.deb"
        done
    fi
}

# A lock from elsewhere: is it one, whole, and for this machine?
check() {
    [ -r "$LOCK" ] || die "--lock $LOCK: there is no such file"
    cp "$LOCK" "$lock"
    [ "$(lock_value lock)" = 1 ] || die "--lock $LOCK: this is not a lock of build-image.sh (it has no line \"lock 1\")"
    [ "$(lock_value arch)" = amd64 ] || die "--lock $LOCK is for the architecture \"$(lock_value arch)\"; this machine builds amd64"
    [[ "$(lock_value epoch)" =~ ^[0-9]{9,11}$ ]] || die "--lock $LOCK: the line \"epoch\" is missing or no number"
    [ "$(lock_value version)" = "$VERSION" ] \
        || say "the lock was written by version $(lock_value version), this is $VERSION: same packages, another agent"
    awk --field-separator='\t' '
        /^#/ || NF == 2 { next }
        NF != 8 || $1 !~ /^(root|tools)$/ || $2 !~ /^(debian|security|local)$/ || $6 !~ /^[0-9a-f]{64}$/ || $7 !~ /^[0-9]+$/ ||
            $3 !~ /^[a-z0-9][a-z0-9+.-]+$/ || $4 !~ /^[A-Za-z0-9.+:~-]+$/ || $5 !~ /^(amd64|all)$/ || $8 ~ /(^|\/)\.\.(\/|$)|^\// {
            print "line " NR " is not a package: " $0; bad = 1; exit 1
        }
        { seen[$1]++ }
        END { if (!bad && (!seen["root"] || !seen["tools"])) { print "it has no packages"; exit 1 } }' "$lock" >"$WORK/lock.problem" \
        || die "--lock $LOCK: $(cat "$WORK/lock.problem")"
}

if [ -n "$LOCK" ]; then check; else resolve; fi
say "$(lock_lines root | wc --lines) packages for the node, $(lock_lines tools | wc --lines) for its making"
say "time of everything: $(date --utc --date="@$(lock_value epoch)" '+%F %T')"

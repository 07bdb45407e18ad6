# Brings every locked package into the pool, and checks every one of them against the lock. What is there is not asked for again: with a
# full pool this needs no network.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mkdir --parents "$pool"

# Those of the lock that the pool has not got: archive, name, version, sha256, path.
missing() {
    { lock_lines root; lock_lines tools; } | sort --unique | while IFS=$'\t' read -r archive name version _ sha256 _ path; do
        [ -s "$pool/$sha256.deb" ] || printf '%s\t%s\t%s\t%s\t%s\n' "$archive" "$name" "$version" "$sha256" "$path"
    done
}

# Several at a time, each with its hash: apt's own fetcher, which knows proxies and repeats.
fetch() {
    local archive name version sha256 path from arguments=()
    while IFS=$'\t' read -r archive name version sha256 path; do
        case "$archive" in
        debian) from="$MIRROR" ;;
        security) from="$SECURITY" ;;
        local) continue ;;
        esac
        arguments+=("$from/$path" "$WORK/fetched/$sha256.deb" "SHA256:$sha256")
    done
    mkdir --parents "$WORK/fetched"
    [ "${#arguments[@]}" -gt 0 ] || return 0
    say "fetching $((${#arguments[@]} / 3)) packages"
    # One that is gone must not keep the others away; what is missing afterwards is named below.
    /usr/lib/apt/apt-helper -o Acquire::Retries=3 -o APT::Sandbox::User=root download-file "${arguments[@]}" 2>&1 \
        | tee "$WORK/fetch.said" || true
}

missing >"$WORK/missing"
if [ -s "$WORK/missing" ]; then
    fetch <"$WORK/missing"
    while IFS=$'\t' read -r _ _ _ sha256 _; do
        [ ! -s "$WORK/fetched/$sha256.deb" ] || mv "$WORK/fetched/$sha256.deb" "$pool/$sha256.deb"
    done <"$WORK/missing"
    missing >"$WORK/missing"
fi
if [ -s "$WORK/missing" ]; then
    echo "these packages of the lock cannot be had any more:"
    awk --field-separator='\t' '{ print "  " $2 " " $3 " (" $1 ", " $5 ")" }' "$WORK/missing"
    if cut --fields=1 "$WORK/missing" | grep --quiet local; then
        die "packages marked \"local\" are on no mirror, they were built: put the .debs into $pool as SHA256.deb, or build without --lock"
    fi
    ! unreachable "$WORK/fetch.said" || die "$MIRROR or $SECURITY cannot be reached, and $(wc --lines <"$WORK/missing") packages are not in $pool:
check the network, name another with --mirror, or put the .debs into $pool as SHA256.deb."
    die "$(cut --fields=2,3 "$WORK/missing" | head --lines=1 | tr '\t' ' ') does not resolve: superseded on $MIRROR, or the mirror was moved.
Take --snapshot, or put the .debs into $pool as SHA256.deb, or build without --lock."
fi

{ lock_lines root; lock_lines tools; } | cut --fields=5 | sort --unique | sed "s|.*|&  $pool/&.deb|" \
    | sha256sum --check --quiet --strict >"$WORK/wrong" 2>&1 || {
    while IFS=: read -r file _; do
        file="${file##*/}"
        { lock_lines root; lock_lines tools; } | awk --field-separator='\t' --assign sha="${file%.deb}" \
            '$5 == sha && !said++ { print "in the pool, but damaged: " $2 " " $3 }'
        rm --force "$pool/$file"
    done < <(grep ': FAILED' "$WORK/wrong")
    die "the pool had damaged packages (named above); they were taken out, please run this again"
}

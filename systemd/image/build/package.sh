# appliance_VERSION_amd64.deb: for the image, and for people who run their own Debian.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tree="$WORK/deb"
# The package alone is built without a lock: its time is that of the last commit, or of the newest file where there is no history.
if [ -e "$lock" ]; then epoch="$(lock_value epoch)"; else
    epoch="$(git -C "$SOURCE" log -1 --format=%ct 2>/dev/null || find "$SOURCE/firmware-agent" -type f -printf '%T@\n' \
        | sort --numeric-sort | tail --lines=1 | cut --delimiter=. --fields=1)"
fi
export SOURCE_DATE_EPOCH="$epoch"

# put MODE FILE… DIRECTORY
put() {
    local mode="$1" directory="$tree/${!#}"
    mkdir --parents "$directory"
    install --mode="$mode" "${@:2:$#-2}" "$directory/"
}

put 0755 "$WORK/appliance" usr/bin
find "$SOURCE/systemd" -maxdepth 1 -type f -regex '.*\.\(service\|target\|mount\|path\|socket\|timer\)' -print0 | sort --zero-terminated \
    | while IFS= read -r -d '' unit; do put 0644 "$unit" usr/lib/systemd/system; done
put 0644 "$SOURCE"/udev/*.rules usr/lib/udev/rules.d
find "$SOURCE/udev" -maxdepth 1 -type f -executable -print0 \
    | while IFS= read -r -d '' program; do put 0755 "$program" usr/lib/appliance; done
put 0644 "$image/deb/appliance.sysusers" usr/lib/sysusers.d
mv "$tree/usr/lib/sysusers.d/appliance.sysusers" "$tree/usr/lib/sysusers.d/appliance.conf"
put 0644 "$image/deb/appliance.tmpfiles" usr/lib/tmpfiles.d
mv "$tree/usr/lib/tmpfiles.d/appliance.tmpfiles" "$tree/usr/lib/tmpfiles.d/appliance.conf"
mkdir --parents "$tree/usr/share/man/man8" "$tree/usr/share/doc/appliance/examples" \
    "$tree"/usr/share/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d,lintian/overrides}
gzip --best --no-name <"$SOURCE/docs/man/appliance.8" >"$tree/usr/share/man/man8/appliance.8.gz"
"$WORK/appliance" completion bash >"$tree/usr/share/bash-completion/completions/appliance"
"$WORK/appliance" completion zsh >"$tree/usr/share/zsh/vendor-completions/_appliance"
"$WORK/appliance" completion fish >"$tree/usr/share/fish/vendor_completions.d/appliance.fish"
put 0644 "$SOURCE"/docs/appliance.*.toml usr/share/doc/appliance/examples
put 0644 "$SOURCE/NOTICE" usr/share/doc/appliance
cp "$image/deb/copyright" "$tree/usr/share/doc/appliance/copyright"
cp "$image/deb/lintian-overrides" "$tree/usr/share/lintian/overrides/appliance"
printf 'appliance (%s) unstable; urgency=medium\n\n  * See the history of the source.\n\n -- %s  %s\n' "$VERSION" \
    "$(sed --quiet 's/^Maintainer: //p' "$image/deb/control")" "$(date --utc --rfc-email --date="@$epoch")" \
    | gzip --best --no-name >"$tree/usr/share/doc/appliance/changelog.gz"
find "$tree" -type f -path '*/share/*' -exec chmod 0644 {} +

mkdir "$tree/DEBIAN"
kibibytes="$(du --summarize --apparent-size --block-size=1024 "$tree/usr" | cut --fields=1)"
sed --expression="s/@VERSION@/$VERSION/" --expression="s/@SIZE@/$kibibytes/" "$image/deb/control" >"$tree/DEBIAN/control"
install --mode=0755 "$image"/deb/{postinst,prerm,postrm} "$tree/DEBIAN/"
(cd "$tree" && find usr -type f -print0 | sort --zero-terminated | xargs --null md5sum) >"$tree/DEBIAN/md5sums"
find "$tree" -newermt "@$epoch" -exec touch --no-dereference --date="@$epoch" {} +
dpkg-deb --root-owner-group --uniform-compression -Zxz --threads-max=1 --build "$tree" "$WORK/appliance_${VERSION}_amd64.deb"

# USB sticks for machines of machine.sh: made from a folder, plugged in, pulled out, read again. Sourced, not run.

# image_stick STICK FOLDER [LABEL]: the file STICK becomes a stick as it is bought, one FAT partition, with the folder's files in its root.
image_stick() {
    local stick="$1" folder="$2" label="${3:-}"
    rm --force "$stick"
    truncate --size=64M "$stick"
    # The partition table's first entry: type 0c, from sector 2048, 129,024 sectors.
    printf '\0\0\0\0\x0c\0\0\0\0\x08\0\0\0\xf8\x01\0' | dd of="$stick" bs=1 seek=446 conv=notrunc status=none
    printf '\x55\xaa' | dd of="$stick" bs=1 seek=510 conv=notrunc status=none
    mkfs.fat ${label:+-n "$label"} --offset 2048 "$stick" $((63 * 1024)) >/dev/null
    [ -z "$(ls --almost-all "$folder")" ] || MTOOLS_SKIP_CHECK=1 mcopy -s -i "$stick@@1M" "$folder"/* ::/
}

# image_with_stick STICK NAME: QEMU's arguments, one a line, for a machine that starts with it; the name is for image_unplug.
#   mapfile -t with < <(image_with_stick "$place/stick" left); image_start "$machine" bios "${with[@]}"
image_with_stick() {
    printf '%s\n' -drive "file=$1,format=raw,if=none,id=$2" -device "usb-storage,bus=usb.0,drive=$2,id=$2,removable=on"
}

# image_plug PLACE STICK NAME: into a machine that runs.
image_plug() {
    image_hand "$1" "drive_add 0 file=$2,format=raw,if=none,id=$3"
    image_hand "$1" "device_add usb-storage,bus=usb.0,drive=$3,id=$3,removable=on"
}

# image_unplug PLACE NAME: pulled out, whatever is being done with it.
image_unplug() { image_hand "$1" "device_del $2"; }

# stick_file STICK NAME: what a file in its root says; 1 when there is none.
stick_file() { MTOOLS_SKIP_CHECK=1 mtype -i "$1@@1M" "::/$2" 2>/dev/null | tr --delete '\r'; return "${PIPESTATUS[0]}"; }

# stick_wait STICK SECONDS PATTERN: until its result.txt shows it; 1 when the machine ended or the time passed.
stick_wait() {
    local end=$((SECONDS + $2 * $(image_slower)))
    until stick_file "$1" result.txt | grep --quiet --extended-regexp "$3"; do
        if [ "$SECONDS" -ge "$end" ] || ! kill -0 "$image_pid" 2>/dev/null; then
            echo "    result.txt does not show \"$3\":"; stick_file "$1" result.txt | sed 's/^/    /'; return 1
        fi
        sleep 0.5
    done
}

# stick_files FOLDER [options of appliance init]: what goes onto the sticks of a new pair, FOLDER/pbx-a and FOLDER/pbx-b, by the executable
# of this checkout. The cluster is site42 or $stick_cluster.
stick_files() {
    local folder="$1"
    shift
    need_executable || return 1
    out/agent/appliance init --stick "$folder" --yes --cluster "${stick_cluster:-site42}" --node-a pbx-a --node-b pbx-b "$@" >/dev/null
}

# The executable for this machine.
need_executable() {
    [ ! -x out/agent/appliance ] || return 0
    bash tests/publish.sh >/dev/null
}

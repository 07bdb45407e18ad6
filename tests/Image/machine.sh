# Machines that boot the image, in QEMU: how one is made, started, listened to and ended. Sourced, not run.
#
# The image is used as it is. A test puts two things beside it: local.cfg in the boot partition (a console on the first serial port), and
# credentials in the machine's SMBIOS tables, from which systemd takes a unit that runs the test's script. USB sticks: stick.sh;
# a shell in the machine: shell.sh.

image_firmware=/usr/share/OVMF/OVMF_CODE_4M.fd

image_accelerator() {
    [ -z "${VM_ACCEL:-}" ] || { echo "$VM_ACCEL"; return; }
    echo tcg
}
# Factor for every timeout.
image_slower() { [ "$(image_accelerator)" = kvm ] && echo 1 || echo 10; }

# image_disk PLACE SIZE: a disk of that size with the image on it, as after flashing; only what is written takes room.
image_disk() {
    local place="$1"
    mkdir --parents "$place"
    qemu-img create -q -f qcow2 -F raw -b "$image_raw" "$place/disk" "$2"
}

# boot_partition RAW: where the ESP is, as mtools wants it.
boot_partition() { echo "$1@@2M"; }

# image_script PLACE: what is on standard input is run in the machine as root once it is up; its output goes to the console.
image_script() {
    { cat; printf '\nexit 0\n'; } >"$1/script"
    truncate --size=%65536 "$1/script"
}

# image_start PLACE bios|uefi [qemu arguments]: boots PLACE/disk; the process is in image_pid, the console in PLACE/console.
image_start() {
    local place="$1" firmware="$2" unit wants arguments=()
    shift 2
    unit="$(printf '%s\n' '[Unit]' DefaultDependencies=no After=appliance-ready.service '[Service]' Type=exec StandardInput=null \
        StandardOutput=file:/dev/ttyS0 StandardError=file:/dev/ttyS0 'ExecStart=/bin/bash /dev/disk/by-id/virtio-test-script' \
        | base64 --wrap=0)"
    wants="$(printf '[Unit]\nWants=appliance-test.service\n' | base64 --wrap=0)"
    if [ -e "$place/script" ]; then
        arguments+=(-drive "file=$place/script,format=raw,if=none,id=script,readonly=on"
            -device virtio-blk-pci,drive=script,serial=test-script
            -smbios "type=11,value=io.systemd.credential.binary:systemd.extra-unit.appliance-test.service=$unit"
            -smbios "type=11,value=io.systemd.credential.binary:systemd.unit-dropin.multi-user.target=$wants")
    fi
    [ -z "${EXECUTABLE:-}" ] || arguments+=(-drive "file=$EXECUTABLE,format=raw,if=none,id=executable,readonly=on"
        -device virtio-blk-pci,drive=executable,serial=test-executable)
    if [ "$firmware" = uefi ]; then
        [ -e "$place/variables" ] || cp /usr/share/OVMF/OVMF_VARS_4M.fd "$place/variables"
        arguments+=(-drive "if=pflash,format=raw,readonly=on,file=$image_firmware" -drive "if=pflash,format=raw,file=$place/variables")
    fi
    local command=(qemu-system-x86_64 -nodefaults -no-user-config -display none -machine q35 -accel "$(image_accelerator)" -cpu max \
        -smp "${VM_CPUS:-2}" -m "${VM_MEMORY:-1024}" \
        -chardev "file,id=console,path=$place/console,append=on" -serial chardev:console \
        -drive "file=$place/disk,format=qcow2,if=none,id=disk,cache=${VM_CACHE:-unsafe}" -device ich9-ahci,id=ahci \
        -device ide-hd,drive=disk,bus=ahci.0,bootindex=0 -device virtio-rng-pci -device qemu-xhci,id=usb -device virtio-serial-pci \
        -chardev "socket,id=shell,path=$place/shell,server=on,wait=off" -device virtserialport,chardev=shell,name=test-shell \
        -monitor "unix:$place/monitor,server=on,wait=off" \
        "${arguments[@]}" "$@")
    if [ -n "${VM_RESTARTS:-}" ]; then
        image_restarting "$place" "${command[@]}" >"$place/qemu.log" 2>&1 </dev/null &
    else
        "${command[@]}" >"$place/qemu.log" 2>&1 </dev/null &
    fi
    image_pid=$!
    image_machines+=("$image_pid")
}

# image_restarting PLACE COMMAND…: a reboot ends QEMU, and a fresh one goes on, until PLACE/off is there. An emulated processor keeps what it
# has translated over a reset; a boot loader that copies a kernel there, byte by byte, then takes an hour instead of a second.
image_restarting() {
    local place="$1"
    shift
    rm --force "$place/off"
    while setpriv --pdeathsig KILL "$@" -no-reboot && [ ! -e "$place/off" ]; do :; done
}

# image_wait PLACE SECONDS PATTERN: until the console shows it; 1 when the machine ended or the time passed.
image_wait() {
    local place="$1" end=$((SECONDS + $2 * $(image_slower))) pattern="$3"
    until grep --quiet --text --extended-regexp "$pattern" "$place/console" 2>/dev/null; do
        if ! kill -0 "$image_pid" 2>/dev/null; then
            grep --quiet --text --extended-regexp "$pattern" "$place/console" && return 0
            echo "    the machine ended before \"$pattern\":"; tail --lines=15 "$place/console" | sed 's/^/    /'; return 1
        fi
        if [ "$SECONDS" -ge "$end" ]; then
            echo "    not seen within $(($2 * $(image_slower))) s: \"$pattern\":"
            tail --lines=25 "$place/console" | sed 's/^/    /'
            return 1
        fi
        sleep 0.3
    done
}

# image_end: ends the machine that was started last, and waits for it.
image_end() {
    kill -KILL "$image_pid" 2>/dev/null || true
    wait "$image_pid" 2>/dev/null || true
}

# image_hand PLACE COMMAND…: in the monitor of a running machine what a hand does at its sockets; what the monitor says is said.
image_hand() {
    local place="$1"
    shift
    printf '%s\n' "$*" | timeout 30 socat -t 2 - "UNIX-CONNECT:$place/monitor" | tr --delete '\r' | sed '1d; /^(qemu)/d'
}

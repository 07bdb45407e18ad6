# Virtual machines of Debian's kernel 6.12: how one is started and how its answer is fetched. Sourced, not run.

# Nested KVM refuses the register behind arch-capabilities.
vm_host_cpu=host,arch-capabilities=off
vm_here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

# Prints "kvm" or "tcg". A KVM that opens but cannot run Debian's kernel (some nested ones) counts as none: it is tried once a boot.
vm_accelerator() {
    local answer
    [ -z "${VM_ACCEL:-}" ] || { echo "$VM_ACCEL"; return; }
    [ -w /dev/kvm ] || { echo tcg; return; }
    answer="$(dirname "$vm_image")/.kvm-$(cat /proc/sys/kernel/random/boot_id)"
    if [ ! -e "$answer" ]; then
        rm --force "$(dirname "$vm_image")"/.kvm-*
        timeout --signal=KILL 15 qemu-system-x86_64 -nodefaults -no-user-config -no-reboot -display none -serial stdio \
            -machine q35 -accel kvm -cpu "$vm_host_cpu" -m 512 -kernel "$vm_image/vmlinux" -initrd "$vm_image/initrd" \
            -append "console=ttyS0 quiet panic=-1 appliance.probe" </dev/null >"$answer.new" 2>&1 || true
        mv "$answer.new" "$answer"
    fi
    grep --quiet probe-ok "$answer" && echo kvm || echo tcg
}

# vm_slower: factor for every timeout.
vm_slower() { [ "$vm_accel" = kvm ] && echo 1 || echo 8; }

# vm_start NAME PLACE [qemu arguments]: boots PLACE/rig/job/run.sh in the background; the process is in vm_pid, the console in PLACE/console.
vm_start() {
    local name="$1" place="$2" cpu=max
    shift 2
    [ "$vm_accel" = kvm ] && cpu=$vm_host_cpu
    mkdir --parents "$place/rig/out" "$place/rig/job"
    rm --force "$place/rig/out/status"
    cp --recursive --no-target-directory "$vm_here/guest" "$place/rig/guest"
    cp --recursive --no-target-directory "$vm_here/jobs" "$place/rig/jobs"
    qemu-system-x86_64 -nodefaults -no-user-config -no-reboot -display none \
        -machine q35 -accel "$vm_accel" -cpu "$cpu" -smp "${VM_CPUS:-2}" -m "${VM_MEMORY:-1024}" \
        -kernel "$vm_image/vmlinux" -initrd "$vm_image/initrd" \
        -append "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off appliance.host=$name appliance.slower=$(vm_slower) ${VM_APPEND:-}" \
        -chardev "file,id=console,path=$place/console" -serial chardev:console \
        -drive "file=$vm_image/root.img,format=raw,if=none,id=root,readonly=on" -device virtio-blk-pci,drive=root \
        -virtfs "local,path=$place/rig,mount_tag=rig,security_model=none" \
        -device virtio-rng-pci \
        -monitor "unix:$place/monitor,server=on,wait=off" \
        "$@" >"$place/qemu.log" 2>&1 </dev/null &
    vm_pid=$!
}

# vm_wait PLACE SECONDS: until the machine has ended. 0 and the job's output in PLACE/rig/out/log when the job succeeded.
vm_wait() {
    local place="$1" end=$((SECONDS + $2 * $(vm_slower)))
    while kill -0 "$vm_pid" 2>/dev/null; do
        if [ "$SECONDS" -ge "$end" ]; then
            echo "the machine did not end within $(($2 * $(vm_slower))) s; its console:" >&2
            tail --lines=40 "$place/console" >&2
            kill -KILL "$vm_pid"
        fi
        sleep 0.1
    done
    wait "$vm_pid" 2>/dev/null || true
    [ "$(cat "$place/rig/out/status" 2>/dev/null || echo none)" = 0 ]
}

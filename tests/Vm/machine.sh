# Virtual machines of Debian's kernel 6.12: how one is started and how its answer is fetched. Sourced, not run.

vm_here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

# Prints "kvm" or "tcg": a KVM that opens but cannot run a machine (nested, no rights) counts as none.
vm_accelerator() {
    if [ -w /dev/kvm ] && timeout 5 qemu-system-x86_64 -accel kvm -machine q35 -cpu host,arch-capabilities=off -nodefaults -display none -monitor stdio \
        >/dev/null 2>&1 <<<quit; then
        echo kvm
    else
        echo tcg
    fi
}

# vm_slower: factor for every timeout.
vm_slower() { [ "$vm_accel" = kvm ] && echo 1 || echo 8; }

# vm_start NAME PLACE [qemu arguments]: boots PLACE/rig/job/run.sh in the background; the process is in vm_pid, the console in PLACE/console.
vm_start() {
    local name="$1" place="$2" cpu=max
    shift 2
    [ "$vm_accel" = kvm ] && cpu=host,arch-capabilities=off,bmi1=off,bmi2=off
    mkdir --parents "$place/rig/out" "$place/rig/job"
    rm --force "$place/rig/out/status"
    cp --recursive --no-target-directory "$vm_here/guest" "$place/rig/guest"
    qemu-system-x86_64 -nodefaults -no-user-config -no-reboot -display none \
        -machine q35 -accel "$vm_accel" -cpu "$cpu" -smp "${VM_CPUS:-2}" -m "${VM_MEMORY:-1024}" \
        -kernel "$vm_image/vmlinux" -initrd "$vm_image/initrd" \
        -append "console=ttyS0 earlyprintk=ttyS0 loglevel=7 panic=-1 mitigations=off appliance.host=$name ${VM_APPEND:-}" \
        -chardev "file,id=console,path=$place/console" -serial chardev:console \
        -drive "file=$vm_image/root.img,format=raw,if=virtio,readonly=on" \
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

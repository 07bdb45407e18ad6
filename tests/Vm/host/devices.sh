# The job "devices": names and permissions by udev, an LED, GPIO lines and an I2C display behind the kernel's own drivers. A USB serial
# adapter is QEMU's, the rest is pretended through uhid. Sourced by run.sh.

job_devices() {
    local job="$place/devices/rig/job"
    [ -x out/agent/appliance ] || { echo "out/agent/appliance is missing: bash tests/publish.sh"; return 1; }
    mkdir --parents "$job"
    gcc -std=gnu11 -O2 -Wall -Wextra -Werror -o "$job/uhid" tests/Vm/uhid/*.c || return 1
    cp --recursive out/agent/appliance udev "$job/"
    cp docs/appliance.minimal.toml "$job/minimal.toml"
    run_single devices 40 -device qemu-xhci -chardev null,id=line -device usb-serial,chardev=line,serial=CARD7,always-plugged=on
}

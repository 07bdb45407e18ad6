# HID relays and GPIO lines over the kernel's own paths (hidraw, gpiochip), with the contract of every GPIO chip. A relay over ttyUSB
# that is unplugged is in the job "devices".
. /rig/guest/checks.sh
modprobe --all uhid hid-generic hid-cp2112 || echo "FAIL relays: the kernel has not the modules"
udevadm settle --timeout=60
/rig/job/relay-paths hid
/rig/job/relay-paths gpio
exit 0

# Relays and GPIO lines over the kernel's own paths: hidraw, gpiochip with the contract of every chip, ttyUSB. The host pulls the plug
# of the serial adapter when it is asked to.
. /rig/guest/checks.sh
modprobe --all xhci_pci ftdi_sio uhid hid-generic hid-cp2112 || echo "FAIL relays: the kernel has not the modules"
udevadm settle --timeout=60
/rig/job/relay-paths hid
/rig/job/relay-paths gpio
port=/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_RELAY1-if00-port0
wait_for 20 test -e "$port" || ls /dev/serial/by-id
/rig/job/relay-paths serial tosr "$port" /rig/out
exit 0

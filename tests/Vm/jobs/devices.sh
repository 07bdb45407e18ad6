# Real device files for the front panel, the list of devices and the names that udev makes. What the drivers do is seen at the far end of
# each: the pretended devices print what they are told.
. /rig/guest/checks.sh
job=/rig/job
appliance=$job/appliance
config=/tmp/appliance.toml

# far FILE TEXT: the far end has said so, in its last line.
far() { [ "$(tail --lines=1 "$1" 2>/dev/null)" = "$2" ]; }
# shows TITLE: the glass behind the bus has it in its first line.
shows() { tail --lines=1 /tmp/cp2112 | grep --quiet --fixed-strings "glass |$1|"; }
said() { grep --quiet --fixed-strings -- "$2" "$1"; }
owned() { [ "$(stat --dereference --format=%G:%a "$1")" = "$2" ]; }
property() { udevadm info --query=property "$1" | grep --quiet --line-regexp "$2"; }

# pretend KIND: the device, its words in /tmp/KIND, its ear in descriptor $ear.
pretend() {
    mkfifo "/tmp/$1.in"
    "$job/uhid" "$1" <"/tmp/$1.in" >"/tmp/$1" 2>&1 &
    exec {ear}>"/tmp/$1.in"
}

rules() {
    mkdir --parents /etc/appliance /usr/lib/appliance /etc/udev/rules.d
    groupadd --system telephony
    cp $job/udev/*.rules /etc/udev/rules.d/
    install --mode=0755 $job/udev/port-name /usr/lib/appliance/port-name
    cat >/etc/appliance/ports <<'PORTS'
# what is plugged in where
bad name!         serial=CARD7
too-much          serial=CARD7 more
nothing           serial=
elsewhere         path=no-such-place
rhino             serial=CARD7
serial-heartbeat  usb=0403:6001
PORTS
    check "udev: the rules of devices are well formed" udevadm verify --no-style $job/udev/60-appliance-devices.rules \
        $job/udev/90-appliance-no-brltty.rules
    udevadm control --reload
    modprobe --all xhci_pci ftdi_sio uhid i2c-dev hid-generic hid-cp2112 hid-led ledtrig-timer ledtrig-pattern
    udevadm trigger --settle --subsystem-match=tty --subsystem-match=hidraw
}

# configure LED BUS
configure() {
    cat $job/minimal.toml - >$config <<TOML
[device.card]
driver = "lcus"
node = "pbx-a"
port = "/dev/appliance/rhino"
[panel]
leds = { status = "$1", role = "gpiochip0:5" }
display = { type = "hd44780-i2c", bus = "$2", address = 0x27 }
TOML
    sed --in-place 's/pbx-a/'"$(hostname)"'/g; s#/dev/ttyS0#/dev/ttyUSB0#' $config
}

names() {
    check "udev: the named adapter has its name, the first line that fits" wait_for 10 test -c /dev/appliance/rhino
    check "udev: and no other" sh -c '[ "$(ls /dev/appliance | tr "\n" " ")" = "rhino " ]'
    check "udev: it belongs to telephony" owned /dev/appliance/rhino telephony:660
    check "udev: modem managers keep away" property /dev/appliance/rhino ID_MM_DEVICE_IGNORE=1
    check "udev: it is a device of systemd" property /dev/appliance/rhino 'TAGS=.*:systemd:.*'
    pretend usbrelay
    pretend lcus
    check "udev: an USBRelay has its name" wait_for 10 test -c /dev/appliance/relay-usbrelay
    check "udev: an LCUS HID board too" wait_for 10 test -c /dev/appliance/relay-lcus-hid
    check "udev: they belong to telephony" owned /dev/appliance/relay-usbrelay telephony:660
}

list() {
    configure none /dev/i2c-99
    check "devices: what is configured and missing ends with 1" sh -c "$appliance devices --config $config >/tmp/missing 2>&1; [ \$? = 1 ]"
    check "devices: the LED is missing by name" grep --quiet 'status light.*missing: ' /tmp/missing
    check "devices: the relay's port is found behind its name" grep --quiet '/dev/ttyUSB0.*lcus at /dev/appliance/rhino' /tmp/missing
    pretend cp2112
    cp2112=$ear
    pretend blink
    check "devices: the kernel makes a GPIO chip" wait_for 10 test -c /dev/gpiochip0
    check "devices: and an LED" wait_for 10 sh -c 'ls /sys/class/leds | grep --quiet red:led0'
    udevadm settle
    led="$(basename "$(ls --directory /sys/class/leds/*red:led0 | head --lines=1)")"
    bus="/dev/$(basename "$(dirname "$(grep --files-with-matches CP2112 /sys/class/i2c-dev/*/name | head --lines=1)")")"
    check "udev: GPIO chips and I2C buses belong to telephony" sh -c "[ \$(stat --format=%G:%a /dev/gpiochip0 $bus | sort -u) = telephony:660 ]"
    configure "$led" "$bus"
    check "devices: with everything there it ends with 0" $appliance devices --config $config
    cp /tmp/check.out /tmp/list
    for words in cp2112 "CP2112 SMBus Bridge" "$led" 16c0:05df "usb-QEMU_QEMU_USB_SERIAL_CARD7"; do
        check "devices: lists $words" said /tmp/list "$words"
    done
}

panel() {
    check "panel: every state on LED, GPIO light and display" $appliance panel test --config $config --step 700ms --socket /nowhere
    cp /tmp/check.out /tmp/panel
    check "panel: the LED was told to light" said /tmp/blink "light 01"
    check "panel: the GPIO light has blinked" sh -c '[ "$(grep --count "gpio output 20" /tmp/cp2112)" -ge 3 ]'
    echo glass >&"$cp2112"
    check "panel: the display behind the bus shows the last state" wait_for 10 shows "HOLD THE BUTTON "
    check "panel: no strobe was misunderstood" sh -c '! grep --quiet misunderstood /tmp/cp2112'
    $appliance panel test --config $config --step 1s --socket /nowhere >/dev/null 2>&1 &
    check "panel: the kernel blinks by its trigger" wait_for 20 grep --quiet '\[timer\]' "/sys/class/leds/$led/trigger"
    wait $!
    sed 's/0x27/0x3f/' $config >/tmp/wrong.toml
    check "panel: a wrong address is told in words" sh -c \
        "$appliance panel test --config /tmp/wrong.toml --step 1ms --socket /nowhere 2>&1 | grep --quiet 'display: no.* answer.* at 0x3f'"
}

rules
names
list
panel
for file in missing list panel cp2112 blink usbrelay lcus; do echo "--- $file"; tail --lines=40 /tmp/$file; done
exit 0

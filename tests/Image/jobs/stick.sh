# USB sticks in the booted image: there at the start, plugged in while it runs, bad ones. Sourced by run.sh.

# A wire at a place of the bus that gives it the name enp0s16 in the image.
site_wire=(-netdev user,id=lan -device virtio-net-pci,netdev=lan,addr=0x10)

# stick_site FOLDER CLUSTER [lines of TOML]: what "appliance init" makes, without data and telephone system, and signed again.
stick_site() {
    local folder="$1" cluster="$2" more="${3:-}" node
    [ -e "$folder.keys" ] || echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f test' >"$folder.keys"
    stick_cluster="$cluster" stick_files "$folder" --service-address 10.0.2.100/24 --lan-interface enp0s16 --lan-a 10.0.2.15/24 \
        --lan-b 10.0.2.16/24 --gateway 10.0.2.2 --ping 10.0.2.2 --ssh-keys "$folder.keys" || return 1
    for node in pbx-a pbx-b; do
        # An emulated machine is slow: systemd needs time to replace a watched agent before the hardware bites.
        sed --in-place 's/^key-file = .*/&\nstop-failure-bound = "45s"/' "$folder/$node/appliance.toml"
        # Ends where the replica and the group begin; the group has an address alone.
        awk '/^\[replica\.|^\[\[group\]\]/ { exit } { print }' "$folder/$node/appliance.toml" >"$folder/toml"
        printf '%s\n' '[[group]]' 'name = "pbx"' '[[group.resource]]' 'name = "vip"' 'type = "ip"' 'address = "10.0.2.100/24"' \
            'interface = "enp0s16"' "$more" | cat "$folder/toml" - >"$folder/$node/appliance.toml"
        out/agent/appliance stick sign "$folder/$node" || return 1
    done
}

# configured MACHINE WHO: a fresh machine has taken the stick of pbx-a.
configured() {
    local machine="$1" who="$2"
    in_machine "$machine" "$who: the agent told systemd that it is ready" \
        'systemctl show --property=Type,SubState appliance-agent | tr "\n" " " | grep "Type=notify SubState=running"'
    image_until "$machine" 20 'appliance status --json >/tmp/status' >/dev/null
    in_machine "$machine" "$who: status answers, as pbx-a" 'grep --quiet pbx-a /tmp/status'
    in_machine "$machine" "$who: the wire has the address of the file" 'ip -brief address show enp0s16 | grep " 10.0.2.15/24"'
    in_machine "$machine" "$who: the firewall is the file's" 'nft list table inet appliance | grep "policy drop"'
    in_machine "$machine" "$who: the ssh key is there, for root alone to read" \
        'grep -q ssh-ed25519 /etc/appliance/ssh/authorized_keys && [ "$(stat -c %a /etc/appliance/cluster.key)" = 600 ]'
    in_machine "$machine" "$who: the stick is not mounted any more" '! grep /run/appliance/stick /proc/mounts'
    image_until "$machine" 30 '[ "$(systemctl is-system-running)" != starting ]' >/dev/null
    in_machine "$machine" "$who: no unit has failed" '[ -z "$(systemctl --failed --no-legend --plain | tee /dev/stderr)" ]'
    in_machine "$machine" "$who: the screen shows what became of the stick" \
        'grep "USB stick: ACCEPTED" /run/issue.d/60-appliance-stick.issue'
}

# Two fresh machines, each started with its stick: one with the label, one without and without a partition table.
job_stick() {
    local machine="$place/stick" with
    need_image && stick_site "$place/site" site42 || return 1
    image_disk "$machine" 8G
    image_stick "$place/left" "$place/site/pbx-a" APPLIANCE
    image_shell "$machine"
    mapfile -t with < <(image_with_stick "$place/left" left)
    image_start "$machine" bios "${site_wire[@]}" "${with[@]}"
    if image_up "$machine" 60; then
        check "stick at the start, by its label: taken, and says so on it" stick_wait "$place/left" 12 '^ACCEPTED'
        configured "$machine" "stick at the start"
        # The same disk, started again with the stick left in.
        image_run "$machine" 'sync; systemctl reboot --force' || true
        image_up "$machine" 60 "$image_boot" && check "stick left in: nothing happens" stick_wait "$place/left" 12 '^ALREADY APPLIED'
        in_machine "$machine" "stick left in: the agent runs" 'systemctl is-active appliance-agent'
    else
        fail "stick at the start: the machine comes up"
    fi
    image_end
}

agent_and_files='systemctl show --property=MainPID --value appliance-agent; find -L /etc/appliance -type f -exec sha256sum {} +'

# A running machine, without a configuration and then with one: what is plugged in, and what becomes of it.
job_plug() {
    local machine="$place/plug"
    need_image && stick_site "$place/plugged" site42 && stick_site "$place/others" site43 || return 1
    image_disk "$machine" 8G
    image_shell "$machine"
    image_start "$machine" bios "${site_wire[@]}"
    image_up "$machine" 60 || { fail "plug: the machine comes up"; image_end; return 0; }
    in_machine "$machine" "plug: a fresh machine has no agent running" '! systemctl is-active appliance-agent'
    plug_bad fresh toml 'appliance\.toml:.*error' "$place/plugged/pbx-a" 'sed --in-place s/deadtime/deadtme/ appliance.toml'
    in_machine "$machine" "plug: a fresh machine says on its screen why it refused" \
        'grep "REFUSED" /run/issue.d/60-appliance-stick.issue && grep "deadtme" /run/issue.d/60-appliance-stick.issue'
    plug_bad fresh two 'there are other TOML files' "$place/plugged/pbx-a" 'cp appliance.toml other.toml'
    in_machine "$machine" "plug: nothing was taken so far" '[ ! -e /etc/appliance/appliance.toml ]'
    plug_out fresh
    in_machine "$machine" "plug: nothing was taken of the stick that was pulled out" '[ ! -e /etc/appliance/appliance.toml ]'

    image_stick "$place/good" "$place/plugged/pbx-a"
    image_plug "$machine" "$place/good" good
    check "plug: a stick without a label, plugged in: taken, and says so on it" stick_wait "$place/good" 12 '^ACCEPTED'
    image_until "$machine" 20 'systemctl is-active appliance-agent' >/dev/null
    configured "$machine" "plug"
    image_unplug "$machine" good

    image_run "$machine" "$agent_and_files" >"$place/before"
    plug_bad configured foreign 'is for cluster site43' "$place/others/pbx-a" true
    plug_bad configured swapped 'the other stick belongs here' "$place/plugged/pbx-b" true
    plug_bad configured changed 'not those that proof lists' "$place/plugged/pbx-a" 'sed --in-place s/600ms/700ms/ appliance.toml'
    plug_out configured
    image_run "$machine" "$agent_and_files" >"$place/after"
    check "plug: after all of them agent and files are the same" cmp "$place/before" "$place/after"
    in_machine "$machine" "plug: and no mount is left" '! grep /run/appliance/stick /proc/mounts'
    image_end
}

# plug_bad WHERE NAME PATTERN FOLDER CHANGE: a stick of the folder after a change is refused, with words on it. Broken file systems:
# tests/Vm/run.sh stick.
plug_bad() {
    local where="$1" name="$2" pattern="$3" folder="$place/bad-$2" stick="$place/$2"
    cp --recursive "$4" "$folder"
    (cd "$folder" && eval "$5")
    image_stick "$stick" "$folder"
    image_plug "$machine" "$stick" "$name"
    check "plug: $where, $name: refused with words on the stick" stick_wait "$stick" 12 '^REFUSED'
    check "plug: $where, $name: the words say why" stick_says "$stick" "$pattern"
    image_until "$machine" 6 '[ -z "$(systemctl list-units --no-legend --state=activating "appliance-stick@*")" ]'
    image_unplug "$machine" "$name"
}

# plug_out WHERE: a stick so slow that it is pulled out while it is read. It has three licences of a megabyte, at 64 kB a second.
plug_out() {
    local folder="$place/slow-$1" stick="$place/slow-$1.stick" number unit
    cp --recursive "$place/plugged/pbx-a" "$folder"
    mkdir "$folder/licence"
    for number in 1 2 3; do head --bytes=1000000 /dev/urandom >"$folder/licence/$number.lic"; done
    sed --in-place s/600ms/800ms/ "$folder/appliance.toml"
    out/agent/appliance stick sign "$folder" >/dev/null || return 1
    image_stick "$stick" "$folder"
    image_hand "$machine" "drive_add 0 file=$stick,format=raw,if=none,id=slow$1,throttling.bps-read=65536" >/dev/null
    image_hand "$machine" "device_add usb-storage,bus=usb.0,drive=slow$1,id=slow$1,removable=on" >/dev/null
    unit="$(image_until "$machine" 12 'grep -o "/run/appliance/stick[^ ]*" /proc/[0-9]*/mounts | head -n 1 | grep .')"
    sleep 3
    in_machine "$machine" "plug: $1, pulled out: it is being read" \
        'systemctl list-units --no-legend --state=activating "appliance-stick@*" | grep .'
    image_unplug "$machine" "slow$1"
    check "plug: $1, pulled out: the unit ends, with words" image_until "$machine" 20 \
        '[ -z "$(systemctl list-units --no-legend --state=activating "appliance-stick@*")" ] \
            && journalctl --boot --unit "appliance-stick@*" --output cat | tail -n 12 | grep -E "cannot be read|be read:|reads differently"'
    check "plug: $1, pulled out: nothing was written to it" stick_silent "$stick"
}

# stick_says STICK PATTERN, stick_silent STICK: what result.txt has, or that there is none.
stick_says() { stick_file "$1" result.txt | tee /dev/stderr | grep --extended-regexp --quiet "$2"; }
stick_silent() { ! stick_file "$1" result.txt; }

# Runs what the host asks for: a line "ID COMMAND-IN-BASE64" comes, a line "ID EXIT-CODE OUTPUT-IN-BASE64" goes back.
if [ -e /dev/disk/by-id/virtio-test-executable ]; then
    cp /dev/disk/by-id/virtio-test-executable /tmp/test-executable
    chmod 0755 /tmp/test-executable
    mount --bind /tmp/test-executable /usr/bin/appliance
fi
modprobe virtio_console 2>/dev/null
until [ -e /dev/virtio-ports/test-shell ]; do sleep 0.2; done
exec 3<>/dev/virtio-ports/test-shell
echo; echo "SHELL ready"
while :; do
    # Nobody at the other end reads as an end of file.
    IFS=' ' read -r id command <&3 || { sleep 0.2; continue; }
    said="$(base64 --decode <<<"$command" | timeout 540 bash 2>&1 3>&-)"
    printf '%s %s %s\n' "$id" "$?" "$(base64 --wrap=0 <<<"$said")" >&3
done

# The agent in the image: configured at the first boot, ready at the second. Sourced by run.sh.

# The tools of every script, and one part.
agent_script() {
    echo 'which=agent'
    cat "$here/guest/tools.sh" "$here/guest/$1.sh"
    printf 'echo\necho "SCRIPT ended"\n'
}

job_agent() {
    local machine="$place/agent" network=(-netdev user,id=lan -device virtio-net-pci,netdev=lan) times
    need_image || return 1
    image_disk "$machine" 8G
    agent_script configure | image_script "$machine"
    image_start "$machine" bios "${network[@]}"
    image_wait "$machine" 60 'SCRIPT ended' || { fail "agent: the first boot ends"; image_end; return 0; }
    take "$machine/console"
    image_end
    mv "$machine/console" "$machine/console.first"
    agent_script times | image_script "$machine"
    image_start "$machine" bios "${network[@]}"
    image_wait "$machine" 60 'SCRIPT ended' || { fail "agent: the second boot ends"; image_end; return 0; }
    take "$machine/console"
    check "agent: ready with a configuration" grep --text --quiet 'agent active' "$machine/console"
    times="$(tr --delete '\r' <"$machine/console" | grep --text --only-matching 'TIMES .*' | tail --lines=1)"
    figure "agent ready, ms after the kernel started ($(image_accelerator), load $(cut --delimiter=' ' --fields=1 /proc/loadavg)): ${times#TIMES }"
    image_end
}

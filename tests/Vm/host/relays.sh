# The job "relays": twins inside the machine, behind the kernel's own drivers. Sourced by run.sh.

job_relays() {
    if [ -z "${NO_BUILD:-}" ] || [ ! -x out/vm-relay/relay-paths ]; then
        dotnet publish tests/Vm/Relay --configuration Release --output out/vm-relay --nologo --verbosity quiet >"$place/publish.log" 2>&1 \
            || { tail --lines=20 "$place/publish.log"; return 1; }
    fi
    mkdir --parents "$place/relays/rig/job"
    cp out/vm-relay/relay-paths "$place/relays/rig/job/"
    run_single relays 60
}

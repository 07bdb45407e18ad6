# For scripts in the machine, which run as root once it is up.
say() { echo; echo "$1 $2"; }
expect() { # NAME COMMAND…
    local name="$1" said; shift
    if said="$("$@" 2>&1)"; then say PASS "$name"; else say FAIL "$name: $said"; fi
}
is() { [ "$1" = "$2" ] || { echo "\"$1\" instead of \"$2\""; false; }; }
none() { local said; said="$("$@")"; [ -z "$said" ] || { echo "$said" | tr '\n' ';'; false; }; }


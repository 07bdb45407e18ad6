#!/usr/bin/env bash
# Will turn a checkout into the appliance's disk image. Until then it says so and fails: a script that claims success builds nothing.
set -Eeuo pipefail
echo "build-image.sh: the disk image is not built by this version. What exists: tests/Lab/rootfs builds the node's root file system" >&2
echo "for the lab (see docs/LAB.md), and docs/OPERATING.md tells how to install the executable on two Debian 13 machines by hand." >&2
exit 1

# The comparison's load, the same for every device. Sourced, not run.

# bench LABEL DEVICE SECONDS: three figures each of 4 KiB random writes one and 32 at a time, and of sequential writes of 1 MiB.
bench() {
    bench_one "$1 4k QD1" "$2" "$3" --rw=randwrite --bs=4k --iodepth=1
    bench_one "$1 4k QD32" "$2" "$3" --rw=randwrite --bs=4k --iodepth=32
    bench_one "$1 seq 1M" "$2" "$3" --rw=write --bs=1M --iodepth=4
}

# first_answer DEVICE: a read past the page cache ends.
first_answer() { dd if="$1" of=/dev/null bs=4096 count=1 skip=33 iflag=direct status=none; }

bench_one() {
    local label="$1" device="$2" seconds="$3"
    shift 3
    fio --name=bench --filename="$device" --direct=1 --ioengine=io_uring --size=192m --time_based --runtime="$seconds" --ramp_time=1 \
        --randseed=11 --output-format=json --output=/tmp/bench.json "$@" >/dev/null 2>&1 || { echo "FAIL bench $label"; return 1; }
    python3 - "$label" <<'PYTHON'
import json, sys
text = open("/tmp/bench.json").read()
job = json.loads(text[text.index("{"):])["jobs"][0]
write = job["write"]
late = write["clat_ns"]
print(f"FIGURE {sys.argv[1]} = {write['iops']:.0f} IOPS, {write['bw'] / 1024:.1f} MiB/s, "
      f"mean {late['mean'] / 1000:.0f} us, p99 {late['percentile']['99.000000'] / 1000:.0f} us, "
      f"cpu {job['usr_cpu'] + job['sys_cpu']:.0f} %")
PYTHON
}

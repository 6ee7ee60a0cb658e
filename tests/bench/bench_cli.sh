#!/usr/bin/env bash
# Whole-process figures of `assay check`: start to exit on one small report,
# 100 reports next to `grep -cP`, memory over 10,000 reports. Medians of RUNS.
set -euo pipefail
assay=${ASSAY:?path of the binary}
runs=${RUNS:-9}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

python3 - "$dir" <<'PY'
import os, random, sys
random.seed(7)
words = ("throughput latency report table model context sample median value "
         "configuration measured stable result before after system option run "
         "during increase memory bandwidth kernel cache tokens per second the "
         "of and to in was is for with that on as by at from").split()
def report(n):
    out = ["# Report %d" % n, ""]
    while sum(map(len, out)) < 1900:
        s = ' '.join(random.choice(words) for _ in range(14)).capitalize()
        out.append(s + " %.2f ms." % random.uniform(1, 90))
        out.append("")
    return '\n'.join(out)
for folder, n in (('one', 1), ('hundred', 100), ('many', 10000)):
    os.makedirs(os.path.join(sys.argv[1], folder))
    for i in range(n):
        with open(os.path.join(sys.argv[1], folder, '%05d.md' % i), 'w') as f:
            f.write(report(i))
PY

RUNS=$runs python3 - "$assay" "$dir" <<'PY'
import os, statistics, subprocess, sys, time
assay, d, runs = sys.argv[1], sys.argv[2], int(os.environ['RUNS'])
def median(cmd):
    t = []
    for i in range(runs + 1):
        a = time.perf_counter()
        subprocess.run(cmd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        t.append(time.perf_counter() - a)
    return statistics.median(t[1:]) * 1000
check = [assay, 'check', '--no-config', '--exit-zero']
files = sorted(os.path.join(d, 'hundred', f) for f in os.listdir(d + '/hundred'))
nothing, one = median(['/bin/true']), median(check + [d + '/one'])
grep = median(['grep', '-cP', r'<unused\d+>|[\x{0400}-\x{04ff}]|(\b\w+\b)( \1){7}'] + files)
all_, single = median(check + [d + '/hundred']), median(check + ['-j1', d + '/hundred'])
print('one 2 KB report, start to exit: %.1f ms (/bin/true %.1f ms; target < 10 ms)' % (one, nothing))
print('100 reports of 2 KB: %.1f ms (one thread %.1f ms); grep -cP, three patterns: %.1f ms; '
      'ratio %.1f (target <= 30)' % (all_, single, grep, all_ / grep))
for n in ('hundred', 'many'):
    p = subprocess.Popen(check + ['-f', 'jsonl', d + '/' + n], stdout=subprocess.DEVNULL)
    _, _, ru = os.wait4(p.pid, 0)
    print('%d reports: %.1f MB peak resident, %.2f s user + system (target for 10,000: < 64 MB)' % (
        len(os.listdir(d + '/' + n)), ru.ru_maxrss / 1024, ru.ru_utime + ru.ru_stime))
PY

#!/usr/bin/env bash
# Ingest (read, parse, type, index) of generated CSV and JSON: MB/s on one core
# and peak memory, next to `wc -w` and `jq empty` on the same files in the same
# run. MB (default 100): size of each file. Medians of RUNS.
set -euo pipefail
assay=${ASSAY:?path of the binary}
runs=${RUNS:-5} mb=${MB:-100}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

python3 - "$dir" "$mb" <<'PY'
import json, os, random, sys
random.seed(11)
d, size = sys.argv[1], int(float(sys.argv[2]) * 1e6)
def row(i):
    return ('g%d_c%d_t%.1f' % (random.choice((20, 40, 60, 80)),
            random.choice((512, 1024, 2048)), random.choice((0.2, 0.6, 0.8))),
            i, round(random.uniform(80, 120), 4), random.uniform(0.05, 3),
            random.randrange(10, 900), round(random.gauss(12, 2), 2),
            random.uniform(1, 60), random.choice(('ok', 'ok', 'retry')))
names = ('config', 'run', 'tokens_per_s', 'ttft_s', 'tokens', 'load_ms',
         'eval_s', 'state')
block = [row(i) for i in range(20000)]
def fill(path, head, line, tail):
    with open(path, 'w') as f:
        f.write(head)
        lines = [line(r) for r in block]
        text = ''.join(lines)
        n = 0
        while n + len(text) < size:
            f.write(text)
            n += len(text)
        for l in lines:
            if n >= size: break
            f.write(l); n += len(l)
        f.write(tail)
fill(d + '/rows.csv', ','.join(names) + '\n',
     lambda r: ','.join(map(str, r)) + '\n', '')
fill(d + '/rows.json', '{"results": [\n',
     lambda r: json.dumps(dict(zip(names, r))) + ',\n',
     json.dumps(dict(zip(names, block[0]))) + ']}\n')
# Numbers that do not repeat, for the memory of the index.
with open(d + '/wide.csv', 'w') as f:
    f.write(','.join('c%d_ms' % i for i in range(12)) + '\n')
    n = 0
    while n < size:
        s = ','.join('%.*f' % (random.randrange(1, 7), random.uniform(0, 5000))
                     for _ in range(12)) + '\n'
        f.write(s * 1); n += len(s)
PY

RUNS=$runs python3 - "$assay" "$dir" <<'PY'
import os, statistics, subprocess, sys, time
assay, d, runs = sys.argv[1], sys.argv[2], int(os.environ['RUNS'])
def cost(cmd):
    t, rss = [], 0
    for i in range(runs):
        a = time.perf_counter()
        p = subprocess.Popen(cmd, stdout=subprocess.DEVNULL)
        _, status, ru = os.wait4(p.pid, 0)
        t.append(ru.ru_utime + ru.ru_stime)
        rss = max(rss, ru.ru_maxrss / 1024)
        if status: sys.exit('failed: %s' % cmd)
    return statistics.median(t), rss
for name, other in (('rows.csv', ['wc', '-w']), ('wide.csv', ['wc', '-w']),
                    ('rows.json', ['jq', 'empty'])):
    path = os.path.join(d, name)
    mb = os.path.getsize(path) / 1e6
    subprocess.run(['cat', path], stdout=subprocess.DEVNULL)
    t, rss = cost([assay, 'facts', path])
    o, _ = cost(other + [path])
    print('ingest %s: %.0f MB/s, peak memory %.2f times the data; %s: %.0f MB/s; '
          'ratio %.2f' % (name, mb / t, rss / mb * 1.048576, ' '.join(other), mb / o, o / t))
PY

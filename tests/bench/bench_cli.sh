#!/usr/bin/env bash
# Whole-process figures of `assay check`: start to exit on one small report,
# 100 reports next to `grep -cP`, memory over 10,000 reports. Medians of RUNS,
# the programs in turn; where valgrind is there, instructions too, which no
# other load changes.
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
import os, re, shutil, statistics, subprocess, sys, time
assay, d, runs = sys.argv[1], sys.argv[2], int(os.environ['RUNS'])
null = os.open(os.devnull, os.O_RDWR)
def spawn(cmd):
    a = time.perf_counter()
    pid = os.posix_spawnp(cmd[0], cmd, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
    _, _, ru = os.wait4(pid, 0)
    return (time.perf_counter() - a) * 1000, (ru.ru_utime + ru.ru_stime) * 1000
def medians(*cmds):  # (wall, least wall, user + system) of each, in ms
    t = [[spawn(c) for c in cmds] for _ in range(runs + 1)][1:]
    return [(statistics.median(r[i][0] for r in t), min(r[i][0] for r in t),
             statistics.median(r[i][1] for r in t)) for i in range(len(cmds))]
def instructions(cmd):
    if not shutil.which('valgrind'):
        return ''
    err = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null'] + cmd,
                         capture_output=True, text=True).stderr
    n = re.search(r'refs: +([\d,]+)', err)
    return ', %.1f M instructions' % (int(n[1].replace(',', '')) / 1e6) if n else ''
check = [assay, 'check', '--no-config', '--exit-zero']
files = sorted(os.path.join(d, 'hundred', f) for f in os.listdir(d + '/hundred'))
with open(d + '/data.csv', 'w') as f:
    f.write('run,latency_ms,tokens\na,12.5,300\nb,13.5,410\n')
starts = {'/bin/true': ['/bin/true'],
          'one 2 KB report (target < 10 ms)': check + [d + '/one'],
          'one with a CSV as data': check + ['--data', d + '/data.csv', d + '/one'],
          '--version': [assay, '--version'],
          'completion bash': [assay, 'completion', 'bash']}
for (what, cmd), (wall, least, cpu) in zip(starts.items(), medians(*starts.values())):
    print('start to exit, %s: median %.1f ms, least %.1f ms, processor %.1f ms%s' % (
        what, wall, least, cpu, instructions(cmd) if cmd[0] == assay else ''))
grep = ['grep', '-cP', r'<unused\d+>|[\x{0400}-\x{04ff}]|(\b\w+\b)( \1){7}'] + files
(grep, _, _), (all_, _, _), (single, _, _) = medians(
    grep, check + [d + '/hundred'], check + ['-j1', d + '/hundred'])
print('100 reports of 2 KB: %.1f ms (one thread %.1f ms); grep -cP, three patterns: %.1f ms; '
      'ratio %.1f (target <= 30)' % (all_, single, grep, all_ / grep))
for n in ('hundred', 'many'):
    p = subprocess.Popen(check + ['-f', 'jsonl', d + '/' + n], stdout=subprocess.DEVNULL)
    _, _, ru = os.wait4(p.pid, 0)
    print('%d reports: %.1f MB peak resident, %.2f s user + system (target for 10,000: < 64 MB)' % (
        len(os.listdir(d + '/' + n)), ru.ru_maxrss / 1024, ru.ru_utime + ru.ru_stime))
PY

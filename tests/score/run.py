#!/usr/bin/env python3
"""Our own gate, on ourselves: runs every scorer of tests/score over the dev
sets and compares each figure with the committed one.

usage: run.py ASSAY SHARED [--accept] [TOPIC...]
Exit 1 when a figure fell behind docs/measured/scores.json, or is no longer
measured; --accept writes the new figures (never in CI)."""
import json, os, subprocess, sys, time

here = os.path.dirname(os.path.abspath(__file__))
store = os.path.join(here, '..', '..', 'docs', 'measured', 'scores.json')
accept = '--accept' in sys.argv
args = [a for a in sys.argv[1:] if not a.startswith('-')]
assay, shared, topics = os.path.abspath(args[0]), args[1], args[2:]
if not os.path.isdir(shared):
    print('score: SKIPPED, NOTHING MEASURED: no dev sets at', shared)
    sys.exit(0)
if accept and os.environ.get('CI'):
    sys.exit('score: --accept is refused in CI')
topics = topics or sorted(
    f[:-3] for f in os.listdir(here)
    if f.endswith('.py') and f not in ('run.py', 'common.py'))
old = json.load(open(store)) if os.path.exists(store) else {}
new, bad = {}, 0
for t in topics:
    began = time.time()
    run = subprocess.run([sys.executable, os.path.join(here, t + '.py'), assay,
                          shared], stdout=subprocess.PIPE, timeout=900)
    if run.returncode != 0:
        print('score: %s exited %d' % (t, run.returncode))
        bad += 1
        continue
    n = 0
    for line in run.stdout.decode().splitlines():
        if line.startswith('{'):
            row = json.loads(line)
            if 'figure' not in row:
                continue
            new['%s: %s: %s' % (t, row['set'], row['figure'])] = {
                'value': row['value'], 'better': row['better']}
            n += 1
    print('score: %-10s %3d figures, %.1f s' % (t, n, time.time() - began))
for name in sorted(set(old) | set(new)):
    if name.split(':')[0] not in topics:
        new.setdefault(name, old[name])
        continue
    a, b = old.get(name), new.get(name)
    if b is None:
        print('  GONE   %s (was %s)' % (name, a['value']))
        bad += 1
    elif a is None:
        print('  new    %s = %s' % (name, b['value']))
    elif a['value'] != b['value']:
        worse = (b['value'] < a['value']) == (a['better'] == 'higher')
        print('  %s %s: %s -> %s' % ('WORSE ' if worse else 'better', name,
                                     a['value'], b['value']))
        bad += worse
if accept:
    with open(store + '.tmp', 'w') as f:
        json.dump(new, f, indent=1, sort_keys=True)
        f.write('\n')
    os.replace(store + '.tmp', store)
    print('score: wrote docs/measured/scores.json')
    bad = 0
print('score: %d figures, %d behind' % (len(new), bad))
sys.exit(1 if bad else 0)

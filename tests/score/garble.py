#!/usr/bin/env python3
"""truncated/garble near its thresholds (tests/gen/garble_kinds.py).
usage: garble.py ASSAY [SHARED] [-v]
Prints the figures as JSON lines; with -v what each kind gave. Nothing of SHARED
is read."""
import collections, json, os, re, subprocess, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'gen'))
import garble_kinds


def main(argv):
    cases = list(garble_kinds.cases())
    with tempfile.TemporaryDirectory() as tmp:
        for c in cases:
            with open(os.path.join(tmp, c['id'] + '.md'), 'w', encoding='utf-8') as f:
                f.write(c['text'])
        run = subprocess.run([os.path.abspath(argv[0]), 'check', '--select',
                              'truncated', '--no-config', '-f', 'json',
                              '--exit-zero', tmp], stdout=subprocess.PIPE, check=True)
    found = {os.path.basename(r['file'])[:5]: r['findings']
             for r in json.loads(run.stdout)['reports']}
    tally = collections.defaultdict(collections.Counter)
    for c in cases:
        n = tally[c['cut'], c['kind']]
        n['docs'] += 1
        n['found'] += any(f['rule'] == 'truncated/garble' for f in found[c['id']])
    if '-v' in argv:
        for (cut, kind), n in tally.items():
            print('%-26s %s %3d of %3d' % (kind, 'cut' if cut else 'sound',
                                           n['found'], n['docs']))
    for cut, figure, better in ((True, 'garbles found', 'higher'),
                                (False, 'sound flagged', 'lower')):
        some = [n for (f, _), n in tally.items() if f == cut]
        print(json.dumps({'set': 'own garbles', 'figure': figure, 'value': round(
            sum(n['found'] for n in some) / sum(n['docs'] for n in some), 4),
            'better': better}))


if __name__ == '__main__':
    main(sys.argv[1:])

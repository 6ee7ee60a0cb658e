#!/usr/bin/env python3
"""special-token and encoding near their thresholds (tests/gen/near_kinds.py).
usage: near.py ASSAY [SHARED] [-v]
Prints the figures as JSON lines; with -v what each kind gave. Nothing of SHARED
is read."""
import collections, json, os, subprocess, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'gen'))
import near_kinds


def main(argv):
    cases = list(near_kinds.cases())
    with tempfile.TemporaryDirectory() as tmp:
        for c in cases:
            with open(os.path.join(tmp, c['id'] + '.md'), 'w', encoding='utf-8') as f:
                f.write(c['text'])
        run = subprocess.run([os.path.abspath(argv[0]), 'check', '--select',
                              'special-token,encoding', '--no-config', '-f', 'json',
                              '--exit-zero', tmp], stdout=subprocess.PIPE, check=True)
    found = {os.path.basename(r['file'])[:4]: r['findings']
             for r in json.loads(run.stdout)['reports']}
    tally = collections.defaultdict(collections.Counter)
    for c in cases:
        n = tally[c['fault'], c['kind']]
        n['docs'] += 1
        n['found'] += bool(found[c['id']])
        if '-v' in argv and found[c['id']] and not c['fault']:
            print('flagged:', ascii(c['text']))
    if '-v' in argv:
        for (fault, kind), n in tally.items():
            print('%-26s %s %3d of %3d' % (kind, 'fault' if fault else 'sound',
                                           n['found'], n['docs']))
    for fault, figure, better in ((True, 'near faults found', 'higher'),
                                  (False, 'near sound flagged', 'lower')):
        some = [n for (f, _), n in tally.items() if f == fault]
        print(json.dumps({'set': 'own near misses', 'figure': figure, 'value': round(
            sum(n['found'] for n in some) / sum(n['docs'] for n in some), 4),
            'better': better}))


if __name__ == '__main__':
    main(sys.argv[1:])

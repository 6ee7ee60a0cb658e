#!/usr/bin/env python3
"""The guard of language-drift on streams of our own (tests/gen/guard_kinds.py).
usage: guard.py ASSAY [SHARED] [-v] [--seed N]
Runs guard_feed beside ASSAY. Prints the figures as JSON lines; with -v what each
kind gave and which sound streams were stopped. Nothing of SHARED is read."""
import collections, json, os, subprocess, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'gen'))
import guard_kinds


def stops(assay, cases):
    """Byte at which each stream is stopped, or None; bytes until it ends."""
    feed = os.path.join(os.path.dirname(os.path.abspath(assay)), 'guard_feed')
    with tempfile.TemporaryDirectory() as tmp:
        paths = [os.path.join(tmp, '%05d.md' % i) for i in range(len(cases))]
        for path, case in zip(paths, cases):
            with open(path, 'w', encoding='utf-8') as f:
                f.write(case['text'])
        run = subprocess.run([feed, 'language-drift'] + paths, check=True,
                             stdout=subprocess.PIPE)
    rows = [json.loads(line) for line in run.stdout.decode().splitlines()]
    return [r['decided_at'] if r['stop'] else None for r in rows]


def main(argv):
    seed = int(argv[argv.index('--seed') + 1]) if '--seed' in argv else 1
    cases = list(guard_kinds.cases(seed))
    tally = collections.defaultdict(collections.Counter)
    late = []
    for case, stop in zip(cases, stops(argv[0], cases)):
        n = tally[case['drift'] is not None, case['kind']]
        n['docs'] += 1
        n['stopped'] += stop is not None
        n[case['lang']] += stop is not None
        if stop is not None and case['drift'] is not None:
            late.append(stop - case['drift'])
        elif stop is not None and '-v' in argv:
            print('stopped:', ascii(case['text'][:stop][-160:]))
    if '-v' in argv:
        for (drift, kind), n in tally.items():
            print('%-30s %s %3d of %3d  %s' % (
                kind, 'drift' if drift else 'sound', n['stopped'], n['docs'],
                ' '.join('%s %d' % (k, v) for k, v in n.items() if len(k) == 2)))
    for drift, figure, better in ((True, 'drifts stopped', 'higher'),
                                  (False, 'sound stopped', 'lower')):
        some = [n for (d, _), n in tally.items() if d == drift]
        print(json.dumps({'set': 'own streams', 'figure': figure, 'value': round(
            sum(n['stopped'] for n in some) / sum(n['docs'] for n in some), 4),
            'better': better}))
    print(json.dumps({'set': 'own streams', 'figure': 'bytes late, median',
                      'value': sorted(late)[len(late) // 2], 'better': 'lower'}))


if __name__ == '__main__':
    main(sys.argv[1:])

#!/usr/bin/env python3
"""The check markup on documents of our own (tests/gen/unclosed_kinds.py).
usage: unclosed.py ASSAY [SHARED] [-v] [--seed N] [--docs FOLDER]
Prints the figures as JSON lines; with -v what each kind gave, before. Nothing
of SHARED is read. --docs: also the Markdown files below FOLDER, as they are,
and once for each of their labelled fences (eight a file at most) without the
line that closes it."""
import collections, json, os, re, subprocess, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'gen'))
import unclosed_kinds


def findings(assay, cases):
    with tempfile.TemporaryDirectory() as tmp:
        for i, case in enumerate(cases):
            with open(os.path.join(tmp, '%05d.md' % i), 'w', encoding='utf-8') as f:
                f.write(case['text'])
        run = subprocess.run([assay, 'check', '--select', 'markup', '--no-config',
                              '-f', 'json', '--exit-zero', tmp],
                             stdout=subprocess.PIPE, check=True)
    out = {}
    for report in json.loads(run.stdout)['reports']:
        case = cases[int(os.path.basename(report['file'])[:5])]
        out[case['id']] = report['findings']
    return out


def closers(lines):
    """(opening, closing) lines of labelled fences that text follows."""
    fence, out = None, []
    for i, line in enumerate(lines):
        m = re.match(r'(```+)\s*(\S*)\s*$', line)
        if not m:
            continue
        if fence is None:
            fence = (m.group(1), i, m.group(2))
        elif m.group(2) == '' and len(m.group(1)) >= len(fence[0]):
            if fence[2] and len(' '.join(lines[i + 1:i + 8]).split()) > 20:
                out.append((fence[1], i))
            fence = None
    return out


def docs_of(folder):
    """Markdown as it is, and with one fence left open."""
    seen = set()
    for path, _, names in sorted(os.walk(folder)):
        for name in sorted(n for n in names if n.endswith(('.md', '.markdown'))):
            try:
                with open(os.path.join(path, name), encoding='utf-8') as f:
                    text = f.read()
            except (OSError, UnicodeDecodeError):
                continue
            if hash(text) in seen or len(text) > 1 << 20:
                continue
            seen.add(hash(text))
            where = os.path.join(path, name)
            yield {'id': where, 'kind': 'as it is', 'text': text, 'opens': None}
            lines = text.split('\n')
            for opens, closes in closers(lines)[:8]:
                cut = lines[:closes] + lines[closes + 1:]
                at = len('\n'.join(lines[:opens] + ['']).encode())
                yield {'id': '%s:%d' % (where, closes), 'kind': 'opened',
                       'text': '\n'.join(cut), 'opens': at}


def print_docs(assay, folder, verbose):
    cases = list(docs_of(folder))
    found = findings(assay, cases)
    n = collections.Counter(c['kind'] for c in cases)
    hits = [c for c in cases if found.get(c['id']) and (c['opens'] is None or any(
        abs(f['start'] - c['opens']) < 4 for f in found[c['id']]))]
    got = collections.Counter(c['kind'] for c in hits)
    if verbose:
        for c in hits:
            if c['opens'] is None:
                print('as it is:', c['id'], found[c['id']][0]['line'])
    print(json.dumps({'set': folder, 'files': n['as it is'],
                      'flagged': got['as it is'], 'fences opened': n['opened'],
                      'found': got['opened']}))


def main(argv):
    seed = int(argv[argv.index('--seed') + 1]) if '--seed' in argv else 1
    cases = list(unclosed_kinds.cases(seed))
    found = findings(os.path.abspath(argv[0]), cases)
    tally = collections.defaultdict(collections.Counter)
    for case in cases:
        got, n = found.get(case['id'], []), tally[case['kind']]
        n['docs'] += 1
        n['broken'] += case['opens'] is not None
        if case['opens'] is None:
            n['flagged'] += bool(got)
        else:
            at = [f for f in got if f['start'] == case['opens']]
            n['found'] += bool(at)
            n['place'] += any(f['evidence']['resumed'] == case['resumes']
                              for f in at)
    if '--docs' in argv:
        print_docs(os.path.abspath(argv[0]), argv[argv.index('--docs') + 1],
                   '-v' in argv)
    if '-v' in argv:
        for kind, n in tally.items():
            print('%-18s %s' % (kind, dict(n)))
    sum_of = lambda key: sum(n[key] for n in tally.values())
    docs, broken = sum_of('docs'), sum_of('broken')
    for figure, value, better in (
            ('broken found', sum_of('found') / broken, 'higher'),
            ('text begins at the right line', sum_of('place') / broken, 'higher'),
            ('sound flagged', sum_of('flagged') / (docs - broken), 'lower')):
        print(json.dumps({'set': 'own unclosed', 'figure': figure,
                          'value': round(value, 4), 'better': better}))


if __name__ == '__main__':
    main(sys.argv[1:])

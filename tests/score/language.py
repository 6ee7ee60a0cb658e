#!/usr/bin/env python3
"""Scores language-drift on ../shared/bench/language and ../shared/corpus.

usage: language.py [ASSAY [SHARED]] [-v]     (default build/assay ../shared)
Prints the scorers' own tables on stderr, figures as JSON lines on stdout.
"""
import collections, json, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
VERBOSE = '-v' in sys.argv
ARGS = [a for a in sys.argv[1:] if not a.startswith('-')]
ASSAY = os.path.abspath(ARGS[0] if ARGS else os.path.join(ROOT, 'build/assay'))
SHARED = ARGS[1] if len(ARGS) > 1 else os.path.join(ROOT, '../shared')


def figure(set_, name, value, better='higher'):
    print(json.dumps({'set': set_, 'figure': name, 'value': value,
                      'better': better}))


def findings(lang, files):
    out = subprocess.run(
        [ASSAY, 'check', '-f', 'json', '--exit-zero', '--select',
         'language-drift', '--lang', lang, '--layout', 'none', *files],
        stdout=subprocess.PIPE, check=True).stdout
    return json.loads(out)['reports']


def bench(directory, pred_path):
    docs = [json.loads(x) for x in open(directory + '/docs.jsonl')]
    groups = collections.defaultdict(list)
    for d in docs:
        groups[d['expected']].append(d)
    with tempfile.TemporaryDirectory() as tmp, open(pred_path, 'w') as pred:
        for lang, group in sorted(groups.items()):
            paths = []
            for d in group:
                p = os.path.join(tmp, d['id'] + '.md')
                open(p, 'w', newline='').write(d['text'])
                paths.append(p)
            for r in findings(lang, paths):
                name = os.path.basename(r['file'])[:-3]
                for f in r['findings']:
                    pred.write(json.dumps(
                        {'id': name, 'start': f['start'], 'end': f['end'],
                         'lang': f['evidence']['lang'], 'rule': f['rule']}) + '\n')


def table(text):
    """Figures out of score.py's printed table."""
    for line in text.splitlines():
        m = re.match(r'^(\S+)\s+(\d+)\s+([\d.]+)%\s+([\d.]+)%', line)
        if m:
            figure('language/' + m[1], 'recall', float(m[3]) / 100)
            figure('language/' + m[1], 'lang-right', float(m[4]) / 100)
        m = re.match(r'^injected: span precision ([\d.]+)%.*words ([\d.]+)',
                     line)
        if m:
            figure('language', 'span-precision', float(m[1]) / 100)
            figure('language', 'false-per-1000-words', float(m[2]), 'lower')
        m = re.match(r'^(clean|trap) docs flagged: (\d+)', line)
        if m:
            figure('language', m[1] + '-docs-flagged', int(m[2]), 'lower')
        m = re.match(r'^line docs: pass/fail agrees ([\d.]+)%', line)
        if m:
            figure('language', 'line-docs-right', float(m[1]) / 100)


def corpus(directory):
    dev = os.path.join(directory, 'dev')
    files = sorted(os.path.join(dev, f) for f in os.listdir(dev)
                   if f.endswith('.md') or re.match(r'^\d{3}_.*\.txt$', f))
    out = subprocess.run([ASSAY, 'check', '-f', 'json', '--exit-zero',
                          '--select', 'language-drift', *files],
                         stdout=subprocess.PIPE, check=True).stdout
    with tempfile.NamedTemporaryFile('w', suffix='.jsonl') as tmp:
        for r in json.loads(out)['reports']:
            for f in r['findings']:
                tmp.write(json.dumps(
                    {'file': os.path.basename(r['file']), 'start': f['start'],
                     'end': f['end'], 'fault': f['check']}) + '\n')
                if VERBOSE:
                    print(os.path.basename(r['file'])[-40:], f['start'],
                          f['end'], f['rule'], f['evidence']['lang'],
                          repr(f['text'][:60]), file=sys.stderr)
        tmp.flush()
        text = subprocess.run(
            [sys.executable, directory + '/score.py', tmp.name,
             dev + '/labels.jsonl'], stdout=subprocess.PIPE, text=True,
            check=True).stdout
    for line in text.splitlines():
        if line.startswith(('language-drift', 'fault')):
            print(line, file=sys.stderr)
        if line.startswith('language-drift'):
            _, n, found, false, p, r, *_ = line.split()
            figure('language/real', 'precision', float(p) if p != '-' else 0)
            figure('language/real', 'recall', float(r))


def main():
    lang_dir = os.path.join(SHARED, 'bench/language')
    if not os.path.isdir(lang_dir):
        print('language.py: SKIPPED, no ' + lang_dir, file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as tmp:
        pred = os.environ.get('LANG_PRED', tmp + '/pred.jsonl')
        bench(lang_dir, pred)
        text = subprocess.run(
            [sys.executable, lang_dir + '/score.py', lang_dir, pred] +
            (['-v'] if VERBOSE else []), stdout=subprocess.PIPE, text=True,
            check=True).stdout
    print(text, file=sys.stderr)
    table(text)
    corpus(os.path.join(SHARED, 'corpus'))


main()

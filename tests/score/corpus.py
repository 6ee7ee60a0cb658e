#!/usr/bin/env python3
"""Precision and recall per fault on the labelled real reports.

usage: corpus.py ASSAY SHARED [-v FAULT]
Prints the scorer's table on stderr and one JSON line a figure on stdout; -v lists what was missed and what was false for one fault."""
import collections, importlib.util, json, os, subprocess, sys, tempfile

assay, shared = sys.argv[1], sys.argv[2]
corpus = os.path.join(shared, 'corpus')
dev = os.path.join(corpus, 'dev')
# Written with no data ingested (corpus/README.md): judged against nothing.
EMPTY = ('TR116', 'benchmarks__python')


def reports():
    skip = {'clean.txt', 'numbers_complete.txt'}
    return sorted(f for f in os.listdir(dev)
                  if f.endswith(('.md', '.txt')) and f not in skip)


def check(names, data):
    cmd = [assay, 'check', '--no-config', '-f', 'json', '--exit-zero'] + data
    run = subprocess.run(cmd + [os.path.join(dev, n) for n in names],
                         stdout=subprocess.PIPE, timeout=300)
    if run.returncode != 0:
        sys.exit('corpus: assay exited %d' % run.returncode)
    out = []
    for r in json.loads(run.stdout)['reports']:
        for f in r['findings']:
            out.append(dict(file=os.path.basename(r['file']), start=f['start'],
                            end=f['end'], fault=f['check'], text=f['text'],
                            rule=f['rule']))
    return out


names = reports()
none = [n for n in names if n.startswith(EMPTY)]
some = [n for n in names if not n.startswith(EMPTY)]
with tempfile.TemporaryDirectory() as empty:
    found = check(some, ['--data', os.path.join(corpus, 'data'), '--data',
                         os.path.join(corpus, 'prompt_metrics.json')])
    found += check(none, ['--data', empty, '--allow-empty'])

spec = importlib.util.spec_from_file_location(
    'corpus_score', os.path.join(corpus, 'score.py'))
score = importlib.util.module_from_spec(spec)
spec.loader.exec_module(score)
labels = score.jsonl(os.path.join(dev, 'labels.jsonl'))
clean = score.paths(os.path.join(dev, 'clean.txt'))
numbers = score.paths(os.path.join(dev, 'numbers_complete.txt'))
rows, gate = score.score(found, labels, names, clean, numbers)
stdout, sys.stdout = sys.stdout, sys.stderr
score.show(rows, gate)
sys.stdout = stdout


def figure(name, value, better):
    if value == value:
        print(json.dumps(dict(set='corpus', figure=name,
                              value=round(value, 4), better=better)))


tp = fp = hit = total = 0
for fault, r in rows.items():
    figure(fault + ' precision', r['p'], 'higher')
    figure(fault + ' recall', r['r'], 'higher')
    if fault in score.NUM:
        tp, fp = tp + r['tp'], fp + r['fp']
        hit, total = hit + r['hit'], total + r['labels']
figure('numbers precision', tp / max(1, tp + fp), 'higher')
figure('numbers recall', hit / max(1, total), 'higher')
figure('clean reports flagged', gate['rejected_clean'], 'lower')
figure('faulty reports caught', gate['rejected_bad'], 'higher')

if '-v' in sys.argv:
    want = sys.argv[sys.argv.index('-v') + 1]
    same = score.SAME.get(want, {want})
    by = collections.defaultdict(list)
    for l in labels:
        by[l['file']].append(l)
    for f in found:
        if f['fault'] != want:
            continue
        hits = [l for l in by[f['file']] if score.overlap(f, l)]
        if not any(l['fault'] in same or l.get('misattributed') or l.get('soft')
                   for l in hits):
            listed = f['file'] in numbers or hits
            print('FALSE' if listed or want not in score.NUM else 'open',
                  f['file'][:60], f['start'], f['end'], f['rule'],
                  repr(f['text'][:90]),
                  [(l['fault'], l.get('why')) for l in hits], file=sys.stderr)
    for l in labels:
        if l['fault'] == want and not l.get('soft') and not l.get(
                'misattributed') and not any(
                f['fault'] in same and score.overlap(f, l)
                for f in found if f['file'] == l['file']):
            print('MISSED', l['file'][:60], l['start'], l['end'],
                  repr(l['text'][:90]), l.get('why'), file=sys.stderr)

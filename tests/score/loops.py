#!/usr/bin/env python3
"""Loops: generated documents, several seeds, and our own generator's kinds.

usage: loops.py ASSAY SHARED [--seeds 20260,1,2] [-v] [--baselines]
-v lists every miss, false alarm and bad edge; --baselines also prints the
zlib-ratio rule and an exact token cycle on the same documents."""
import sys

sys.path.pop(0)  # numbers.py beside this file is not the library's
import importlib.util, json, os, re, subprocess, tempfile, zlib

assay, shared = os.path.abspath(sys.argv[1]), sys.argv[2]
here = os.path.dirname(os.path.abspath(__file__))
bench = os.path.join(shared, 'bench', 'loops')
verbose = '-v' in sys.argv
seeds = [20260, 1, 2]
if '--seeds' in sys.argv:
    seeds = [int(s) for s in sys.argv[sys.argv.index('--seeds') + 1].split(',')]


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


gen = load('gen_loops', os.path.join(bench, 'gen_loops.py'))
scorer = load('score_loops', os.path.join(bench, 'score.py'))
kinds = load('loop_kinds', os.path.join(here, '..', 'gen', 'loop_kinds.py'))


def ours(docs):
    """Findings of `assay check` and the guard's stop, per document."""
    with tempfile.TemporaryDirectory() as d:
        paths = []
        for r in docs:
            paths.append(os.path.join(d, r['id'] + '.md'))
            with open(paths[-1], 'wb') as f:
                f.write(r['text'].encode())
        run = subprocess.run(
            [assay, 'check', '--layout', 'none', '--select',
             'token-loop', '-f', 'json', '--exit-zero', d], cwd=d,
            stdout=subprocess.PIPE, timeout=600, check=True)
        preds = {}
        for r in json.loads(run.stdout)['reports']:
            name = os.path.basename(r['file'])[:-3]
            preds[name] = dict(id=name, spans=[dict(
                start=f['start'], end=f['end'], rule=f['rule'],
                severity=f['severity'],
                period=f['evidence']['period'] or None)
                for f in r['findings']], abort_at=None)
        run = subprocess.run(
            [os.path.join(os.path.dirname(assay), 'guard_feed'), 'token-loop']
            + paths, stdout=subprocess.PIPE, timeout=600, check=True)
        for line in run.stdout.decode().splitlines():
            r = json.loads(line)
            if r['stop']:
                name = os.path.basename(r['file'])[:-3]
                preds[name]['abort_at'] = r['decided_at']
    for p in preds.values():
        errors = any(s['severity'] == 'error' for s in p['spans'])
        assert errors == (p['abort_at'] is not None), ('guard', p)
    return preds


def zlib_rule(docs):
    """Whisper's compression_ratio_threshold on the whole document."""
    out = {}
    for r in docs:
        b = r['text'].encode()
        flag = len(b) / len(zlib.compress(b)) > 2.4
        out[r['id']] = dict(id=r['id'], spans=[dict(start=0, end=len(b))]
                            if flag else [])
    return out


def cycle_rule(docs, least=4, longest=1024):
    """An exact cycle of at least `least` periods of words and punctuation."""
    out = {}
    for r in docs:
        toks = [(m.group(), m.start()) for m in re.finditer(r'\w+|[^\w\s]',
                                                            r['text'])]
        words = [t[0] for t in toks]
        spans, last = [], {}
        i = 0
        while i < len(words):
            j = last.get(words[i])
            last[words[i]] = i
            if j is not None and i - j <= longest:
                p, n = i - j, 0
                while i + n < len(words) and words[i + n] == words[j + n]:
                    n += 1
                if n >= (least - 1) * p and p + n >= 16:
                    end = i + n - 1
                    pre = r['text'][:toks[j][1]].encode()
                    body = r['text'][toks[j][1]:toks[end][1]].encode()
                    spans.append(dict(start=len(pre),
                                      end=len(pre) + len(body) +
                                      len(words[end].encode())))
                    i += n
                    continue
            i += 1
        out[r['id']] = dict(id=r['id'], spans=spans)
    return out


def show(docs, preds):
    for r in docs:
        p = preds.get(r['id'], dict(spans=[]))['spans']
        text = r['text'].encode()
        if r['label'] == 'neg':
            for s in p:
                print('FALSE', r['id'], r['kind'], s['rule'], s['start'],
                      s['end'], repr(text[s['start']:s['end']][:160].decode(
                          errors='replace')), file=sys.stderr)
            continue
        for g in r['gold']:
            need = g['end'] - g['second']
            got = scorer.inter(scorer.union([(s['start'], s['end']) for s in p]),
                               [[g['second'], g['end']]])
            if got < .95 * need:
                print('MISSED %3d%%' % (100 * got / max(1, need)), r['id'],
                      r['kind'], g, [(s['start'], s['end'], s['rule'])
                                     for s in p],
                      repr(text[g['start']:g['end']][:200].decode(
                          errors='replace')), file=sys.stderr)
        for s in p:
            if not any(s['start'] < g['end'] + 32 and s['end'] > g['start'] - 32
                       and s['end'] <= g['end'] + 32 and
                       s['start'] >= g['start'] - 32 for g in r['gold']):
                print('OUTSIDE', r['id'], r['kind'], s,
                      [(g['start'], g['end']) for g in r['gold']],
                      repr(text[s['start']:s['end']][:160].decode(
                          errors='replace')), file=sys.stderr)


FIGURES = (('doc_precision', 'higher'), ('doc_recall', 'higher'),
           ('doc_f1', 'higher'), ('span_recall', 'higher'),
           ('byte_recall', 'higher'), ('byte_precision', 'higher'),
           ('period_ok', 'higher'))
STREAM = (('aborted_in_loop', 'higher'), ('aborted_early', 'lower'),
          ('delay_bytes_median', 'lower'), ('delay_periods_median', 'lower'))


def report(name, docs, preds):
    r = scorer.score(docs, preds)
    print(name, json.dumps(r), file=sys.stderr)
    for k, better in FIGURES:
        if r[k] is not None:
            print(json.dumps(dict(set=name, figure=k, value=r[k],
                                  better=better)))
    for k, better in STREAM:
        if r['stream'][k] is not None and any(
                p.get('abort_at') for p in preds.values()):
            print(json.dumps(dict(set=name, figure=k, value=r['stream'][k],
                                  better=better)))


def real_reports():
    """The labelled real reports, whole documents: ours and the baselines."""
    dev = os.path.join(shared, 'corpus', 'dev')
    with open(os.path.join(dev, 'labels.jsonl'), encoding='utf-8') as f:
        looping = {r['file'] for r in map(json.loads, f)
                   if r['fault'] == 'token-loop'}
    docs = []
    for name in sorted(os.listdir(dev)):
        if name.endswith(('.md', '.txt')) and name not in (
                'clean.txt', 'numbers_complete.txt'):
            with open(os.path.join(dev, name), 'rb') as f:
                docs.append(dict(id=name, text=f.read().decode(
                    errors='replace')))
    run = subprocess.run([assay, 'check', '--select', 'token-loop', '-f',
                          'json', '--exit-zero', '--allow-empty', dev],
                         stdout=subprocess.PIPE, timeout=600, check=True)
    own = {os.path.basename(r['file']) for r in json.loads(run.stdout)['reports']
           if r['findings']}
    rules = [('token-loop', own)]
    for rule, f in (('zlib ratio > 2.4', zlib_rule),
                    ('exact cycle', cycle_rule)):
        rules.append((rule, {k for k, v in f(docs).items() if v['spans']}))
    for rule, flagged in rules:
        print('real reports     %-16s flagged %d of %d, %d of %d looping' % (
            rule, len(flagged), len(docs), len(flagged & looping),
            len(looping)), file=sys.stderr)


sets = []
for seed in seeds:
    sets.append(('generated %d' % seed, gen.build(seed, 156, 160)))
own = kinds.build(7)
if own:
    sets.append(("own kinds", own))
for name, docs in sets:
    preds = ours(docs)
    if verbose:
        show(docs, preds)
    report(name, docs, preds)
    if '--baselines' in sys.argv:
        for rule, f in (('zlib ratio > 2.4', zlib_rule),
                        ('exact cycle', cycle_rule)):
            r = scorer.score(docs, f(docs))
            print('%-16s %-16s' % (name, rule), *('%s %.3f' % (
                k, r[k] or 0) for k in ('doc_precision', 'doc_recall',
                'doc_f1', 'byte_recall', 'byte_precision')), file=sys.stderr)
if '--baselines' in sys.argv:
    real_reports()

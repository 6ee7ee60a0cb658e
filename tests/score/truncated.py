#!/usr/bin/env python3
"""The check truncated on reports of our own (tests/gen/cut_kinds.py).
usage: truncated.py ASSAY [SHARED] [-v] [--seed N] [--man] [--show KIND]
Prints the figures as JSON lines; with -v what each kind gave, before; --show
prints what is missed, or flagged, of a kind. Nothing of SHARED is read.
--man: also paragraphs of the translated manual pages below /usr/share/man, cut
behind a random word and whole, as text and as lists."""
import collections, gzip, json, os, random, re, subprocess, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'gen'))
import cut_kinds


def findings(assay, cases):
    """Rules by case id."""
    out = {}
    for lang in sorted({c['lang'] for c in cases}):
        some = [c for c in cases if c['lang'] == lang]
        with tempfile.TemporaryDirectory() as tmp:
            for i, case in enumerate(some):
                with open(os.path.join(tmp, '%05d.md' % i), 'w',
                          encoding='utf-8') as f:
                    f.write(case['text'])
            run = subprocess.run(
                [assay, 'check', '--select', 'truncated', '--lang', lang,
                 '--no-config', '-f', 'json', '--exit-zero', tmp],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        for report in json.loads(run.stdout)['reports']:
            case = some[int(os.path.basename(report['file'])[:5])]
            out[case['id']] = [f['rule'] for f in report['findings']]
    return out


MAN = {'en': '', 'cs': 'cs', 'da': 'da', 'de': 'de', 'es': 'es', 'fi': 'fi',
       'fr': 'fr', 'hr': 'hr', 'hu': 'hu', 'id': 'id', 'it': 'it', 'ja': 'ja',
       'ko': 'ko', 'nl': 'nl', 'pl': 'pl', 'pt': 'pt_BR', 'ro': 'ro', 'ru': 'ru',
       'sv': 'sv', 'tr': 'tr', 'uk': 'uk', 'zh': 'zh_CN'}
FONT = re.compile(r'\\f[BIRPS]|\\f\(..|\\f\[[^]]*\]|\\&|\\s[+-]?\d')


def paragraphs(path):
    try:
        with (gzip.open if path.endswith('.gz') else open)(path, 'rb') as f:
            text = f.read().decode()
    except (OSError, UnicodeDecodeError):
        return
    for block in re.split(r'\n\.[^\n]*|\n\s*\n', text):
        p = FONT.sub('', block).replace('\\-', '-').replace('\\(aq', "'")
        p = ' '.join(p.split())
        if 60 <= len(p) <= 900 and '\\' not in p and p[-1] in '.!?。！？' and \
                not p[0].islower() and p[0] not in "-(/<[`.'":
            yield p


def man_cases(seed, count=30):
    r = random.Random(seed)
    for lang, folder in MAN.items():
        some = set()
        for section in ('man1', 'man5', 'man8'):
            path = os.path.join('/usr/share/man', folder, section)
            names = sorted(os.listdir(path)) if os.path.isdir(path) else []
            r.shuffle(names)
            for name in names[:60]:
                some.update(paragraphs(os.path.join(path, name)))
        some = sorted(some)
        if len(some) < 40:
            continue
        for i in range(count):
            six = r.sample(some, 6)
            head, last = '# ' + lang.upper() + '\n\n', six[-1]
            w = list(last) if lang in ('ja', 'zh') else last.split(' ')
            cut = w[:r.randint(min(3, len(w) - 2), len(w) - 2)]
            cut = ('' if lang in ('ja', 'zh') else ' ').join(cut).rstrip('.!?。！？')
            items = '\n'.join('- ' + p for p in six[2:])
            bare = '\n'.join('- ' + p.rstrip('.。').split('. ')[0] for p in six[2:])
            for kind, text in (('cut', '\n\n'.join(six[:-1] + [cut])),
                               ('whole', '\n\n'.join(six)),
                               ('items', '\n\n'.join(six[:2] + [items])),
                               ('bare items', '\n\n'.join(six[:2] + [bare]))):
                yield {'id': '%s %s %d' % (lang, kind, i), 'lang': lang,
                       'kind': kind, 'cut': kind == 'cut', 'text': head + text + '\n'}


def measure(assay, name, cases, argv):
    found = findings(assay, cases)
    tally = collections.defaultdict(collections.Counter)
    show = argv[argv.index('--show') + 1] if '--show' in argv else None
    for c in cases:
        n = tally[c['cut'], c['kind']]
        n['docs'] += 1
        n['found' if c['cut'] else 'flagged'] += bool(found[c['id']])
        n[c['lang']] += bool(found[c['id']])
        if c['kind'] == show and bool(found[c['id']]) != c['cut']:
            print(c['id'], found[c['id']], repr(c['text'][-150:]))
    if '-v' in argv:
        for (cut, kind), n in tally.items():
            print('%-24s %3d of %3d  %s' % (
                kind, n['found'] + n['flagged'], n['docs'],
                ' '.join('%s %d' % (k, v) for k, v in n.items() if len(k) == 2)))
    sums = collections.Counter()
    for n in tally.values():
        sums.update({k: n[k] for k in ('found', 'flagged', 'docs')})
    cuts = sum(c['cut'] for c in cases)
    for figure, value, better in (
            ('cuts found', sums['found'] / cuts, 'higher'),
            ('whole flagged', sums['flagged'] / (len(cases) - cuts), 'lower')):
        print(json.dumps({'set': name, 'figure': figure, 'value': round(value, 4),
                          'better': better}))


def main(argv):
    assay = os.path.abspath(argv[0])
    seed = int(argv[argv.index('--seed') + 1]) if '--seed' in argv else 1
    measure(assay, 'own cuts', list(cut_kinds.cases(seed)), argv)
    if '--man' in argv:
        measure(assay, 'manual pages', list(man_cases(seed)), argv)


if __name__ == '__main__':
    main(sys.argv[1:])

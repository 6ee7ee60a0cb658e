#!/usr/bin/env python3
"""Reports whose code fence, comment or <pre> was never closed, and sound ones
whose code holds Markdown: headings in comments, here-documents, docstrings,
templates. Our own text, made by a seed; sizes vary so that a limit on lines
shows where it cuts.

usage: unclosed_kinds.py [SEED] > docs.jsonl
Each line: {"id", "kind", "text", "opens", "resumes"}; opens and resumes are
byte offsets of the line that stays open and of the first line of text behind
it, null in sound documents."""
import json, random, sys

PROSE = {
    'en': (
        'The pump was run for six hours before the seal was changed.',
        'Both counters agree within one unit, so the sensor was kept.',
        'None of the later samples shows the same drop in pressure.',
        'We repeated the measurement with a colder inlet and saw no change.',
        'A shorter interval would not have shown the second peak.',
        'Most of the time is spent while the valve waits for the controller.',
        'The last batch came out lighter than the three before it.',
        'This suggests that the filter, not the motor, limits the flow.',
        'Readings taken at night are steadier than those of the afternoon.',
        'It took two operators to lift the cover without bending the frame.'),
    'de': (
        'Die Pumpe lief sechs Stunden, bevor die Dichtung gewechselt wurde.',
        'Beide Zähler stimmen bis auf eine Einheit überein.',
        'Keine der späteren Proben zeigt denselben Druckabfall.',
        'Mit kälterem Zulauf wurde die Messung ohne Unterschied wiederholt.',
        'Ein kürzerer Abstand hätte die zweite Spitze nicht gezeigt.',
        'Die meiste Zeit vergeht, während das Ventil auf die Steuerung wartet.'),
    'ru': (
        'Насос работал шесть часов, прежде чем заменили уплотнение.',
        'Оба счётчика расходятся не больше чем на одну единицу.',
        'Ни одна из поздних проб не показывает такого падения давления.',
        'Измерение повторили с более холодной водой и не увидели разницы.'),
    'ja': (
        'シールを交換する前に、ポンプを六時間運転しました。',
        '二つのカウンターの差は一単位以内に収まっています。',
        '後の試料には同じ圧力の低下は見られませんでした。',
        '入口の温度を下げて測定を繰り返しましたが、変化はありません。'),
}
HEADS = {
    'en': ('Findings', 'Wear of the seal', 'What was measured', 'Next steps'),
    'de': ('Ergebnisse', 'Verschleiß der Dichtung', 'Nächste Schritte'),
    'ru': ('Результаты', 'Износ уплотнения', 'Дальнейшие шаги'),
    'ja': ('結果', 'シールの摩耗', '次の手順'),
}
CODE = {
    'python': ('import csv', 'rows = list(csv.reader(open(path)))',
               'total = 0', 'for row in rows:', '    total += float(row[3])',
               'print(total)', 'mean = total / len(rows)',
               'def clean(row):', '    return [c.strip() for c in row]'),
    'bash': ('set -eu', 'for f in *.csv; do', '  sort -u "$f" >"$f.new"',
             '  mv "$f.new" "$f"', 'done', 'grep -c pump log.txt',
             'export STATION=4', 'curl -fsS "$URL" | jq .rows'),
    'sql': ('SELECT station, avg(flow)', 'FROM samples',
            'WHERE day >= 12', 'GROUP BY station', 'ORDER BY 2 DESC;',
            'CREATE INDEX s ON samples (station);'),
    'json': ('{', '  "station": 4,', '  "flow": [3.1, 3.4, 2.9],',
             '  "valve": { "open": true },', '  "sealed": null', '}'),
    'c': ('#include <stdio.h>', 'int main(void)', '{', '    int n = 0;',
          '    while (getchar() != EOF)', '        n++;',
          '    printf("%d\\n", n);', '    return 0;', '}'),
    '': ('station  flow  valve', '4        3.1   open', '5        3.4   shut',
         '$ ./measure --once', 'flow=3.1 valve=open', '12:04:31 ok'),
}


def prose(r, lang, n):
    return [r.choice(PROSE[lang]) for _ in range(n)]


def code(r, label, n):
    lines = CODE[label]
    at = r.randrange(len(lines))
    return [lines[(at + i) % len(lines)] for i in range(n)]


def section(r, lang, n):
    """A heading and n lines of text, as paragraphs or items."""
    out, style = ['#' * r.choice((2, 2, 3)) + ' ' + r.choice(HEADS[lang]), ''], r.random()
    for i, line in enumerate(prose(r, lang, n)):
        if style < .3:
            out.append('- ' + line)
        elif style < .5 and i > 0:
            out.append(line)
        else:
            out += [line, '']
    return out if out[-1] == '' else out + ['']


def start(r, lang):
    return ['# ' + r.choice(HEADS[lang]), ''] + prose(r, lang, 2) + ['']


def broken(r, kind):
    """Lines, index of what stays open, index of the text behind it."""
    lang = r.choice(('en', 'en', 'en', 'de', 'ru', 'ja'))
    label = r.choice(list(CODE))
    lines = start(r, lang)
    opens = len(lines)
    lines.append({'comment': '<!-- ' + r.choice(('draft', 'to do: check', 'v2')),
                  'pre': '<pre>'}.get(kind, '```' + label))
    lines += code(r, label, r.randint(1, 12)) + ['']
    text = len(lines)
    if kind == 'paragraphs':        # no heading behind the code
        lines += '\n\n'.join(prose(r, lang, r.randint(2, 6))).split('\n')
    elif kind == 'table':
        lines += ['| a | b |', '|---|---|', '| 1 | 2 |', '| 3 | 4 |', '']
        lines += prose(r, lang, 2)
    else:
        lines += section(r, lang, r.randint(1, 8))
    if kind == 'labelled':          # the next fence has a label
        lines += ['```' + r.choice(('python', 'sql', 'bash'))]
        lines += code(r, 'sql', r.randint(1, 60)) + ['```', '']
        lines += section(r, lang, 2)
    elif kind == 'bare':            # the next fence has none, code follows
        lines += ['```'] + code(r, '', r.randint(1, 60)) + ['```', '']
        lines += section(r, lang, 2)
    elif kind == 'late':            # it was closed by hand, far too late
        lines += ['```', ''] + prose(r, lang, r.randint(1, 3))
    return lines, opens, text


def comments(r, sign):
    out = []
    for _ in range(r.randint(1, 3)):
        out += [sign + sign[-1] * r.choice((0, 1)) + ' ' + r.choice(HEADS['en'])]
        out += [sign + ' ' + s for s in prose(r, 'en', r.randint(1, 6))]
        out += ['']
    return out


def sound(r, kind):
    lang = r.choice(('en', 'en', 'de'))
    lines = start(r, lang)
    some = lambda label: code(r, label, r.randint(1, 10))
    n = r.randint(1, 10)
    body = {
        'comments': lambda: ('python', comments(r, '#') + some('python')),
        'comments between': lambda: ('bash', some('bash') + [''] + comments(r, '#')
                                     + some('bash')),
        'c comments': lambda: ('c', ['/*'] + [' * ' + s for s in prose(r, 'en', n)]
                               + [' */'] + some('c')),
        'block comment': lambda: ('c', ['/*', '', '## ' + r.choice(HEADS['en']), '']
                                  + prose(r, 'en', n) + ['', '*/'] + some('c')),
        'docstring': lambda: ('python', ['"""', 'Report of the pump.', '']
                              + section(r, lang, n) + ['"""'] + some('python')),
        'docstring late': lambda: ('python', some('python') + ['', 'text = """']
                                   + [''] + section(r, lang, n) + ['"""', '']
                                   + some('python')),
        'heredoc': lambda: ('bash', some('bash') + ["cat >README.md <<'EOF'", '']
                            + section(r, lang, n) + ['EOF'] + some('bash')),
        'template': lambda: ('js', ['const page = `', '']
                             + section(r, lang, n) + ['`;', 'write(page);']),
        'yaml': lambda: ('yaml', ['on: push', 'notes: |', '']
                         + ['  ' + s for s in section(r, lang, n)] + ['draft: true']),
        'prompt': lambda: (r.choice(('text', 'prompt', 'md')),
                           section(r, lang, n) + section(r, lang, n)),
        'bare text': lambda: ('', section(r, lang, n)),
        'log': lambda: ('console', some('') + [''] + prose(r, 'en', n)
                        + [''] + some('')),
        'help': lambda: ('console', ['$ measure --help', '']
                         + prose(r, 'en', 2) + ['', '  -n  stations to read',
                                                '  -o  file to write', '']),
        'sql comments': lambda: ('sql', some('sql') + ['', '-- ' + '-- '.join(
            s + '\n' for s in prose(r, 'en', n)).rstrip(), ''] + some('sql')),
        'literate': lambda: ('r', ['x <- read.csv("flow.csv")', '']
                             + ["#' " + s for s in prose(r, 'en', n)] + ['', 'summary(x)']),
        'rust doc': lambda: ('rust', ['//! # ' + r.choice(HEADS['en']), '//!']
                             + ['//! ' + s for s in prose(r, 'en', n)]
                             + ['', 'fn main() {}']),
        'mail': lambda: ('email', ['From: station four', 'To: the office', '']
                         + prose(r, lang, n)),
        'plain code': lambda: ('python', some('python') + [''] + some('python')),
        'commit': lambda: ('bash', ['git add pump.c', 'git commit -m "Seal: new',
                                    ''] + section(r, lang, n) + ['"', 'git push']),
        'lua': lambda: ('lua', ['local page = [[', ''] + section(r, lang, n)
                        + [']]', 'print(page)']),
        'rendered': lambda: ('jinja', ['{% for p in pumps %}', '']
                             + section(r, lang, n)
                             + ['{{ p.flow }} of {{ p.station }}', '{% endfor %}']),
        'vue': lambda: ('vue', ['<docs>', ''] + section(r, lang, n)
                        + ['</docs>', '<script>', 'export default {}', '</script>']),
        'html comment': lambda: None,
    }[kind]()
    if body is None:
        lines += ['<!--'] + section(r, lang, n) + ['-->', '']
    else:
        label, inner = body
        if r.random() < .3:
            label = label or 'text'
        lines += ['```' + label] + inner + ['```', '']
    lines += section(r, lang, r.randint(1, 4))
    if r.random() < .5:
        lines += ['```bash'] + code(r, 'bash', r.randint(1, 30)) + ['```', '']
    elif r.random() < .5:
        lines += ['```'] + code(r, '', r.randint(1, 30)) + ['```', '']
    return lines


BROKEN = ('end', 'paragraphs', 'table', 'labelled', 'bare', 'late', 'comment',
          'pre')
SOUND = ('comments', 'comments between', 'c comments', 'block comment',
         'docstring', 'docstring late', 'heredoc', 'template', 'yaml', 'prompt',
         'bare text', 'log', 'help', 'sql comments', 'literate', 'rust doc',
         'mail', 'plain code', 'html comment', 'commit', 'lua', 'rendered', 'vue')


def cases(seed, count=60):
    """`count` documents of each kind of fault, half as many of each sound one."""
    r = random.Random(seed)
    for kind in BROKEN:
        for i in range(count):
            lines, opens, text = broken(r, kind)
            at = lambda n: len('\n'.join(lines[:n] + ['']).encode())
            yield {'id': '%s %d' % (kind, i), 'kind': kind,
                   'text': '\n'.join(lines) + '\n',
                   'opens': at(opens), 'resumes': at(text)}
    for kind in SOUND:
        for i in range(count // 2):
            yield {'id': '%s %d' % (kind, i), 'kind': kind,
                   'text': '\n'.join(sound(r, kind)) + '\n', 'opens': None,
                   'resumes': None}


if __name__ == '__main__':
    for case in cases(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        print(json.dumps(case, ensure_ascii=False))

#!/usr/bin/env python3
"""Sentences that break off where a garble begins, by its script, its bytes and
how often one character stands in a row; and sound ones with foreign names, bars,
dot leaders and rules. Our own text; no chance in it.

usage: garble_kinds.py > cases.jsonl
Each line: {"id", "kind", "cut", "text"}."""
import json

BEFORE = ('After the repair the pressure rose slowly and then the',
          'The operators who were on duty that night had already seen the',
          'Two samples were lost when the door of the')
AFTER = '\n\nThe other pumps were not touched.\n'
# One character that gets stuck, one that follows now and then.
STUCK = {'Kannada': 'ುಕ', 'Hindi': 'ाक', 'Thai': '็ก', 'Tamil': 'ாக', 'kana': 'ーア',
         'ideographs': '的是', 'hangul': '의가', 'Ethiopic': 'ለሀ', 'Georgian': 'აბ'}
TOKEN = ('', '<unused17>', '<|im_end|>')
NAMES = ('東京都立産業技術研究センター', '한국과학기술정보연구원', 'กรุงเทพมหานคร อมรรัตนโกสินทร์',
         'मुंबई महानगर क्षेत्र विकास प्राधिकरण', '北京市人民政府办公厅信息中心', 'სახელმწიფო უნივერსიტეტი')


def garbles():
    for script, (stuck, other) in STUCK.items():
        for size in (20, 40, 60, 90, 150, 300):
            for run in (4, 6, 8, 12, 20):
                if run * 3 > size:
                    continue
                unit = stuck * run + other
                text = (unit * (size // len(unit.encode()) + 1))[:size // 3]
                yield script, size, run, text


def sound():
    for before in BEFORE:
        for name in NAMES:
            yield 'names in brackets', '%s centre (%s) was called.' % (before, name)
            yield 'names', '%s men of %s had left.' % (before, name)
        for n in (8, 20, 40):
            for c in '█▓░■●▇':
                yield 'bars', '%s load was %s 80 %% of it.' % (before, c * n)
                yield 'bars at the end', '%s load %s' % (before, c * n)
            for c in '…─━═·—＿・':
                yield 'leaders', '%s seal %s 12' % (before, c * n)
                yield 'rules', '%s seal was replaced: %s' % (before, c * n)
        yield 'laughter', '%s crew laughed ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ at it.' % before
        for word in ('すごーーーーーい', 'มากกกกกกก', 'ああああああ', 'нееееееет'):
            yield 'drawn out', '%s crew called %s and ran.' % (before, word)
        for said in ('すごーーーーい、もう一度やってください', 'มากกกกกจริงๆนะครับทุกคน'):
            yield 'drawn out, in a sentence', '%s crew called %s and ran.' % (before, said)
        yield 'stars', '%s crew gave it ★★★★★★★★☆☆ in the end.' % before


def cases():
    n = 0
    for before in BEFORE:
        for script, size, run, text in garbles():
            for token in TOKEN:
                n += 1
                yield {'id': '%05d' % n, 'kind': '%d bytes, %d in a row' % (size, run),
                       'cut': True, 'text': '# Log\n\n%s %s%s%s' % (
                           before, token, text, AFTER)}
    for kind, text in sound():
        n += 1
        yield {'id': '%05d' % n, 'kind': kind, 'cut': False,
               'text': '# Log\n\n' + text + AFTER}


if __name__ == '__main__':
    for c in cases():
        print(json.dumps(c))

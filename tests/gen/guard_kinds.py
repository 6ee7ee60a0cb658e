#!/usr/bin/env python3
"""Streams in English that go over into another language, by the shape of what
follows, and sound ones that name, quote or list foreign things. The sentences
are those of cut_kinds.py and short ones below; our own text, made by a seed.

usage: guard_kinds.py [SEED] > streams.jsonl
Each line: {"id", "lang", "kind", "drift", "text"}; drift: the byte at which the
other language takes over, or null."""
import json, random, sys

import cut_kinds

SHORT = {
    'de': ('Die Pumpe steht.', 'Das Ventil klemmt.', 'Alles ist dicht.',
           'Der Filter fehlt noch.', 'Wir warten ab.', 'Es wird kalt.'),
    'fr': ('La pompe est arrêtée.', 'Rien ne fuit.', 'Le filtre manque.',
           'On attend encore.', 'La vanne est fermée.', 'Il fait froid.'),
    'es': ('La bomba está parada.', 'Nada gotea ya.', 'Falta el filtro.',
           'Seguimos esperando.', 'La válvula cerró.', 'Hace mucho frío.'),
    'pl': ('Pompa stoi.', 'Zawór się zaciął.', 'Nic nie cieknie.',
           'Brakuje filtra.', 'Czekamy dalej.', 'Robi się zimno.'),
    'sv': ('Pumpen står still.', 'Ventilen är stängd.', 'Inget läcker längre.',
           'Filtret saknas.', 'Vi väntar ännu.', 'Det blir kallt.'),
    'tr': ('Pompa duruyor.', 'Vana sıkıştı.', 'Hiçbir yer sızdırmıyor.',
           'Filtre hâlâ eksik.', 'Biz bekliyoruz.', 'Hava soğuyor.'),
    'ru': ('Насос стоит.', 'Клапан заклинило.', 'Ничего не течёт.',
           'Фильтра пока нет.', 'Мы ждём.', 'Стало холодно.'),
    'ja': ('ポンプは停止中です。', '弁は閉じています。', '漏れはありません。',
           'まだ待っています。', 'とても寒いです。', '異常なしです。'),
    'ko': ('펌프가 멈췄습니다.', '밸브가 닫혔습니다.', '누수는 없습니다.',
           '아직 기다립니다.', '날씨가 춥습니다.', '이상이 없습니다.'),
}
TERMS = ('`pump_controller`', 'Modbus gateway', 'throughput', 'SensorHub 3',
         '`/var/log/pump.csv`', 'pressure transmitter', 'batch scheduler',
         'Raspberry Pi', 'dashboard', 'time to first token')
ENGLISH = ('Noted.', 'As agreed.', 'See above.', 'Yes.', 'No change.', 'Done.')
PLACES = ('Łódź', 'Göteborg', 'Üsküdar', 'Besançon', 'São Paulo', 'Málaga',
          'Poznań', 'Düsseldorf', 'Diyarbakır', 'Saint-Étienne', 'Jönköping')
PEOPLE = ('Agnieszka Wójcik', 'Jürgen Müller', 'Çağlar Şahin', 'Åsa Björk',
          'Núria Peña', 'Hélène Lefèvre', 'Paweł Łukaszewski', 'José Muñoz')
LIST = '- %s (%s)\n'


def stem(s):
    return s.rstrip('.。')


def gap(lang):
    return '' if lang == 'ja' else ' '


def english(r, n):
    return ' '.join(r.sample(cut_kinds.TEXT['en'][0], n))


def mixed(r, s, terms):
    """The sentence with English terms behind its words, here and there."""
    w = s.split(' ')
    for t in r.sample(TERMS, terms):
        w.insert(r.randint(1, len(w) - 1) if len(w) > 1 else 0, '(' + t + ')')
    return ' '.join(w)


def drift(r, lang, kind):
    long, short = cut_kinds.TEXT[lang][0], SHORT[lang]
    head = '# Pump report\n\n' + english(r, r.randint(1, 3))
    g = gap(lang)
    if kind == 'long sentences':
        rest = '\n\n' + g.join(r.sample(long, 4))
    elif kind == 'short sentences':
        rest = '\n\n' + g.join(r.sample(short, 6))
    elif kind == 'short lines':
        rest = '\n\n' + ''.join('- ' + stem(s) + '\n' for s in r.sample(short, 6))
    elif kind == 'items':
        rest = '\n\n' + ''.join('- **%s**: %s\n' % i for i in
                                cut_kinds.TEXT[lang][2])
    elif kind == 'two English terms a sentence':
        rest = '\n\n' + g.join(mixed(r, s, 2) for s in r.sample(long, 5))
    elif kind == 'four English terms a sentence':
        rest = '\n\n' + g.join(mixed(r, s, 4) for s in r.sample(long, 5))
    elif kind == 'short English between':
        rest = '\n\n' + ' '.join(s + ' ' + r.choice(ENGLISH)
                                 for s in r.sample(long, 5))
    elif kind == 'inside a sentence':
        head += ' After the second repair the'
        rest = ' ' + g.join(r.sample(long, 4))
    return head, rest + '\n\n' + english(r, 2) + '\n'


def sound(r, lang, kind):
    long, short = cut_kinds.TEXT[lang][0], SHORT[lang]
    heads = cut_kinds.TEXT[lang][1]
    out = '# Pump report\n\n' + english(r, 2) + '\n\n'
    if kind == 'one quotation':
        out += 'The operator wrote: "%s" ' % r.choice(long)
    elif kind == 'two short quotations':
        out += 'He wrote "%s" at noon. She wrote "%s" in the evening. ' % tuple(
            r.sample(short, 2))
    elif kind == 'glossary':
        for label, text in cut_kinds.TEXT[lang][2]:
            out += LIST % (label, 'a part of the pump that is listed here')
    elif kind == 'titles':
        for t in heads:
            out += '- "%s", a report of the northern station in 2019\n' % t
    elif kind == 'places':
        for p in r.sample(PLACES, 4):
            out += '- %s: the pump runs without any fault\n' % p
    elif kind == 'names':
        out += '%s and %s joined the crew. ' % tuple(r.sample(PEOPLE, 2))
    elif kind == 'code':
        out += '```log\n%s\n%s\n```\n' % tuple(r.sample(long, 2))
    elif kind == 'a sentence of terms':
        out += 'The %s reads the %s through the %s. ' % tuple(r.sample(TERMS, 3))
    elif kind == 'two quoting sentences':
        out += ('The first entry of the log says "%s" The second entry, written by the '
                'night crew, says "%s" ' % tuple(r.sample(long, 2)))
    elif kind == 'two signs':
        out += 'The sign at the door reads: %s The one at the tank reads: %s\n\n' % tuple(
            r.sample(short, 2))
    elif kind == 'terms in brackets':
        out += 'The seal (%s) was replaced. The filter (%s) was cleaned. ' % tuple(
            i[0] for i in cut_kinds.TEXT[lang][2][:2])
    elif kind == 'lines of names':
        out += ''.join('- %s\n' % p for p in r.sample(PEOPLE, 5)) + '\n'
    elif kind == 'lines of places':
        out += ''.join('- %s\n' % p for p in r.sample(PLACES, 5)) + '\n'
    elif kind == 'bilingual lines':
        out += ''.join('- %s: %s\n' % (label[0], term) for label, term in zip(
            cut_kinds.TEXT[lang][2], ('seal', 'filter', 'valve', 'log'))) + '\n'
    elif kind == 'references':
        out += ''.join('- %s: %s. Report 12 of the northern station, 2019.\n' % (
            r.choice(PEOPLE), t) for t in heads) + '\n'
    return None, out + english(r, 2) + '\n'


DRIFT = ('long sentences', 'short sentences', 'short lines', 'items',
         'two English terms a sentence', 'four English terms a sentence',
         'short English between', 'inside a sentence')
SOUND = ('one quotation', 'two short quotations', 'glossary', 'titles', 'places',
         'names', 'code', 'a sentence of terms', 'two quoting sentences',
         'two signs', 'terms in brackets', 'lines of names', 'lines of places', 'bilingual lines', 'references')


def cases(seed, count=5):
    """`count` streams of each kind in each language."""
    r = random.Random(seed)
    for lang in SHORT:
        for kinds, make in ((DRIFT, drift), (SOUND, sound)):
            for kind in kinds:
                for i in range(count):
                    head, rest = make(r, lang, kind)
                    yield {'id': '%s %s %d' % (lang, kind, i), 'lang': lang,
                           'kind': kind, 'text': (head or '') + rest,
                           'drift': head and len(head.encode())}


if __name__ == '__main__':
    for case in cases(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        print(json.dumps(case, ensure_ascii=False))

#!/usr/bin/env python3
"""Loops and clean formats as reports hold them, generated with gold spans.

  python3 loop_kinds.py [SEED [PER_KIND]] > docs.jsonl

Rows: {"id","label":"pos"|"neg","kind","text","gold":[{"start","second","end",
"period","repeats"}]}, byte offsets, end exclusive. Every kind is a function:
p_* returns (copies, separator), n_* returns the text of a clean passage."""
import json, random, sys

WHO = ('the harbour office|our second crew|a visiting engineer|the upper lock|'
       'the pump house|one of the ferries|the tide gauge|a retired pilot|'
       'the dredging firm|the lighthouse keeper|the new sluice|the east pier|'
       'a student group|the weather desk|the fuel berth|the customs shed|'
       'the rowing club|an old barge|the cable yard|the signal mast').split('|')
DID = ('reported|denied|measured|overlooked|repaired|questioned|confirmed|'
       'postponed|paid for|photographed|replaced|drew up|lost track of|'
       'shortened|welcomed|rebuilt|inspected|complained about|sketched').split('|')
WHAT = ('the silting of the channel|a leak below the waterline|three missing '
        'buoys|the winter timetable|the cost of diesel|a crack in the quay|'
        'the plan for a wider gate|salt in the drinking water|an unusually '
        'high tide|the wage agreement|noise at night|a broken winch|the depth '
        'of the basin|two late deliveries|the colour of the paint|a shortage '
        'of rope|gulls on the roof|the draught of larger ships').split('|')
WHY = ('|, though nobody had asked|, which took longer than planned|; a note '
       'is kept in the log|, mostly in the early hours|, as in the year before|'
       ', and the council took note|, but only after rain|, for reasons that '
       'stay unclear|; the photographs are in the annex').split('|')
HEADS = ('Water levels|Traffic|Repairs|Staff|Budget|Weather|Complaints|Outlook|'
         'Equipment|Safety|History|Method|Results|Limits|Next season').split('|')
NAMES = ('Anker Bruns Cordes Dirks Eilers Frese Gerdes Hayen Ihnen Janssen '
         'Kruse Lammers Meents Noosten Onken Peters Renken Siebels Tjarks '
         'Ulferts').split()


class Doc:
    def __init__(self, rng):
        self.r = rng

    def sentence(self):
        r = self.r
        s = '%s %s %s%s.' % (r.choice(WHO), r.choice(DID), r.choice(WHAT),
                             r.choice(WHY))
        if r.random() < .4:
            s = '%s %d %s, %s' % (r.choice(('After', 'Within', 'For')),
                                  r.randint(2, 90),
                                  r.choice(('days', 'hours', 'weeks')), s)
        return s[0].upper() + s[1:]

    def para(self, n=None):
        return ' '.join(self.sentence() for _ in range(n or self.r.randint(3, 6)))

    def section(self, head):
        return '## %s\n\n%s\n\n' % (head, '\n\n'.join(
            self.para() for _ in range(self.r.randint(1, 2))))

    def body(self, n):
        return ''.join(self.section(h) for h in self.r.sample(HEADS, n))

    def num(self):
        r = self.r
        return r.choice((str(r.randint(2, 99)), '%.1f' % r.uniform(.1, 99),
                         '%.3f' % r.random(), str(r.randint(100, 9999))))


def times(unit, n, sep):
    return [unit] * n, sep

# ---- loops ------------------------------------------------------------------


def p_farewell(d):
    bye = ('Best of luck with the harbour!|Feel free to come back any time.|'
           'Happy sailing!|Do write if anything is unclear.|Glad to be of help.|'
           'Wishing you a calm week!|Let me know how it goes.').split('|')
    sig = '\n\nWarm regards,\nYour harbour assistant\nOffice of the port\n'
    return [d.r.choice(bye) + ' ' + d.r.choice(bye) + sig
            for _ in range(d.r.randint(12, 40))], '\n'


def p_dialogue(d):
    a = ['Sure!', 'Of course.', 'Certainly.', 'Great, thank you.', 'All right.']
    b = ['Is there anything else that I can do for you today?',
         'Would you like me to add more detail to the tables?',
         'Please tell me when the report is ready to be sent out.']
    return ['**User:** %s\n\n**Assistant:** %s %s\n' % (
        d.r.choice(a), d.r.choice(a), d.r.choice(b))
        for _ in range(d.r.randint(16, 40))], '\n'


def p_restart(d):
    unit = '# Report of the port\n\n' + d.body(d.r.randint(2, 4))
    return times(unit.rstrip(), d.r.randint(2, 4), '\n\n')


def p_restart_fenced(d):
    unit = '```markdown\n# Port report\n\n' + d.body(2) + '```'
    return times(unit, d.r.randint(2, 4), '\n\n')


def p_drift_scripts(d):
    out = []
    for _ in range(d.r.randint(3, 6)):
        out += [d.r.choice('\u0cc1\u0bc1\u0d41\u0c41\u0e38\u09c1\u0ac1\u0a41')
                ] * d.r.randint(40, 300)
        out.append('<unused%d>' % d.r.randint(1, 6000))
    return out, ''


def p_same_item(d):
    s = d.sentence()
    n = d.r.randint(5, 30)
    return (['%d. %s' % (i + 1, s) for i in range(max(n, 9))] if
            d.r.random() < .5 else ['- ' + s] * n), '\n'


def p_json_object(d):
    one = '{"berth": "%s", "depth_m": 7.5, "open": true, "crane": "north", ' \
          '"notes": "none", "fees": 120}' % d.r.choice(WHO)
    many = '{\n  "berth": "%s",\n  "depth_m": 7.5,\n  "open": true,\n' \
           '  "crane": "north",\n  "notes": "none",\n  "fees": 120\n}' % \
           d.r.choice(WHO)
    return times(d.r.choice((one, many)), d.r.randint(14, 60), ',\n')


CJK = ('这份报告说明了港口的水位情况。', '以上数据仅供参考，请注意核实。',
       'この港の水位は安定しています。', '測定の結果は表に示した通りです。',
       'รายงานฉบับนี้แสดงผลการวัดระดับน้ำ', 'ผลลัพธ์อยู่ในตาราง',
       'ระบบทำงานได้ดีมาก', '系统运行良好')
WORDY = ('هذا التقرير يوضح حالة المياه في الميناء. ',
         '이 보고서는 항구의 수위를 설명합니다. ',
         'यह रिपोर्ट बंदरगाह के जल स्तर को दर्शाती है। ',
         'Отчёт описывает уровень воды в порту и состояние насосов. ',
         'Η αναφορά περιγράφει τη στάθμη του νερού στο λιμάνι. ',
         'Der Bericht beschreibt den Wasserstand im Hafen und die Pumpen. ')


def p_cjk(d):
    return times(d.r.choice(CJK), d.r.randint(8, 60), '')


def p_wordy(d):
    return times(d.r.choice(WORDY), d.r.randint(6, 40), '')


def p_ideograph_phrase(d):
    return times(d.r.choice(('非常', '的的', 'とても', 'มาก', '测试', '港口', 'สวัสดี')),
                 d.r.randint(40, 300), '')


def p_emoji(d):
    return times(d.r.choice(('🚀', '🎉✨', '👍🏽', '🌊⚓', '😀 ', '🇳🇴')),
                 d.r.randint(150, 500), '')


def p_newlines(d):
    return times(d.r.choice(('\n', '\n\n', ' \n', '\r\n')),
                 d.r.randint(200, 900), '')


def p_nbsp(d):
    return times(d.r.choice(('&nbsp;', '<br>', '<br/>\n', '</div>\n',
                             '<p></p>\n', '\\quad ')),
                 d.r.randint(80, 300), '')


def p_url(d):
    lead = 'https://port.example.org/'
    c, s = times(d.r.choice(('docs/', 'a/b/', 'en/pages/', 'index/')),
                 d.r.randint(30, 200), '')
    c[0] = lead + c[0]
    return c, s


def p_blob(d):
    return times(d.r.choice(('A', 'V', 'AAAB', 'f', '0', 'x')),
                 d.r.randint(300, 900), '')


def p_latex(d):
    return times(d.r.choice(('\\frac{a}{b} + ', '\\alpha \\beta ', 'x_{i} + ')),
                 d.r.randint(80, 200), '')


def typo(r, s):
    w = s.split(' ')
    i = r.randrange(len(w))
    k = r.randrange(len(w[i]))
    w[i] = w[i][:k] + r.choice('aeiortnsl') + w[i][k + 1:]
    return ' '.join(w)


def p_typos(d):
    s = ' '.join((d.sentence(), d.sentence()))
    return [typo(d.r, s) for _ in range(d.r.randint(9, 24))], d.r.choice(' \n')


def p_inserted(d):
    s = d.sentence() + ' ' + d.sentence()
    out = []
    for _ in range(d.r.randint(9, 24)):
        w = s.split(' ')
        if d.r.random() < .5:
            w.insert(d.r.randrange(len(w)), d.r.choice(
                ('really', 'also', 'again', '<unused77>', 'indeed')))
        out.append(' '.join(w))
    return out, d.r.choice(' \n')


def p_rows(d):
    a = '| %s | %s | open | checked by the crew | 7.5 |' % (d.r.choice(WHO),
                                                       d.r.choice(HEADS))
    b = '| %s | %s | shut | not checked | 3.1 |' % (d.r.choice(WHO),
                                                    d.r.choice(HEADS))
    return times(d.r.choice((a, a + '\n' + b)), d.r.randint(12, 80), '\n')


def p_empty_rows(d):
    return times(d.r.choice(('|  |  |  |', '|---|---|---|', '| | |', '---\n',
                             '***\n', '```', '>', '- ', '* * *', '#')),
                 d.r.randint(150, 400), '\n')


def p_heading(d):
    return times('## %s\n\n%s' % (d.r.choice(HEADS), d.sentence()),
                 d.r.randint(5, 20), '\n\n')


def p_case(d):
    w = d.r.choice(('level', 'water', 'very', 'deep'))
    return [d.r.choice((w, w.upper(), w.capitalize(), '*%s*' % w, w + ','))
            for _ in range(d.r.randint(30, 120))], ' '


COUNT = ('one two three four five six seven eight nine ten eleven twelve '
         'thirteen fourteen fifteen').split()
ROMAN = ('I II III IV V VI VII VIII IX X XI XII XIII XIV XV').split()


def p_numerals(d):
    s = d.sentence()
    f, seq = d.r.choice((('%s. ', ROMAN), ('%s) ', 'abcdefghijklmno'),
                         ('Step %s: ', COUNT), ('**Part %s:** ', ROMAN),
                         ('Phase %s: ', 'ABCDEFGHIJKLMNO')))
    return [f % x + s for x in seq[:d.r.randint(9, 15)]], '\n'


def p_two_counters(d):
    s = d.r.choice(('From hour %d to hour %d the water stood still and nothing '
                    'of note was seen at the gate.',
                    'Between buoy %d and buoy %d the channel was found to be '
                    'clear of any sand or stone.'))
    return [s % (i, i + 1) for i in range(d.r.randint(9, 40))], d.r.choice(' \n')


def p_days(d):
    s = 'On 2024-03-%02d the crew checked the gate and wrote nothing down.'
    return [s % i for i in range(1, d.r.randint(12, 28))], '\n'


def p_subword(d):
    return times(d.r.choice(('asdf', 'la', 'config', '_init', 'ing', 'qwerty',
                             'ха', 'ness', 'የ', 'ഉള')), d.r.randint(31, 200), '')


def p_shrinking(d):
    w = (d.sentence() + ' ' + d.sentence()).split(' ')
    n = min(len(w) - 6, 12)
    return [' '.join(w[:len(w) - i]) + '.' for i in range(n)], '\n'


def p_growing_list(d):
    items = ['buoys', 'ropes', 'lamps', 'pumps', 'gates', 'cranes', 'sheds',
             'piers', 'masts', 'bells', 'horns', 'nets']
    s = 'The annual survey of the outer harbour covers '
    return [s + ', '.join(items[:i + 1]) + '.' for i in range(12)], ' '


def p_code(d):
    unit = d.r.choice((
        'def open_gate(level):\n    if level > LIMIT:\n        return False\n'
        '    motor.start()\n    return True\n',
        'for (int i = 0; i < n; i++) {\n    sum += level[i] * weight[i];\n    '
        'write_log("level", sum, i);\n}\n'))
    return times(unit, d.r.randint(10, 40), '\n')


def p_imports(d):
    return times(d.r.choice(('import harbour', 'print("open")', 'end if;',
                             '#include <gate.h>')), d.r.randint(80, 300), '\n')


def p_zeros(d):
    return times(d.r.choice(('0.0', '0', '0x00', '1', 'null', 'true')),
                 d.r.randint(150, 500), ', ')


def p_apology(d):
    a = ('I am sorry for the mix-up in the last answer.|I apologise for the '
         'mix-up in the last answer.|Sorry about the mix-up in the last answer.'
         ).split('|')
    b = ('Here is the corrected level of the water at the gate: 7.5 m.|Below is '
         'the corrected level of the water at the gate: 7.5 m.').split('|')
    return ['%s %s' % (d.r.choice(a), d.r.choice(b))
            for _ in range(d.r.randint(14, 40))], '\n\n'


def p_shuffled(d):
    s = [d.sentence() for _ in range(d.r.randint(4, 6))]
    out = []
    for _ in range(d.r.randint(8, 16)):
        d.r.shuffle(s)
        out.append(' '.join(s))
    return out, '\n\n'


def p_reference(d):
    s = '%s, %s. "On %s". Journal of Ports, 2011.' % (
        d.r.choice(NAMES), d.r.choice('ABC'), d.r.choice(WHAT))
    return ['[%d] %s' % (i, s) for i in range(1, d.r.randint(14, 40))], '\n'


def p_thinking(d):
    return [d.r.choice(('Wait, let me check the level again. ', 'Hmm, wait. Let '
                        'me check the level again. ', 'Actually, let me check '
                        'the level again. ')) + 'The gate was open at noon, so '
            'the level must be 7.5 m, but the table says 3.1 m.'
            for _ in range(d.r.randint(10, 30))], d.r.choice((' ', '\n\n'))


def p_markup(d):
    return times(d.r.choice(('**Note:** ', '> > ', '*water* ', '`gate` ',
                             '[link](#a) ')), d.r.randint(120, 300), '')


def p_qa(d):
    q = 'Q: What was the level at the gate?\nA: The level was within the plan.'
    return times(q, d.r.randint(6, 30), '\n\n')


def p_prose_fence(d):
    s = d.para(2)
    c, sep = times(s, d.r.randint(4, 12), '\n\n')
    c[0] = d.r.choice(('```\n', '```text\n', '```markdown\n')) + c[0]
    return c, sep


def p_broken_fence(d):
    s = d.sentence()
    c = ['Step %d: %s' % (i, s) for i in range(1, d.r.randint(10, 20))]
    c[0] = 'That is all.```bash\nls gate\n```\n\n' + c[0]
    return c, '\n'


def p_keys(d):
    u = 'level: 7.5\ngate: open\ncrew: north\nnotes: none\nfuel: half full\n'
    return times(u, d.r.randint(8, 40), '')


def p_two_names(d):
    a, b = d.r.sample(NAMES, 2)
    s = 'Captain %s was asked by the council to confirm the depth of the basin.'
    return [s % d.r.choice((a, b)) for _ in range(d.r.randint(9, 30))], ' '


def p_three_lines(d):
    a, b, c = d.sentence(), d.sentence(), d.sentence()
    return times('- %s\n- %s\n- %s' % (a, b, c), d.r.randint(3, 12), '\n')


POS = {k: f for k, f in list(globals().items()) if k.startswith('p_')}

# ---- clean formats ----------------------------------------------------------


def n_prose(d):
    return d.para(12) + '\n'


def n_poem(d):
    ref = 'Haul away the morning line,\nhaul away the sea,\n' \
          'every gate that opens wide\nopens up for me.\n'
    return ''.join('\n'.join(d.sentence() for _ in range(4)) + '\n\n' + ref +
                   '\n' for _ in range(d.r.randint(3, 6)))


def n_song(d):
    return 'Row the barge, row the barge, row the barge home.\n' \
           'Hey ho, hey ho, hey ho, the tide is low.\n'


def n_terms(d):
    out = []
    for i, n in enumerate(d.r.sample(NAMES, 10)):
        out.append('%d. The party %s shall, within %d days of written notice, '
                   'make good any loss arising from %s, and shall bear the cost '
                   'of %s.' % (i + 1, n, d.r.randint(5, 60), d.r.choice(WHAT),
                               d.r.choice(WHAT)))
    return '\n'.join(out) + '\n'


def n_chemistry(d):
    return 'The paint holds poly(methyl methacrylate), 2,2,4-trimethylpentane, ' \
           '1,1,1,2-tetrafluoroethane, bis(2-ethylhexyl) phthalate, ' \
           'tetramethyl-tetraethyl-tetrapropyl lead and ' \
           'CH3-CH2-CH2-CH2-CH2-CH2-CH2-CH2-CH2-COOH.\n'


def n_dna(d):
    s = ''.join(d.r.choice('ACGT') for _ in range(600))
    i = d.r.randrange(500)
    s = s[:i] + d.r.choice(('CA' * 15, 'A' * 32, 'CAG' * 14)) + s[i:]
    return '\n'.join(s[i:i + 60] for i in range(0, len(s), 60)) + '\n'


def n_changelog(d):
    out, v = '', [1, 0, 0]
    for i in range(d.r.randint(8, 16)):
        v[d.r.randrange(1, 3)] += d.r.randint(1, 3)
        out += '### %d.%d.%d - 20%d-%02d-%02d\n\n' % (
            *v, d.r.randint(15, 25), d.r.randint(1, 12), d.r.randint(1, 28))
        out += '- Bug fixes and minor improvements.\n'
        if d.r.random() < .5:
            out += '- %s\n' % d.sentence()
        out += '\n'
    return out


def n_glossary(d):
    return ''.join('**%s**: a term for %s, used when %s %s %s.\n\n' % (
        h, d.r.choice(WHAT), d.r.choice(WHO), d.r.choice(DID),
        d.r.choice(WHAT)) for h in HEADS)


def n_faq(d):
    return ''.join('**Q: Who %s %s?**\n\nA: %s\n\n' % (
        d.r.choice(DID), d.r.choice(WHAT), d.sentence())
        for _ in range(12))


def n_yes_no(d):
    return ''.join('- Is %s ready? %s\n' % (w, d.r.choice(('Yes.', 'No.')))
                   for w in d.r.sample(WHO, 14))


def n_help(d):
    opts = 'level gate crew tide fuel depth crane berth port mast'.split()
    out = 'Usage: harbour [OPTION]... FILE\n\n' + ''.join(
        '  -%s, --%s=NUM        set the %s to NUM (default: %d)\n' % (
            o[0], o, o, d.r.randint(1, 99)) for o in opts)
    return d.r.choice((out, '```\n' + out + '```\n'))


def n_sql(d):
    out = ''.join("INSERT INTO berth (id, name, depth) VALUES (%d, '%s', %s);\n"
                  % (i + 1, d.r.choice(NAMES), d.num())
                  for i in range(d.r.randint(15, 50)))
    return d.r.choice((out, '```sql\n' + out + '```\n'))


def n_xml(d):
    out = '<berths>\n' + ''.join(
        '  <berth><name>%s</name><depth unit="m">%s</depth><open>true</open>'
        '</berth>\n' % (d.r.choice(NAMES), d.num()) for _ in range(24)
    ) + '</berths>\n'
    return d.r.choice((out, '```xml\n' + out + '```\n'))


def n_yaml(d):
    out = ''.join('- name: %s\n  depth: %s\n  open: true\n  crane: none\n' % (
        n, d.num()) for n in d.r.sample(NAMES, 14))
    return d.r.choice((out, '```yaml\n' + out + '```\n'))


def n_ping(d):
    out = ''.join('64 bytes from 10.0.0.7: icmp_seq=%d ttl=57 time=%.2f ms\n' %
                  (i + 1, d.r.uniform(1, 9)) for i in range(24))
    return d.r.choice((out, '```\n' + out + '```\n'))


def n_epochs(d):
    return ''.join('Epoch %d/40 - loss: %.4f - accuracy: %.4f\n' % (
        i + 1, d.r.random(), d.r.random()) for i in range(40))


def n_tests(d):
    w = [a.split()[-1] + '_' + b.split()[-1] for a in WHO for b in WHAT]
    return '```\n' + ''.join('test %s ... ok\n' % x
                             for x in d.r.sample(w, 40)) + '```\n'


def n_passes(d):
    w = [a.split()[-1].title() + b.split()[-1].title()
         for a in WHO for b in WHAT]
    return ''.join('--- PASS: Test%s (0.00s)\n' % x for x in d.r.sample(w, 30))


def n_matrix(d):
    out = '| Berth | Crane | Fuel | Water | Power |\n|---|---|---|---|---|\n'
    for n in NAMES:
        out += '| %s | %s |\n' % (n, ' | '.join(
            d.r.choice(('yes', 'yes', 'yes', 'no')) for _ in range(4)))
    return out


def n_matrix_same(d):
    return '| Berth | A | B | C | D | E |\n|---|---|---|---|---|---|\n' + ''.join(
        '| %s | ✅ | ✅ | ✅ | ✅ | ✅ |\n' % n for n in NAMES)


def n_na(d):
    return '| Berth | Depth | Note |\n|---|---|---|\n' + ''.join(
        '| %s | N/A | N/A |\n' % n for n in NAMES)


def n_math(d):
    return '$$\n\\begin{pmatrix} 1 & 0 & 0 & 0 & 0 \\\\ 0 & 1 & 0 & 0 & 0 \\\\ ' \
           '0 & 0 & 1 & 0 & 0 \\\\ 0 & 0 & 0 & 1 & 0 \\end{pmatrix}\n$$\n\n' \
           'so that $\\frac{1}{2} + \\frac{1}{4} + \\frac{1}{8} + \\frac{1}{16} ' \
           '+ \\frac{1}{32} + \\frac{1}{64}$ stays below one.\n'


def n_base64(d):
    a = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    s = ''.join(d.r.choice(a) for _ in range(900))
    i = d.r.randrange(800)
    s = s[:i] + 'A' * d.r.randint(20, 60) + s[i:]
    out = '\n'.join(s[i:i + 76] for i in range(0, len(s), 76)) + '==\n'
    return d.r.choice((out, '```\n' + out + '```\n'))


def n_hexdump(d):
    out = ''
    for i in range(20):
        b = [d.r.choice((0, 0, 0, d.r.randrange(256))) for _ in range(16)]
        out += '%08x  %s\n' % (16 * i, ' '.join('%02x' % x for x in b))
    return d.r.choice((out, '```\n' + out + '```\n'))


def n_uuids(d):
    return ''.join('- %08x-%04x-4%03x-a%03x-%012x\n' % tuple(
        d.r.getrandbits(b) & m for b, m in (
            (32, 2**32 - 1), (16, 65535), (12, 4095), (12, 4095),
            (48, 2**48 - 1))) for _ in range(24))


def n_urls(d):
    return ''.join('- https://port.example.org/reports/2024/%02d/%s/level.html\n'
                   % (d.r.randint(1, 12), d.r.choice(NAMES).lower())
                   for _ in range(30))


def n_bibliography(d):
    return ''.join('[%d] %s, %s. and %s, %s. "%s". Journal of Ports, %d(%d), '
                   '%d-%d, %d.\n' % (
                       i + 1, d.r.choice(NAMES), d.r.choice('ABCDE'),
                       d.r.choice(NAMES), d.r.choice('ABCDE'),
                       d.r.choice(WHAT).capitalize(), d.r.randint(1, 60),
                       d.r.randint(1, 12), d.r.randint(1, 90),
                       d.r.randint(91, 400), d.r.randint(1970, 2024))
                   for i in range(20))


def n_stars(d):
    return ''.join('- %s: %s%s\n' % (n, '⭐' * (k := d.r.randint(1, 5)),
                                     '☆' * (5 - k)) for n in NAMES)


def n_bars(d):
    return ''.join('%-10s %s%s %d%%\n' % (
        n, '█' * (k := d.r.randint(0, 40)), '░' * (40 - k), k * 5 // 2)
        for n in NAMES)


def n_squares(d):
    return ''.join('🟩' * d.r.randint(4, 20) + '⬜' * d.r.randint(1, 10) + '\n'
                   for _ in range(8))


def n_records(d):
    out = ''
    for i, n in enumerate(d.r.sample(NAMES, 10)):
        out += '### Berth %d\n\n- **Owner:** %s\n- **Status:** open\n- **Crane:**' \
               ' none\n- **Depth:** %s m\n- **Notes:** none\n\n' % (
                   i + 1, n, d.num())
    return out


def n_test_cases(d):
    return ''.join('**Test case %d**\n\n- Status: passed\n- Errors: 0\n- Notes: '
                   'none\n\n' % (i + 1) for i in range(d.r.randint(6, 10)))


def n_multiplication(d):
    return '\n'.join(' '.join('%3d' % (i * k) for k in range(1, 13))
                     for i in range(1, 13)) + '\n'


def n_calendar(d):
    return ''.join('| %s |\n' % ' | '.join(
        str(7 * w + k) for k in range(1, 8)) for w in range(5))


def n_counting(d):
    return 'The berths are numbered ' + ', '.join(
        str(i) for i in range(1, 61)) + '.\n'


def n_form(d):
    return ''.join('%s: %s\n' % (h, '_' * 60) for h in HEADS)


def n_directory(d):
    return ''.join('%s, %s. - Harbour Street %d, 26%03d Port - phone 04%d %d\n' %
                   (n, d.r.choice('ABCDE'), d.r.randint(1, 99),
                    d.r.randint(100, 999), d.r.randint(100, 999),
                    d.r.randint(10000, 99999)) for n in NAMES)


def n_inspections(d):
    return '\n'.join('- The %s was inspected by %s and found to be in good '
                     'order.' % (w.split(' ', 1)[1], n) for w, n in zip(
                         d.r.sample(WHO, 14), d.r.sample(NAMES, 14))) + '\n'


def n_one_word_list(d):
    return '\n'.join('- Captain %s was present at the meeting of the council '
                     'and voted for the plan.' % n
                     for n in d.r.sample(NAMES, 14)) + '\n'


def n_captions(d):
    return '\n\n'.join('Figure %d: %s as seen by %s.' % (
        i + 1, d.r.choice(WHAT).capitalize(), d.r.choice(WHO))
        for i in range(14)) + '\n'


def n_morse(d):
    return 'The mast sent ' + ' '.join(''.join(
        d.r.choice('.-') for _ in range(d.r.randint(1, 5)))
        for _ in range(80)) + '\n'


def n_tune(d):
    return 'C C G G A A G F F E E D D C G G F F E E D G G F F E E D\n'


def n_csv(d):
    out = 'berth,depth,open\n' + ''.join('%s,%s,true\n' % (n, d.num())
                                         for n in NAMES)
    return d.r.choice((out, '```csv\n' + out + '```\n'))


def n_switch(d):
    return '```c\n' + ''.join('    case GATE_%s:\n        close_gate(%d);\n'
                              '        break;\n' % (n.upper(), i)
                              for i, n in enumerate(NAMES)) + '```\n'


def n_array(d):
    return '```c\nstatic const int level[] = {\n' + ''.join(
        '    0, 0, 0, 0, 0, 0, 0, 0,\n' for _ in range(5)) + '};\n```\n'


def n_docker(d):
    return ''.join('%012x: Pull complete\n' % d.r.getrandbits(48)
                   for _ in range(16))


def n_pip(d):
    return ''.join('Requirement already satisfied: %s in ./venv/lib/python3.11/'
                   'site-packages (%d.%d.%d)\n' % (
                       n.lower(), d.r.randint(0, 9), d.r.randint(0, 30),
                       d.r.randint(0, 9)) for n in NAMES)


def n_diff(d):
    return '```diff\n' + ''.join('-    depth = %s\n+    depth = %s\n' % (
        d.num(), d.num()) for _ in range(14)) + '```\n'


def n_grid(d):
    out = ''
    for n in d.r.sample(NAMES, 8):
        out += '+------------+--------+\n| %-10s | %6s |\n' % (n, d.num())
    return out + '+------------+--------+\n'


def n_hours(d):
    return ''.join('- %s: 9:00 to 17:00\n' % x for x in
                   'Monday Tuesday Wednesday Thursday Friday'.split())


def n_skeleton(d):
    return ''.join('## %s\n\n### What went well\n\n%s\n\n### What did not\n\n%s'
                   '\n\n### Action\n\nNone at this time.\n\n' % (
                       h, d.para(2), d.para(2)) for h in d.r.sample(HEADS, 6))


def n_cjk_list(d):
    a = '水位 泵 闸门 码头 灯塔 航道 浮标 起重机 船坞 海关'.split()
    return ''.join('%d. %s的检查已经完成，结果为%s。\n' % (i + 1, x, d.num())
                   for i, x in enumerate(a))


def n_cjk_prose(d):
    return '港口在春季完成了主要设备的检修。水位计显示，本月平均水位比去年同期高出' \
           '十二厘米，但仍在安全范围之内。工程师建议在秋季之前更换东侧闸门的电机，' \
           '并且重新安排夜间值班。委员会将在下次会议上讨论这些费用。\n'


def n_thai(d):
    return 'ท่าเรือได้ตรวจสอบเครื่องสูบน้ำทั้งหมดในเดือนมีนาคม และพบว่าประตูน้ำด้าน' \
           'ตะวันออกต้องได้รับการซ่อมแซม คณะกรรมการจะพิจารณางบประมาณในการประชุมครั้งต่อไป\n'


def n_laugh(d):
    return 'One sailor wrote "ha ha ha ha" and another "nooooooo" in the log.\n'


def n_mask(d):
    return 'The key is sk-XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX and the card' \
           ' XXXX-XXXX-XXXX-1234.\n'


def n_spaces(d):
    return ''.join('%-60s%60s\n' % (n, d.num()) for n in NAMES)


def n_json_ids(d):
    return '```json\n' + ''.join('{"id": %d, "name": "%s", "open": true, "fee": '
                                 '120, "crane": null}\n' % (i, d.r.choice(NAMES))
                                 for i in range(40)) + '```\n'


def n_todo(d):
    return ''.join('- %s: TBD\n' % h for h in HEADS)


def n_html_table(d):
    return '<table>\n' + ''.join('<tr><td>%s</td><td>%s</td></tr>\n' % (
        n, d.num()) for n in NAMES) + '</table>\n'


def n_mermaid(d):
    return '```mermaid\ngraph TD\n' + ''.join('    %s --> %s\n' % (
        d.r.choice(NAMES), d.r.choice(NAMES)) for _ in range(20)) + '```\n'


def n_runs_bold(d):
    return ''.join('**Run %d**: %s tok/s, first token %s s, memory %s MB\n\n' % (
        i + 1, d.num(), d.num(), d.num()) for i in range(16))


def n_zero_metrics(d):
    return ''.join('- Gate %d: 0 errors, 0 warnings, %s ms\n' % (i + 1, d.num())
                   for i in range(20))


def n_transcript(d):
    return ''.join('**%s:** %s\n\n' % (d.r.choice(NAMES[:3]), d.sentence())
                   for _ in range(16))


def n_recipe(d):
    return ''.join('%d. Add %d g of %s and stir for %d minutes.\n' % (
        i + 1, 5 * d.r.randint(1, 90), x, d.r.randint(1, 20))
        for i, x in enumerate('salt flour butter sugar rice beans oats milk '
                              'honey yeast'.split()))


NEG = {k: f for k, f in list(globals().items()) if k.startswith('n_')}


def positive(rng, make):
    d = Doc(rng)
    copies, sep = make(d)
    pre = '# Port report\n\n' + d.body(rng.randint(1, 4)) + d.para(2) + '\n\n'
    body = sep.join(copies)
    post = '' if rng.random() < .5 else '\n\n' + d.body(rng.randint(1, 3))
    start, first = len(pre.encode()), len((copies[0] + sep).encode())
    total = len(body.encode())
    return pre + body + post, [dict(
        start=start, second=start + first, end=start + total,
        period=max(1, total // len(copies)), repeats=len(copies))]


def build(seed, per=4):
    rows = []
    for kind, make in sorted(POS.items()):
        for i in range(per):
            text, gold = positive(random.Random('%s/%s/%d' % (seed, kind, i)),
                                  make)
            rows.append(dict(id='%s-%d' % (kind, i), label='pos', kind=kind[2:],
                             text=text, gold=gold))
    for kind, make in sorted(NEG.items()):
        for i in range(per):
            rng = random.Random('%s/%s/%d' % (seed, kind, i))
            d = Doc(rng)
            text = '# Port report\n\n' + d.body(rng.randint(1, 3)) + make(d) + \
                '\n' + d.body(rng.randint(1, 3))
            rows.append(dict(id='%s-%d' % (kind, i), label='neg', kind=kind[2:],
                             text=text, gold=[]))
    return rows


if __name__ == '__main__':
    a = [int(x) for x in sys.argv[1:]]
    for row in build(*(a or [7])):
        print(json.dumps(row, ensure_ascii=False))

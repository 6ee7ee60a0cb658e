#!/usr/bin/env python3
"""What lies just inside and just outside of thresholds on characters: tokens
misspelt or cut off and bracketed names that are none, heaps of marks and the
marks that scripts need. Our own text; no chance in it.

usage: near_kinds.py > cases.jsonl
Each line: {"id", "kind", "fault", "text"}."""
import json

TOKENS = ('im_start im_end start_of_turn end_of_turn begin_of_text end_of_text '
          'eot_id endoftext start_header_id end_header_id fim_prefix fim_suffix '
          'fim_middle start_of_image end_of_utterance').split()
SOUND = ('start_time end_time start_date end_date end_of_line end_of_file eol eof '
         'begin end start stop name file input_file output_file host port path '
         'text title header header_id footer prefix suffix middle turn turn_id '
         'return_code endpoint end_point image image_id im_size img_start page_end '
         'text_end begin_time start_of_day end_of_day end_of_month end_of_year '
         'start_line end_line start_offset end_offset first_name last_name user_id '
         'start_page endsection endgroup endif textarea tbody thead section '
         'begin_index end_index time_end role content message').split()
CUTS = ('The first value is a <b', 'if count <end', 'see <start', 'from <host',
        'Write to <name', 'the tag <im', 'use <end_of', 'a <= b and c <d',
        'set <text', 'open <file')
MARKS = {'accent': '\u0301\u0308\u0323\u0331\u0304\u0307\u030a\u0327\u0328\u0302',
         'sign': '\u0cc1' * 12}
# The most marks on one base that writing needs, as far as we know.
SCRIPTS = {'Vietnamese': 'mo\u0323\u0302t nu\u031b\u0303a', 'IPA': 't\u0361\u0283\u02b0a\u0303\u0308\u0330',
           'Hebrew': '\u05e9\u05bc\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u05d1\u05bc\u05b0\u05e8\u05b5\u05d0\u05e9\u05c1\u05b4\u0596\u05d9\u05ea',
           'Arabic': '\u0643\u064e\u062a\u0651\u064e\u0628\u064e \u0645\u0651\u064f\u062d\u064e\u0645\u0651\u064e\u062f\u064c',
           'Tibetan': '\u0f56\u0f66\u0f92\u0fb2\u0f74\u0f56\u0f66', 'Thai': '\u0e19\u0e49\u0e33 \u0e1c\u0e39\u0e49',
           'Burmese': '\u1000\u103b\u103d\u1014\u103a\u102f\u1015\u103a', 'Devanagari': '\u0915\u094d\u0937\u0902\u093f',
           'Kannada': '\u0c95\u0ccd\u0cb7\u0cc7\u0ca4\u0ccd\u0cb0', 'Yoruba': 'o\u0323\u0301 e\u0323\u0300'}


def misspelt(name):
    """One letter wrong, in four ways; two letters wrong, in two."""
    k = len(name) // 2
    while name[k] == '_':
        k += 1
    yield 'one letter', name[:k] + name[k + 1:]
    yield 'one letter', name[:k] + name[k] + name[k:]
    yield 'one letter', name[:k] + 'x' + name[k + 1:]
    yield 'no underscore', name.replace('_', '')
    yield 'two letters', name[:k] + 'x' + name[k + 1:-1] + 'q'
    yield 'two letters', name[1:k] + name[k + 1:]


def cases():
    n = 0

    def case(kind, fault, text):
        nonlocal n
        n += 1
        return {'id': '%04d' % n, 'kind': kind, 'fault': fault, 'text': text}

    for name in TOKENS:
        for kind, form in misspelt(name):
            for left, right in (('<', '>'), ('<|', '|>')):
                yield case('misspelt: ' + kind, True,
                           'The pump ran well.%s%s%s\nThe rest follows.\n'
                           % (left, form, right))
        for size in range(3, len(name)):
            yield case('cut behind %d letters' % (3 if size < 5 else 5 if size < 9 else 9),
                       True, 'The pump ran well.<' + name[:size])
            yield case('cut, with a bar', True, 'The pump ran well.<|' + name[:size])
    for name in SOUND:
        yield case('names', False, 'Call it with <%s> and wait.\n' % name)
        yield case('names', False, 'The pump <%s>ran</%s> well.\n' % (name, name))
        yield case('names', False, 'Options: [%s] or nothing.\n' % name)
    for text in CUTS:
        yield case('cut names', False, 'The pump ran.\n\n' + text)
    for kind, marks in MARKS.items():
        for size in range(2, 11):
            yield case('heap of %d %ss' % (size, kind), size > (3 if kind == 'accent' else 7),
                       'The pump a%s ran well.\n' % marks[:size] if kind == 'accent'
                       else 'The pump \u0c95%s ran well.\n' % marks[:size])
    for script, text in SCRIPTS.items():
        yield case('marks of ' + script, False, 'The word is %s here.\n' % text)


if __name__ == '__main__':
    for c in cases():
        print(json.dumps(c))

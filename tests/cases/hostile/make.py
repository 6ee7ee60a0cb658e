#!/usr/bin/env python3
"""make.py DIR: writes hostile reports into DIR. Each ends in the middle of a
sentence, so that each has a finding whose excerpt is hostile. Names with
quotes and newlines, and lines of a megabyte, are why this is a script."""
import os, sys

top = os.fsencode(sys.argv[1])
END = b' and so the whole of this sentence goes on and on without'
REPORTS = {
    b'ansi.md': b'\x1b[31m\x1b]0;owned\x07\x1b[2J red \x9b31m text' + END,
    b'workflow.md': b'::error::owned\n::set-output name=x::y\n##[error]owned\n\n'
                    b'::stop-commands::x ::warning file=a::b' + END,
    b'cdata.md': b'end ]]> <![CDATA[ &amp; &#0; <!-- --> ?> "\'' + END,
    b'script.md': b'<script>alert(1)</script><img src=x onerror=alert(2)> '
                  b'[x](javascript:alert(3)) </title></style>' + END,
    b'bidi.md': 'txt \u202egnp.exe\u202c \u2066x\u2069 \u200b\u200f\ufeff \u2028 \u2029'.encode() + END,
    b'nul.md': b'a\x00b \x01\x02\x08\x0b\x0c\x0e\x7f c' + END,
    b'utf8.md': b'bad \xff\xfe \xc3( \xe2\x82 \xf0\x9f\x98 \xed\xa0\x80 \xc0\xaf' + END,
    b'nonchar.md': '\ufffe \uffff \U0001ffff \ufdd0 \U000e0041'.encode() + END,
    b'long.md': b'word ' * 210000 + END,
    b'one-word.md': b'x' * (1 << 20) + END,
    b'crlf.md': b'# T\r\n\r\nline one\rline\r\n\r\nthe very' + END,
    b'markdown.md': b'``` @team | a `` b [link](http://evil.example) ![i](http://evil.example/i.png) |' + END,
    b'yaml.md': b'# not a directive\n\n...\n---\nkey: [1, {2}] # SKIP "a\\b"' + END,
    b'percent.md': b'%0A%0D::error::x %s %n %% , : ; =' + END,
    b'wide.md': '\u6e2c\u8a66 \U0001f600 e\u0301 \uff21'.encode() + END,
    b'quote"\'&<>.md': b'Quiet' + END,
    b'new\nline ::error::.md': b'Quiet' + END,
    b'pipe|`#%, .md': b'Quiet' + END,
    b'esc\x1b[31m\xff.md': b'Quiet' + END,
    b'empty.md': b'',
}
for name, body in REPORTS.items():
    with open(os.path.join(top, name), 'wb') as f:
        f.write(body)
print(len(REPORTS))

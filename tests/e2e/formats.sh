# Every format over hostile reports: well-formed by parsers that are not ours,
# and inert. The stricter validators are in make test-formats.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
fail() { echo "formats.sh: $*" >&2; exit 1; }
mkdir "$t/in"
n=$(python3 "$here/cases/hostile/make.py" "$t/in")
cd "$t"
run() { # run FORMAT: into out.FORMAT, stderr quiet, status 1
    set +e
    "$ASSAY" check --no-config --fail-on warning -f "$1" in >"out.$1" 2>err
    got=$?
    set -e
    [ $got = 1 ] || { head -c 2000 err; fail "$1: status $got"; }
    [ ! -s err ] || { head -c 2000 err; fail "$1: stderr"; }
}
for f in text json jsonl sarif junit github gitlab checkstyle tap rdjsonl markdown html; do
    "$ASSAY" check -f $f --no-config --allow-empty >/dev/null 2>&1 || { [ $f = html ] && continue; fail "$f: no such format"; }
    run $f
    cp "out.$f" "again.$f"
    run $f
    cmp -s "out.$f" "again.$f" || fail "$f: two runs differ"
    python3 - "$f" "out.$f" <<'PY' || fail "$f: not inert"
import re, sys, unicodedata
fmt, path = sys.argv[1:]
raw = open(path, 'rb').read()
text = raw.decode('utf-8')  # strict: no invalid byte gets out
for i, c in enumerate(text):
    bad = (ord(c) < 32 and c not in '\n\t') or 0x7f <= ord(c) < 0xa0 \
        or ord(c) in range(0x202a, 0x202f) or ord(c) in range(0x2066, 0x206a) \
        or ord(c) in (0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff) \
        or ord(c) & 0xfffe == 0xfffe
    if bad:
        sys.exit(f'U+{ord(c):04X} at {i}: {text[max(0, i-40):i+40]!r}')
for line in text.split('\n'):
    if line.startswith('##[') or (line.startswith('::') and fmt != 'github'):
        sys.exit('a log command: ' + line[:80])
    if fmt == 'github' and line.startswith('::') and not re.match(
            r'::(error|warning|notice) file=[^:,]*,line=\d+,[^:]*,title=[a-z/-]+::', line):
        sys.exit('a foreign log command: ' + line[:80])
PY
done
[ "$(jq '.reports | length' out.json)" = "$n" ] || fail "json: reports"
[ "$(jq -s length out.jsonl)" = "$n" ] || fail "jsonl: reports"
jq -e '.version == "2.1.0" and (.runs | length) == 1' out.sarif >/dev/null || fail "sarif"
jq -e '.runs[0] | . as $r | all(.results[]; $r.tool.driver.rules[.ruleIndex].id == .ruleId)' out.sarif >/dev/null || fail "sarif: ruleIndex"
jq -e '[.[].fingerprint] | length == (unique | length)' out.gitlab >/dev/null || fail "gitlab: fingerprints"
jq -es 'all(.[]; .location.path and .message)' out.rdjsonl >/dev/null || fail "rdjsonl"
tail -n 1 out.tap | grep -qx "1..$n" || fail "tap: plan"
[ "$(grep -c '^::' out.github)" -le 10 ] || fail "github: more than ten"
for f in junit checkstyle; do
    python3 -c 'import sys, xml.etree.ElementTree as e; e.parse(sys.argv[1])' out.$f || fail "$f: XML"
done
# The page's elements are closed in the order in which they were opened.
python3 - <<'PY' || fail "html: elements do not nest"
import sys
from html.parser import HTMLParser
class Nesting(HTMLParser):
    open, bad = [], None
    def handle_starttag(self, tag, attrs):
        if tag not in ('meta', 'br', 'input'):
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad = self.bad or (tag, self.getpos())
p = Nesting()
p.feed(open('out.html', encoding='utf-8').read())
sys.exit(f'{p.bad} {p.open}' if p.bad or p.open else 0)
PY
# Sixty columns hold everything but names that are longer.
COLUMNS=60 "$ASSAY" check --no-config in/wide.md in/ansi.md in/long.md in/bidi.md >out.text || :
python3 - <<'PY' || fail "text: wider than 60 columns"
import sys, unicodedata
for line in open('out.text', encoding='utf-8').read().split('\n'):
    w = sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in line)
    if w > 60:
        sys.exit(f'{w}: {line}')
PY
# The mark stands under the word: columns of both lines agree.
printf '# T\n\n\346\270\254\350\251\246 e\314\201 \033 the whole of this sentence goes on without' >mark.md
COLUMNS=120 "$ASSAY" check --no-config --select truncated mark.md | python3 -c '
import sys, unicodedata
line, mark = sys.stdin.read().split("\n")[1:3]
w = lambda s: sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
sys.exit(0 if w(line) == w(mark) and mark.count("^") == 1 else "%d, %d" % (w(line), w(mark)))' || fail "text: marks"
"$ASSAY" check --no-config --color=always mark.md | grep -q "$(printf '\033\\[')" || fail "color"
NO_COLOR=1 "$ASSAY" check --no-config mark.md | grep -q "$(printf '\033')" && fail "NO_COLOR"
# Ten thousand findings in one report stay quick, in every format.
python3 - <<'PY'
open('many.md', 'w').write('# T\n\n' + 'слово и ' * 20000 + '\n')
PY
for f in text sarif junit gitlab markdown; do
    timeout 20 "$ASSAY" check --no-config -f $f many.md >/dev/null || [ $? = 1 ] || fail "$f: many findings are slow"
done
echo "formats.sh: ok"

#!/bin/sh
# Names of files, folders, columns, agents and operands are anybody's: every
# command that prints one prints it inert, whichever format it writes.
set -eu
unset CI || true
exec python3 - "$(cd "$(dirname "$0")/.." && pwd)" <<'PY'
import json, os, re, shutil, subprocess, sys, tempfile
import xml.etree.ElementTree as etree

tests = sys.argv[1]
assay = os.environ['ASSAY']
top = os.fsencode(tempfile.mkdtemp())
os.chdir(top)
# ESC and an OSC title, a newline before a log command, CSI as one C1
# character, a right-to-left override, and a byte that is no UTF-8.
EVIL = b'a\x1b]0;owned\x07\n::error::x\n##[error]y' + \
    '\u009b31m\u202e'.encode() + b'\xff'
LOG = re.compile(rb'^(::|##\[)', re.M)
REPORT = b'# T\n\nThe mean is 12.5 ms, and so the whole of it goes on without'
bad = ran = 0


def complain(args, what, out):
    global bad
    bad += 1
    print('FAIL', args, what, out[:600])


def inert(args, raw, github=False):
    """No control but newline and tab, no bidi control, valid UTF-8, and no
    line that a CI system takes for a command of ours that it is not."""
    try:
        text = raw.decode('utf-8')
    except UnicodeDecodeError as e:
        return complain(args, f'not UTF-8 at {e.start}', raw)
    for c in text:
        o = ord(c)
        if (o < 32 and c not in '\n\t') or 0x7f <= o < 0xa0 or \
                0x202a <= o <= 0x202e or 0x2066 <= o <= 0x2069:
            return complain(args, f'U+{o:04X}', raw)
    for line in raw.split(b'\n'):
        if LOG.match(line) and not (github and re.match(
                rb'::(error|warning|notice) file=[^:,]*[,:]', line)):
            return complain(args, 'a log command', line)


def run(*args, names=True, rc=None, github=False, env={}, text=b''):
    """Both streams are inert; with `names` some name was really printed."""
    global ran
    ran += 1
    p = subprocess.run([assay, *args], input=text,
                       capture_output=True, timeout=60,
                       env={**os.environb, **env})
    if p.returncode < 0 or (rc is not None and p.returncode != rc):
        complain(args, f'exit {p.returncode}', p.stderr + p.stdout)
    inert(args, p.stdout, github)
    inert(args, p.stderr, github)
    if names and b'owned' not in p.stdout + p.stderr:
        complain(args, 'the name is nowhere in it', p.stdout + p.stderr)
    return p.stdout


data, reports = EVIL + b' data', EVIL + b' reports'
report = reports + b'/' + EVIL + b'.md'
os.mkdir(data)
os.mkdir(reports)
open(report, 'wb').write(REPORT)
open(data + b'/' + EVIL + b'.csv', 'wb').write(
    b'name,"mean \x1b]0;owned\x07 \xff (\x1b[31mowned)",n (\xc2\x9bms)\n'
    b'"row \x1b[31m",12.5,3\n\xff,14.25,4\n')
open(data + b'/' + EVIL + b'.json', 'wb').write(
    b'{"\\u001bowned\\u009b": {"p50_ms": 3.5, "\\u202ep99_ms": 14.25}}')
open(data + b'/' + EVIL + b'.bin', 'wb').write(b'\0\1')

# check, in every format: on stdout, into a file of such a name, with claims.
for f in ('text json jsonl sarif junit github gitlab checkstyle tap rdjsonl '
          'markdown html partial').split():
    out = run('check', '--no-config', '--claims', '--data', data, '-f', f,
              report, *(['--shard', '1/1'] if f == 'partial' else []),
              github=f == 'github')
    if f in ('json', 'sarif', 'gitlab'):
        json.loads(out)
    elif f in ('jsonl', 'rdjsonl', 'partial'):
        [json.loads(line) for line in out.split(b'\n') if line]
    elif f in ('junit', 'checkstyle'):
        etree.fromstring(out)
run('check', '--no-config', '-q', '-o', b'json:' + EVIL + b'.json', report)
run('check', '--no-config', '-o', b'json:' + EVIL + b'/no/such', report, rc=2)
run('check', '--no-config', EVIL, rc=2)
run('check', '--no-config', '--stdin-filename', EVIL, '-', text=REPORT)
for option in ('--data', '--glossary', '--index', '--record', '--baseline',
               '--lang-data', '--config', '--files0-from', '--runs', '--gate',
               '--lang', '--layout', '--select', '--ignore', '--set', '-f',
               '-o', '--fail-on', '--color', '--shard', '--jobs',
               '--max-findings', '--input-format'):
    run('check', option, EVIL, report, rc=2)
run('check', b'--' + EVIL, rc=2)
run('check', '--no-config', '--write-baseline', EVIL + b'.b', report)
run('check', '--no-config', '--baseline', EVIL + b'.b', report)
run('check', '--no-config', '--print-config', '--word', EVIL, '--data', data)
run('check', '--no-config', '-q', report, env={b'ASSAY_' + EVIL: b'1'})
os.mkdir(EVIL + b'.conf')
conf = EVIL + b'.conf/assay.json'
open(conf, 'w').write('{"suppress": [{"fingerprint": "0123456789abcdef", '
                      '"reason": "\\u001b]0;owned \\u009b\\u202e", '
                      '"expires": "2020-01-01"}]}')
run('check', '--config', conf, '--print-config')
run('check', '--config', conf, report)
for text in (b'{"\x1b]0;owned": 1}', b'{"\\u001b]0;owned": 1}',
             b'{"checks": {"\\u001bowned": 1}}', b'{ \x1b]0;owned'):
    open(conf, 'wb').write(text)
    run('check', '--config', conf, report, rc=2)

# The other commands that name what they are given.
run('facts', data)
run('facts', data, '-f', 'json')
run('facts', data, '--stats')
run('facts', data, '--find', '12.5', '--find', '14.25')
run('facts', data, '--find', '14.25', '-f', 'json')
run('facts', data, '--find', EVIL, names=False, rc=2)
run('facts', EVIL, rc=2)
run('facts', '--record', EVIL, rc=2)
run('index', data, '-o', EVIL + b'.idx', rc=0)
run('index', data, '-o', EVIL + b'/x', rc=2)
run('check', '--no-config', '--index', EVIL + b'.idx', '--claims', report)
open(EVIL + b'.idx', 'wb').write(b'no index')
run('check', '--no-config', '--index', EVIL + b'.idx', report, rc=2)
os.mkdir('init')
os.chdir('init')
run('init', '--ci', 'none', '--data', b'../' + data, '--reports', EVIL, rc=0)
run('init', '--ci', 'none', '--data', data, names=False, rc=2)
run('init', '--ci', 'github', '--force', '--reports', EVIL, rc=2)
run('init', '--ci', EVIL, rc=2)
run('init', EVIL, rc=2)
os.chdir('..')
for part in ('1/2', '2/2'):
    run('check', '--no-config', '--shard', part, '-o',
        b'partial:' + EVIL + part[:1].encode(), '--exit-zero', report,
        names=False)
run('merge', '--expect', '2', EVIL + b'1', EVIL + b'2')
run('merge', '--expect', '3', EVIL + b'1', EVIL + b'2', rc=2, names=False)
run('merge', '--expect', '1', EVIL, rc=2)
run('merge', '--expect', '2', EVIL + b'1', EVIL + b'1', rc=2)
os.makedirs(b'golden/' + EVIL)
open(b'golden/' + EVIL + b'/report.md', 'wb').write(REPORT)
for action in ('verify', 'pending', 'review', 'accept'):
    run('golden', action, '-d', 'golden',
        *(['--all'] if action == 'accept' else []),
        names=action != 'accept')
run('golden', 'verify', '-d', EVIL, rc=2)
run('golden', 'review', '-d', 'golden', b'no' + EVIL, names=False)
run('golden', EVIL, rc=2)
run('selftest', EVIL, rc=2)
run('explain', EVIL, rc=2)
run('rules', EVIL, rc=2)
run('help', EVIL, rc=2)
run(EVIL, rc=2)
run('completion', EVIL, rc=2)
run('replay', EVIL, rc=2)
run('replay', '--listen', EVIL, data, rc=2)
run('proxy', '--upstream', EVIL, '--listen', '127.0.0.1:0', rc=2)
run('proxy', '--listen', EVIL, '--upstream', 'http://127.0.0.1:9', rc=2)
for option in ('--scenario', '--endpoint', '--data', '--option', '--config',
               '--set'):
    run('run', option, EVIL, '--out', 'o', rc=2)

# Runs whose records name agents, stages, options and hosts.
for name, seed in (('base', 1), ('now', 2)):
    subprocess.run([sys.executable, tests + '/e2e/lib/make_runs.py', name,
                    '--seed', str(seed)], check=True, stdout=subprocess.DEVNULL)
    for entry in os.listdir(name):
        path = os.path.join(name, entry)
        record = open(path, encoding='utf-8').read()
        record = record.replace('"single"', r'"\u001b]0;owned\n::error::\u009b"')
        record = record.replace('"ci-small"', r'"\u001b[31mci\u202e"')
        open(path, 'w', encoding='utf-8').write(record)
    os.rename(name, EVIL + name.encode())
base, now = EVIL + b'base', EVIL + b'now'
file = EVIL + b'.baseline'
run('baseline', 'write', '-o', file, base, rc=0)
run('baseline', 'show', '-o', file, rc=0)
run('baseline', 'diff', '-o', file, now, names=False)
run('baseline', 'prune', '-o', file, now)
run('baseline', 'show', '-o', EVIL, rc=2)
run('baseline', EVIL, '-o', file, rc=2)
for f in ('text', 'json', 'markdown'):
    run('gate', '--baseline', file, '--current', now, '-f', f)
run('gate', '--baseline', EVIL, '--current', now, rc=2)
run('gate', '--baseline', file, '--current', EVIL, rc=2)
for option in ('--floor', '--metric', '--allow-different', '--inconclusive'):
    run('gate', '--baseline', file, '--current', now, option, EVIL, rc=2)
run('history', '--db', EVIL + b'.db', 'add', '--label', EVIL, base, names=False, rc=0)
run('history', '--db', EVIL + b'.db', 'add', '--label', EVIL + b'2', now, names=False, rc=0)
run('history', '--db', EVIL + b'.db')
run('history', '--db', EVIL + b'.db', '--json')
run('history', '--db', EVIL + b'/no.db', rc=2)
run('history', '--db', EVIL + b'.db', '--series', EVIL)
run('blame', base, now, names=False)
run('blame', EVIL, rc=2)
run('check', '--no-config', '-f', 'html', '--runs', now, report)

os.chdir('/')
shutil.rmtree(top)
print(f'hostile_names.sh: {ran} calls, {bad} bad')
sys.exit(bad > 0)
PY

// Formats against validators that are not ours: the SARIF schema and our own
// by ajv, tap-parser, junit2json, the reviewdog format's validator, xmllint.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const [assay, root, modules] = process.argv.slice(2).map(p => resolve(p));
const require = createRequire(join(modules, 'package.json'));
const Ajv = require('ajv').default, addFormats = require('ajv-formats').default;
const dir = mkdtempSync(join(tmpdir(), 'assay-'));
let passed = 0, failed = 0;

function check(name, ok, why) {
  if (ok) passed++;
  else { failed++; console.error(`formats: ${name}: ${why}`); }
}
function run(format, what, ...more) {
  const r = spawnSync(assay, ['check', '--no-config', '-f', format, ...more, what],
    { cwd: dir, maxBuffer: 1 << 28 });
  check(`${format} ${what}`, r.status === 0 || r.status === 1, `status ${r.status}: ${r.stderr}`);
  return r.stdout;
}
mkdirSync(join(dir, 'hostile'));
execFileSync('python3', [join(root, 'tests/cases/hostile/make.py'), join(dir, 'hostile')]);
mkdirSync(join(dir, 'plain'));
writeFileSync(join(dir, 'plain/a.md'), '# A\n\nAll is well.\n');
mkdirSync(join(dir, 'data'));
writeFileSync(join(dir, 'data/m.csv'), 'model,latency (ms),runs\nalpha,15.58403500039276,12\nbeta,20.1,14\n');
mkdirSync(join(dir, 'numbers'));
writeFileSync(join(dir, 'numbers/r.md'),
  '# R\n\nThe latency of alpha was 15.58 ms over 12 runs.\n\nThe latency of beta was 99.9 ms.\n');

for (const set of ['hostile', 'plain', 'numbers']) {
  const more = set === 'numbers' ? ['--data', 'data', '--claims'] : [];
  const sarif = JSON.parse(run('sarif', set, ...more));
  const schema = JSON.parse(readFileSync(join(dirname(require.resolve('@microsoft/jest-sarif/package.json')),
    'lib/schemas/sarif-2.1.0-rtm.5.json')));
  delete schema.$schema; // draft-04 by name, draft-07 in what it uses
  schema.$id = 'sarif'; delete schema.id;
  let ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  check(`sarif schema, ${set}`, ajv.validate(schema, sarif), ajv.errorsText().slice(0, 500));

  const own = JSON.parse(readFileSync(join(root, 'docs/schema/assay-1.json')));
  ajv = new Ajv({ allowUnionTypes: true });
  const validate = ajv.compile(own);
  const json = JSON.parse(run('json', set, ...more));
  check(`assay/1, ${set}`, validate(json), ajv.errorsText(validate.errors));
  const entry = ajv.compile({ $ref: 'urn:assay:schema:1#/definitions/entry' });
  const lines = run('jsonl', set, ...more).toString().trimEnd().split('\n');
  check(`jsonl, ${set}`, lines.length === json.reports.length && lines.every(l => entry(JSON.parse(l))),
    ajv.errorsText(entry.errors));

  const { Parser } = require('tap-parser');
  const tap = await new Promise(done => {
    const p = new Parser({ strict: true }, done);
    p.end(run('tap', set, ...more));
  });
  check(`tap, ${set}`, tap.count === json.reports.length && tap.failures.every(f => !f.tapError),
    JSON.stringify(tap).slice(0, 500));

  const xml = run('junit', set, ...more);
  writeFileSync(join(dir, 'junit.xml'), xml);
  const { parse } = require('junit2json');
  const suites = await parse(xml.toString());
  check(`junit, ${set}`, suites.testsuite.length === json.reports.length &&
    suites.testsuite.every(s => s.testcase.length === s.tests), 'suites and cases do not add up');
  writeFileSync(join(dir, 'checkstyle.xml'), run('checkstyle', set, ...more));
  for (const f of ['junit', 'checkstyle']) {
    const r = spawnSync('xmllint', ['--noout', join(dir, `${f}.xml`)]);
    check(`xmllint ${f}, ${set}`, r.error || r.status === 0, String(r.stderr).slice(0, 300));
    if (r.error) console.error('formats: SKIPPED: xmllint is not installed');
  }

  const { isValidRDFormat } = require('@umbrelladocs/rdformat-validator');
  const rd = run('rdjsonl', set, ...more).toString().trim();
  for (const line of rd ? rd.split('\n').slice(0, 50) : [])
    check(`rdjsonl, ${set}`, await isValidRDFormat(JSON.parse(line)), line.slice(0, 300));
  const gitlab = JSON.parse(run('gitlab', set, ...more));
  check(`gitlab, ${set}`, Array.isArray(gitlab) && gitlab.every(i => i.description && i.check_name &&
    i.fingerprint && ['info', 'minor', 'major', 'critical', 'blocker'].includes(i.severity) &&
    i.location.path && !i.location.path.startsWith('./') && i.location.lines.begin >= 1), 'a field is missing');
}
// The JSON of the other commands, by the schemas in docs/.
const schemaOf = name => {
  const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false });
  addFormats(ajv);
  return ajv.compile(JSON.parse(readFileSync(join(root, 'docs/schema', name))));
};
function fits(name, command, args) {
  const r = spawnSync(assay, [command, ...args], { cwd: dir, maxBuffer: 1 << 28 });
  const validate = schemaOf(name);
  let ok = false, why = String(r.stderr);
  try { ok = validate(JSON.parse(r.stdout)); why = JSON.stringify(validate.errors); } catch (e) { why += e; }
  check(`${name}, ${args.join(' ')}`, ok, why.slice(0, 500));
}
fits('facts-1.json', 'facts', ['-f', 'json', 'data']);
fits('facts-1.json', 'facts', ['-f', 'json', '--stats', join(root, 'golden/data')]);
fits('facts-1.json', 'facts', ['-f', 'json', '--find', '15.58ms', '--find', '20.3', 'data']);
for (const [runs, seed, more] of [['base', 1, []], ['slow', 2, ['--slow', '1.3']], ['few', 3, ['--runs', '2']]])
  execFileSync('python3', [join(root, 'tests/e2e/lib/make_runs.py'), join(dir, runs), '--seed', String(seed), ...more]);
spawnSync(assay, ['baseline', 'write', '--write-in-ci', '-o', 'base.json', 'base'], { cwd: dir });
for (const runs of ['base', 'slow', 'few'])
  fits('gate-1.json', 'gate', ['--baseline', 'base.json', '--current', runs, '-f', 'json', '--exit-zero']);

rmSync(dir, { recursive: true });
console.log(`formats: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

// The evidence page in headless Chromium: no request, no console message, no
// script but its own, links lead somewhere, filters and keys work, axe finds
// nothing, ten thousand findings stay usable. SHOTS=DIR keeps screenshots.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [assay, root, modules] = process.argv.slice(2).map(p => resolve(p));
const require = createRequire(join(modules, 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'assay-'));
const shots = process.env.SHOTS;
let passed = 0, failed = 0;

function check(name, ok, why = '') {
  if (ok) passed++;
  else { failed++; console.error(`page: ${name}: ${String(why).slice(0, 800)}`); }
}
const chrome = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({ executablePath: chrome,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });

function make(name, what, ...more) {
  const out = join(dir, `${name}.html`);
  const r = spawnSync(assay, ['check', '--no-config', '-q', '-o', `html:${out}`, ...more, what],
    { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  check(`${name}: made`, r.status === 0 || r.status === 1, r.stderr);
  return out;
}
async function open(file, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.seen = [];
  page.on('console', m => page.seen.push(`console: ${m.text()}`));
  page.on('pageerror', e => page.seen.push(`error: ${e}`));
  page.on('dialog', d => { page.seen.push(`dialog: ${d.message()}`); d.dismiss(); });
  page.on('request', r => { if (!r.url().startsWith('file://')) page.seen.push(`request: ${r.url()}`); });
  await page.goto(`file://${file}`);
  return page;
}

mkdirSync(join(dir, 'hostile'));
execFileSync('python3', [join(root, 'tests/cases/hostile/make.py'), join(dir, 'hostile')]);
mkdirSync(join(dir, 'data'));
mkdirSync(join(dir, 'reports'));
writeFileSync(join(dir, 'data/m.csv'),
  'model,latency (ms),runs,note\nalpha,15.58403500039276,12,<b>x</b>\nbeta,20.1,14,y\ngamma,31.25,9,z\n');
writeFileSync(join(dir, 'data/s.json'), '{\n  "timing": {\n    "p99_ms": 88.125,\n    "p50_ms": 40.5\n  }\n}\n');
const body = `# Latency report

The latency of alpha was 15.58 ms over 12 runs, that of beta was **99.9 ms**.

| model | latency (ms) | runs |
|---|---|---|
| alpha | 15.58 | 12 |
| beta | 77.7 | 14 |

- The p99 was 88.1 ms, the p50 was 41.7 ms.
- 结果 came out well, as was expected of this run.

1. One \`code\` span and a [link](http://evil.example/).
   - nested ![image](http://evil.example/i.png)

> quoted <b onclick=alert(1)>text</b>

The rest of this sentence goes on and on without
`;
writeFileSync(join(dir, 'reports/a.md'), body);
writeFileSync(join(dir, 'reports/b.md'), '# Fine\n\nAll is well here.\n');
let many = '# Many\n\n';
while (many.length < 60000) many += 'A word 测 here. ';
writeFileSync(join(dir, 'many.md'), many + '\n');

async function accessible(page, name) {
  await page.evaluate(axe);
  const r = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }));
  check(`${name}: axe`, r.violations.length === 0,
    JSON.stringify(r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html, v.nodes[0].failureSummary])));
}
const set = make('set', 'reports', '--data', 'data');
const one = make('one', 'reports/a.md', '--data', 'data');
const hostile = make('hostile', 'hostile');
for (const scheme of ['light', 'dark'])
  for (const width of [1280, 390]) {
    const page = await open(set, { viewport: { width, height: 900 }, colorScheme: scheme });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    check(`no sideways scrolling, ${width}`, wide <= width, wide);
    // axe runs by eval, which the page's policy rightly forbids.
    const free = await open(set, { viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true });
    await accessible(free, `${scheme} ${width}`);
    await free.close();
    if (shots) await page.screenshot({ path: join(shots, `set-${scheme}-${width}.png`), fullPage: true });
    check(`quiet, ${scheme} ${width}`, page.seen.length === 0, page.seen);
    await page.close();
  }
{
  const page = await open(one);
  const dead = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')]
    .filter(a => !document.getElementById(a.hash.slice(1))).map(a => a.outerHTML));
  check('links lead somewhere', dead.length === 0, dead);
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll('[href],[src]')].map(e => e.getAttribute('href') || e.getAttribute('src'))
      .filter(h => !h.startsWith('#')));
  check('no link leaves the page', outside.length === 0, outside);
  const ids = await page.evaluate(() => { const all = [...document.querySelectorAll('[id]')].map(e => e.id);
    return all.length - new Set(all).size; });
  check('ids are unique', ids === 0, ids);
  const marks = page.locator('a.m[id]:not(.c)');
  const n = await marks.count();
  check('findings are marked', n >= 1, n);
  await page.keyboard.press('n');
  await page.waitForTimeout(600);
  check('n goes to the first', (await page.locator('#at').textContent()) === `1 of ${n}`, await page.locator('#at').textContent());
  check('the mark is in view', await page.evaluate(() => {
    const r = document.querySelector('a.cur').getBoundingClientRect();
    return r.top >= 0 && r.bottom <= innerHeight; }));
  await page.keyboard.press('p');
  check('p goes around', (await page.locator('#at').textContent()) === `${n} of ${n}`);
  const box = page.locator('.filters input').first();
  const kind = await box.getAttribute('id');
  const before = await page.locator(`li.${kind}:visible`).count();
  await box.uncheck();
  check('a filter hides its cards', before > 0 && await page.locator(`li.${kind}:visible`).count() === 0, kind);
  await page.close();
  const plain = await open(one, { javaScriptEnabled: false });
  check('readable without its script', (await plain.locator('.doc').innerText()).includes('Latency report'));
  await plain.locator('a.m[id]').first().click();
  check('a mark leads to its card', await plain.locator('li:target').count() === 1);
  await plain.close();
  const print = await open(one);
  await print.emulateMedia({ media: 'print' });
  check('print has no filters', !(await print.locator('.filters').first().isVisible()));
  await print.close();
  const inputs = ['reports/a.md', 'data/m.csv', 'data/s.json'].reduce((s, f) => s + statSync(join(dir, f)).size, 0);
  console.log(`page: ${statSync(one).size} bytes for ${inputs} bytes of input`);
}
{
  const page = await open(hostile);
  check('hostile: inert', page.seen.length === 0, page.seen);
  check('hostile: no foreign elements', await page.locator('main img, main script, main style, main iframe').count() === 0);
  check('hostile: all reports', await page.locator('section.report').count() === 20, await page.locator('section.report').count());
  await page.close();
}
{
  const file = make('many', 'many.md');
  const ratio = statSync(file).size / statSync(join(dir, 'many.md')).size;
  check('many: size', ratio <= 6, ratio);
  const began = Date.now();
  const page = await open(file);
  const n = await page.locator('.doc :is(a.m[id],u:not(.x)):not(.c)').count();
  await page.keyboard.press('n');
  await page.keyboard.press('n');
  await page.waitForFunction(() => document.getElementById('at').textContent.startsWith('2 of'));
  const ms = Date.now() - began;
  check('many: usable', ms < 10000, ms);
  console.log(`page: ${n} marks, ${ratio.toFixed(2)} times the input, second finding after ${ms} ms`);
  await page.close();
}
{
  mkdirSync(join(dir, 'runs'));
  for (let i = 1; i <= 6; i++)
    writeFileSync(join(dir, `runs/run-${i}.json`), JSON.stringify({
      schema: 'assay-run/1', id: `run-${i}`, scenario: 'single', agent: '<script>alert(1)</script>', run: i,
      options: { num_ctx: i % 2 ? 512 : 4096 }, status: 'ok', model: { name: 'm', digest: 'd' }, data: { hash: 'h' },
      calls: [{ stage: 'report', done: true, done_reason: 'stop', cold: i < 3, ttft_ns: 1e8 + i * 1e6,
        itl: { p50_ns: 4e5, p99_ns: 6e5 + i }, longest_stall_ns: 1e6, eval_count: 100, eval_duration_ns: 1e9 + i,
        load_duration_ns: 1e6, total_duration_ns: 2e9, tok_s: 100 + i }],
      report: { file: 'r.md', bytes: 10 }, validation: { verdict: 'pass', score: 90, checks: {} } }));
  writeFileSync(join(dir, 'gate.json'), JSON.stringify({ schema: 'assay-gate/1', verdict: 'fail',
    series: [{ agent: '<img src=x onerror=alert(1)>', stage: 's' }],
    decisions: [{ series: 0, id: 'score', phase: 'report', unit: 'points', outcome: 'regression', shift: -5,
      baseline: { median: 90 }, current: { median: 85 }, p_adjusted: 0.001, why: '' }] }));
  const file = make('runs', 'reports', '--runs', 'runs', '--gate', 'gate.json');
  for (const scheme of ['light', 'dark']) {
    const page = await open(file, { colorScheme: scheme, bypassCSP: true });
    await accessible(page, `runs ${scheme}`);
    check('runs: plots', await page.locator('.plots svg').count() >= 3, await page.locator('.plots svg').count());
    check('runs: options are rows', (await page.locator('.plots figure').first().innerHTML()).includes('num_ctx'));
    check('runs: the gate', await page.locator('td .v.fail', { hasText: 'regression' }).count() === 1);
    check('runs: inert', page.seen.length === 0 && await page.locator('main img, main script').count() === 0, page.seen);
    if (shots) await page.screenshot({ path: join(shots, `runs-${scheme}.png`), fullPage: true });
    await page.close();
  }
}
await browser.close();
rmSync(dir, { recursive: true });
console.log(`page: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

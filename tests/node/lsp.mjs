// assay lsp spoken to by vscode-jsonrpc, the client library of VS Code.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [assay, , modules] = process.argv.slice(2).map(p => resolve(p));
const require = createRequire(join(modules, 'package.json'));
const rpc = require('vscode-jsonrpc/node');
const dir = mkdtempSync(join(tmpdir(), 'assay lsp-'));
let passed = 0, failed = 0;
function check(name, ok, why = '') {
  if (ok) passed++;
  else { failed++; console.error(`lsp: ${name}: ${JSON.stringify(why)}`); }
}
writeFileSync(join(dir, 'assay.json'), '{ "select": "truncated,language-drift" }');
const child = spawn(assay, ['lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const exit = new Promise(done => child.on('exit', code => done(code)));
const c = rpc.createMessageConnection(new rpc.StreamMessageReader(child.stdout), new rpc.StreamMessageWriter(child.stdin));
const waiting = [];
c.onNotification('textDocument/publishDiagnostics', p => waiting.shift()?.(p));
c.listen();
const next = () => new Promise(done => waiting.push(done));
const uri = pathToFileURL(join(dir, 'a b.md')).href;

const early = await c.sendRequest('textDocument/hover', {}).catch(e => e);
check('initialize comes first', early.code === -32601, early);
const init = await c.sendRequest('initialize', { processId: null, rootUri: pathToFileURL(dir).href, capabilities: {} });
check('capabilities', init.capabilities.hoverProvider === true && init.capabilities.textDocumentSync.change === 1, init);
c.sendNotification('initialized', {});

let got = next();
const text = '# T\n\n\u{1F600} e\u0301 the result 结果 was as it was.\n\nThe whole of this sentence goes on and on without';
c.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'markdown', version: 1, text } });
let p = await got;
const drift = p.diagnostics.find(d => d.code.startsWith('language-drift'));
const line = text.split('\n')[2];
check('open', p.uri === uri && p.diagnostics.length >= 2, p);
check('UTF-16 columns', drift && line.slice(drift.range.start.character, drift.range.end.character) === '结果', drift);
check('severity and source', drift.severity === 1 && drift.source === 'assay', drift);
const h = await c.sendRequest('textDocument/hover', { textDocument: { uri }, position: drift.range.start });
check('hover', h && h.contents.kind === 'markdown' && h.contents.value.includes(drift.code), h);
const none = await c.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 1 } });
check('hover beside', none === null, none);
const far = await c.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line: 9999, character: 1 } });
check('hover out of the text', far === null, far);
got = next();
c.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: '# T\n\nAll is well.\n' }] });
check('change', (await got).diagnostics.length === 0);
got = next();
c.sendNotification('textDocument/didSave', { textDocument: { uri } });
check('save', (await got).diagnostics.length === 0);
got = next();
c.sendNotification('textDocument/didClose', { textDocument: { uri } });
check('close clears', (await got).diagnostics.length === 0);
const unknown = await c.sendRequest('no/such', {}).catch(e => e);
check('unknown method', unknown.code === -32601, unknown);
await c.sendRequest('shutdown');
c.sendNotification('exit');
check('exit status', await exit === 0);
const rude = spawn(assay, ['lsp'], { stdio: ['pipe', 'ignore', 'inherit'] });
rude.stdin.end('Content-Length: 5\r\n\r\nhello');
check('no shutdown is status 1', await new Promise(done => rude.on('exit', done)) === 1);
rmSync(dir, { recursive: true });
console.log(`lsp: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

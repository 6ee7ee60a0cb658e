// The official clients against the replay server and the proxy.
// node clients.mjs BASE_URL whole|stopped
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import assert from 'node:assert/strict';

const [base, expect] = process.argv.slice(2);
const model = 'gemma3:latest';
const messages = [{ role: 'user', content: 'technical report' }];
const ollama = new Ollama({ host: base });
const openai = new OpenAI({ baseURL: base + '/v1', apiKey: 'sk-not-a-key' });
const stopped = expect === 'stopped';

async function fold(stream, pick) {
  let text = '', last;
  for await (const part of stream) {
    text += pick(part) ?? '';
    last = part;
  }
  return { text, last };
}

const results = {};
results.generate = await fold(
  await ollama.generate({ model, prompt: 'technical report', stream: true }),
  (p) => p.response);
results.chat = await fold(
  await ollama.chat({ model, messages, stream: true }),
  (p) => p.message.content);
results.openaiChat = await fold(
  await openai.chat.completions.create({
    model, messages, stream: true, stream_options: { include_usage: true } }),
  (p) => p.choices[0]?.delta?.content);
results.openaiText = await fold(
  await openai.completions.create({
    model, prompt: 'technical report', stream: true }),
  (p) => p.choices[0]?.text);

for (const [name, { text, last }] of Object.entries(results)) {
  const reason = last.done_reason ?? last.choices[0].finish_reason;
  assert.ok(text.length > 100, `${name}: ${text.length} characters`);
  assert.ok(text === results.generate.text, `${name}: another text`);
  if (!stopped)
    assert.equal(reason, 'stop', name);
  else if (last.done)
    assert.match(reason, /^assay: token-loop\//, name);
  else
    assert.equal(reason, 'content_filter', name);
  if (stopped)
    assert.match(last.assay.rule, /^token-loop\//, name);
}
if (!stopped)
  assert.equal(results.chat.last.eval_count, 355);

// What does not stream, and the other calls.
const whole = await ollama.generate({ model, prompt: 'technical report' });
assert.ok(stopped || whole.response === results.generate.text);
const answer = await openai.chat.completions.create({ model, messages });
assert.ok(answer.choices[0].message.content.length > 100);
assert.equal((await ollama.list()).models[0].name, model);
assert.equal((await ollama.ps()).models[0].name, model);
assert.ok((await ollama.show({ model })).digest.length === 64);
await assert.rejects(ollama.generate({ model: 'nobody', prompt: 'x' }),
  /not found/);

// A client that aborts in the middle.
const half = await ollama.generate({ model, prompt: 'technical report',
  stream: true });
await assert.rejects(async () => {
  for await (const _ of half)
    half.abort();
}, { name: 'AbortError' });
console.log(`clients: ${base} ${expect}: ok`);
process.exit(0);

// An independent server that speaks Ollama and OpenAI: serves the runner.
import { LLMock } from '@copilotkit/aimock';

const mock = new LLMock({ port: 0, latency: 1, chunkSize: 12 });
const text = '## Summary\n\nThe folder holds one file. The report is short on ' +
  'purpose, and its caf\u00e9 is not garbled.\n';
mock.on({ userMessage: /./ }, { content: text });
await mock.start();
console.log(mock.url);

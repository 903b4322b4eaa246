// The official TypeScript SDK against the simulator, as a user of it would
// write: what the SDK understands, other clients understand too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { start } from './simulator.mjs';

const model = 'claude-opus-5-5';
const ask = (text) => ({ model, max_tokens: 1024, messages: [{ role: 'user', content: text }] });
const textOf = (message) => message.content.filter((b) => b.type === 'text').map((b) => b.text).join('');
const now = { 'retry-after-ms': '1' };

// Each failure is asked for by its text, so that the tests do not depend on
// their order.
const scripts = [
  { text: '^twice limited$', times: 2, status: 429, headers: now },
  { text: '^always overloaded$', times: -1, status: 529, headers: now },
  { text: '^break off$', deltas: ['one ', 'two ', 'three '], error_after: 2, error_type: 'overloaded_error' },
  ...[400, 401, 403, 404, 413, 429, 500].map((status) => ({
    text: `^fail ${status}$`, times: -1, status, message: 'as scripted', headers: { 'x-should-retry': 'false' },
  })),
];

let server;
let client;
before(async () => {
  server = await start(scripts);
  client = new Anthropic({ baseURL: server.url, apiKey: 'sk-test' });
});
after(() => server.stop());

test('create', async () => {
  const message = await client.messages.create(ask('What is the capital of France?'));
  assert.equal(message.role, 'assistant');
  assert.equal(message.stop_reason, 'end_turn');
  assert.notEqual(textOf(message), '');
  assert.match(message._request_id, /^req_/);
  const count = await client.messages.countTokens({ model, messages: ask('What is the capital of France?').messages });
  assert.equal(count.input_tokens, message.usage.input_tokens);
});

test('stream', async () => {
  const stream = client.messages.stream(ask('Write three paragraphs about the sea.'));
  let pieces = '';
  stream.on('text', (piece) => { pieces += piece; });
  const message = await stream.finalMessage();
  assert.equal(message.stop_reason, 'end_turn');
  assert.ok(message.usage.output_tokens > 0);
  assert.notEqual(pieces, '');
  assert.equal(textOf(message), pieces);
});

test('a stream that breaks off', async () => {
  const stream = await client.messages.create({ ...ask('break off'), stream: true });
  let kept = '';
  await assert.rejects(async () => {
    for await (const event of stream) {
      if (event.type === 'content_block_delta') kept += event.delta.text;
    }
  }, (error) => error.error.error.type === 'overloaded_error');
  assert.equal(kept, 'one two ');
});

test('tools', async () => {
  const tools = [{
    name: 'get_weather',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  }];
  const messages = ask('Use the tool get_weather to look up the weather in Paris.').messages;
  const first = await client.messages.stream({ model, max_tokens: 1024, tools, messages }).finalMessage();
  assert.equal(first.stop_reason, 'tool_use');
  const uses = first.content.filter((b) => b.type === 'tool_use');
  assert.ok(uses.every((use) => typeof use.input.city === 'string'));
  messages.push({ role: 'assistant', content: first.content });
  messages.push({ role: 'user', content: uses.map((use) => ({ type: 'tool_result', tool_use_id: use.id, content: '22 degrees' })) });
  const second = await client.messages.create({ model, max_tokens: 1024, tools, messages });
  assert.equal(second.stop_reason, 'end_turn');
  assert.notEqual(textOf(second), '');
});

test('the tool runner', async () => {
  let called = 0;
  const tool = {
    type: 'custom', name: 'get_weather', description: 'Get the weather',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    parse: (input) => input,
    run: async ({ city }) => { called++; return `22 degrees in ${city}`; },
  };
  const last = await client.beta.messages.toolRunner({
    ...ask('Use the tool get_weather to look up the weather in Paris.'), tools: [tool],
  });
  assert.ok(called >= 1);
  assert.equal(last.stop_reason, 'end_turn');
});

test('batches', async () => {
  const requests = ['a', 'b', 'c'].map((id) => ({ custom_id: id, params: ask(`Say ${id}`) }));
  let batch = await client.messages.batches.create({ requests });
  assert.equal(batch.processing_status, 'in_progress');
  assert.equal(batch.request_counts.processing, 3);
  while (batch.processing_status !== 'ended') {
    await new Promise((done) => setTimeout(done, 100));
    batch = await client.messages.batches.retrieve(batch.id);
  }
  assert.equal(batch.request_counts.succeeded, 3);
  const seen = [];
  for await (const entry of await client.messages.batches.results(batch.id)) {
    assert.equal(entry.result.type, 'succeeded');
    assert.notEqual(textOf(entry.result.message), '');
    seen.push(entry.custom_id);
  }
  assert.deepEqual(seen.sort(), ['a', 'b', 'c']);
  const second = await client.messages.batches.create({ requests: requests.slice(0, 1) });
  assert.equal((await client.messages.batches.cancel(second.id)).processing_status, 'canceling');
  const listed = [];
  for await (const one of client.messages.batches.list({ limit: 1 })) listed.push(one.id);
  assert.deepEqual(listed, [second.id, batch.id]);
  assert.equal((await client.messages.batches.delete(batch.id)).type, 'message_batch_deleted');
});

test('files', async () => {
  const file = await client.files.upload({ file: await toFile(Buffer.from('one, two'), 'numbers.txt', { type: 'text/plain' }) });
  assert.equal(file.filename, 'numbers.txt');
  assert.equal(file.size_bytes, 8);
  assert.equal((await client.files.retrieveMetadata(file.id)).id, file.id);
  const listed = [];
  for await (const one of client.files.list()) listed.push(one.id);
  assert.deepEqual(listed, [file.id]);
  await client.messages.create({
    model, max_tokens: 100,
    messages: [{ role: 'user', content: [
      { type: 'document', source: { type: 'file', file_id: file.id } }, { type: 'text', text: 'What is in it?' },
    ] }],
  });
  await assert.rejects(client.files.download(file.id), Anthropic.BadRequestError);
  assert.equal((await client.files.delete(file.id)).type, 'file_deleted');
  await assert.rejects(client.files.retrieveMetadata(file.id), Anthropic.NotFoundError);
});

test('models', async () => {
  const listed = [];
  for await (const one of client.models.list({ limit: 3 })) listed.push(one.id);
  assert.ok(listed.includes(model) && listed.length > 5);
  const one = await client.models.retrieve(model);
  assert.equal(one.id, model);
  assert.ok(one.capabilities.thinking.types.adaptive.supported);
});

test('errors', async () => {
  const kinds = {
    400: [Anthropic.BadRequestError, 'invalid_request_error'],
    401: [Anthropic.AuthenticationError, 'authentication_error'],
    403: [Anthropic.PermissionDeniedError, 'permission_error'],
    404: [Anthropic.NotFoundError, 'not_found_error'],
    413: [Anthropic.APIError, 'request_too_large'],
    429: [Anthropic.RateLimitError, 'rate_limit_error'],
    500: [Anthropic.InternalServerError, 'api_error'],
  };
  for (const [status, [kind, type]] of Object.entries(kinds)) {
    await assert.rejects(client.messages.create(ask(`fail ${status}`)), (error) => {
      assert.ok(error instanceof kind, `${status}: ${error}`);
      assert.equal(error.error.error.type, type);
      assert.match(error.requestID, /^req_/);
      return true;
    });
  }
  await assert.rejects(client.messages.create({ ...ask('go'), model: 'claude-2' }), Anthropic.NotFoundError);
  await assert.rejects(client.messages.create({ ...ask('go'), messages: [] }), Anthropic.BadRequestError);
  const wrong = new Anthropic({ baseURL: server.url, apiKey: 'wrong' });
  await assert.rejects(wrong.messages.create(ask('go')), Anthropic.AuthenticationError);
});

test('retries', async () => {
  const message = await client.messages.create(ask('twice limited'));
  assert.equal(message.stop_reason, 'end_turn');
  await assert.rejects(client.messages.create(ask('always overloaded'), { maxRetries: 1 }), (error) => error.status === 529);
  const cancelled = AbortSignal.abort();
  await assert.rejects(client.messages.create(ask('go'), { signal: cancelled }), Anthropic.APIUserAbortError);
});

// A small agent server in JavaScript, without dependencies and without a sandbox: threads and turns
// as JSON lines on stdin and stdout, a model behind the Responses API at TINY_MODEL_URL.
'use strict';
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

const HARMLESS = new Set(['ls', 'pwd', 'whoami']);
const DEFECT = process.env.TINY_DEFECT ?? '';
const TOOL = {
  type: 'function',
  name: 'exec_command',
  description: 'Runs a command in a shell.',
  parameters: {
    type: 'object',
    properties: {
      cmd: { type: 'string' },
      sandbox_permissions: { type: 'string', enum: ['use_default', 'require_escalated'] },
      justification: { type: 'string' },
    },
    required: ['cmd'],
  },
};

const threads = new Map();
const waiting = new Map(); // our requests that the client has not answered, by id
let lastId = 0;

const send = (message) => process.stdout.write(JSON.stringify(message) + '\n');
const notify = (method, params) => send({ method, params });
const fresh = (prefix) => `${prefix}-${++lastId}`;

function ask(method, params) {
  const id = ++lastId;
  send({ id, method, params });
  return new Promise((answered) => waiting.set(id, answered)).then((result) => ({ id, result }));
}

// What the model says: the finished items of its stream.
async function model(input) {
  const answer = await fetch(`${process.env.TINY_MODEL_URL}/responses`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'tiny', input, tools: [TOOL], stream: true }),
  });
  if (!answer.ok) throw new Error(`the model answered with status ${answer.status}`);
  return (await answer.text())
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)))
    .filter((event) => event.type === 'response.output_item.done')
    .map((event) => event.item);
}

function run(command, cwd) {
  return new Promise((ended) => {
    const child = spawn('/bin/sh', ['-c', command], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.on('close', (exitCode) => ended({ output, exitCode }));
  });
}

const mustAsk = (thread, wish) =>
  !thread.granted.has(wish.cmd) &&
  (thread.policy === 'untrusted'
    ? !HARMLESS.has(wish.cmd.split(' ')[0])
    : wish.sandbox_permissions === 'require_escalated');

// Asks the client, and returns its decision: accept, acceptForSession, decline or cancel.
async function decide(thread, turn, item, wish) {
  const { id, result } = await ask('item/commandExecution/requestApproval', {
    threadId: thread.id,
    turnId: turn.id,
    itemId: item.id,
    command: wish.cmd,
    cwd: thread.cwd,
    reason: wish.justification ?? null,
    commandActions: [{ type: 'unknown', command: wish.cmd }],
  });
  notify('serverRequest/resolved', { threadId: thread.id, requestId: id });
  const decision = typeof result?.decision === 'string' ? result.decision : 'decline';
  if (decision === 'acceptForSession') thread.granted.add(wish.cmd);
  return decision;
}

// Runs one command that the model wishes for, or not; returns what the model is told of it, and
// null if the turn is over.
async function perform(thread, turn, wish) {
  const item = { type: 'commandExecution', id: fresh('item'), command: wish.cmd, cwd: thread.cwd };
  const about = { threadId: thread.id, turnId: turn.id };
  const end = (rest) => notify('item/completed', { ...about, item: { ...item, ...rest } });
  if (thread.policy === 'never' && mustAsk(thread, wish)) {
    return 'The command was rejected: this conversation never asks for an escalation.';
  }
  notify('item/started', { ...about, item: { ...item, status: 'inProgress' } });
  const decision = mustAsk(thread, wish) ? await decide(thread, turn, item, wish) : 'accept';
  if (!decision.startsWith('accept') && DEFECT !== 'runs-declined') {
    end({ status: 'declined', aggregatedOutput: null, exitCode: null });
    return decision === 'cancel' ? null : 'The command was declined by the user.';
  }
  const { output, exitCode } = await run(wish.cmd, thread.cwd);
  end({ status: exitCode === 0 ? 'completed' : 'failed', aggregatedOutput: output, exitCode });
  return `Exit code: ${exitCode}\n${output}`;
}

// Asks the model until it has no more wishes; returns how the turn ended.
async function play(thread, turn) {
  for (;;) {
    const items = await model(thread.history);
    thread.history.push(...items);
    const calls = items.filter((item) => item.type === 'function_call');
    if (calls.length === 0) return 'completed';
    for (const call of calls) {
      const output = await perform(thread, turn, JSON.parse(call.arguments));
      const told = output ?? 'The turn was interrupted by the user.';
      thread.history.push({ type: 'function_call_output', call_id: call.call_id, output: told });
      if (output === null) return 'interrupted';
    }
  }
}

async function turn(thread, input) {
  const begun = { id: fresh('turn'), items: [], status: 'inProgress', error: null };
  const content = input.map((one) => ({ type: 'input_text', text: one.text }));
  thread.history.push({ type: 'message', role: 'user', content });
  setImmediate(async () => {
    notify('turn/started', { threadId: thread.id, turn: begun });
    const end = await play(thread, begun).then(
      (status) => ({ status }),
      (error) => ({ status: 'failed', error: { message: String(error) } }),
    );
    notify('turn/completed', { threadId: thread.id, turn: { ...begun, ...end } });
  });
  return { turn: begun };
}

const METHODS = {
  initialize: () => ({ userAgent: `tiny-agent/0.3.0 (node ${process.version})` }),
  'thread/start': ({ cwd, approvalPolicy }) => {
    const thread = { id: fresh('thread'), cwd, policy: approvalPolicy, history: [] };
    threads.set(thread.id, { ...thread, granted: new Set() });
    return { thread: { id: thread.id } };
  },
  'turn/start': ({ threadId, input }) => turn(threads.get(threadId), input),
  'thread/loaded/list': () => ({ data: [...threads.keys()] }),
};

createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const { id, method, params, result } = JSON.parse(line);
    if (method === undefined) return waiting.get(id)?.(result);
    if (id === undefined) return; // a notification
    const error = { code: -32601, message: `Method not found: ${method}` };
    send(method in METHODS ? { id, result: await METHODS[method](params ?? {}) } : { id, error });
  })
  .on('close', () => process.exit(0));

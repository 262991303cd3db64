import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * A bridge that misbehaves, in the way that its first argument names, and then says in the status what it saw. The
 * second argument is a file that outlives it; the first one that `dies` does so once there is a file `<that>.end`.
 */

const [way, memory = ''] = process.argv.slice(2);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function showStatus(text: string): void {
  say({
    method: 'candela/status',
    params: { text, tooltip: '<b>"not" bold</b> &\nsecond line', state: 'ok' },
  });
}

const WAYS: Readonly<Record<string, () => void>> = {
  garbage() {
    const deep = '['.repeat(200_000);
    const wrong = '{"jsonrpc":"2.0","method":"candela/status","params":["text"]}\n{"method":{},"params":3}\n';
    process.stdout.write(`Debugger listening on ws://…\n\n[1,2]\n"text"\nnull\n{"a":\n${deep}\n`);
    process.stdout.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
    process.stdout.write(`${wrong}{"jsonrpc":"2.0","id":99,"result":{}}\n`);
    showStatus('after garbage');
  },
  long() {
    showStatus('x'.repeat(80 * 1024 * 1024));
    showStatus('after a long line');
  },
  dies() {
    appendFileSync(memory, '.');
    const run = readFileSync(memory, 'utf8').length;
    showStatus(`run ${run}`);
    if (run > 1) return;
    setInterval(() => {
      if (existsSync(`${memory}.end`)) process.exit(7);
    }, 20);
  },
  deaf() {
    process.on('SIGTERM', () => {});
    // Should nobody end it, a failing test leaves it behind for so long and no longer.
    setTimeout(() => process.exit(1), 60_000);
    showStatus('deaf');
  },
  asks() {
    say({ id: 'q1', method: 'window/showDocument', params: { uri: 'file:///etc/passwd' } });
    say({ id: 'q2', method: 'window/showDocument', params: { uri: 'http://127.0.0.1:1/', external: true } });
    say({ id: 'q3', method: 'workspace/configuration', params: { items: [] } });
    say({
      id: 'q4',
      method: 'window/showMessageRequest',
      params: { message: 'Go?', actions: [{ title: 'Yes' }] },
    });
  },
};

const answers: string[] = [];
createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as Message;
  if (message.method === 'initialize') say({ id: message.id, result: { capabilities: {} } });
  else if (message.method === 'initialized') WAYS[way ?? '']?.();
  else if (message.method === undefined) {
    answers.push(`${message.id}=${JSON.stringify(message.error?.code ?? message.result)}`);
    showStatus(answers.join(' '));
  }
});

import type { Readable, Writable } from 'node:stream';
import type { Message } from 'vscode-languageserver/node';
import { createDiagnostics } from './diagnostics.ts';
import { serveLsp } from './lsp/serve-lsp.ts';
import { messages } from './messages.ts';
import { FrameDecoder } from './stdio/frame-decoder.ts';
import { LineDecoder } from './stdio/line-decoder.ts';
import type { Fault } from './stdio/message-decoder.ts';
import { StdioMessageReader } from './stdio/message-reader.ts';
import { type Framing, StdioMessageWriter } from './stdio/message-writer.ts';

/** What a bridge has of the process it runs in. */
export interface BridgeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** The program whose `run` is the daemon, started where none answers. */
  readonly daemonScriptPath?: string | undefined;
}

export interface BridgeOptions {
  /** Which editor started it, e.g. `zed`. */
  readonly client: string;
  /** The protocol is the same in both. */
  readonly framing: Framing;
}

/** Runs the bridge on standard input and output until the editor ends it; resolves with the exit code. */
export async function runBridge(host: BridgeProcess, { client, framing }: BridgeOptions): Promise<number> {
  const { env, stdin, stdout, stderr, daemonScriptPath } = host;
  const diagnostics = createDiagnostics(stderr);
  const writer = new StdioMessageWriter(stdout, framing);
  const decoder = framing === 'lsp' ? new FrameDecoder() : new LineDecoder();
  const onFault = ({ what, answerCode }: Fault) => {
    diagnostics(what);
    if (answerCode === undefined) return;
    const error = { code: answerCode, message: messages.notAnswered };
    // JSON-RPC 2.0, section 5: the id of what could not be read is null.
    void writer.write({ jsonrpc: '2.0', id: null, error } as Message);
  };
  stdout.on('error', (error) => {
    diagnostics(messages.outputFailed(error.message));
    stdin.destroy();
  });
  try {
    const reader = new StdioMessageReader(stdin, decoder, onFault);
    return await serveLsp({ reader, writer, env, daemonScriptPath, diagnostics, isZed: client === 'zed' });
  } finally {
    stdin.destroy();
  }
}

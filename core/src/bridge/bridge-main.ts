import { parseArgs } from 'node:util';
import { VERSION } from '../version.ts';
import { runMcp } from './mcp/run-mcp.ts';
import { runBridge, type BridgeProcess } from './run-bridge.ts';

export interface BridgeMainOptions {
  /** The name of the program, for its usage. */
  readonly name: string;
  /** The editor it is for, unless `--client` says otherwise. */
  readonly client: string;
}

/** The whole of a bridge that is a program of its own: arguments in, exit code out (2: wrong arguments). */
export function bridgeMain(
  args: readonly string[],
  host: BridgeProcess,
  { name, client }: BridgeMainOptions,
): Promise<number> {
  const usage = `${name} ${VERSION}: the daemon's figures for an editor, on standard input and output

  ${name} [--stdio]       speak LSP
  ${name} --ndjson        speak the same, one JSON message a line
  ${name} --mcp           speak MCP

  --client <name>         the editor; default ${client}
`;
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        stdio: { type: 'boolean' },
        ndjson: { type: 'boolean' },
        mcp: { type: 'boolean' },
        client: { type: 'string' },
        // Some LSP clients add it to every server's arguments (LSP 3.17, "Implementation Considerations").
        clientProcessId: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    }));
  } catch (cause) {
    host.stderr.write(`${(cause as Error).message}\n\n${usage}`);
    return Promise.resolve(2);
  }
  if (values.help || values.version) {
    host.stdout.write(values.help ? usage : `${VERSION}\n`);
    return Promise.resolve(0);
  }
  if (values.mcp) return runMcp(host);
  return runBridge(host, { client: values.client ?? client, framing: values.ndjson ? 'ndjson' : 'lsp' });
}

import type { Message } from 'vscode-languageserver/node';

/** Something on the way in that is no message. */
export interface Fault {
  /** One sentence for the log; quotes nothing of what came. */
  readonly what: string;
  /** The JSON-RPC error to answer with; absent where nothing was meant as a message, such as noise. */
  readonly answerCode?: typeof PARSE_ERROR | typeof INVALID_REQUEST;
}

export type Decoded = { readonly message: Message } | { readonly fault: Fault };

/** Makes messages of bytes, whatever the bytes are; keeps a bounded number of them. Never throws. */
export interface MessageDecoder {
  push(chunk: Buffer): Iterable<Decoded>;
}

// JSON-RPC 2.0, section 5.1.
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;

/** No message of an editor that concerns us comes near this; what is longer is left out. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** One message of its bytes. */
export function decodeMessage(bytes: Uint8Array): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    return {
      fault: { what: `a message of ${bytes.length} bytes is not JSON in UTF-8`, answerCode: PARSE_ERROR },
    };
  }
  if (isMessage(value)) return { message: value };
  return {
    fault: { what: `a message of ${bytes.length} bytes is not JSON-RPC 2.0`, answerCode: INVALID_REQUEST },
  };
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || !('jsonrpc' in value) || value.jsonrpc !== '2.0') {
    return false;
  }
  const { id, method } = value as { readonly id?: unknown; readonly method?: unknown };
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') return false;
  return typeof method === 'string' || (id !== undefined && ('result' in value || 'error' in value));
}

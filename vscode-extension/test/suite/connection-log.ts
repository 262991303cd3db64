import { createHook } from 'node:async_hooks';

/** Where this process connected to, and which names it looked up. */
export interface ConnectionLog {
  /** `127.0.0.1:8181`, or the path of a local socket; each once. */
  readonly targets: ReadonlySet<string>;
  /** Host names that were resolved, each once. */
  readonly lookups: ReadonlySet<string>;
  /** Kinds of sockets that are neither TCP nor local, e.g. UDP, which nothing here has any use for. */
  readonly others: ReadonlySet<string>;
}

/** What Node makes natively for one attempt to connect; the fields are set right after it was made. */
interface Attempt {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/**
 * Writes down every connection this process opens from now on, whoever opens it and by whatever library: Node makes
 * one native handle for each, and tells of it.
 */
export function watchConnections(): ConnectionLog {
  const targets = new Set<string>();
  const lookups = new Set<string>();
  const others = new Set<string>();
  createHook({
    init(_id, type, _trigger, resource) {
      const attempt = resource as Attempt;
      if (type === 'TCPCONNECTWRAP') {
        queueMicrotask(() => targets.add(`${attempt.address}:${attempt.port}`));
      } else if (type === 'GETADDRINFOREQWRAP') {
        queueMicrotask(() => lookups.add(String(attempt.hostname)));
      } else if (type === 'UDPWRAP' || type === 'QUERYWRAP') others.add(type);
    },
  }).enable();
  return { targets, lookups, others };
}

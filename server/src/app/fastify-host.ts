import type { IncomingMessage, ServerResponse } from 'node:http';
import { createDualProtocolServer, type DualProtocolServer } from '@candela/core/host';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';

type Handle = (req: IncomingMessage, res: ServerResponse) => void;

export interface FastifyHostOptions {
  /** Answers every request, from its raw stream. */
  readonly handle: Handle;
  readonly logger: FastifyBaseLogger;
  /** How long answers under way at a close may take to finish. */
  readonly drainMs: number;
}

/**
 * Fastify around Candela's engine, with HTTP/1.1 and HTTP/2 on its one port.
 *
 * Fastify runs the life of the server: plugins, hooks before and after each request, the order of a stop. The
 * request itself goes to `handle` untouched, because the gateway forwards bytes as they come, and because the
 * services, registered once in the engine, answer here exactly as they do on a developer's machine.
 * (`@connectrpc/connect-fastify` would register them a second time, and logs with `console`.)
 */
export function createFastifyHost({ handle, logger, drainMs }: FastifyHostOptions): FastifyInstance {
  const servers: DualProtocolServer[] = [];
  const answer = (req: IncomingMessage, reply: FastifyReply): void => {
    reply.hijack();
    handle(req, reply.raw);
  };
  const app = fastify({
    loggerInstance: logger,
    // The engine logs calls; one line for each poll of an editor would bury them.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    // A path that Fastify cannot decode may still mean something to a provider.
    frameworkErrors: (_error, request, reply) => answer(request.raw, reply),
    serverFactory: (listener) => {
      // Called once more for each further address of a host name that has several.
      const server = createDualProtocolServer(listener);
      servers.push(server);
      return server.server;
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.all('/*', (request, reply) => answer(request.raw, reply));
  app.setNotFoundHandler((request, reply) => answer(request.raw, reply));
  app.addHook('preClose', async () => {
    await Promise.all(servers.map((server) => drainWithin(server, drainMs)));
  });
  return app;
}

async function drainWithin(server: DualProtocolServer, drainMs: number): Promise<void> {
  const cutLater = setTimeout(() => server.cut(), drainMs);
  await server.drain();
  clearTimeout(cutLater);
}

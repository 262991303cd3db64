import type { IncomingMessage, ServerResponse } from 'node:http';
import { IdentityRefusal, Refusal, sendRefusal } from '../gateway/errors.ts';
import type { Identify } from '../gateway/gates/identity.ts';
import type { Metrics } from './metrics.ts';

/** Answers `GET /metrics` to whoever is known. Never rejects. */
export function answerMetrics(
  metrics: Metrics,
  identify: Identify,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    try {
      await identify((name) => {
        const value = req.headers[name];
        return Array.isArray(value) ? value[0] : value;
      });
      const { contentType, body } = await metrics.text();
      res.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
      res.end(body);
    } catch (cause) {
      const refusal =
        cause instanceof IdentityRefusal
          ? cause
          : new Refusal('governance_unavailable', 'the metrics cannot be read now', { cause });
      sendRefusal(res, refusal);
    }
  };
}

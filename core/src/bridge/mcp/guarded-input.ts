import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LineSplitter } from '../stdio/line-splitter.ts';
import { tooLong } from '../stdio/line-decoder.ts';

const LF = Buffer.from('\n');

/** The lines of `input` that are not too long, one a turn of the event loop. */
export function guardInput(input: Readable, onFault: (what: string) => void): Readable {
  return Readable.from(linesOf(input, onFault), { objectMode: false });
}

async function* linesOf(input: Readable, onFault: (what: string) => void): AsyncGenerator<Buffer> {
  const splitter = new LineSplitter();
  for await (const chunk of input) {
    for (const line of splitter.push(chunk as Buffer)) {
      if ('line' in line) yield Buffer.concat([line.line, LF]);
      else onFault(tooLong(line.tooLongBytes));
      await nextTurn();
    }
  }
}

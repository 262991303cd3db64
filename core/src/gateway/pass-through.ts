import type { AnswerTap } from './relay.ts';

/** An answer nobody pays for: nothing is read, nothing is settled. */
export class PassThrough implements AnswerTap {
  begin(_status: number, headers: string[]): string[] {
    return headers;
  }

  write(): boolean {
    return false;
  }

  settle(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  noAnswer(): Promise<void> {
    return Promise.resolve();
  }
}

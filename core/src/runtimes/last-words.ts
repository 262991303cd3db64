import { stripVTControlCharacters } from 'node:util';

const KEPT_BYTES = 8 * 1024;
const TOLD_LINES = 3;
const TOLD_LENGTH = 500;

/** The end of what a process writes; nothing of it is kept anywhere else. */
export class LastWords {
  #text = '';

  add(piece: string): void {
    this.#text = (this.#text + piece).slice(-KEPT_BYTES);
  }

  /** The last lines, for a message; empty if it said nothing. */
  get told(): string {
    const lines = stripVTControlCharacters(this.#text)
      .split(/\r?\n|\r/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    return lines.slice(-TOLD_LINES).join(' · ').slice(-TOLD_LENGTH);
  }
}

import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { CANDELA, spawnBridge } from './bridge-process.ts';

/** What `candela setup --json` prints. */
export interface Report {
  readonly files: readonly { readonly path: string; readonly outcome: string; readonly diff?: string }[];
  readonly steps: readonly string[];
}

/** For a suite: the real program, each time in a new home folder that stands for a developer's. */
export function inNewHomes() {
  let home: string;
  const at = (...parts: string[]) => join(home, ...parts);
  const put = async (path: string, content: string) => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
  };
  const text = (path: string) => readFile(at(path), 'utf8');

  /** The real program, with a home of its own. */
  const run = async (...args: string[]) => {
    const env = { HOME: home, CANDELA_HOME: at('.candela'), CANDELA_PORT: '1' };
    const child = spawnBridge(CANDELA, ['setup', ...args], env);
    let out = '';
    child.child.stdout.setEncoding('utf8').on('data', (said: string) => (out += said));
    child.child.stdin.end();
    const code = await child.exited;
    return { code, out, err: child.stderr() };
  };
  const report = async (...args: string[]): Promise<Report> => {
    const { code, out, err } = await run(...args, '--json');
    assert.equal(code, 0, err);
    return JSON.parse(out) as Report;
  };
  const outcomes = ({ files }: Report) =>
    Object.fromEntries(files.map(({ path, outcome }) => [relative(home, path), outcome]));
  /** Every file below the home but Candela's own, with its bytes and mode. */
  const snapshot = async (): Promise<Record<string, string>> => {
    const entries = await readdir(home, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name));
    const kept = files.filter((file) => !file.startsWith(at('.candela')));
    const content = async (file: string) => {
      const [bytes, { mode }, link] = await Promise.all([readFile(file), stat(file), lstat(file)]);
      return [relative(home, file), `${mode} ${link.isSymbolicLink()} ${bytes.toString('base64')}`] as const;
    };
    return Object.fromEntries(await Promise.all(kept.map(content)));
  };
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-setup-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  return { at, put, text, run, report, outcomes, snapshot };
}

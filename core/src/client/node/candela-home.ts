import { homedir } from 'node:os';
import path from 'node:path';

/** The folder of everything Candela keeps for one developer: `$CANDELA_HOME`, else `~/.candela`. */
export function candelaHome(env: Readonly<Record<string, string | undefined>>): string {
  const { CANDELA_HOME: home } = env;
  return home === undefined || home === '' ? path.join(homedir(), '.candela') : path.resolve(home);
}

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { SetupMachine } from '../planned-file.ts';

/** `PyCharm2026.2`, `IdeaIC2024.3`, `AndroidStudio2025.1` and not what else lies beside them. */
const PRODUCT = /^[A-Z][A-Za-z]+20\d{2}\.\d+$/;

/**
 * The configuration folder of each installed IDE ("Directories used by the IDE" in the IDEs' help), by name. Android
 * Studio keeps its own among Google's.
 */
export function jetbrainsFolders({ env, platform, homeFolder }: SetupMachine): readonly string[] {
  const bases = {
    win32: () => env['APPDATA'] ?? path.join(homeFolder, 'AppData', 'Roaming'),
    darwin: () => path.join(homeFolder, 'Library', 'Application Support'),
    other: () => env['XDG_CONFIG_HOME'] || path.join(homeFolder, '.config'),
  };
  const base = bases[platform === 'win32' || platform === 'darwin' ? platform : 'other']();
  return ['JetBrains', 'Google']
    .map((vendor) => path.join(base, vendor))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => PRODUCT.test(entry.name) && !entry.isFile())
        .map((entry) => path.join(folder, entry.name)),
    )
    .toSorted();
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SetupMachine } from '../planned-file.ts';

/**
 * The folders in which Zed, stable or preview, keeps `settings.json`: the usual one, and that of its Flatpak
 * (zed.dev/docs/configuring-zed). Those that are there; empty where Zed has not been started yet.
 */
export function zedFolders({ env, platform, homeFolder }: SetupMachine): readonly string[] {
  const candidates =
    platform === 'win32'
      ? [path.join(env['APPDATA'] ?? path.join(homeFolder, 'AppData', 'Roaming'), 'Zed')]
      : [
          path.join(
            (platform === 'linux' && env['XDG_CONFIG_HOME']) || path.join(homeFolder, '.config'),
            'zed',
          ),
          path.join(homeFolder, '.var', 'app', 'dev.zed.Zed', 'config', 'zed'),
        ];
  return candidates.filter((folder) => existsSync(folder));
}

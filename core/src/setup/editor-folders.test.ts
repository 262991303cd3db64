import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jetbrainsFolders } from './jetbrains/jetbrains-folders.ts';
import type { SetupMachine } from './planned-file.ts';
import { zedFolders } from './zed/zed-folders.ts';

describe('where editors keep their configuration', () => {
  let homeFolder: string;
  const machine = (platform: NodeJS.Platform, env: SetupMachine['env'] = {}): SetupMachine => ({
    ...{ env, platform, homeFolder },
    candela: { command: 'candela', args: [] },
  });
  const make = (...folders: readonly string[]) =>
    Promise.all(folders.map((folder) => mkdir(path.join(homeFolder, folder), { recursive: true })));
  const below = (folders: readonly string[]) => folders.map((folder) => path.relative(homeFolder, folder));
  beforeEach(async () => {
    homeFolder = await mkdtemp(path.join(tmpdir(), 'candela-folders-'));
  });
  afterEach(() => rm(homeFolder, { recursive: true }));

  it('on Linux', async () => {
    await make('.config/JetBrains/GoLand2026.1', '.config/JetBrains/Toolbox', '.config/zed', 'xdg/zed');
    assert.deepEqual(below(jetbrainsFolders(machine('linux'))), ['.config/JetBrains/GoLand2026.1']);
    assert.deepEqual(below(zedFolders(machine('linux'))), ['.config/zed']);
    const env = { XDG_CONFIG_HOME: path.join(homeFolder, 'xdg') };
    assert.deepEqual(below(zedFolders(machine('linux', env))), ['xdg/zed']);
    assert.deepEqual(jetbrainsFolders(machine('linux', env)), []);
  });

  it('on macOS', async () => {
    const support = 'Library/Application Support';
    await make(`${support}/JetBrains/PyCharm2025.3`, `${support}/Google/AndroidStudio2025.1`, '.config/zed');
    assert.deepEqual(below(jetbrainsFolders(machine('darwin'))), [
      `${support}/Google/AndroidStudio2025.1`,
      `${support}/JetBrains/PyCharm2025.3`,
    ]);
    assert.deepEqual(below(zedFolders(machine('darwin'))), ['.config/zed']);
  });

  it('on Windows', async () => {
    await make('AppData/Roaming/JetBrains/Rider2026.2', 'AppData/Roaming/Zed', 'moved/Zed');
    assert.deepEqual(below(jetbrainsFolders(machine('win32'))), ['AppData/Roaming/JetBrains/Rider2026.2']);
    assert.deepEqual(below(zedFolders(machine('win32'))), ['AppData/Roaming/Zed']);
    const env = { APPDATA: path.join(homeFolder, 'moved') };
    assert.deepEqual(below(zedFolders(machine('win32', env))), ['moved/Zed']);
  });
});

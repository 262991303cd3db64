import assert from 'node:assert/strict';
import { isBuiltin } from 'node:module';
import { build } from 'esbuild';
import { ROOT } from './repository.ts';

/** What each program is made of: bundled here as it is built, only to read the list of its parts. */
describe('what is in each bundle', () => {
  it('the editor client runs in a browser: nothing of Node, nothing of core but money and the clock', async () => {
    const { files, imports } = await partsOf('core/src/client/index.ts', { platform: 'browser' });
    assert.deepEqual(imports.filter(isBuiltin), []);
    assert.deepEqual(
      files.filter((file) => file.startsWith('core/') && !/^core\/src\/(client|money|clock)/.test(file)),
      [],
    );
  });

  it('the VS Code extension holds the client and no gateway', async () => {
    const { files, imports } = await partsOf('vscode-extension/src/extension.ts', { external: ['vscode'] });
    assert.ok(files.some((file) => file.startsWith('core/src/client/')));
    assert.deepEqual(forbidden(files, /^core\/src\/(gateway|budget|storage|services|engine)|^server\//), []);
    assert.deepEqual(forbidden(imports, /^(fastify|undici|pino|node:sqlite|@duckdb)/), []);
  });

  for (const editor of ['jetbrains', 'zed']) {
    it(`the bridge for ${editor} holds the client, needs nothing at run time but Node, and has no gateway`, async () => {
      const { files, imports } = await partsOf(`${editor}-bridge/src/main.ts`, {});
      assert.ok(files.includes('core/src/bridge/lsp/serve-lsp.ts'));
      assert.ok(files.includes('core/src/client/editor-session.ts'));
      assert.deepEqual(
        forbidden(
          files,
          /^core\/src\/(gateway|budget|storage|services|setup|engine)|^server\/|^vscode-extension\//,
        ),
        [],
      );
      assert.deepEqual(forbidden(imports, /^(fastify|undici|pino|node:sqlite|commander|@duckdb)/), []);
    });
  }

  it('the daemon holds no server, no second database and no cloud SDK but credentials', async () => {
    const { files } = await partsOf('core/src/local/main.ts', {});
    assert.ok(files.includes('core/src/gateway/gateway.ts'));
    assert.deepEqual(
      forbidden(
        files,
        /^server\/|^vscode-extension\/|node_modules\/(fastify|@duckdb|@google-cloud|@aws-sdk\/client-[^/]+|vscode)\//,
      ),
      [],
    );
  });

  it('the server holds the same gateway and no editor', async () => {
    const { files } = await partsOf('server/src/app/main.ts', { external: ['@duckdb/node-api'] });
    assert.ok(files.includes('core/src/gateway/gateway.ts'));
    assert.ok(files.includes('core/src/services/routes.ts'));
    assert.deepEqual(forbidden(files, /^vscode-extension\/|^core\/src\/(local|client)\//), []);
  });
});

async function partsOf(
  entry: string,
  options: { readonly platform?: 'node' | 'browser'; readonly external?: readonly string[] },
): Promise<{ readonly files: readonly string[]; readonly imports: readonly string[] }> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: 'unused',
    metafile: true,
    format: 'esm',
    platform: options.platform ?? 'node',
    external: [...(options.external ?? [])],
    logLevel: 'silent',
  });
  const inputs = Object.entries(metafile.inputs);
  return {
    files: inputs.map(([file]) => file),
    imports: inputs.flatMap(([, input]) => input.imports.map(({ path }) => path)),
  };
}

function forbidden(names: readonly string[], pattern: RegExp): readonly string[] {
  return names.filter((name) => pattern.test(name));
}

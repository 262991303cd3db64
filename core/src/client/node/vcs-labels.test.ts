import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { remoteName } from './remote-name.ts';
import { vcsLabels } from './vcs-labels.ts';

describe('the repository and branch of a folder', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'candela-vcs-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** The repositories are git's own; only reading them is ours. */
  const git = (folder: string, ...args: string[]): void => {
    const identity = [
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@localhost',
      '-c',
      'protocol.file.allow=always',
    ];
    execFileSync('git', ['-C', folder, ...identity, ...args], {
      stdio: 'pipe',
      env: { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
    });
  };
  const repository = async (name: string, branch: string): Promise<string> => {
    const folder = path.join(root, name);
    await mkdir(folder);
    git(folder, 'init', '--quiet', '--initial-branch', branch);
    git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'one');
    return folder;
  };
  const both = (name: string, branch: string) => ({
    'vcs.repository.name': name,
    'vcs.ref.head.name': branch,
  });

  it('are found from anywhere below, by the remote’s name', async () => {
    const folder = await repository('checkout', 'feature/a,b=ü');
    git(folder, 'remote', 'add', 'origin', 'https://me:secret@git.example.com/team/web-shop.git');
    const below = path.join(folder, 'src', 'deep');
    await mkdir(below, { recursive: true });
    assert.deepEqual(await vcsLabels(below), both('web-shop', 'feature/a,b=ü'));
  });

  it('are those of a worktree, and of the repository it belongs to', async () => {
    const folder = await repository('shop', 'main');
    const tree = path.join(root, 'elsewhere');
    git(folder, 'worktree', 'add', '--quiet', '-b', 'hotfix', tree);
    assert.deepEqual(await vcsLabels(tree), both('shop', 'hotfix'));
    assert.deepEqual(await vcsLabels(folder), both('shop', 'main'));
  });

  it('are those of a submodule inside it', async () => {
    const library = await repository('library', 'trunk');
    const folder = await repository('shop', 'main');
    git(folder, 'submodule', '--quiet', 'add', library, 'vendor/lib');
    assert.deepEqual(await vcsLabels(path.join(folder, 'vendor', 'lib')), both('library', 'trunk'));
  });

  it('have no branch where none is checked out', async () => {
    const folder = await repository('shop', 'main');
    git(folder, 'checkout', '--quiet', '--detach');
    assert.deepEqual(await vcsLabels(folder), { 'vcs.repository.name': 'shop' });
  });

  it('have a branch before its first commit', async () => {
    const folder = path.join(root, 'new');
    await mkdir(folder);
    git(folder, 'init', '--quiet', '--initial-branch', 'first');
    assert.deepEqual(await vcsLabels(folder), both('new', 'first'));
  });

  it('are nothing where there is no repository, or none that can be read', async () => {
    assert.deepEqual(await vcsLabels(path.join(root, 'not', 'there')), {});
    await mkdir(path.join(root, 'empty', '.git'), { recursive: true });
    assert.deepEqual(await vcsLabels(path.join(root, 'empty')), {});
    const folder = await repository('broken', 'main');
    await writeFile(path.join(folder, '.git', 'HEAD'), 'ref: refs/heads/.invalid\n');
    assert.deepEqual(await vcsLabels(folder), { 'vcs.repository.name': 'broken' });
    await writeFile(path.join(folder, '.git', 'HEAD'), 'ref: refs/heads/a\u0007b\n');
    assert.deepEqual(await vcsLabels(folder), { 'vcs.repository.name': 'broken' });
  });
});

describe('a remote’s name', () => {
  const named = (url: string) => remoteName(`[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n`);

  it('is the last part of its path, whatever the address looks like', () => {
    const urls = {
      'https://git.example.com/team/shop.git': 'shop',
      'https://git.example.com/team/shop/': 'shop',
      'https://user:p%40ss@git.example.com:8443/team/shop?x=1#y': 'shop',
      'ssh://git@git.example.com:22/team/shop.git': 'shop',
      'git@git.example.com:team/shop.git': 'shop',
      'git@git.example.com:shop': 'shop',
      'git.example.com:shop.git': 'shop',
      '/srv/git/shop.git': 'shop',
      '"/srv/git/my shop.git/"': 'my shop',
      '../shop': 'shop',
      'C:\\git\\shop.git': 'shop',
      'file:///srv/git/shop%20two.git': 'shop two',
      'persistent-https://git.example.com/team/shop.git': 'shop',
      'vault::https://me:token@git.example.com/team/shop': 'shop',
      'https://git.example.com/team/shop.git # the shop': 'shop',
      '"https://me:to;ken@git.example.com/team/shop.git"': 'shop',
    };
    for (const [url, name] of Object.entries(urls)) assert.equal(named(url), name, url);
  });

  it('is never the host or what signs in there', () => {
    for (const url of [
      'https://token@git.example.com',
      'https://me:token@git.example.com/',
      'git@host:',
      'token@git.example.com',
      'me:token@git.example.com:shop',
      'vault::https://me:token@git.example.com',
      'codecommit::eu-west-1://profile@shop',
      '',
    ]) {
      assert.equal(named(url), undefined, url);
    }
  });

  it('is that of origin only', () => {
    assert.equal(
      remoteName('[remote "fork"]\nurl = /srv/fork\n[REMOTE "origin"]\n  url=/srv/shop\n'),
      'shop',
    );
    assert.equal(remoteName('[remote "Origin"]\nurl = /srv/fork\n[branch "x"]\nurl = /srv/y\n'), undefined);
  });
});

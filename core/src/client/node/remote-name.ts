/**
 * A repository's name by the address of its remote `origin`: the last part of the path, without `.git`, without the
 * host, without credentials. Undefined where there is no such remote or no such part.
 *
 * @param config the text of a repository's `config`; https://git-scm.com/docs/git-config#_syntax
 */
export function remoteName(config: string): string | undefined {
  const url = originUrl(config);
  return url === undefined ? undefined : nameInUrl(url);
}

function originUrl(config: string): string | undefined {
  let isOrigin = false;
  for (const line of config.split(/\r?\n/)) {
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) isOrigin = /^remote\s+"([^"]*)"$/i.exec(section.trim())?.[1] === 'origin';
    const url = isOrigin ? /^\s*url\s*=\s*(.*)$/i.exec(line)?.[1] : undefined;
    if (url !== undefined) return unquoted(url.trim());
  }
  return undefined;
}

/** Git puts quotes around what holds the beginning of a comment. */
function unquoted(value: string): string {
  return /^"(.*)"/.exec(value)?.[1] ?? value.replace(/\s*[;#].*$/, '');
}

function nameInUrl(url: string): string | undefined {
  const segments = pathOf(url)
    .split(/[/\\]/)
    .filter((segment) => segment !== '');
  const name = segments.at(-1)?.replace(/\.git$/i, '');
  return name === '' || name === undefined || MAY_SIGN_IN.test(name) ? undefined : name;
}

/** What is left of an address nobody foresaw may be what signs in: it is better to know no name. */
const MAY_SIGN_IN = /[@:]/;

/**
 * An address with a scheme, git's own `user@host:path`, or a path of this machine; before each of them may stand the
 * name of a helper: https://git-scm.com/docs/gitremote-helpers
 */
function pathOf(address: string): string {
  const url = address.replace(/^[\w+.-]+::/, '');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) {
    if (!URL.canParse(url)) return '';
    const { pathname } = new URL(url);
    return decoded(pathname);
  }
  const isWindowsPath = /^[a-z]:[/\\]/i.test(url);
  return isWindowsPath ? url : url.replace(/^[^/\\:]*:/, '');
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

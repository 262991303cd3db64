import type { Command } from 'commander';

/** What may follow a command, as a shell offers it. */
interface Place {
  /** `''` for the program itself, else its subcommands' names, such as `auth login`. */
  readonly path: string;
  readonly words: readonly Word[];
}

interface Word {
  readonly text: string;
  readonly description: string;
}

/** A script that completes commands, options and fixed choices, made of the command tree. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', program: Command): string {
  return SCRIPTS[shell](program.name(), placesOf(program, ''));
}

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

function placesOf(command: Command, path: string): readonly Place[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const words: readonly Word[] = [
    ...subcommands.map((one) => ({ text: one.name(), description: one.description() })),
    ...command.registeredArguments.flatMap(({ argChoices = [] }) =>
      argChoices.map((text) => ({ text, description: '' })),
    ),
    ...help.visibleOptions(command).map(({ long, short, description }) => ({
      text: long ?? short ?? '',
      description,
    })),
  ];
  const below = command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim()));
  return [{ path, words }, ...below];
}

/** Walks the words before the cursor: the path is those that are commands, up to `--`. */
function bashScript(name: string, places: readonly Place[]): string {
  const cases = places.map(({ path, words }) => `    ${quoted(path)}) words=${quoted(textsOf(words))} ;;`);
  return `# bash completion for ${name}
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' words='' word at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    [[ $word == -- ]] && return
    case "$path $word" in
${pathCases(places, (path) => `      ${quoted(` ${path}`)} | ${quoted(path)}) path=${quoted(path)} ;;`)}
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _${name} ${name}
`;
}

function zshScript(name: string, places: readonly Place[]): string {
  const cases = places.map(
    ({ path, words }) =>
      `    ${quoted(path)}) offered=(${words.map(({ text, description }) => quoted(description === '' ? text : `${text}:${description}`)).join(' ')}) ;;`,
  );
  return `#compdef ${name}
_${name}() {
  local found='' word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -- ]] && return
    case "$found $word" in
${pathCases(places, (path) => `      (${quoted(` ${path}`)}|${quoted(path)}) found=${quoted(path)} ;;`)}
    esac
  done
  case "$found" in
${cases.join('\n')}
  esac
  _describe -t commands ${name} offered || _files
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function fishScript(name: string, places: readonly Place[]): string {
  const isTop = (path: string): string =>
    path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;
  const lines = places.flatMap(({ path, words }) =>
    words.map(({ text, description }) => {
      const what = text.startsWith('--')
        ? `-l ${text.slice(2)}`
        : text.startsWith('-')
          ? `-s ${text.slice(1)}`
          : `-a ${fishQuoted(text)}`;
      const told = description === '' ? '' : ` -d ${fishQuoted(description)}`;
      return `complete -c ${name} -f -n ${fishQuoted(isTop(path))} ${what}${told}`;
    }),
  );
  return `# fish completion for ${name}\n${lines.join('\n')}\n`;
}

function pathCases(places: readonly Place[], line: (path: string) => string): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => line(path))
    .join('\n');
}

function textsOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}

/** As bash and zsh take a text literally. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** In fish a backslash means something inside quotes too. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

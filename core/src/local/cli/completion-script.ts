import type { Command, Option } from 'commander';

/** What may follow a command, as a shell offers it. */
interface Place {
  /** `''` for the program itself, else its subcommands' names, such as `auth login`. */
  readonly path: string;
  /** Commands and fixed choices. */
  readonly words: readonly Word[];
  readonly options: readonly Flag[];
}

interface Word {
  readonly text: string;
  readonly description: string;
}

interface Flag {
  /** As they are typed: the long name, then the short one where there is one. */
  readonly names: readonly string[];
  readonly description: string;
  /** What may follow it: `[]` for what only the user knows, such as a file; absent where nothing does. */
  readonly values?: readonly string[];
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
  ];
  const options = help.visibleOptions(command).map(flagOf);
  const below = command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim()));
  return [{ path, words, options }, ...below];
}

function flagOf({ long, short, description, required, optional, argChoices }: Option): Flag {
  const names = [long, short].filter((name) => name !== undefined);
  return { names, description, ...((required || optional) && { values: argChoices ?? [] }) };
}

/** Walks the words before the cursor: the path is those that are commands, up to `--`. */
function bashScript(name: string, places: readonly Place[]): string {
  const cases = places.map((place) => `    ${quoted(place.path)}) words=${quoted(textsOf(place))} ;;`);
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
  case "$path \${COMP_WORDS[COMP_CWORD - 1]}" in
${valueCases(places, (values) => `words=${quoted(values.join(' '))}`)}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _${name} ${name}
`;
}

function zshScript(name: string, places: readonly Place[]): string {
  const cases = places.map((place) => {
    const offered = [...place.words, ...optionWords(place)].map(({ text, description }) =>
      quoted(description === '' ? text : `${text}:${description}`),
    );
    return `    ${quoted(place.path)}) offered=(${offered.join(' ')}) ;;`;
  });
  return `#compdef ${name}
_${name}() {
  local found='' word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -- ]] && { _files; return }
    case "$found $word" in
${pathCases(places, (path) => `      (${quoted(` ${path}`)}|${quoted(path)}) found=${quoted(path)} ;;`)}
    esac
  done
  case "$found" in
${cases.join('\n')}
  esac
  case "$found $words[CURRENT - 1]" in
${valueCases(places, (values) => `offered=(${values.map(quoted).join(' ')})`)}
  esac
  _describe -t commands ${name} offered || _files
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function fishScript(name: string, places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words, options }) => {
    const start = `complete -c ${name} -n ${fishQuoted(`__${name}_at ${fishQuoted(path)}`)}`;
    const told = (description: string): string =>
      description === '' ? '' : ` -d ${fishQuoted(description)}`;
    return [
      `${start} -f`,
      ...words.map(({ text, description }) => `${start} -a ${fishQuoted(text)}${told(description)}`),
      ...options.map(
        ({ names, description, values }) =>
          `${start} ${fishFlag(names)}${fishValues(values)}${told(description)}`,
      ),
    ];
  });
  return `# fish completion for ${name}
function __${name}_at
  set -l found ''
  for word in (commandline -opc)[2..]
    switch "$found $word"
      case '* --'
        return 1
${pathCases(places, (path) => `      case ${fishQuoted(` ${path}`)} ${fishQuoted(path)}\n        set found ${fishQuoted(path)}`)}
    end
  end
  test "$found" = "$argv[1]"
end
${lines.join('\n')}
`;
}

function fishFlag(names: readonly string[]): string {
  return names
    .map((text) => (text.startsWith('--') ? `-l ${text.slice(2)}` : `-s ${text.slice(1)}`))
    .join(' ');
}

/** One whose value is not known may take a file. */
function fishValues(values: readonly string[] | undefined): string {
  if (values === undefined) return '';
  return values.length === 0 ? ' -r -F' : ` -x -a ${fishQuoted(values.join(' '))}`;
}

/** For each option with a value, what is offered behind it. */
function valueCases(places: readonly Place[], line: (values: readonly string[]) => string): string {
  return places
    .flatMap(({ path, options }) =>
      options.flatMap(({ names, values }) =>
        values === undefined
          ? []
          : [`    ${names.map((text) => quoted(`${path} ${text}`)).join(' | ')}) ${line(values)} ;;`],
      ),
    )
    .join('\n');
}

function pathCases(places: readonly Place[], line: (path: string) => string): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => line(path))
    .join('\n');
}

function optionWords({ options }: Place): readonly Word[] {
  return options.map(({ names: [text = ''], description }) => ({ text, description }));
}

function textsOf(place: Place): string {
  return [...place.words, ...optionWords(place)].map(({ text }) => text).join(' ');
}

/** As bash and zsh take a text literally. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** In fish a backslash means something inside quotes too. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

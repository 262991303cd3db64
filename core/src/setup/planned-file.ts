/** One file of an editor that a setup changes, and how. Pure: text in, text out. */
export interface PlannedFile {
  /** Absolute. */
  readonly path: string;
  /** What it is to people: `settings`. */
  readonly what: string;
  /**
   * The text with our parts in it: the very same text if they are there already.
   *
   * @param current undefined where there is no file
   * @throws SetupError naming line and column, if the text is not what the editor itself could read
   */
  add(current: string | undefined): string;
  /**
   * The text without our parts, for when somebody else has changed the file since; undefined if nothing is left.
   *
   * @throws SetupError as `add`
   */
  remove(current: string): string | undefined;
}

/** What a setup has to know of the machine it runs on. */
export interface SetupMachine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The developer's home folder. */
  readonly homeFolder: string;
  /** How an editor runs `candela`: editors often do not have the `PATH` of a shell. */
  readonly candela: CandelaProgram;
}

export interface CandelaProgram {
  readonly command: string;
  /** Come before a command's own. */
  readonly args: readonly string[];
}

/** Gives the sentence in the reader's language, `{0}`, `{1}` … filled in; `vscode.l10n.t` is one. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

const english: Translate = (message, ...args) =>
  message.replaceAll(/\{(\d+)\}/g, (placeholder, index: string) =>
    String(args[Number(index)] ?? placeholder),
  );

let translate = english;

/**
 * What people read goes through here, so that an editor with languages of its own can put them in. Each key stands in
 * `vscode-extension/l10n/bundle.l10n.json`, from which translations are made; a test compares the two.
 */
export const l10n = {
  t: ((message, ...args) => translate(message, ...args)) satisfies Translate,
  /** From now on texts come from here; English again without an argument. */
  use(other: Translate = english): void {
    translate = other;
  },
};

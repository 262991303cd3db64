/** `candela setup <editor>`: into an editor's own configuration, and out of it again. */
export { setupEditor } from './setup-editor.ts';
export { SetupError } from './setup-error.ts';
export { setupText } from './setup-text.ts';

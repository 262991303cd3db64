import * as vscode from 'vscode';
import { ChatFailure, type ChatFailureKind } from '@candela/core/client';

/** Kinds for which VS Code has an error of its own; callers tell those apart by `code`. */
const MAKE: Readonly<Partial<Record<ChatFailureKind, (message: string) => vscode.LanguageModelError>>> = {
  blocked: (message) => vscode.LanguageModelError.Blocked(message),
  forbidden: (message) => vscode.LanguageModelError.NoPermissions(message),
  keyNeeded: (message) => vscode.LanguageModelError.NoPermissions(message),
  notFound: (message) => vscode.LanguageModelError.NotFound(message),
};

/** What to throw at VS Code for what went wrong; the message is what its chat shows. */
export function languageModelError(error: unknown): unknown {
  if (!(error instanceof ChatFailure)) return error;
  return MAKE[error.kind]?.(error.message) ?? error;
}

import {
  type Connection,
  MessageType,
  ShowDocumentRequest,
  ShowMessageNotification,
} from 'vscode-languageserver/node';

/** What a language server can make appear in an editor. */
export interface EditorWindow {
  /** A message that wants no answer (`window/showMessage`). */
  tell(severity: keyof typeof SEVERITIES, message: string): void;
  /** One of the titles, or undefined if the question was closed (`window/showMessageRequest`). */
  ask(question: string, titles: readonly string[]): Promise<string | undefined>;
  /** Opens an address in the browser; false where the editor cannot. */
  open(url: string): Promise<boolean>;
}

const SEVERITIES = { info: MessageType.Info, warning: MessageType.Warning, error: MessageType.Error };

/** @param canShowDocument whether the editor opens addresses for us (`window.showDocument.support`). */
export function editorWindow(connection: Connection, canShowDocument: () => boolean): EditorWindow {
  return {
    tell(severity, message) {
      const params = { type: SEVERITIES[severity], message };
      void connection.sendNotification(ShowMessageNotification.method, params);
    },
    async ask(message, titles) {
      const items = titles.map((title) => ({ title }));
      return (await connection.window.showInformationMessage(message, ...items))?.title;
    },
    async open(uri) {
      if (!canShowDocument()) return false;
      return (await connection.sendRequest(ShowDocumentRequest.type, { uri, external: true })).success;
    },
  };
}

import { l10n } from '../l10n.ts';

const { t } = l10n;

/** Every sentence about a chat that goes wrong; see `texts.ts`. */
export const chatTexts = {
  nothingAnswers: (address: string) =>
    t('Candela cannot be reached: nothing answers at {0}. Start it, then send the message again.', address),
  notCandela: (address: string) => t('What answers at {0} is not Candela.', address),
  keyNeeded: (provider: string, detail: string) =>
    t(
      '{0} did not accept the key ({1}). Store yours with the command “Candela: Set Provider Key…”.',
      provider,
      detail,
    ),
  overBudget: (detail: string) => t('Candela did not send this: {0}', detail),
  tooFast: (detail: string, seconds: number | undefined) =>
    seconds === undefined ? detail : t('{0} Try again in {1} s.', detail, seconds),
  refused: (status: number, detail: string) => t('{0} (HTTP {1})', detail, status),
  providerSaid: (detail: string) => t('The provider stopped with an error: {0}', detail),
  get cutShort() {
    return t('The answer was cut short: the connection ended before the model was done.');
  },
  brokenToolCall: (name: string) => t('The model called the tool {0} with an input that is not JSON.', name),
  get noDetail() {
    return t('no reason given');
  },
} as const;

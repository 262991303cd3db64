/** Every sentence about a chat that goes wrong; see `texts.ts`. */
export const chatTexts = {
  nothingAnswers: (address: string) =>
    `Candela cannot be reached: nothing answers at ${address}. Start it, then send the message again.`,
  notCandela: (address: string) => `What answers at ${address} is not Candela.`,
  keyNeeded: (provider: string, detail: string) =>
    `${provider} did not accept the key (${detail}). Store yours with the command “Candela: Set Provider Key…”.`,
  overBudget: (detail: string) => `Candela did not send this: ${detail}`,
  tooFast: (detail: string, seconds: number | undefined) =>
    seconds === undefined ? detail : `${detail} Try again in ${seconds} s.`,
  refused: (status: number, detail: string) => `${detail} (HTTP ${status})`,
  providerSaid: (detail: string) => `The provider stopped with an error: ${detail}`,
  cutShort: 'The answer was cut short: the connection ended before the model was done.',
  brokenToolCall: (name: string) => `The model called the tool ${name} with an input that is not JSON.`,
  noDetail: 'no reason given',
} as const;

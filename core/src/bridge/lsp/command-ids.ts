/** What `workspace/executeCommand` takes. */
export const COMMAND_IDS = ['candela.annotate', 'candela.showSpend', 'candela.openDashboard'] as const;

export type CommandId = (typeof COMMAND_IDS)[number];

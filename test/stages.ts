/** A part of `npm test` that can be run by its name. */
export interface Stage {
  readonly name: string;
  /** Mocha's files; without them the stage is the checks. */
  readonly specs?: readonly string[];
}

/** In the order in which they run: what fails soonest and says most comes first. */
export const STAGES: readonly Stage[] = [
  { name: 'check' },
  { name: 'units', specs: ['{proto,core,server,vscode-extension,jetbrains-bridge,zed-bridge}/**/*.test.ts'] },
  { name: 'harness', specs: ['test/{fakes,harness,bench}/**/*.test.ts'] },
  { name: 'gateway', specs: ['test/{gateway,server,start,structure,fuzz}/**/*.test.ts'] },
  { name: 'daemon', specs: ['test/{bridge,cli,client,runtimes,team}/**/*.test.ts'] },
  { name: 'sdk', specs: ['test/sdk/**/*.test.ts'] },
  { name: 'jetbrains', specs: ['test/jetbrains/**/*.test.ts'] },
  { name: 'vscode', specs: ['test/vscode/**/*.test.ts'] },
];

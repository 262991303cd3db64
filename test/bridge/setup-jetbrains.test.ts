import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { SaxesParser } from 'saxes';
import { CANDELA } from './bridge-process.ts';
import { inNewHomes } from './setup-home.ts';

/** As the IDE itself writes it, with a tool of the developer's in our group, and one of ours that runs something old. */
const IDE_TOOLS = `<toolSet name="Candela">
  <tool name="Mark Last Call Good" showInMainMenu="true" showInEditor="false" showInProject="false" showInSearchPopup="false" disabled="false" useConsole="true" showConsoleOnStdOut="false" showConsoleOnStdErr="false" synchronizeAfterRun="true">
    <exec>
      <option name="COMMAND" value="/gone/node" />
      <option name="PARAMETERS" value="annotate --last" />
    </exec>
  </tool>
  <tool name="Mine &amp; nobody else's" showInMainMenu="true" disabled="false">
    <exec><option name="COMMAND" value="make" /></exec>
  </tool>
</toolSet>`;

describe('candela setup jetbrains', () => {
  const { at, put, text, run, report, outcomes, snapshot } = inNewHomes();

  const IDEA = '.config/JetBrains/IntelliJIdea2026.2';
  const PYCHARM = '.config/JetBrains/PyCharm2025.3';
  const STUDIO = '.config/Google/AndroidStudio2025.1';
  const TEMPLATE = '.candela/jetbrains/lsp4ij-template';
  beforeEach(async () => {
    await put(`${IDEA}/options/editor.xml`, '<application/>');
    await put(`${PYCHARM}/tools/External Tools.xml`, '<toolSet name="External Tools"></toolSet>');
    await put(`${PYCHARM}/tools/Candela.xml`, IDE_TOOLS);
    await put(`${STUDIO}/options/editor.xml`, '<application/>');
    await put('.config/JetBrains/consentOptions/accepted', '');
    await put('.config/JetBrains/acp.json', '{}');
    await put('.config/Google/Chrome/Default/Preferences', '{}');
  });

  it('adds the tools to each IDE, beside what is there', async () => {
    const before = await snapshot();
    const first = await report('jetbrains');
    assert.deepEqual(outcomes(first), {
      [`${STUDIO}/tools/Candela.xml`]: 'created',
      [`${IDEA}/tools/Candela.xml`]: 'created',
      [`${PYCHARM}/tools/Candela.xml`]: 'changed',
      [`${TEMPLATE}/template.json`]: 'created',
      [`${TEMPLATE}/initializationOptions.json`]: 'created',
      [`${TEMPLATE}/README.md`]: 'created',
    });
    const ours = ['Mark Last Call Good', 'Mark Last Call Bad', 'Label Last Call…', 'Show Budget'];
    const idea = toolsIn(await text(`${IDEA}/tools/Candela.xml`));
    assert.deepEqual([...idea.keys()], ours);
    assert.deepEqual(idea.get('Mark Last Call Bad'), {
      COMMAND: process.execPath,
      PARAMETERS: `${CANDELA} annotate --last --outcome bad`,
      WORKING_DIRECTORY: '$ProjectFileDir$',
    });
    const pycharm = toolsIn(await text(`${PYCHARM}/tools/Candela.xml`));
    assert.deepEqual(new Set(pycharm.keys()), new Set([...ours, "Mine & nobody else's"]));
    assert.equal(pycharm.get('Mark Last Call Good')?.['COMMAND'], process.execPath);
    assert.deepEqual(pycharm.get("Mine & nobody else's"), { COMMAND: 'make' });

    const template = JSON.parse(await text(`${TEMPLATE}/template.json`)) as Record<string, unknown>;
    assert.partialDeepStrictEqual(template, {
      id: 'candela',
      name: 'candela',
      programArgs: { default: `${process.execPath} ${CANDELA} bridge --client jetbrains` },
    });
    assert.ok(first.steps.some((step) => step.includes('/v1') && step.includes('http://localhost:1234')));
    assert.ok(first.steps.some((step) => step.includes('"args":["') && step.includes('"mcp"]')));

    const after = await snapshot();
    assert.deepEqual(new Set(Object.values(outcomes(await report('jetbrains')))), new Set(['unchanged']));
    assert.deepEqual(await snapshot(), after);
    await report('jetbrains', '--undo');
    assert.deepEqual(await snapshot(), before);
    await assert.rejects(stat(at(IDEA, 'tools')), { code: 'ENOENT' });
  });

  it('leaves alone what the IDE has only written in its own way', async () => {
    await report('jetbrains');
    const path = `${IDEA}/tools/Candela.xml`;
    // Attributes in another order, one more, other white space, no description.
    const rewritten = (await text(path))
      .replaceAll(/ description="[^"]*"/g, '')
      .replaceAll('disabled="false"', 'disabled="true"')
      .replaceAll('\n', '\r\n');
    await writeFile(at(path), rewritten);
    assert.equal(outcomes(await report('jetbrains'))[path], 'unchanged');
    assert.equal(await text(path), rewritten);
    await report('jetbrains', '--undo');
    await assert.rejects(stat(at(path)), { code: 'ENOENT' });
  });

  it('keeps the developer’s tool when it takes out its own', async () => {
    await report('jetbrains');
    const path = `${PYCHARM}/tools/Candela.xml`;
    await writeFile(at(path), (await text(path)).replace('value="make"', 'value="gmake"'));
    assert.equal(outcomes(await report('jetbrains', '--undo'))[path], 'our parts removed');
    assert.deepEqual([...toolsIn(await text(path))], [["Mine & nobody else's", { COMMAND: 'gmake' }]]);
  });

  it('changes nothing if a file is not well-formed, and says where', async () => {
    await put(`${PYCHARM}/tools/Candela.xml`, '<toolSet name="Candela">\n  <tool name="x">\n</toolSet>\n');
    const before = await snapshot();
    const { code, err } = await run('jetbrains');
    assert.equal(code, 1);
    assert.match(err, /PyCharm2025\.3\/tools\/Candela\.xml:3:\d+ is not well-formed XML/);
    assert.deepEqual(await snapshot(), before);
  });
});

describe('candela setup', () => {
  const { run } = inNewHomes();

  it('does not know every editor', async () => {
    const { code, err } = await run('emacs');
    assert.equal(code, 2);
    assert.match(err, /jetbrains, zed/);
  });
});

/** As the IDE reads it: each tool of the tool set with the options of its command. */
function toolsIn(xml: string): Map<string, Record<string, string>> {
  const tools = new Map<string, Record<string, string>>();
  const parser = new SaxesParser();
  let options: Record<string, string> = {};
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'tool') tools.set(attributes['name'] ?? '', (options = {}));
    if (name === 'option') options[attributes['name'] ?? ''] = attributes['value'] ?? '';
  });
  parser.write(xml).close();
  return tools;
}

// Stands for a terminal agent: says how it was started, makes the calls its arguments name, ends as they say.
const [mode = 'say', ...rest] = process.argv.slice(2);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const post = (url, headers, body) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const messages = [{ role: 'user', content: 'Hello [usage in=1000 out=50]' }];
const { env } = process;

if (mode === 'say') {
  say({
    args: rest,
    env: Object.fromEntries(
      [
        'OPENAI_BASE_URL',
        'OPENAI_API_BASE',
        'ANTHROPIC_BASE_URL',
        'GOOGLE_GEMINI_BASE_URL',
        'OPENCODE_CONFIG_CONTENT',
      ].map((name) => [name, env[name]]),
    ),
  });
} else if (mode === 'call') {
  const answers = [
    await post(
      `${env.OPENAI_BASE_URL}/chat/completions`,
      { authorization: `Bearer ${env.OPENAI_API_KEY}` },
      { model: 'gpt-4o-mini', max_tokens: 100, messages },
    ),
    await post(
      `${env.ANTHROPIC_BASE_URL}/v1/messages?beta=true`,
      { 'x-api-key': env.ANTHROPIC_API_KEY, 'anthropic-version': '2023-06-01' },
      { model: 'claude-sonnet-4-5', max_tokens: 100, messages },
    ),
  ];
  for (const answer of answers) await answer.text();
  say(answers.map(({ status }) => status));
} else if (mode === 'exit') {
  process.exitCode = Number(rest[0]);
} else if (mode === 'wait') {
  process.on('SIGTERM', () => {
    say('told to end');
    process.exit(7);
  });
  setInterval(() => {}, 1000);
  say('waiting');
} else if (mode === 'die') {
  process.kill(process.pid, rest[0]);
  setInterval(() => {}, 1000);
}

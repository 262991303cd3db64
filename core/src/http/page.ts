import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --line: color-mix(in srgb, currentColor 15%, transparent); }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.1rem; } h2 { font-size: 1rem; margin-top: 2rem; }
.figure { font-size: 2.4rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.muted { opacity: .7; }
meter { width: 100%; height: 1.2rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } .n { text-align: right; }
`;

const SCRIPT = `
const rpc = async (method, body = {}) => {
  const answer = await fetch('/candela.v1.' + method, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.json()).message || answer.statusText);
  return answer.json();
};
const usd = (amount = 0) => '$' + (amount > 0 && amount < 0.01 ? amount.toPrecision(3) : amount.toFixed(2));
const count = (n = 0) => Number(n).toLocaleString();
const $ = (id) => document.getElementById(id);
const fill = (id, rows, empty) => {
  $(id).replaceChildren(...(rows.length ? rows : [[empty]]).map((cells) => {
    const row = document.createElement('tr');
    for (const [i, text] of cells.entries()) {
      const cell = document.createElement('td');
      cell.textContent = text;
      if (i > 1) cell.className = 'n';
      if (cells.length === 1) cell.colSpan = 5;
      row.append(cell);
    }
    return row;
  }));
};
async function refresh() {
  const mine = await rpc('UserService/GetMyBudget');
  const resets = new Date(mine.periodResetsAt);
  const start = mine.budget?.periodStart ?? new Date(resets - 864e5).toISOString();
  const [today, traces] = await Promise.all([
    rpc('DashboardService/GetDashboardData', { timeRange: { start } }),
    rpc('TraceService/ListTraces', { pagination: { pageSize: 20 } }),
  ]);
  const spent = today.summary.totalCostUsd ?? 0;
  const limit = mine.budget?.limitUsd;
  $('spent').textContent = usd(spent) + (limit ? ' of ' + usd(limit) : '');
  $('left').textContent = (limit ? usd(mine.totalRemainingUsd) + ' left, grants included' : 'no daily budget is set') +
    ' · starts anew at ' + resets.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  $('meter').hidden = !limit;
  if (limit) Object.assign($('meter'), { max: limit, high: limit * 0.8, value: mine.budget.spentUsd ?? 0 });
  fill('models', (today.models ?? []).map((m) => [m.model, m.provider, count(m.callCount), count(Number(m.inputTokens ?? 0) + Number(m.outputTokens ?? 0)), usd(m.costUsd)]), 'No calls today.');
  fill('traces', (traces.traces ?? []).map((t) => [new Date(t.startTime).toLocaleTimeString(), t.primaryModel || t.rootSpanName, (t.status ?? '').replace('SPAN_STATUS_', '').toLowerCase(), count(t.totalTokens), usd(t.totalCostUsd)]), 'No calls yet.');
  $('state').textContent = 'as of ' + new Date().toLocaleTimeString();
}
const tick = () => refresh().catch((cause) => { $('state').textContent = 'not up to date: ' + cause.message; });
tick();
setInterval(() => { if (!document.hidden) tick(); }, 5000);
document.addEventListener('visibilitychange', () => { if (!document.hidden) tick(); });
`;

const PAGE = Buffer.from(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Candela</title>
<style>${STYLE}</style>
<h1>Candela</h1>
<p class="muted">Spent today</p>
<p class="figure" id="spent">…</p>
<meter id="meter" min="0" aria-label="Share of today's budget" hidden></meter>
<p id="left"></p>
<h2>By model, today</h2>
<table><thead><tr><th>Model<th>Provider<th class="n">Calls<th class="n">Tokens<th class="n">Cost</thead><tbody id="models"></tbody></table>
<h2>Latest calls</h2>
<table><thead><tr><th>Time<th>Model<th class="n">Result<th class="n">Tokens<th class="n">Cost</thead><tbody id="traces"></tbody></table>
<p class="muted" id="state" role="status"></p>
<script>${SCRIPT}</script>
</html>
`);

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-length': PAGE.length,
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; connect-src 'self'; style-src ${sha256(STYLE)}; script-src ${sha256(SCRIPT)}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
};

/** The page at `/`: today's spend, by model, and the latest calls, kept up to date while somebody looks. */
export function sendPage(res: ServerResponse): void {
  res.writeHead(200, HEADERS);
  res.end(PAGE);
}

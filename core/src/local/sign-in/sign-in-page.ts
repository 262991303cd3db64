/** What a browser shows at the end of a sign-in; whole by itself, light or dark as the reader has it. */
export function signInPage({
  isSignedIn,
  text,
}: {
  readonly isSignedIn: boolean;
  readonly text: string;
}): string {
  const title = isSignedIn ? 'Signed in to Candela' : 'Not signed in to Candela';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
  body { display: grid; place-content: center; min-height: 90vh; margin: 0 1.5rem }
  main { max-width: 34rem }
  h1 { font-size: 1.5rem; margin: 0 }
  p { margin: .5rem 0 0 }
</style>
<main>
<h1>${title}</h1>
<p>${escaped(text)}</p>
</main>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

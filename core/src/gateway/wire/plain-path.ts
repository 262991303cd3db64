/**
 * A path as a lenient server may read it: escapes undone, `.` and `..` followed, slashes single and none at the end.
 * For deciding what a path asks for; the path that is sent stays as the client wrote it. `''` for the root.
 */
export function plainPath(path: string): string {
  const kept: string[] = [];
  for (const segment of unescaped(path).split(/[/\\]/)) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return kept.map((segment) => `/${segment}`).join('');
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // What is no escape is meant as it stands.
    return path;
  }
}

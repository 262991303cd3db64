/** What a segment of a path says once its escapes are undone; one with a broken escape stands for itself. */
export function decodedSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

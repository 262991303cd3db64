const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1.3 GB`: decimal units, as registries and disks count. */
export function formatBytes(bytes: number): string {
  const exponent = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const scaled = bytes / 1000 ** exponent;
  return `${scaled.toFixed(exponent === 0 || scaled >= 100 ? 0 : 1)} ${UNITS[exponent]}`;
}

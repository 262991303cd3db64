import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DescFile, DescMessage } from '@bufbuild/protobuf';

const generatedDir = resolve(import.meta.dirname, '../gen/candela');

/** Descriptors of every generated file, whether a list somewhere names it or not. */
export async function generatedFiles(): Promise<DescFile[]> {
  const paths = readdirSync(generatedDir, { recursive: true, encoding: 'utf8' });
  const modules = paths.filter((path) => path.endsWith('_pb.js')).toSorted();
  return Promise.all(modules.map((path) => fileDescriptorOf(join(generatedDir, path))));
}

/** All messages of a file, nested ones after the message they are in; map entries are not messages of their own. */
export function messagesOf(parent: DescFile | DescMessage): DescMessage[] {
  const children = parent.kind === 'file' ? parent.messages : parent.nestedMessages;
  return children.flatMap((child) => [child, ...messagesOf(child)]);
}

async function fileDescriptorOf(path: string): Promise<DescFile> {
  const exported: Record<string, unknown> = await import(pathToFileURL(path).href);
  const descriptor = Object.values(exported).find(isDescFile);
  if (!descriptor) throw new Error(`${path} exports no file descriptor`);
  return descriptor;
}

function isDescFile(value: unknown): value is DescFile {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'file';
}

/** All files of what was dropped, also those in folders, with their paths. Without what cannot be read. */
export async function filesOf(entries: readonly FileSystemEntry[]): Promise<File[]> {
  return (await Promise.all(entries.map((entry) => read(entry).catch(() => [])))).flat();
}

async function read(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    const path = entry.fullPath.slice(1);
    return [path.includes("/") ? Object.defineProperty(file, "webkitRelativePath", { value: path }) : file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const entries: FileSystemEntry[] = [];
  // It gives them in parts, of which the last is empty.
  for (let part: FileSystemEntry[] | undefined; part?.length !== 0; entries.push(...part)) {
    part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
  }
  return filesOf(entries);
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

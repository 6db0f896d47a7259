import { dropInput } from "./files.js";

/**
 * Puts the files of dropped folders in their place, with their paths as in an input with `webkitdirectory`. The npm client takes a folder
 * for a file, which no browser can read: it would stay at 0 %, and its form would wait for it. An input for a single file takes no folder,
 * nor what is dropped together with one.
 *
 * @param prefix of the client's bindings, `phx-`
 */
export function unpackFolders(prefix: string): void {
  // Before the npm client, and before what keeps the files: both read `dataTransfer.files`.
  addEventListener("drop", ({ target, dataTransfer }) => {
    const input = dropInput(target, prefix);
    if (input === undefined || dataTransfer === null) return;
    // They can be asked for during the event only, and be read later.
    const entries = Array.from(dataTransfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
    if (entries.every(isFile)) return;
    Object.defineProperty(dataTransfer, "files", { value: [] });
    if (!input.multiple) return;
    void filesOf(entries).then((files) => input.dispatchEvent(new CustomEvent("track-uploads", { bubbles: true, detail: { files } })));
  }, true);
}

/** All files, also those in folders, without what cannot be read. */
async function filesOf(entries: readonly FileSystemEntry[]): Promise<File[]> {
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

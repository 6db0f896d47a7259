import { open, mkdir, readdir, rm, type FileHandle } from "node:fs/promises";
import { mkdirSync, rmSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import type { UploadWriter, WriterEnd } from "./writer.js";

/** A file that has arrived on this machine's disk. */
export interface UploadedOnDisk {
  /** Where it lies until it is consumed: move or copy it. */
  readonly path: string;
}

/** One folder per user: a shared folder would belong to whoever created it first. */
const ROOT = join(tmpdir(), `holdfast-uploads-${userInfo().username.replace(/\W/g, "_")}`);
/** Names this machine, so that nobody removes the folders of another machine's processes. */
const HOST = hostname().replace(/\W/g, "_");
const OWN = `${HOST}.${process.pid}.${randomUUID()}`;

let own: string | undefined;

/** The folder of this process, private to it and removed when the process ends. */
function ownFolder(): string {
  if (own !== undefined) return own;
  const folder = join(ROOT, OWN);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return (own = folder);
}

/**
 * Removes what killed processes of this machine have left. A folder is abandoned if its process no longer exists, or if it
 * has our process id but is not our folder: in a container every process has the same id.
 */
export async function removeAbandonedUploads(): Promise<void> {
  for (const name of await readdir(ROOT).catch(() => [])) {
    const [host, pid] = name.split(".");
    if (host !== HOST || name === OWN || (Number(pid) !== process.pid && isRunning(Number(pid)))) continue;
    await rm(join(ROOT, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: another user's process, but it exists.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Writes a file into a folder that only this process's user can enter. The file's name is ours; the user's name for it is
 * only text.
 */
export class DiskWriter implements UploadWriter<UploadedOnDisk> {
  readonly #folder: string | undefined;
  #path = "";
  #file: FileHandle | undefined;

  /** @param folder default: this process's folder among the system's temporary files */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  async init(): Promise<void> {
    const folder = this.#folder ?? ownFolder();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.#path = join(folder, randomUUID());
    // `wx`: never writes to a file or link that somebody else has put there.
    this.#file = await open(this.#path, "wx", 0o600);
  }

  async write(chunk: Uint8Array): Promise<void> {
    let written = 0;
    while (written < chunk.length) written += (await this.#file!.write(chunk, written)).bytesWritten;
  }

  async close(end: WriterEnd): Promise<UploadedOnDisk> {
    const file = this.#file;
    this.#file = undefined;
    try {
      await file?.close();
    } catch (error) {
      // A full or lost disk may say so only now. Nobody will consume the file, and `close` is not called again.
      await this.#remove();
      throw error;
    }
    if (end === "cancel") await this.#remove();
    return { path: this.#path };
  }

  async #remove(): Promise<void> {
    if (this.#path !== "") await rm(this.#path, { force: true });
  }

  async release({ path }: UploadedOnDisk): Promise<void> {
    await rm(path, { force: true });
  }
}

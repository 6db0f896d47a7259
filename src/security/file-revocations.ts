import {
  accessSync, closeSync, constants, fstatSync, mkdirSync, openSync, readSync, statSync,
} from "node:fs";
import { open, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { HoldfastError } from "../errors/index.js";
import { MAX_REVOCATIONS } from "./memory-revocations.js";
import { formatEntry, LineReader } from "./revocation-lines.js";
import { RevocationTable } from "./revocation-table.js";
import type { RevocationStore } from "./revocation.js";

/** How often a look-up asks whether another process has written, ms: a log-out there counts here after that time. */
const REFRESH_MS = 100;
/** Lines in the file, beyond twice those that are needed, from which on it is written anew. */
const SPARE_LINES = 1000;
/** How old the half-written file of another process must be for that process to be gone, ms. */
const STALE_MS = 60_000;

/** Options of `fileRevocations`. */
export interface FileRevocationsOptions {
  /**
   * The file. It and its directory are made if they are not there, readable by this user only. It belongs on a disk that
   * outlives a deploy, and beside the application rather than in a folder that is served.
   */
  readonly path: string;
  /** How many revocations are remembered. Beyond it the oldest half is forgotten, and every session of that age ends. Default 1,000,000. */
  readonly maxEntries?: number;
  /** The clock, ms epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** Revocations in a file. */
export interface FileRevocations extends RevocationStore {
  /** Resolves when the revocation is on the disk. */
  revoke(key: string, at: number, until: number): Promise<void>;
  revokedAt(key: string): number | undefined;
  readonly volatile: false;
  readonly endedUntil: number;
  /** How many are remembered at the moment, expired ones included that have not been swept. */
  readonly size: number;
  /** Resolves when all revocations are on the disk and the file is closed. Nothing may be revoked after it. */
  close(): Promise<void>;
}

/**
 * Remembers ended sessions in a file, so that a log-out outlives a restart. Each revocation is appended and synchronised to
 * the disk before `revoke` resolves; many at once share one write. Look-ups are answered from memory. A line that was torn by
 * a crash was never acknowledged, and is ignored. When much of the file has expired, it is written anew beside itself and
 * renamed.
 *
 * Several processes of one machine may share the file, as two do for a moment during a deploy: each sees the others' lines
 * within 100 ms. For several machines take a store that they share.
 *
 * @param options the file's path
 * @throws {HoldfastError} `revocations_unusable` if the file cannot be read or written
 * @example
 * const revocations = fileRevocations({ path: "data/revocations" });
 * const endpoint = createEndpoint({ secret, revocations });
 */
export function fileRevocations(options: FileRevocationsOptions): FileRevocations {
  return new RevocationFile(options);
}

class RevocationFile implements FileRevocations {
  readonly volatile = false;
  readonly #path: string;
  readonly #now: () => number;
  readonly #table: RevocationTable;
  /** Where the next look into the file begins, and which file that is. */
  #reader = new LineReader();
  #inode = -1;
  #refreshedAt = -Infinity;
  /** Lines that wait for the next write, and its promise. */
  #waiting: string[] = [];
  #nextWrite: Promise<void> | undefined;
  /** The write under way. Never rejects. */
  #writing: Promise<unknown> = Promise.resolve();
  #file: FileHandle | undefined;

  constructor({ path, maxEntries = MAX_REVOCATIONS, now = Date.now }: FileRevocationsOptions) {
    this.#path = resolve(path);
    this.#now = now;
    this.#table = new RevocationTable({ maxEntries, now });
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      closeSync(openSync(this.#path, "a+", 0o600));
      // Writing it anew needs the directory too.
      accessSync(dirname(this.#path), constants.W_OK);
      this.#refresh();
    } catch (cause) {
      throw new HoldfastError("revocations_unusable", {
        what: "The file of ended sessions cannot be used, so a log-out would not outlive a restart.",
        expected: "a file that this process may read and write, in a directory where it may make files",
        got: `${this.#path}: ${cause instanceof Error ? cause.message : String(cause)}`,
        fix: 'Name another path, or say that nothing is kept: revocations: memoryRevocations({ olderSessions: "end" })',
      }, { cause });
    }
  }

  get size(): number {
    return this.#table.size;
  }

  get endedUntil(): number {
    return this.#table.endedUntil;
  }

  revokedAt(key: string): number | undefined {
    const now = performance.now();
    if (now - this.#refreshedAt >= REFRESH_MS) {
      this.#refreshedAt = now;
      this.#refresh();
    }
    return this.#table.revokedAt(key);
  }

  revoke(key: string, at: number, until: number): Promise<void> {
    // In this process it counts at once.
    if (this.#table.add(key, at, until)) this.#waiting.push(formatEntry("", this.#table.endedUntil, Number.MAX_SAFE_INTEGER));
    this.#waiting.push(formatEntry(key, at, until));
    return (this.#nextWrite ??= this.#writing.then(() => this.#write()));
  }

  async close(): Promise<void> {
    await this.#nextWrite;
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  /** Reads what this or another process has written since the last look. */
  #refresh(): void {
    const { ino, size } = statSync(this.#path, { throwIfNoEntry: false }) ?? { ino: this.#inode, size: 0 };
    if (ino === this.#inode && size <= this.#reader.offset) return;
    const descriptor = openSync(this.#path, "r");
    try {
      const { ino: opened, size: end } = fstatSync(descriptor);
      if (opened !== this.#inode) {
        this.#inode = opened;
        this.#reader = new LineReader();
      }
      const chunk = Buffer.allocUnsafe(Math.min(1 << 20, Math.max(1, end - this.#reader.offset)));
      for (let read = 1; read > 0; ) {
        read = readSync(descriptor, chunk, 0, chunk.length, this.#reader.offset);
        for (const [key, at, until] of this.#reader.push(chunk.subarray(0, read))) {
          if (key === "") this.#table.endUntil(at);
          else if (until > this.#now()) this.#table.add(key, at, until);
        }
      }
    } finally {
      closeSync(descriptor);
    }
  }

  #write(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#nextWrite = undefined;
    const written = this.#append(lines.join(""));
    // Behind the answer, and before the next write. If it fails, the file is only longer than it need be.
    this.#writing = written.then(() => this.#compactIfLong()).catch(() => {});
    return written;
  }

  /** Appends lines and synchronises them, to the file that has this path afterwards. */
  async #append(lines: string): Promise<void> {
    for (;;) {
      const file = (this.#file ??= await open(this.#path, "a+", 0o600));
      // A new file, since somebody has deleted the one before, needs all of it.
      const text = (await file.stat()).size === 0 ? this.#text() : lines;
      // The line break ends what another process may have left torn.
      await file.appendFile(`\n${text}`);
      await file.datasync();
      if ((await file.stat()).ino === (await inodeOf(this.#path))) return;
      // Another process has written it anew meanwhile.
      this.#file = undefined;
      await file.close();
    }
  }

  /** All that is remembered. */
  #text(): string {
    const lines = Number.isFinite(this.endedUntil) ? [formatEntry("", this.endedUntil, Number.MAX_SAFE_INTEGER)] : [];
    for (const [key, { at, until }] of this.#table.live()) lines.push(formatEntry(key, at, until));
    return lines.join("");
  }

  /** Writes the file anew if most of its lines have expired. */
  async #compactIfLong(): Promise<void> {
    this.#refresh();
    if (this.#reader.lines < 2 * this.#table.size + SPARE_LINES) return;
    const temporary = `${this.#path}.new`;
    await removeStale(temporary);
    // Fails while another process does the same.
    const fresh = await open(temporary, "ax+", 0o600);
    // While the new file has its temporary name, nobody else renames one over this.
    const old = await open(this.#path, "r");
    try {
      this.#refresh();
      const { lineStart } = this.#reader;
      await fresh.writeFile(this.#text());
      await fresh.datasync();
      await rename(temporary, this.#path);
      await syncDirectory(dirname(this.#path));
      // What another process appended before it could see the new file stands behind where we have read.
      const missed = await tail(old, lineStart);
      await this.#file?.close();
      this.#file = fresh;
      if (missed !== "") await this.#append(missed);
    } catch (error) {
      if (this.#file !== fresh) {
        await fresh.close();
        await unlink(temporary).catch(() => {});
      }
      throw error;
    } finally {
      await old.close();
    }
  }
}

/** Removes the half-written file of a process that was killed. */
async function removeStale(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && Date.now() - there.mtimeMs > STALE_MS) await unlink(path);
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.ino;
}

/** What stands in a file from an offset on. */
async function tail(file: FileHandle, offset: number): Promise<string> {
  const { size } = await file.stat();
  if (size <= offset) return "";
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
  return buffer.toString("utf8", 0, bytesRead);
}

/** Makes a renaming safe: it is the directory that holds a file's name. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

import { checkOptions, checkValue, FUNCTION, NUMBER, TEXT } from "../errors/options.js";
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

/** How often, at most, to check whether another process has written, ms: a log-out there takes effect here after that long. */
const REFRESH_MS = 100;
/** The file is compacted when it has this many lines more than twice the entries in memory. */
const SPARE_LINES = 1000;
/** How long after a failed write it is tried again, ms. */
const RETRY_MS = 5_000;
/**
 * How long what had expired before the process started stays in memory, ms. A machine's clock may be ahead as it starts, until a time
 * server sets it right.
 */
const DOUBT_MS = 3_600_000;
/** The age at which another process's half-written file counts as abandoned, ms. */
const STALE_MS = 60_000;

/** Options of `fileRevocations`. */
export interface FileRevocationsOptions {
  /**
   * The file. It is created if needed, with its directory, readable by this user only. It belongs on a disk that survives a
   * deploy, and not in a directory that is served.
   */
  readonly path: string;
  /** The most revocations in memory. Beyond it the oldest half is dropped, and all sessions of that age end. Default 1,000,000. */
  readonly maxEntries?: number;
  /** The clock, ms epoch. Default the system's: `Date.now`, and beside it one that nobody sets. */
  readonly now?: () => number;
}

/** Revocations in a file. */
export interface FileRevocations extends RevocationStore {
  /**
   * Resolves when the revocation is on disk; rejects if it cannot be written, as on a full disk. In this process it takes effect at once,
   * and it is written with the next one, or when the disk takes it again.
   */
  revoke(key: string, at: number, until: number): Promise<void>;
  revokedAt(key: string): number | undefined;
  readonly volatile: false;
  readonly endedUntil: number;
  /** The number of entries, including expired ones that have not been swept. */
  readonly size: number;
  /**
   * Waits for pending writes, and tries once more what could not be written. The file is open only while it is read or written, so
   * nothing else is left to close.
   */
  close(): Promise<void>;
}

/**
 * Keeps ended sessions in an append-only file, so that a log-out outlives a restart. Each revocation is appended and
 * synchronised to disk before `revoke` resolves; concurrent ones share a write. Look-ups are answered from memory. A line torn
 * by a crash was never acknowledged, and is ignored. When most of the file has expired, it is rewritten under another name and
 * renamed.
 *
 * Several processes of one machine may share the file, as two do during a deploy: each sees the others' revocations within
 * 100 ms. Several machines need a store that they share.
 *
 * @param options the file's path
 * @throws {HoldfastError} `revocations_unusable` if the file cannot be read or written, or for an option of another name or kind
 * @example
 * const revocations = fileRevocations({ path: "data/revocations" });
 * const endpoint = createEndpoint({ secret, revocations });
 */
export function fileRevocations(options: FileRevocationsOptions): FileRevocations {
  const place = { of: "fileRevocations", fix: 'fileRevocations({ path: "data/revocations" })' };
  checkOptions<FileRevocationsOptions>("revocations_unusable", place, options, { path: TEXT, maxEntries: NUMBER, now: FUNCTION });
  checkValue("revocations_unusable", place, "path", options.path, TEXT);
  return new RevocationFile(options);
}

class RevocationFile implements FileRevocations {
  readonly volatile = false;
  readonly #path: string;
  readonly #now: () => number;
  readonly #table: RevocationTable;
  /** How far the file has been read, and its inode. */
  #reader = new LineReader();
  #inode = -1;
  #refreshedAt = -Infinity;
  /** Lines for the next write, and that write's promise. */
  #waiting: string[] = [];
  #nextWrite: Promise<void> | undefined;
  /** The current write. Never rejects. */
  #writing: Promise<unknown> = Promise.resolve();
  /** Tries again what could not be written. */
  #retry: NodeJS.Timeout | undefined;

  constructor({ path, maxEntries = MAX_REVOCATIONS, now }: FileRevocationsOptions) {
    this.#path = resolve(path);
    this.#now = now ?? (() => Date.now());
    this.#table = new RevocationTable({ maxEntries, now });
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      closeSync(openSync(this.#path, "a+", 0o600));
      // Compaction creates a second file.
      accessSync(dirname(this.#path), constants.W_OK);
      this.#refresh(now === undefined ? DOUBT_MS : 0);
    } catch (cause) {
      throw new HoldfastError("revocations_unusable", {
        what: "The file of ended sessions cannot be used, so a log-out would not survive a restart.",
        expected: "a file that this process can read and write, in a directory where it can create files",
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
    // In this process it takes effect at once.
    if (this.#table.add(key, at, until)) this.#waiting.push(formatEntry("", this.#table.endedUntil, Number.MAX_SAFE_INTEGER));
    this.#waiting.push(formatEntry(key, at, until));
    return this.#written();
  }

  /** Resolves when everything that waits is written. */
  #written(): Promise<void> {
    return (this.#nextWrite ??= this.#writing.then(() => this.#write()));
  }

  async close(): Promise<void> {
    // Its own caller hears of a failure. What it has left is tried below.
    await this.#nextWrite?.catch(() => {});
    await this.#writing;
    clearTimeout(this.#retry);
    if (this.#waiting.length > 0) await this.#written();
  }

  /**
   * Reads what this or another process has appended since the last time.
   *
   * @param doubtMs how long what has expired stays all the same, ms
   */
  #refresh(doubtMs = 0): void {
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
          else if (doubtMs > 0) this.#table.add(key, at, until, doubtMs);
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
    const written = this.#append(lines.join("")).catch((error: unknown) => {
      this.#writeLater(lines);
      throw error;
    });
    // After the answer and before the next write. If it fails, the file merely stays longer than necessary.
    this.#writing = written.then(() => this.#compactIfLong()).catch(() => {});
    return written;
  }

  /** Its session has ended in this process. After a restart it would be back. */
  #writeLater(lines: readonly string[]): void {
    this.#waiting = [...lines, ...this.#waiting];
    if (this.#waiting.length > 2 * this.#table.size + SPARE_LINES) this.#waiting = [this.#text()];
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#written().catch(() => {}), RETRY_MS).unref();
  }

  /** Appends lines and synchronises them; makes sure that they are in the file that has this path afterwards. */
  async #append(lines: string): Promise<void> {
    for (;;) {
      // Kept open it would outlive the endpoint, since nobody has to close a store; beside the synchronising, opening costs nothing.
      const file = await open(this.#path, "a+", 0o600);
      try {
        // The file was deleted while we ran: the new one needs everything.
        const text = (await file.stat()).size === 0 ? this.#text() : lines;
        // The line break ends a line that another process may have left torn.
        await file.appendFile(`\n${text}`);
        await file.datasync();
        if ((await file.stat()).ino === (await inodeOf(this.#path))) return;
        // Another process has compacted the file meanwhile: append to the new one.
      } finally {
        await file.close();
      }
    }
  }

  /** All live entries, as lines. */
  #text(): string {
    const lines = Number.isFinite(this.endedUntil) ? [formatEntry("", this.endedUntil, Number.MAX_SAFE_INTEGER)] : [];
    for (const [key, { at, until }] of this.#table.live()) lines.push(formatEntry(key, at, until));
    return lines.join("");
  }

  /** Rewrites the file if most of its lines have expired. */
  async #compactIfLong(): Promise<void> {
    this.#refresh();
    if (this.#reader.lines < 2 * this.#table.size + SPARE_LINES) return;
    const temporary = `${this.#path}.new`;
    await removeStale(temporary);
    // A lock as well: fails while another process compacts.
    const fresh = await open(temporary, "ax+", 0o600);
    // As long as the temporary name exists, no other process replaces the file.
    const old = await open(this.#path, "r");
    let missed: string;
    let renamed = false;
    try {
      this.#refresh();
      const { lineStart } = this.#reader;
      await fresh.writeFile(this.#text());
      await fresh.datasync();
      await rename(temporary, this.#path);
      renamed = true;
      await syncDirectory(dirname(this.#path));
      // Lines that another process appended to the old file before it could see the new one.
      missed = await tail(old, lineStart);
    } finally {
      await Promise.all([old.close(), fresh.close()]);
      if (!renamed) await unlink(temporary).catch(() => {});
    }
    if (missed !== "") await this.#append(missed);
  }
}

/** Removes the half-written file of a process that was killed while compacting. */
async function removeStale(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && Date.now() - there.mtimeMs > STALE_MS) await unlink(path);
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.ino;
}

/** The content of a file from an offset on. */
async function tail(file: FileHandle, offset: number): Promise<string> {
  const { size } = await file.stat();
  if (size <= offset) return "";
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
  return buffer.toString("utf8", 0, bytesRead);
}

/** Makes a rename durable: names are stored in the directory. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

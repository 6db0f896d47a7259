import { readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { HoldfastError, isDevelopment } from "../errors/index.js";
import { fingerprint } from "../security/index.js";

/** A file of the folder, as of the last check. */
export interface StaticFile {
  /** Its path on the disk, links resolved. */
  readonly file: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** A fingerprint of its bytes; undefined for a very large file, and for one beyond the limit. */
  readonly version: string | undefined;
}

/**
 * How many files have a fingerprint because the folder holds them or a client requested them. As many again have one because the
 * application names them. No other file is read before it is sent: reading it for its fingerprint at each request would let
 * anybody keep the server busy.
 */
const MAX_FILES = 10_000;
/** Larger files have no fingerprint; their time and size are used instead. Bytes. */
const MAX_HASHED = 16 * 1024 * 1024;
/** Limits of the client's list of tracked files: how many, and how long. */
const MAX_TRACKED = 100;
const MAX_URL = 2048;
/** The longest path of a file. */
const MAX_PATH = 1024;

/**
 * The application's files, and the names by which pages request the present version of one.
 *
 * Nothing outside the folder is served, even through a link, and no name that begins with a dot, except below `/.well-known/`
 * (RFC 8615). All files are scanned at the start, without blocking; after that a request touches the disk only for the file
 * that it requests, and what a client says about files touches none.
 */
export class StaticFiles {
  readonly #root: string | undefined;
  readonly #maxFiles: number;
  readonly #known = new Map<string, StaticFile>();
  /** Resolves when the folder has been scanned. */
  readonly ready: Promise<void>;

  /**
   * @param dir the folder served under `/`; undefined if there is none
   * @param maxFiles how many files get a fingerprint without being named by the application
   * @throws HoldfastError `endpoint_config_invalid` if there is no such folder
   */
  constructor(dir: string | URL | undefined, maxFiles = MAX_FILES) {
    this.#maxFiles = maxFiles;
    this.#root = dir === undefined ? undefined : realFolder(dir);
    this.ready = this.#root === undefined ? Promise.resolve() : this.#lookThrough(this.#root).catch(() => {});
  }

  /** Whether there is a file at a path, as far as is known without asking the disk. */
  has(path: string): boolean {
    return this.#known.has(path);
  }

  /** The file at the path of a URL, decoded, in its present state. */
  async find(path: string): Promise<StaticFile | undefined> {
    if (this.#root === undefined || !isServable(path)) return undefined;
    try {
      const file = await realpath(join(this.#root, path));
      if (!this.#contains(file)) return undefined;
      const stats = await stat(file);
      if (!stats.isFile()) return undefined;
      const known = this.#known.get(path);
      return known !== undefined && isSame(known, file, stats) ? known : await this.#look(path, file, stats);
    } catch {
      return undefined; // no such file, or none that we may read
    }
  }

  /**
   * The path with its file's fingerprint appended; unchanged if there is no file. Called by the application, never for a
   * client.
   */
  versioned(path: string): string {
    const version = this.#versionNow(path);
    return version === undefined ? path : `${path}?vsn=${version}`;
  }

  /**
   * Whether one of the URLs that a page tracks (`phx-track-static`) differs from what the page would have today.
   *
   * @param tracked what the client sent: none of it is trusted, and nothing is parsed that we did not write
   */
  changed(tracked: unknown): boolean {
    if (!Array.isArray(tracked)) return false;
    return tracked.slice(0, MAX_TRACKED).some((url) => {
      if (typeof url !== "string" || url.length > MAX_URL) return false;
      const [, path, version] = VERSIONED.exec(url) ?? [];
      return path !== undefined && version !== this.#known.get(path)?.version;
    });
  }

  async #lookThrough(root: string): Promise<void> {
    // With file types, `readdir` does not follow links to folders: two that lead back to their own folder would never end.
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!this.#hasRoom(this.#maxFiles)) return;
      if (!entry.isDirectory()) await this.find(`/${relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, "/")}`);
    }
  }

  async #look(path: string, file: string, stats: Stats): Promise<StaticFile> {
    const hashed = stats.size <= MAX_HASHED && this.#hasRoom(this.#maxFiles, path);
    return this.#keep(path, file, stats, hashed ? fingerprint(await readFile(file)) : undefined);
  }

  #keep(path: string, file: string, { size, mtimeMs }: Stats, version: string | undefined, most = this.#maxFiles): StaticFile {
    const found: StaticFile = { file, size, modifiedMs: mtimeMs, version };
    if (this.#hasRoom(most, path)) this.#known.set(path, found);
    return found;
  }

  #hasRoom(most: number, path = ""): boolean {
    return this.#known.size < most || this.#known.has(path);
  }

  /** In development files change while the process lives; a deploy starts a new process. */
  #versionNow(path: string): string | undefined {
    const known = this.#known.get(path);
    if (known !== undefined && !isDevelopment()) return known.version;
    const most = 2 * this.#maxFiles;
    if (this.#root === undefined || !isServable(path) || !this.#hasRoom(most, path)) return undefined;
    try {
      const file = realpathSync(join(this.#root, path));
      const stats = statSync(file);
      if (!this.#contains(file) || !stats.isFile() || stats.size > MAX_HASHED) return undefined;
      if (known !== undefined && isSame(known, file, stats)) return known.version;
      return this.#keep(path, file, stats, fingerprint(readFileSync(file)), most).version;
    } catch {
      return undefined;
    }
  }

  /** Whether a file is in the folder and may be served, wherever a link has led. */
  #contains(file: string): boolean {
    return isServable(`/${relative(this.#root!, file).replaceAll(sep, "/")}`) && file.startsWith(this.#root! + sep);
  }
}

/** What `versioned` returns, with or without an origin in front. */
const VERSIONED = /^(?:https?:\/\/[^/?#]{1,255})?(\/[^?#]*)\?vsn=([\w-]{1,64})$/;

/** No leading dot, no way up, nothing that a file system treats as more than a name. */
function isServable(path: string): boolean {
  if (path.length > MAX_PATH || !path.startsWith("/") || /[\0\\]/.test(path)) return false;
  return path.split("/").every((segment, index) =>
    index === 0 || (segment !== "" && (!segment.startsWith(".") || (index === 1 && segment === ".well-known"))));
}

function isSame(known: StaticFile, file: string, { size, mtimeMs }: Stats): boolean {
  return known.file === file && known.size === size && known.modifiedMs === mtimeMs;
}

function realFolder(dir: string | URL): string {
  try {
    const folder = realpathSync(dir);
    if (statSync(folder).isDirectory()) return folder;
  } catch {
    // the same message
  }
  throw new HoldfastError("endpoint_config_invalid", {
    what: "The endpoint's publicDir is not a folder.", expected: "a folder that exists", got: JSON.stringify(dir),
    fix: "Name it by a URL, which does not depend on the working directory: new URL(\"../public\", import.meta.url)",
  });
}

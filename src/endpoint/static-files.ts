import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../security/index.js";

/** The application's files, and by what name a page asks for the present version of one. */
export class StaticFiles {
  readonly #root: string | undefined;
  readonly #versions = new Map<string, string | undefined>();

  /** @param root the folder that is served under `/`; undefined if there is none */
  constructor(root: string | undefined) {
    this.#root = root;
  }

  /** Whether there is a file at a path. */
  has(path: string): boolean {
    return this.#version(path) !== undefined;
  }

  /** The path with its file's fingerprint behind it; a path without a file as it is. */
  versioned(path: string): string {
    const version = this.#version(path);
    return version === undefined ? path : `${path}?vsn=${version}`;
  }

  /**
   * Whether one of the URLs that a page tracks (`phx-track-static`) is not what the page would have today.
   *
   * @param tracked what the client sent: nothing of it is trusted
   */
  changed(tracked: unknown): boolean {
    if (!Array.isArray(tracked)) return false;
    return tracked.slice(0, MAX_TRACKED).some((url) => {
      if (typeof url !== "string" || !URL.canParse(url)) return false;
      const { pathname, searchParams } = new URL(url);
      const version = searchParams.get("vsn");
      return version !== null && version !== this.#version(pathname);
    });
  }

  #version(path: string): string | undefined {
    if (this.#root === undefined || !FILE.test(path)) return undefined;
    if (!this.#versions.has(path)) {
      // A deploy brings a new process, so a file is read once.
      if (this.#versions.size >= MAX_FILES) this.#versions.clear();
      this.#versions.set(path, read(join(this.#root, path)));
    }
    return this.#versions.get(path);
  }
}

/** No dots in front, no way up, no escapes. */
const FILE = /^(?:\/[\w-][\w.-]*)+$/;
const MAX_TRACKED = 100;
const MAX_FILES = 1000;

function read(file: string): string | undefined {
  try {
    return fingerprint(readFileSync(file));
  } catch {
    return undefined;
  }
}

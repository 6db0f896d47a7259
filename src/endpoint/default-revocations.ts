import { fingerprint, fileRevocations, memoryRevocations, type RevocationStore } from "../security/index.js";
import type { Log } from "./log.js";

/** The folder under the working directory for data that must outlive the process. */
const FOLDER = ".holdfast";

/**
 * Where ended sessions are remembered by default: in a file under the working directory, so that a logged-out cookie stays
 * worthless after a restart. The file is opened on first use, or when the endpoint is served. If no file can be written, ended
 * sessions are kept in memory, and every session older than the process ends with it. Tests (`NODE_ENV=test`) keep them in memory.
 *
 * @param secret names the file: applications with other secrets do not share it
 */
export class DefaultRevocations implements RevocationStore {
  readonly #path: string;
  readonly #log: Log;
  #store: RevocationStore | undefined;

  constructor(secret: string | readonly string[], log: Log) {
    const [first = ""] = typeof secret === "string" ? [secret] : secret;
    this.#path = `${FOLDER}/revocations-${fingerprint(Buffer.from(`revocations ${first}`)).slice(0, 12)}`;
    this.#log = log;
  }

  get volatile(): boolean {
    return this.#opened.volatile ?? false;
  }
  get endedUntil(): number {
    return this.#opened.endedUntil ?? -Infinity;
  }
  revoke(key: string, at: number, until: number): void | Promise<void> {
    return this.#opened.revoke(key, at, until);
  }
  revokedAt(key: string): number | undefined | Promise<number | undefined> {
    return this.#opened.revokedAt(key);
  }

  /** Opens the file, so that what is wrong with it is said when the application starts to serve, and not at the first log-out. */
  open(): void {
    void this.#opened;
  }

  get #opened(): RevocationStore {
    return (this.#store ??= this.#open());
  }

  #open(): RevocationStore {
    if (process.env["NODE_ENV"] === "test") return memoryRevocations();
    try {
      return fileRevocations({ path: this.#path });
    } catch (error) {
      this.#log("ended sessions are kept in memory only: every session ends when this process does", {
        error, fix: "createEndpoint({ revocations: fileRevocations({ path }) }) with a path that can be written",
      });
      return memoryRevocations({ olderSessions: "end" });
    }
  }
}

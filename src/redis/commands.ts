import type { BackplaneOptions } from "../pubsub/index.js";
import type { Connection } from "./connection.js";
import { inTime } from "./in-time.js";
import { codeOf, grantOf, isForbidden, isReplica } from "./refusal.js";

type Log = NonNullable<BackplaneOptions["log"]>;

/** How long a command may take, ms: a node must not wait forever for an answer. */
export const COMMAND_MS = 2_000;

/** Sends a node's commands. Each is answered in time or rejects, and what Redis refuses is logged once for each kind. */
export class Commands {
  readonly connection: Connection;
  readonly #prefix: string;
  readonly #log: Log;
  /** What Redis has refused since it is connected, by command and code. */
  readonly #refused = new Set<string>();
  #failure: unknown;

  /**
   * @param connect opens the connection, and calls its argument each time it is up
   * @param prefix prefix of all keys
   */
  constructor(connect: (up: () => void) => Connection, prefix: string, log: Log) {
    this.#prefix = prefix;
    this.#log = log;
    this.connection = connect(() => this.#refused.clear());
  }

  /** Why the last command failed: it is not allowed, for instance, or the server has become a replica. Undefined if it succeeded. */
  get failure(): unknown {
    return this.#failure;
  }

  readonly run = async (command: string[]): Promise<unknown> => {
    try {
      return await this.ask(command);
    } catch (error) {
      const [name, first, , key] = command;
      this.report(name!, error, name === "EVAL" ? key : first);
      throw error;
    }
  };

  /** Sends a command that Redis may refuse: the caller says so, or does without. */
  readonly ask = async (command: string[]): Promise<unknown> => {
    const { client } = this.connection;
    try {
      // A command that waits for the connection is dropped once no caller waits for its answer.
      const answer = await inTime(client.sendCommand(command, client.isReady ? {} : { timeout: COMMAND_MS }), COMMAND_MS);
      this.#failure = undefined;
      return answer;
    } catch (error) {
      this.#failure = error;
      if (client === this.connection.client && isReplica(error)) this.connection.replaceSoon("the server has become a replica");
      throw error;
    }
  };

  /**
   * Logs what Redis refuses; an error that is no answer of its own is an outage, which the connection reports.
   *
   * @param key the key that the command is about, to be named if it holds a value of another type
   */
  report(command: string, error: unknown, key?: string): void {
    const code = codeOf(error);
    if (code === undefined || this.#refused.has(`${command} ${code}`)) return;
    this.#refused.add(`${command} ${code}`);
    this.#log("redis refuses a command", {
      command, error, ...(isForbidden(error) && { fix: grantOf(this.#prefix) }),
      ...(code === "WRONGTYPE" && key !== undefined && {
        key, fix: `the key holds what is not ours: give each application its own redis({ prefix }), then delete it: DEL ${key}`,
      }),
    });
  }
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/free-port.js";
import { Nginx } from "../support/nginx.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";

const MAIN = fileURLToPath(new URL("node.mjs", import.meta.url));

/** What a deploy brings: the secrets, as JSON, and the number of the build. */
interface Release {
  readonly SECRETS: string;
  readonly BUILD: string;
}

/** What a node wrote. */
export interface Stored {
  readonly text: string;
  readonly pid: number;
  /** Of a letter: its files' names and hashes, and whether it was stored already. */
  readonly files?: readonly string[];
  readonly again?: boolean;
}

/** Two nodes with a Redis, behind a load balancer. */
export class Cluster {
  readonly #redis: RedisServer;
  readonly #balancer: Nginx;
  readonly #folder: string;
  readonly #limits: object;
  readonly #ports: readonly number[];
  readonly #nodes: ChildProcess[] = [];
  #release: Release = { SECRETS: JSON.stringify(["a secret of these tests, long enough"]), BUILD: "1" };

  private constructor(redis: RedisServer, balancer: Nginx, folder: string, limits: object, ports: readonly number[]) {
    this.#redis = redis;
    this.#balancer = balancer;
    this.#folder = folder;
    this.#limits = limits;
    this.#ports = ports;
  }

  /** @param limits the endpoint's */
  static async start(limits: object): Promise<Cluster> {
    const ports = [await freePort(), await freePort()];
    const folder = await mkdtemp(join(tmpdir(), "holdfast-deploy-"));
    const cluster = new Cluster(await RedisServer.start(), await Nginx.start(ports), folder, limits, ports);
    await Promise.all(ports.map((_, index) => cluster.#run(index)));
    return cluster;
  }

  get url(): string {
    return this.#balancer.url;
  }

  /**
   * Restarts the nodes one after the other, as a deploy does: each is told to end, ends by itself, and is ready again.
   *
   * @param release default: the same as before
   */
  async rollingRestart(release: Release = this.#release): Promise<void> {
    this.#release = release;
    for (const node of [...this.#nodes]) await this.restart(node.pid!, "SIGTERM");
  }

  /**
   * Restarts one node: tells it to end, or kills it. Resolves once it is ready again.
   *
   * @param pid the process of the node
   */
  async restart(pid: number, how: "SIGTERM" | "SIGKILL"): Promise<void> {
    const back = this.comesBack(pid, how === "SIGTERM" ? 0 : "SIGKILL");
    this.#nodes.find((node) => node.pid === pid)!.kill(how);
    await back;
  }

  /**
   * Starts a node again once it has ended by itself. Resolves when it is ready again.
   *
   * @param pid the process of the node, which is running
   * @param how its exit code, or the signal
   */
  async comesBack(pid: number, how: number | "SIGKILL"): Promise<void> {
    const index = this.#nodes.findIndex((node) => node.pid === pid);
    const ended = once(this.#nodes[index]!, "exit");
    const [code, signal] = (await within(ended, "the node has ended", 120_000)) as [number | null, string | null];
    if ((code ?? signal) !== how) throw new Error(`the node ended with ${code ?? signal}`);
    await this.#run(index);
  }

  /** What has been stored, in its order. */
  async stored(): Promise<Stored[]> {
    const lines = await readFile(this.#store, "utf8").catch(() => "");
    return lines.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Stored);
  }

  async stop(): Promise<void> {
    for (const node of this.#nodes) node.kill("SIGKILL");
    await this.#balancer.stop();
    await this.#redis.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #store(): string {
    return join(this.#folder, "stored");
  }

  async #run(index: number): Promise<void> {
    const node = spawn(process.execPath, [MAIN], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env, NODE_ENV: "production", PORT: String(this.#ports[index]), URL: this.url, STORE: this.#store, REDIS_URL: this.#redis.url,
        LIMITS: JSON.stringify(this.#limits), ...this.#release,
      },
    });
    this.#nodes[index] = node;
    const ended = once(node, "exit").then(() => Promise.reject(new Error("the node ended before it was ready")));
    await within(Promise.race([once(node.stdout, "data"), ended]), "the node is ready");
    ended.catch(() => {});
  }
}

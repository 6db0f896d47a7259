// The servers of a run, each in its own process.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Script } from "./record.js";
import { ROOT } from "./options.js";

/** A server that runs. */
export interface Server {
  readonly base: string;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A version of Node and where its program is. */
export interface NodeProgram {
  readonly program: string;
  /** As in `process.version`. */
  readonly version: string;
}

/**
 * A version of Node by its major number: the one that runs this, or one that npx brings from the npm registry.
 *
 * @throws an Error if that version is not available
 */
export function nodeProgram(major: string): NodeProgram {
  if (major === "current" || process.versions.node.startsWith(`${major}.`)) return { program: process.execPath, version: process.version };
  const print = "console.log(process.version, process.execPath)";
  const { stdout, stderr, status } = spawnSync("npx", ["--yes", "-p", `node@${major}`, "node", "-e", print], { encoding: "utf8" });
  if (status !== 0) throw new Error(`no Node ${major} to measure with: ${stderr}`);
  const [version, ...path] = stdout.trim().split(" ");
  return { version: version!, program: path.join(" ") };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(node: string, file: string, env: Readonly<Record<string, string>>, input: string): Promise<Server> {
  const port = await freePort();
  const program = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(node, ["--expose-gc", program], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "production", PORT: String(port), ...env },
    stdio: ["pipe", "pipe", "inherit", "ipc"], // the channel that tells it when this process has ended (end-with-parent.ts)
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  void ended.then(() => running.delete(child));
  child.stdin!.end(input);
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once("data", () => resolve());
    void ended.then((code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return {
    base: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Holdfast with the pages under `pages/`. */
export function startHoldfast(node: string = process.execPath): Promise<Server> {
  return start(node, "./server.js", {}, "");
}

/**
 * A bare server that replays Holdfast's recorded answers.
 *
 * @param together whether it writes frames as Holdfast does (the twin), or each by `ws.send` (the floor)
 */
export function startTwin(node: string, script: Script, together: boolean): Promise<Server> {
  return start(node, "./twin.js", { TOGETHER: together ? "1" : "0" }, JSON.stringify(script));
}

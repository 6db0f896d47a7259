import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../../support/free-port.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const run = promisify(execFile);

/** One process of a guide's program. */
export interface GuideNode {
  readonly url: string;
  /** Everything that it has written. */
  readonly output: () => string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The program of a guide in a folder of its own, as its reader has it: built by `tsc` and started by `node`. */
export class GuideApp {
  readonly folder: string;
  readonly #nodes: ChildProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Copies folders of `examples/` over one another, as a reader works through the steps, and builds them.
   *
   * @throws with the compiler's output if it does not compile
   */
  static async build(...steps: readonly string[]): Promise<GuideApp> {
    const app = new GuideApp(await realpath(await mkdtemp(join(tmpdir(), "holdfast-guide-"))));
    try {
      await symlink(join(ROOT, "node_modules"), join(app.folder, "node_modules"));
      for (const step of steps) await cp(join(ROOT, "examples", step), app.folder, { recursive: true });
      await app.run(join(ROOT, "node_modules/typescript/bin/tsc"));
    } catch (error) {
      await app.stop();
      throw error;
    }
    return app;
  }

  /** Runs a program in the folder, by Node. Returns what it wrote. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    try {
      const { stdout, stderr } = await run(process.execPath, [program, ...args], { cwd: this.folder, env: { PATH: process.env["PATH"], NO_COLOR: "1" } });
      return stdout + stderr;
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }

  /** Starts `dist/main.js` on a free port, and waits for the URL that it prints. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<GuideNode> {
    const node = spawn(process.execPath, ["dist/main.js"], {
      cwd: this.folder, stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"], PORT: String(await freePort()), ...env },
    });
    this.#nodes.push(node);
    const lines: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      for (const stream of [node.stdout, node.stderr]) {
        createInterface({ input: stream }).on("line", (line) => {
          lines.push(line);
          if (/^http:\/\/\S+$/.test(line)) resolve(line);
        });
      }
      node.once("exit", () => reject(new Error(`it has ended:\n${lines.join("\n")}`)));
    });
    return { url, output: () => lines.join("\n"), stop: (signal) => end(node, signal) };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => end(node)));
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function end(node: ChildProcess, signal: NodeJS.Signals = "SIGINT"): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return;
  const ended = once(node, "exit");
  node.kill(signal);
  await ended;
}

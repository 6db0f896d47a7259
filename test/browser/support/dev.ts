import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.js";
import { newSecret } from "./app.js";
import { UNREST_ENV } from "./unrest.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const CLI = join(ROOT, "dist/dev/cli.js");

/** An application in its own folder under `holdfast dev`: the test saves its files and reads its terminal. */
export class DevApp {
  readonly folder: string;
  /** The lines on the terminal. */
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  #waiting: (() => void)[] = [];

  private constructor(folder: string, process: ChildProcess) {
    this.folder = folder;
    this.#process = process;
    for (const stream of [process.stdout!, process.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        for (const wake of this.#waiting.splice(0)) wake();
      });
    }
  }

  /**
   * @param files by their paths, or an example whose folder is copied
   * @param command what Node runs in the folder
   */
  static async start(
    files: Readonly<Record<string, string>> | "blog", env: Readonly<Record<string, string>> = {}, command: readonly string[] = [CLI, "dev", "src/main.ts"],
  ): Promise<DevApp> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "dev-")));
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    if (files === "blog") {
      for (const part of ["src", "public", "migrations", "package.json"]) {
        await cp(join(ROOT, "examples/blog", part), join(folder, part), { recursive: true });
      }
    } else {
      await writeFile(join(folder, "package.json"), '{ "type": "module" }');
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
    }
    const process_ = spawn(process.execPath, command, {
      cwd: folder, stdio: ["ignore", "pipe", "pipe"],
      env: { ...UNREST_ENV, PATH: process.env["PATH"], SECRET: newSecret(), PORT: String(await freePort()), ...env },
    });
    return new DevApp(folder, process_);
  }

  /** The URL that the application prints, once it has done so `times` times. */
  async url(times = 1): Promise<string> {
    const of = (line: string): string | undefined => /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    await this.line((_line, index) => this.lines.slice(0, index + 1).filter((each) => of(each) !== undefined).length >= times);
    return of(this.lines.find((line) => of(line) !== undefined)!)!;
  }

  /** The first line that matches, once it appears. */
  async line(fits: (line: string, index: number) => boolean, from = 0): Promise<string> {
    for (let at = from; ; at++) {
      while (at >= this.lines.length) {
        if (this.#process.exitCode !== null) throw new Error(`it has ended:\n${this.lines.join("\n")}`);
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      if (fits(this.lines[at]!, at)) return this.lines[at]!;
    }
  }

  /**
   * Replaces a text in a file and saves it. Returns the terminal's next line that matches.
   *
   * The file is never empty or half written: Vite's watcher reports no second change of a file within 50 ms, so a page may keep
   * what it read between the two steps of a plain `writeFile`, which lie that far apart on a busy machine.
   */
  async save(path: string, from: string | RegExp, to: string, said?: RegExp): Promise<string> {
    const file = join(this.folder, path);
    const text = await readFile(file, "utf8");
    const next = text.replace(from, () => to);
    if (next === text) throw new Error(`${path} has no ${from}`);
    const before = this.lines.length;
    const beside = `${this.folder}.saved`;
    await writeFile(beside, next);
    await rename(beside, file);
    return said === undefined ? "" : this.line((line) => said.test(line), before);
  }

  /** Writes a file that is not there yet. Returns the terminal's next line that matches. */
  async create(path: string, text: string, said: RegExp): Promise<string> {
    const before = this.lines.length;
    const beside = `${this.folder}.saved`;
    await writeFile(beside, text);
    await rename(beside, join(this.folder, path));
    return this.line((line) => said.test(line), before);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill("SIGTERM");
      await once(this.#process, "exit");
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The program of docs/develop.md, by its files, without the names that they begin with. */
export async function documentedApp(): Promise<Record<string, string>> {
  const paths = ["src/main.ts", "src/counter.ts", "src/label.ts"];
  const read = (path: string): Promise<string> => readFile(join(ROOT, "test/docs/programs/develop", path), "utf8");
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, (await read(path)).replace(`// ${path}\n`, "")] as const)));
}

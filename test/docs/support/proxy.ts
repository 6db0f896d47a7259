import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const CONFIGURATIONS = fileURLToPath(new URL("../../../examples/deploy/", import.meta.url));
const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** Where a program is; undefined if it is not installed. */
export function installed(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A proxy that speaks TLS, with the configuration of docs/guides/deploying.md: only its ports and files are a test's. */
export class Proxy {
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
  }

  /**
   * @param port where it listens
   * @param nodes the ports of the two nodes
   */
  static async start(kind: "nginx" | "caddy", port: number, nodes: readonly [number, number]): Promise<Proxy> {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-proxy-"));
    const [certificate, key] = [join(folder, "desk.pem"), join(folder, "desk.key")];
    execFileSync("openssl", [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
    ], { stdio: "ignore" });
    const file = join(folder, kind);
    await writeFile(file, (kind === "nginx" ? nginx : caddy)({ folder, port, nodes, certificate, key }));
    const program = installed(kind)!;
    const args = kind === "nginx" ? ["-p", folder, "-c", file, "-e", join(folder, "error.log")] : ["run", "--adapter", "caddyfile", "--config", file];
    const started = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env: { PATH: process.env["PATH"], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
    let said = "";
    started.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const proxy = new Proxy(started, folder);
    while (!(await answers(port))) {
      if (started.exitCode !== null) throw new Error(`${kind} has ended: ${said}`);
    }
    return proxy;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Setting {
  readonly folder: string;
  readonly port: number;
  readonly nodes: readonly [number, number];
  readonly certificate: string;
  readonly key: string;
}

/** The text with each of the replacements made, which must be possible. */
function replaced(text: string, ...pairs: readonly (readonly [from: string, to: string])[]): string {
  return pairs.reduce((so, [from, to]) => {
    if (!so.includes(from)) throw new Error(`the configuration has no ${from}`);
    return so.replaceAll(from, to);
  }, text);
}

function nginx({ folder, port, nodes: [first, second], certificate, key }: Setting): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(folder, name)};`);
  const site = replaced(readFileSync(join(CONFIGURATIONS, "nginx.conf"), "utf8"),
    ["127.0.0.1:4001", `127.0.0.1:${first}`], ["127.0.0.1:4002", `127.0.0.1:${second}`], ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
    ["desk.example", "localhost"], ["/etc/ssl/desk.pem", certificate], ["/etc/ssl/desk.key", key]);
  return `daemon off; master_process off; pid ${join(folder, "pid")}; events {} http { access_log off; ${temporary.join(" ")} ${site} }`;
}

function caddy({ port, nodes: [first, second], certificate, key }: Setting): string {
  const site = replaced(readFileSync(join(CONFIGURATIONS, "Caddyfile"), "utf8"),
    ["127.0.0.1:4001", `127.0.0.1:${first}`], ["127.0.0.1:4002", `127.0.0.1:${second}`],
    ["desk.example {", `https://localhost:${port} {\n\ttls ${certificate} ${key}`]);
  return `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`;
}

/** Whether somebody answers there, whatever. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({ host: "127.0.0.1", port, servername: "localhost", headers: { host: `localhost:${port}` }, rejectUnauthorized: false }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode === 302));
    });
    asking.once("error", () => setTimeout(resolve, 20, false));
    asking.end();
  });
}

// The proxies of docs/proxies in front of a server on this machine: their files as documented, except for ports and paths.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const docs = (name: string): string => fileURLToPath(new URL(`../../docs/proxies/${name}`, import.meta.url));
const tls = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** A running proxy. */
export interface Proxy {
  /** Its URL for browsers. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Replaces what differs on this machine. Each text must occur once, so that the file stays that of the docs. */
function adapted(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((changed, [from, to]) => {
    if (changed.split(from).length !== 2) throw new Error(`the configuration does not have "${from}" once`);
    return changed.replace(from, () => to);
  }, text);
}

/**
 * nginx, as Debian has it.
 *
 * @param options.websockets whether it forwards websockets, as in the docs. Default true
 */
export async function startNginx(port: number, target: number, { websockets = true }: { readonly websockets?: boolean } = {}): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  const site = adapted(await readFile(docs("nginx.conf"), "utf8"), {
    "listen 443 ssl http2": `listen 127.0.0.1:${port} ssl http2`, "server 127.0.0.1:4000": `server 127.0.0.1:${target}`,
    "server_name example.com": "server_name localhost", "/etc/ssl/app/cert.pem": tls("cert.pem"), "/etc/ssl/app/key.pem": tls("key.pem"),
    ...(!websockets && { "proxy_set_header Upgrade $http_upgrade;": "if ($http_upgrade) { return 403; }" }),
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(folder, name)};`);
  // The rest is as in Debian's nginx.conf, including gzip.
  const main = `daemon off; master_process off; pid ${join(folder, "pid")}; events {}
    http { access_log off; gzip on; default_type application/octet-stream; ${temporary.join(" ")} ${site} }`;
  await writeFile(join(folder, "nginx.conf"), main);
  const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/usr/local/sbin` };
  const child = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], { env, stdio: ["ignore", "ignore", "inherit"] });
  return running(child, port, () => rm(folder, { recursive: true, force: true }));
}

/** The proxy in Node. */
export function startNodeProxy(port: number, target: number): Promise<Proxy> {
  const env = { PATH: process.env["PATH"], APP: `http://127.0.0.1:${target}`, HOST: "127.0.0.1", PORT: String(port), KEY: tls("key.pem"), CERT: tls("cert.pem") };
  return running(spawn(process.execPath, [docs("proxy.mjs")], { env, stdio: ["ignore", "ignore", "inherit"] }), port, () => Promise.resolve());
}

async function running(child: ChildProcess, port: number, clean: () => Promise<void>): Promise<Proxy> {
  const gone = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the proxy ended with ${code}`)));
  });
  gone.catch(() => {});
  await Promise.race([listening(port), gone]);
  return {
    url: `https://localhost:${port}`,
    async stop() {
      if (child.exitCode === null) {
        const ended = once(child, "exit");
        child.kill("SIGTERM");
        await ended;
      }
      await clean();
    },
  };
}

/** Resolves when something listens on a port; retries as soon as a connection is refused. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return void socket.destroy();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

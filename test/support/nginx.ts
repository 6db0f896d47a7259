import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.js";
import { within } from "./wait.js";

/** A load balancer on a free port of 127.0.0.1, in front of servers on this machine. */
export class Nginx {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url;
    this.#process = process;
    this.#folder = folder;
  }

  /** @param ports the servers' ports; they need not listen yet */
  static async start(ports: readonly number[]): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-nginx-"));
    const port = await freePort();
    const file = join(folder, "nginx.conf");
    await writeFile(file, configuration(folder, port, ports));
    // On Debian it is in a folder that only root's PATH has.
    const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/usr/local/sbin` };
    const started = spawn("nginx", ["-p", folder, "-c", file, "-e", join(folder, "error.log")], { stdio: ["ignore", "ignore", "inherit"], env });
    const failed = new Promise<never>((_, reject) => {
      started.once("error", reject);
      started.once("exit", (code) => reject(new Error(`nginx ended with ${code}`)));
    });
    const url = `http://127.0.0.1:${port}`;
    await within(Promise.race([answers(`${url}/nginx`), failed]), "nginx starts");
    return new Nginx(url, started, folder);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      await within(ended, "nginx ends");
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Round robin, as in docs/nodes.md: a server that refuses a GET, or is down, is skipped. */
function configuration(folder: string, port: number, ports: readonly number[]): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(folder, name)};`);
  return `
    daemon off;
    master_process off;
    pid ${join(folder, "pid")};
    events { worker_connections 4096; }
    http {
      access_log off;
      ${temporary.join("\n")}
      map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
      upstream app {
        ${ports.map((upstream) => `server 127.0.0.1:${upstream} max_fails=0;`).join("\n")}
      }
      server {
        listen 127.0.0.1:${port};
        location = /nginx { return 200; }
        location / {
          proxy_pass http://app;
          proxy_http_version 1.1;
          proxy_set_header Host $http_host;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
          proxy_set_header X-Forwarded-For $remote_addr;
          proxy_set_header X-Forwarded-Proto $scheme;
          proxy_next_upstream error timeout http_503;
          proxy_read_timeout 90s;
          add_header X-Upstream "$upstream_addr: $upstream_status after $upstream_response_time s" always;
        }
      }
    }`;
}

async function answers(url: string): Promise<void> {
  for (;;) {
    try {
      return void (await fetch(url));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

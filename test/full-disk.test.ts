// A disk that is full, and one that cannot be written to: a tmpfs of 1 MiB in a mount namespace of the server's own.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Browser } from "./support/browser.js";
import { Joined } from "./support/lab.js";
import { Uploader } from "./support/uploads.js";

const server = fileURLToPath(new URL("support/full-disk-server.mjs", import.meta.url));
const namespaces = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", tmpdir()]).status === 0;
let disk: string;
let child: ChildProcess | undefined;
let said: Readonly<Record<string, unknown>>[];

beforeEach(async () => void (disk = await mkdtemp(join(tmpdir(), "holdfast-disk-"))));
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null && child.kill("SIGKILL")) await once(child, "exit");
  child = undefined;
  await rm(disk, { recursive: true });
});

/** Starts the server on its small disk.
 *
 * @param store "own": with a file of revocations of its own; "default": without */
function start(store: "own" | "default", mounted = ""): ChildProcess {
  said = [];
  child = spawn("unshare", ["-rm", "sh", "-c", `mount -t tmpfs -o size=1m tmpfs "$1" && mkdir "$1/tmp" && ${mounted} cd "$1" && exec "$0" "$2" "$1" "$3"`,
    process.execPath, disk, server, store], { stdio: ["ignore", "ignore", "pipe", "ipc"], env: { ...process.env, NODE_ENV: "production", TMPDIR: join(disk, "tmp") } });
  child.on("message", (message) => said.push(message as Readonly<Record<string, unknown>>));
  return child;
}

/** What the server says under this name, once it has. */
async function hears(field: string, matching = /^/): Promise<string> {
  const found = (): unknown => said.findLast((message) => matching.test(String(message[field])) && message[field] !== undefined)?.[field];
  await expect.poll(found).toBeDefined();
  return String(found());
}

async function tell(what: "fill" | "free"): Promise<void> {
  child!.send(what);
  await hears("done", new RegExp(what));
}

/** What lies on the server's disk, which only its own namespace sees. */
const onDisk = (path: string): Promise<string> => readFile(`/proc/${child!.pid}/root${disk}/${path}`, "utf8");
const lines = async (): Promise<number> => (await onDisk("revocations")).match(/session:/g)?.length ?? 0;

describe.skipIf(!namespaces)("on a full disk", () => {
  test("a log-out is not answered as done, is logged, and is on the disk as soon as that takes it", async () => {
    start("own");
    const url = await hears("url");
    const [ada, ben, before] = [new Browser(url), new Browser(url), new Browser(url)];
    for (const user of [ada, ben, before]) expect((await user.fetch("/in")).status).toBe(200);
    await before.fetch("/out");
    await tell("fill");
    const thief = ada.copy();
    const refused = await ada.fetch("/out");
    expect([refused.status, refused.headers.get("retry-after"), refused.headers.getSetCookie()]).toEqual([503, "5", []]);
    await hears("error", /ENOSPC/);
    expect(await lines()).toBe(1);
    // In this process her session has ended all the same.
    expect(await (await thief.fetch("/who")).text()).toBe("nobody");
    expect(await (await ben.fetch("/who")).text()).toBe("7");
    await tell("free");
    expect(await (await ben.fetch("/out")).text()).toBe("out");
    expect(await lines()).toBe(3);
  });

  test("an upload is refused with an error on its entry and a line in the log, and the next one arrives", async () => {
    start("own");
    const browser = new Browser(await hears("url"));
    const { page, socket } = await browser.open("/files");
    const event = (name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(page.html)![1]!;
    const uploader = new Uploader(new Joined(socket, browser, page, page.topic, undefined), event("phx-change"));
    await tell("fill");
    await expect(uploader.send("a.bin", new Uint8Array(200_000))).rejects.toThrow(/writer_error/);
    expect(await hears("error", /ENOSPC/)).toMatch(/no space left on device/);
    await tell("free");
    const again = await browser.open("/files");
    const other = new Uploader(new Joined(again.socket, browser, again.page, again.page.topic, undefined), event("phx-change"));
    await other.send("b.bin", new Uint8Array(200_000));
    const kept = await other.view.event(event("phx-submit"));
    expect(JSON.stringify(kept.response)).toContain('"1"');
  });
});

describe.skipIf(!namespaces)("on a disk that cannot be written to", () => {
  test("an application with a file of revocations does not start, and says why", async () => {
    const { stderr } = start("own", `mount -o remount,ro "$1" &&`);
    let told = "";
    stderr!.on("data", (text) => (told += String(text)));
    const [code] = await once(child!, "exit") as [number];
    expect(code).toBe(1);
    expect(told).toMatch(/cannot be used, so a log-out would not survive a restart\. \[revocations_unusable\].*expected: a file .*EROFS: read-only file system.*fix:/s);
  });

  test("one that names none says at boot that log-outs are kept in memory, and works", async () => {
    start("default", `mount -o remount,ro "$1" &&`);
    const browser = new Browser(await hears("url"));
    expect(said.map(({ message }) => message)).toContain("ended sessions are kept in memory only: every session ends when this process does");
    await browser.fetch("/in");
    const thief = browser.copy();
    expect(await (await browser.fetch("/out")).text()).toBe("out");
    expect(await (await thief.fetch("/who")).text()).toBe("nobody");
  });
});

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser } from "../support/browser.js";
import { PhoenixClient } from "../support/phoenix-client.js";
import { PollSocket } from "../support/poll-socket.js";
import { handshakeStatus } from "../support/raw-socket.js";
import { within } from "../support/wait.js";

/** The command that runs Bun: `BUN`, or what the path has. */
const bun = process.env["BUN"] ?? "bun";
const hasBun = spawnSync(bun, ["--version"]).status === 0;
const program = fileURLToPath(new URL("../support/adapter-server.mjs", import.meta.url));

describe.each([["node", "node", process.execPath, true], ["bun", "bun", bun, hasBun], ["node on Bun", "node", bun, hasBun]] as const)("holdfast/%s", (_title, name, command, installed) => {
  let server: ChildProcess;
  let base = "";

  beforeAll(async () => {
    if (!installed) return;
    server = spawn(command, [program, name], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = once(server, "exit").then(([code]) => { throw new Error(`the server ended with ${code}`); });
    const [line] = (await within(Promise.race([once(server.stdout!, "data"), ended]), "the server to listen")) as [Buffer];
    ended.catch(() => {}); // later it is killed
    base = line.toString().trim();
  });
  afterAll(async () => {
    if (!installed || server.exitCode !== null) return;
    const exit = once(server, "exit");
    server.kill("SIGKILL");
    await exit;
  });
  const on = it.runIf(installed);

  on("serves pages with their headers, and knows the client's address", async () => {
    const response = await fetch(base);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(await response.text()).toMatch(/<p id="peer">127\.0\.0\.1<\/p>/);
    expect((await fetch(`${base}/assets/holdfast/client.js`)).status).toBe(200);
  });

  on("opens sockets, joins, answers events in order, also beyond the rate", async () => {
    const browser = new Browser(base);
    const { page, socket } = await browser.open("/");
    for (let i = 0; i < 40; i++) socket.sendEvent(page, "more");
    await socket.frame(([, , , , payload]) => JSON.stringify(payload).includes('"40"'), "the fortieth answer");
    const answers = socket.frames.map(([, , , , payload]) => /"diff":\{"\d":"(\d+)"/.exec(JSON.stringify(payload))?.[1]).filter((n) => n !== undefined);
    expect(answers.map(Number)).toEqual([...answers.map(Number)].sort((a, b) => a - b));
    browser.close();
  });

  on("passes the phoenix client's authToken to a user socket", async () => {
    // What `btoa` writes with each of its 64 digits, and with every length of padding.
    for (const authToken of [undefined, "7", "7?", "7~>", "eyJhbGciOiJub25lIn0.eyJpZCI6N30._-", "a token with spaces, and \u00e9"]) {
      const client = new PhoenixClient(base, { path: "/phone", ...(authToken !== undefined && { authToken }) });
      expect((await client.join("me")).reply).toEqual({ authToken: authToken ?? null });
      expect(client.connections).toBe(1);
      client.close();
    }
  });

  on("refuses handshakes of other origins, and upgrades where no socket is", async () => {
    expect(await handshakeStatus(base, { origin: "https://evil.example" })).toBe(403);
    expect(await handshakeStatus(base, { origin: null })).toBe(403);
    expect(await handshakeStatus(base, { path: "/nowhere" })).toBe(404);
    expect(await handshakeStatus(base)).toBe(101);
  });

  on.each(["a page", "a handshake"])("refuses a request for %s that names two hosts, whichever comes first", async (what) => {
    const own = new URL(base).host;
    const upgrade = [`Origin: ${base}`, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
    const status = async (...hosts: readonly string[]): Promise<string> => {
      const head = what === "a page" ? ["GET / HTTP/1.1"] : ["GET /live/websocket?vsn=2.0.0 HTTP/1.1", ...upgrade];
      const socket = connect(Number(new URL(base).port), "127.0.0.1");
      socket.write(`${[...head, ...hosts.map((host) => `Host: ${host}`)].join("\r\n")}\r\n\r\n`);
      const [answer] = (await within(once(socket, "data"), "an answer")) as [Buffer];
      socket.destroy();
      return answer.toString("latin1").slice(9, 12);
    };
    expect(await status(own)).toBe(what === "a page" ? "200" : "101");
    expect(await status(own, "evil.example")).toBe("400");
    expect(await status("evil.example", own)).toBe("400");
  });

  on("closes a socket whose frame is too big, and counts a body", async () => {
    const browser = new Browser(base);
    const { socket } = await browser.open("/");
    socket.raw("x".repeat(5000));
    // Bun cuts the connection where ws says 1009.
    expect([1009, 1006]).toContain(await socket.code());
    browser.close();
    const post = (bytes: number): Promise<Response> => fetch(`${base}/body`, { method: "POST", body: "x".repeat(bytes) });
    expect(await (await post(1024 * 1024)).json()).toBe(1024 * 1024);
    expect((await post(1024 * 1024 + 1)).status).toBe(413);
  });

  on("opens sockets by long poll, answers polls and POSTs, and notices when a client ends its poll", async () => {
    const browser = new Browser(base);
    const page = await browser.get("/");
    const stranger = new PollSocket(browser, { headers: { origin: "https://evil.example" } });
    expect(await stranger.begin()).toEqual({ http: 403, status: 403 });
    const open = async (): Promise<number> => (await (await fetch(`${base}/connections`)).json()) as number;
    await expect.poll(open, { timeout: 60_000 }).toBe(0);
    const socket = await PollSocket.open(browser);
    expect(await socket.join(page)).toMatchObject({ status: "ok" });
    const events = Array.from({ length: 40 }, () => socket.eventMessage(page, "more"));
    expect((await socket.post(...events.map(({ text }) => text))).status).toBe(200);
    await socket.reply(events.at(-1)!.ref);
    expect(JSON.stringify(socket.frames)).toContain('"40"');
    expect(await socket.poll()).toMatchObject({ http: 200, status: 204 });
    expect(await socket.request("POST", { body: "x".repeat(2 ** 21 + 1) })).toEqual({ http: 413, status: 500 });
    expect(await open()).toBe(1);
    await socket.leave();
    await expect.poll(open, { timeout: 60_000 }).toBe(0);
    expect(await socket.poll()).toMatchObject({ status: 410, token: null });
    const phone = await PollSocket.open(browser, { path: "/phone/longpoll", headers: { "x-phoenix-authtoken": "7" } });
    await phone.post(JSON.stringify(["1", "1", "me", "phx_join", {}]));
    await phone.reply("1");
    expect(JSON.stringify(phone.frames)).toContain('{"authToken":"7"}');
    await phone.leave();
  });

  on("lives on after a stray rejection, and after a view's own timer has thrown", async () => {
    expect((await fetch(`${base}/strays`)).status).toBe(200);
    const browser = new Browser(base);
    const { page, socket } = await browser.open("/");
    socket.sendEvent(page, "boom");
    await socket.push("phx_error");
    expect((await fetch(base)).status).toBe(200);
    browser.close();
  });

  on("closes with a code that brings the clients back, and then the server", async () => {
    const browser = new Browser(base);
    const { socket } = await browser.open("/");
    expect(await (await fetch(`${base}/close`)).text()).toBe("closing");
    expect(await socket.code()).toBe(1012);
    await expect.poll(() => fetch(base).then(() => "open", () => "closed")).toBe("closed");
    browser.close();
  });
});

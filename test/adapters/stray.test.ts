import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { Browser } from "../support/browser.js";
import { within } from "../support/wait.js";

interface Report {
  readonly url?: string;
  readonly own?: boolean;
  readonly open?: number;
  readonly logged?: string;
  readonly error?: string;
  readonly stack?: string;
}

let server: ChildProcess | undefined;
let browser: Browser | undefined;
afterEach(async () => {
  browser?.close();
  if (server !== undefined && server.exitCode === null && server.signalCode === null) {
    const exit = once(server, "exit");
    server.kill("SIGKILL");
    await exit;
  }
});

/** A server in a process of its own, and everything that it reports from then on. */
async function start(options: object = {}, output: "ignore" | "pipe" = "ignore"): Promise<{ url: string; reports: Report[]; next(is: (report: Report) => boolean): Promise<Report> }> {
  const child = fork(new URL("../support/stray-server.mjs", import.meta.url), [JSON.stringify(options)], {
    execArgv: ["--expose-gc"], stdio: ["ignore", output, output, "ipc"],
  });
  server = child;
  const reports: Report[] = [];
  child.on("message", (report: Report) => reports.push(report));
  const next = (is: (report: Report) => boolean): Promise<Report> => within((async () => {
    for (;;) {
      const found = reports.find(is);
      if (found !== undefined) return found;
      await once(child, "message");
    }
  })(), "a report");
  return { url: (await next(({ url }) => url !== undefined)).url!, reports, next };
}

const PLACES = ["a route", "a microtask", "a timer", "a subscriber", "a subscriber that is async", "finalization"];

describe("an error that nobody owns", () => {
  it("is logged with its stack, and the process serves on", async () => {
    const { url, next } = await start();
    for (const place of PLACES) {
      await (await fetch(`${url}/stray?in=${encodeURIComponent(place)}`)).text();
      const error = place.replace(" that is async", "");
      const { stack } = await next((report) => report.error === `Error: boom in ${error}`);
      expect(stack, place).toContain("stray-server.mjs");
    }
    await (await fetch(`${url}/in-middleware`)).text();
    await next(({ error }) => error === "Error: boom in a middleware");
    await (await fetch(`${url}/stray?in=no error`)).text();
    await next(({ logged, error }) => logged === "stray error: unhandledRejection" && error === "undefined");
    expect((await fetch(`${url}/`)).status).toBe(200);
    expect(server!.exitCode).toBeNull();
  });

  it("is not that nobody reads the log any more: the process serves on, and ends when it is told to", async () => {
    const { url } = await start({ log: "stderr", signals: true }, "pipe");
    server!.stderr!.destroy();
    server!.stdout!.destroy();
    for (let times = 0; times < 3; times++) await (await fetch(`${url}/stray?in=${encodeURIComponent("a timer")}`)).text();
    await (await fetch(`${url}/print`)).text();
    expect((await fetch(`${url}/`)).status).toBe(200);
    const exit = once(server!, "exit");
    server!.kill("SIGTERM");
    expect(await within(exit, "the end")).toEqual([0, null]);
  });

  it.each(["a route", "a microtask", "a timer"])("ends the process with code 1 if that is asked for: in %s", async (place) => {
    const { url } = await start({ onStrayError: "exit" });
    const exit = once(server!, "exit");
    await fetch(`${url}/stray?in=${encodeURIComponent(place)}`).catch(() => {});
    expect(await within(exit, "the end")).toEqual([1, null]);
  });
});

describe.each(["throws", "rejects"])("a log that %s", (log) => {
  it("ends neither the process nor what it was told of", async () => {
    const { url, next } = await start({ log });
    browser = new Browser(url);
    const { page, socket } = await browser.open("/");
    expect((await fetch(`${url}/throws`)).status).toBe(500);
    for (const place of ["a subscriber", "a microtask"]) {
      await (await fetch(`${url}/stray?in=${place}`)).text();
      await next(({ error }) => error === `Error: boom in ${place}`);
    }
    socket.sendEvent(page, "crash");
    await socket.push("phx_error");
    expect((await socket.join(page)).status).toBe("ok");
    expect((await socket.event(page, "ping")).status).toBe("ok");
    expect(server!.exitCode).toBeNull();
  });
});

describe("with signals", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("%s closes the sockets for a restart, and the process ends with code 0", async (signal) => {
    const { url } = await start({ signals: true });
    browser = new Browser(url);
    const { socket } = await browser.open("/");
    const exit = once(server!, "exit");
    server!.kill(signal);
    expect(await socket.code()).toBe(1012);
    expect(await within(exit, "the end")).toEqual([0, null]);
  });

  it("a drain goes on when SIGTERM comes again, as from systemd and from a parent, and SIGINT ends it", async () => {
    const { url } = await start({ signals: true, drainGraceMs: 600_000 });
    const exit = once(server!, "exit");
    server!.kill("SIGTERM");
    while ((await fetch(`${url}/readyz`)).status !== 503);
    server!.kill("SIGTERM");
    expect(await (await fetch(`${url}/readyz`)).text()).toBe("draining");
    server!.kill("SIGINT");
    expect(await within(exit, "the end")).toEqual([0, null]);
  });

  it("the end is the application's where it listens, too", async () => {
    const { url, next, reports } = await start({ signals: true, own: true });
    browser = new Browser(url);
    const { socket } = await browser.open("/");
    server!.kill("SIGTERM");
    await next(({ own }) => own === true);
    expect(await socket.code()).toBe(1012);
    for (let open: number | undefined = 1; open !== 0;) {
      reports.length = 0;
      server!.send("open?");
      ({ open } = await next(({ open: known }) => known !== undefined));
    }
    expect([server!.exitCode, server!.signalCode]).toEqual([null, null]);
  });

  it("without them, a signal is Node's", async () => {
    await start();
    const exit = once(server!, "exit");
    server!.kill("SIGTERM");
    expect(await within(exit, "the end")).toEqual([null, "SIGTERM"]);
  });
});

it("a program whose port is taken ends with an error code, and says how to choose another", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const program = `
    import { createEndpoint } from "holdfast";
    import { serve } from "holdfast/node";
    const endpoint = createEndpoint({ secret: crypto.randomUUID() + crypto.randomUUID(), live: [] });
    await serve(endpoint, { port: ${port} });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL("../../", import.meta.url)), env: { PATH: process.env["PATH"] }, stdio: ["ignore", "ignore", "pipe"],
  });
  server = child;
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, "close")) as [number | null];
  taken.close();
  expect(code).toBe(1);
  expect(String(Buffer.concat(said))).toContain(`another process listens on port ${port}`);
});

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { within } from "../support/wait.js";

interface Message {
  readonly ready?: true;
  readonly done?: string;
  readonly blocked?: { readonly view?: string; readonly event?: string; readonly ms: number };
}

let server: ChildProcess;
/** The handlers hold the event loop until they find a file here that has their name. */
let folder: string;
/** What the main thread said, and the lines on stderr, since `forget`. */
let messages: Message[] = [];
let said = "";
const watchers = new Set<() => void>();

function forget(): void {
  messages = [];
  said = "";
}

/** What a look finds, as soon as there is something. */
function until<T>(look: () => T | undefined, what: string): Promise<T> {
  return within(new Promise<T>((resolve) => {
    const watcher = (): void => {
      const found = look();
      if (found === undefined) return;
      watchers.delete(watcher);
      resolve(found);
    };
    watchers.add(watcher);
    watcher();
  }), what);
}

/**
 * Lets something hold the event loop until stderr says so, as this pattern does.
 *
 * @returns what telemetry says of it afterwards
 */
async function held(name: string, line: RegExp): Promise<NonNullable<Message["blocked"]>> {
  forget();
  server.send(name);
  const [, ms] = await until(() => line.exec(said) ?? undefined, `"${line.source}" on stderr while "${name}" holds it`);
  writeFileSync(join(folder, name), "");
  await until(() => messages.find(({ done }) => done === name), "the end of it");
  // A slow machine may hold it for a moment by itself.
  return until(() => messages.find(({ blocked }) => blocked !== undefined && blocked.ms >= Number(ms))?.blocked, "telemetry");
}

describe.each(["serve", "attach"])("the watchdog of %s", (how) => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-watchdog-"));
    server = fork(new URL("../support/spinning-server.mjs", import.meta.url), [how, folder], { stdio: ["ignore", "inherit", "pipe", "ipc"] });
    forget();
    server.on("message", (message: Message) => {
      messages.push(message);
      for (const watcher of watchers) watcher();
    });
    server.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      for (const watcher of watchers) watcher();
    });
    await until(() => messages.find(({ ready }) => ready), "the server");
  });
  afterAll(() => {
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  test("a handler that holds the event loop is named on stderr before it ends, and counted afterwards", async () => {
    const blocked = await held("spin", /\[holdfast\] the event loop has been held for (\d+) ms, by the view "Slow", event "spin"\n/);
    expect(blocked).toEqual({ view: "Slow", event: "spin", ms: expect.any(Number) as number });
  });

  test("code that continues after an await is named as the likely cause", async () => {
    const blocked = await held("spinLater", /held for (\d+) ms, and no view's code began it; the last view's code that waited for something, and may have gone on: the view "Slow", event "spinLater"\n/);
    expect(blocked.view).toBeUndefined();
  });

  test("code of no view is not blamed on the view that ran before", async () => {
    forget();
    server.send("nothing");
    await until(() => messages.find(({ done }) => done === "nothing"), "the event");
    const blocked = await held("outside", /held for (\d+) ms, and no view's code began it/);
    expect(blocked.view).toBeUndefined();
  });

  test("keeps no process alive", async () => {
    const exited = once(server, "exit");
    server.send("close");
    expect(await within(exited, "the end of the process")).toEqual([0, null]);
  });
});

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { within } from "../support/wait.js";

interface Message {
  readonly ready?: true;
  readonly begins?: string;
  readonly done?: string;
  readonly blocked?: { readonly view?: string; readonly event?: string; readonly ms: number };
}

let server: ChildProcess;
/** What came, in the order in which it came: messages of the main thread, and lines of stderr. */
const seen: (Message | string)[] = [];
const watchers = new Set<() => void>();

/** Resolves when a message fits, past or to come. */
function until(fits: (message: Message) => boolean, what: string): Promise<Message> {
  return within(new Promise<Message>((resolve) => {
    const look = (): void => {
      const found = seen.find((entry): entry is Message => typeof entry !== "string" && fits(entry));
      if (found === undefined) return;
      watchers.delete(look);
      resolve(found);
    };
    watchers.add(look);
    look();
  }), what);
}

/** The handlers hold it for two seconds; a slow machine may hold it for a moment by itself. */
const isLong = ({ blocked }: Message): boolean => blocked !== undefined && blocked.ms > 1_500;

/** What is on stderr when the main thread can say something again, and what telemetry said then. */
async function held(name: string): Promise<{ said: string; blocked: NonNullable<Message["blocked"]> }> {
  seen.length = 0;
  server.send(name);
  const { blocked } = await until(isLong, "telemetry");
  const before = seen.slice(0, seen.findIndex((entry) => typeof entry !== "string" && (isLong(entry) || entry.done !== undefined)));
  await until(({ done }) => done === name, "the end of it");
  return { said: before.filter((entry) => typeof entry === "string").join(""), blocked: blocked! };
}

describe.each(["serve", "attach"])("the watchdog of %s", (how) => {
  beforeAll(async () => {
    server = fork(new URL("../support/spinning-server.mjs", import.meta.url), [how], { stdio: ["ignore", "inherit", "pipe", "ipc"] });
    seen.length = 0;
    const add = (entry: Message | string): void => {
      seen.push(entry);
      for (const watcher of watchers) watcher();
    };
    server.on("message", (message: Message) => add(message));
    server.stderr!.setEncoding("utf8").on("data", (text: string) => add(text));
    await until(({ ready }) => ready === true, "the server");
  });
  afterAll(() => void server.kill("SIGKILL"));

  test("a handler that holds the event loop is named on stderr before it ends, and counted afterwards", async () => {
    const { said, blocked } = await held("spin");
    expect(said).toMatch(/\[holdfast\] the event loop has been held for \d+ ms, by the view "Slow", event "spin"\n/);
    expect(Number(/held for (\d+) ms/.exec(said)![1])).toBeLessThan(2_000);
    expect(blocked).toEqual({ view: "Slow", event: "spin", ms: expect.any(Number) as number });
    expect(blocked.ms).toBeGreaterThanOrEqual(1_900);
  });

  test("code that continues after an await is named as the likely cause", async () => {
    const { said, blocked } = await held("spinLater");
    expect(said).toMatch(/and no view's code began it; the last view's code that waited for something, and may have gone on: the view "Slow", event "spinLater"\n/);
    expect(blocked.view).toBeUndefined();
  });

  test("code of no view is not blamed on the view that ran before", async () => {
    seen.length = 0;
    server.send("nothing");
    await until(({ done }) => done === "nothing", "the event");
    expect((await held("outside")).said).toContain("and no view's code began it");
  });

  test("keeps no process alive", async () => {
    const exited = once(server, "exit");
    server.send("close");
    expect(await within(exited, "the end of the process")).toEqual([0, null]);
  });
});

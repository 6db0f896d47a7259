import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import { DEADLINE_MS } from "../support/wait.js";
import { isBack, Killer, strike, type Said, type Told } from "./drafts-killed/killer.js";
import { notesInPage, Timeline } from "./drafts-killed/timeline.js";
import { caret, shown, Writer, type Caret } from "./drafts-killed/writer.js";
import { connected, watch, withoutNetwork, type Watched } from "./support/browser.js";
import { launch } from "./support/chromium.js";
import { KillableServer } from "./support/killable-server.js";

type Server = KillableServer<Told, Said>;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** What the views know. */
function told(page: Page): Promise<Record<string, unknown>> {
  return page.$$eval("output[id$=told]", (outputs) => Object.assign({}, ...outputs.map(({ textContent }) => JSON.parse(textContent!) as object)) as Record<string, unknown>);
}

/** The fields that hold something else than was entered: both. */
function differing(now: Readonly<Record<string, unknown>>, entered: Readonly<Record<string, unknown>>): Record<string, { now: unknown; entered: unknown }> {
  const names = Object.keys(entered).filter((name) => !isDeepStrictEqual(now[name], entered[name]));
  return Object.fromEntries(names.map((name) => [name, { now: now[name], entered: entered[name] }]));
}

/** The figures of a round. */
interface Round {
  readonly characters: number;
  readonly kills: number;
  readonly hits: number;
}

/** Fills in the forms of one page while its server is killed again and again. A failure comes with all that happened. */
async function play(server: Server, context: BrowserContext, seed: number): Promise<Round> {
  const timeline = new Timeline();
  const stop = server.listen((said) => timeline.note(`server: ${JSON.stringify(said)}`));
  const watched = await watch(context);
  try {
    return await fillIn(server, watched, timeline, new Chance(seed));
  } catch (error) {
    timeline.note("failed");
    console.error(`seed ${seed}\n${await timeline.read(watched.page)}\n${watched.complaints.join("\n")}\n${String(error)}`);
    throw error;
  } finally {
    stop();
    await watched.page.close();
  }
}

/**
 * Stretches the client's own deadlines: 10 s for the answer to a join, 30 s to any other push, after which it loads the page again.
 * A process that has stopped at its moment answers nothing, for as long as the test types.
 */
async function withoutDeadlines(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const set = window.setTimeout.bind(window);
    Object.assign(window, { setTimeout: (job: () => void, ms = 0) => set(job, ms < 10_000 ? ms : ms * 100) });
  });
}

async function fillIn(server: Server, watched: Watched, timeline: Timeline, chance: Chance): Promise<Round> {
  const { page } = watched;
  // During the second strike nothing is entered, so that the focus and the selection can be compared.
  const strikes = [strike(chance, 4, true), strike(chance, 3, false)] as const;
  // Before the page is there, so that a killed server is back at once.
  await server.prepare(strikes[0].lives.length + strikes[1].lives.length);
  await withoutDeadlines(page);
  await notesInPage(page);
  await page.goto(server.url);
  await connected(page);
  // A slower browser does things in another order.
  if (chance.maybe(0.2)) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 2 + chance.below(5) });
  }

  const writer = new Writer(page, chance, timeline);
  const killer = new Killer(server, page, writer, timeline);
  const enter = async (): Promise<void> => {
    for (let left = 1 + chance.below(5); left > 0; left--) await writer.enter();
  };
  await enter();
  await killer.strike(strikes[0]);
  await enter();
  const selected = await writer.select();
  await killer.strike(strikes[1]);

  await nothingLost(server, watched, writer, selected);
  return { characters: writer.characters, kills: killer.kills, hits: killer.hits };
}

/** Everything that was entered is in its field, known to the views, and saved; focus and selection are where they were. */
async function nothingLost(server: Server, { page, loads, complaints }: Watched, { entered }: Writer, selected: Caret): Promise<void> {
  // A form without `phx-change` tells its view nothing before it is sent.
  const { plain: _, "plain-box": __, ...known } = entered;
  const settled = async (): Promise<boolean> =>
    loads() > 1 || (await page.evaluate(isBack, String(server.pid)) && Object.keys(differing(await told(page), known)).length === 0);
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end && !(await settled()); ) await sleep(20);
  // First, because a page that was loaded again differs in what follows, too.
  expect(loads(), "documents loaded").toBe(1);
  expect(differing(await told(page), known), "what the views know").toEqual({});
  expect(differing(await shown(page), entered), "what the fields hold").toEqual({});
  expect(await caret(page), "focus and selection").toEqual(selected);

  // A later patch brings nothing old back.
  await page.click("#nudge");
  await page.waitForFunction(() => document.querySelector("#nudge:not([data-phx-ref-src])")?.textContent === "1");
  expect(differing(await shown(page), entered), "what the fields hold after a patch").toEqual({});
  for (const form of ["plain-form", "part-form", "all"]) {
    const saved = server.hear((said) => said.saved !== undefined);
    await page.click(`#save-${form}`);
    const report = (await saved).saved;
    expect(report?.form).toBe(form);
    expect(differing({ ...entered, ...report?.values }, entered), "what is saved").toEqual({});
    await page.waitForFunction((id) => !Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft") && key.endsWith(`#${id}`)), form);
  }
  expect(withoutNetwork(complaints)).toEqual([]);
}

proof("drafts-killed", "nothing that is typed into any kind of field while the server is killed at any moment is lost, nor are focus and selection", {
  small: { rounds: 5, servers: 2 }, full: { rounds: 200, servers: 4 },
}, async ({ size, seed, figure }) => {
  const failed: string[] = [];
  const done: Round[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    const server: Server = new KillableServer(new URL("drafts-killed/server.mjs", import.meta.url));
    const context = await browser.newContext();
    try {
      await server.start();
      while (next < size.rounds) {
        const of = seed + next++;
        try {
          done.push(await play(server, context, of));
        } catch (error) {
          failed.push(`seed ${of}: ${error instanceof Error ? error.message : String(error)}`);
          await server.kill();
          await server.start();
        }
      }
    } finally {
      await context.close();
      await server.stop();
    }
  };
  await Promise.all(Array.from({ length: size.servers }, lane));
  const sum = (count: (round: Round) => number): number => done.reduce((total, round) => total + count(round), 0);
  figure("characters", sum(({ characters }) => characters));
  figure("kills", sum(({ kills }) => kills));
  figure("kills at their moment", sum(({ hits }) => hits));
  figure("rounds that failed", failed.length);
  if (failed.length > 0) throw new Error(failed.join("\n\n"));
});

// Files are uploaded while the node that receives them ends, or is killed, and while the next one does, too.
import { createHash, randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import { connected, watch, withoutNetwork } from "./support/browser.js";
import { useCluster } from "./support/deployed.js";

/** Bytes of the files of a letter, and how many chunks they are. */
const SIZES = [1_500_000, 100_000] as const;
const CHUNKS = SIZES.reduce<number>((sum, size) => sum + Math.ceil(size / 64_000), 0);

const deployed = useCluster();

/** Follows what a page says on the wire about its letters. */
class Steps {
  readonly #listeners = new Set<(socket: number, step: "chunk" | "form") => void>();
  readonly #page: Page;
  /** The beginnings of the last text frames, without how far each file has come. */
  readonly #frames: string[] = [];
  #sockets = 0;

  /** Call it before the page is opened. */
  constructor(page: Page) {
    this.#page = page;
    page.on("websocket", (socket) => {
      const number = ++this.#sockets;
      const log = (way: string) => ({ payload }: { readonly payload: string | Buffer }): void => {
        if (typeof payload !== "string" || /"progress",|"lvu:\d+","phx_reply"/.test(payload)) return;
        this.#frames.push(`${number} ${way} ${payload.slice(0, 400)}`);
        if (this.#frames.length > 200) this.#frames.shift();
      };
      socket.on("framesent", log(">"));
      socket.on("framereceived", log("<"));
      socket.on("close", () => this.#frames.push(`${number} closed`));
      const tell = (step: "chunk" | "form"): void => this.#listeners.forEach((listener) => listener(number, step));
      socket.on("framereceived", ({ payload }) => {
        const [joinRef, ref, topic] = typeof payload === "string" ? (JSON.parse(payload) as string[]) : [];
        if (topic?.startsWith("lvu:") === true && joinRef !== ref) tell("chunk");
      });
      socket.on("framesent", ({ payload }) => {
        if (typeof payload === "string" && payload.includes('"event":"save.submit')) tell("form");
      });
    });
  }

  /** Does something; if it fails, its error says what the page shows, and what it has sent and received last. */
  async explained(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      const state = await this.#page.evaluate(() => {
        const form = document.querySelector<HTMLFormElement>("form")!;
        return [form.outerHTML, form.querySelector<HTMLInputElement>("#text")!.value, document.querySelector("#chosen")!.outerHTML].join("\n");
      }).catch(String);
      throw new Error(["The page shows", state, "and its last frames were", ...this.#frames].join("\n"), { cause });
    }
  }

  /** Resolves once so many chunks are acknowledged on one of the sockets after `after`, or the form is sent there. @returns its number */
  reach(chunks: number, after: number): Promise<number> {
    let count = 0;
    return new Promise((resolve) => {
      const listener = (socket: number, step: "chunk" | "form"): void => {
        if (socket <= after || (step === "chunk" && ++count < chunks)) return;
        this.#listeners.delete(listener);
        resolve(socket);
      };
      this.#listeners.add(listener);
    });
  }
}

/** How the nodes end during a letter. */
const how = (letter: number): "SIGTERM" | "SIGKILL" => (letter % 2 === 0 ? "SIGTERM" : "SIGKILL");

proof("uploads-restarted", "a letter is stored once, with its files whole, though the node that receives them ends or is killed, and so does the next one", {
  small: { letters: 4, cuts: 2 },
  full: { letters: 100, cuts: 3 },
}, async ({ size: { letters, cuts }, seed, figure }) => {
  const chance = new Chance(seed);
  const { page, complaints, loads } = await watch(await deployed.browser.newContext());
  const steps = new Steps(page);
  await page.goto(`${deployed.cluster.url}/letters`);
  await connected(page);
  const expected: { text: string; files: string[] }[] = [];
  const done = { SIGTERM: 0, SIGKILL: 0 };
  for (let n = 0; n < letters; n++) {
    const files = SIZES.map((bytes, index) => ({ name: `${n}-${index}.bin`, mimeType: "application/octet-stream", buffer: randomBytes(bytes) }));
    const text = `letter ${n}`;
    expected.push({ text, files: files.map(({ name, buffer }) => `${name} ${createHash("sha256").update(buffer).digest("hex")}`) });
    await page.fill("#text", text);
    await page.setInputFiles("input[type=file]", files);
    await expect.poll(() => page.locator("#chosen li").count(), { timeout: 60_000 }).toBe(files.length);
    const restarts: Promise<void>[] = [];
    let reached = steps.reach(1 + chance.below(CHUNKS + 1), 0);
    await page.click("#save");
    const saved = page.waitForFunction((last) => document.querySelector("#stored")?.lastElementChild?.textContent === last, text).then(() => undefined);
    for (let cut = 1; cut <= cuts; cut++) {
      // It may be stored before it is cut as often.
      const socket = await Promise.race([reached, saved]);
      if (socket === undefined) break;
      const pid = Number(await page.textContent("#pid"));
      reached = steps.reach(1 + chance.below(CHUNKS + 1), socket);
      restarts.push(deployed.cluster.restart(pid, how(n)));
      done[how(n)]++;
    }
    await steps.explained(() => saved);
    await Promise.all(restarts);
    await steps.explained(() => expect.poll(() => page.locator("#chosen li").count(), { timeout: 60_000 }).toBe(0));
  }
  const stored = await deployed.cluster.stored();
  // A node that is killed behind its write, and in front of its answer, has the letter sent again: its submission's id is the same.
  expect(stored.filter(({ again }) => again !== true).map((letter) => ({ text: letter.text, files: letter.files }))).toEqual(expected);
  for (const { again, text } of stored) expect([again, text]).toEqual([how(Number(/\d+/.exec(text))) === "SIGKILL" && again, text]);
  figure("terminated", done.SIGTERM);
  figure("killed", done.SIGKILL);
  figure("again", stored.filter(({ again }) => again === true).length);
  // While no node is there, the balancer says so; and the npm client logs each file that it could not go on with.
  const others = withoutNetwork(complaints).filter((text) => !/Unexpected response code: 50[23]|Failed to push file progress/.test(text));
  expect([loads(), others]).toEqual([1, []]);
});

it("a letter that is being sent while the secrets are rotated is stored once, with its file whole, by the page that began it", async () => {
  const { page, complaints, loads } = await watch(await deployed.browser.newContext());
  const steps = new Steps(page);
  await page.goto(`${deployed.cluster.url}/letters`);
  await connected(page);
  const [old, next] = ["a secret of these tests, long enough", "the next secret of these tests, long enough"];
  const buffer = randomBytes(3_000_000);
  let socket = 0;
  for (const [build, secrets] of [[old, next], [next, old]].entries()) {
    const text = `rotation ${build}`;
    await page.fill("#text", text);
    await page.setInputFiles("input[type=file]", [{ name: `${text}.bin`, mimeType: "application/octet-stream", buffer }]);
    await expect.poll(() => page.locator("#chosen li").count(), { timeout: 60_000 }).toBe(1);
    const begun = steps.reach(3, socket);
    await page.click("#save");
    socket = await begun;
    await deployed.cluster.rollingRestart({ SECRETS: JSON.stringify(secrets), BUILD: String(build + 2) });
    await page.waitForFunction((last) => document.querySelector("#stored")?.lastElementChild?.textContent === last, text, { timeout: 60_000 });
  }
  const sha256 = createHash("sha256").update(buffer).digest("hex");
  expect((await deployed.cluster.stored()).filter(({ text }) => text.startsWith("rotation")).map(({ text, files }) => [text, files]))
    .toEqual([0, 1].map((build) => [`rotation ${build}`, [`rotation ${build}.bin ${sha256}`]]));
  const others = withoutNetwork(complaints).filter((text) => !/Unexpected response code: 50[23]|Failed to push file progress/.test(text));
  expect([loads(), others]).toEqual([1, []]);
});

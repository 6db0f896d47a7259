// A node is killed when it has stored what a form sent, and recorded that, and has not answered yet. The form comes again, to another node.
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Stored } from "../deploy/cluster.js";
import { connected, loseConnection, reconnect, watch, withoutNetwork, type Watched } from "./support/browser.js";
import { useCluster } from "./support/deployed.js";

const deployed = useCluster();

/** The npm clients alone, in the place of `holdfast/client`. */
async function unmodified(page: Page): Promise<void> {
  const [phoenix, liveView] = await Promise.all(["phoenix", "phoenix_live_view"].map((name) =>
    readFile(new URL(`../../node_modules/${name}/priv/static/${name}.min.js`, import.meta.url), "utf8")));
  const start = `const _csrf_token = document.querySelector("meta[name=csrf-token]").content;
    new LiveView.LiveSocket("/live", Phoenix.Socket, { params: { _csrf_token } }).connect();`;
  await page.route(/\.js$/, (route, request) => (request.resourceType() === "script"
    ? route.fulfill({ contentType: "text/javascript", body: `${phoenix}\n${liveView}\n${start}` }) : route.continue()));
}

interface Opened extends Watched {
  /** How many of its submits were answered. */
  answered(): number;
}

async function opened(path: string, { alone }: { readonly alone: boolean }): Promise<Opened> {
  const watched = await watch(await deployed.browser.newContext());
  if (alone) await unmodified(watched.page);
  const sent = new Set<string>();
  let answered = 0;
  watched.page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      if (typeof payload === "string" && payload.includes('"event":"save.submit')) sent.add(refOf(payload));
    });
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload === "string" && sent.has(refOf(payload))) answered++;
    });
  });
  await watched.page.goto(deployed.cluster.url + path);
  await connected(watched.page);
  return { ...watched, answered: () => answered };
}

/** What a frame has in common with its reply: its numbers and its topic. */
const refOf = (payload: string): string => (JSON.parse(payload) as unknown[]).slice(0, 3).join();

/** Submits the form to the node of the page, which dies of it. Resolves once the page is at another node, and the first is back. */
async function submitInVain(page: Page): Promise<void> {
  const pid = await page.textContent("#pid");
  const back = deployed.cluster.comesBack(Number(pid), "SIGKILL");
  await page.click("#save");
  await page.waitForFunction((gone) => document.querySelector("#pid")?.textContent !== gone, pid);
  await connected(page);
  await back;
}

/** What was stored under a text, without what differs from run to run. */
const storedAs = async (text: string): Promise<Pick<Stored, "files" | "again">[]> =>
  (await deployed.cluster.stored()).filter((one) => one.text === text).map(({ files, again }) => ({ files, again }));

interface File {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}
const fileOf = (name: string, bytes: number): File => ({ name, mimeType: "application/octet-stream", buffer: randomBytes(bytes) });
const sums = (files: readonly File[]): string[] => files.map(({ name, buffer }) => `${name} ${createHash("sha256").update(buffer).digest("hex")}`);
const chosen = (page: Page): Promise<number> => page.locator("#chosen li").count();

describe.each([{ alone: false }, { alone: true }])("the npm clients alone: $alone", (how) => {
  it("a text is stored once, and gone from its form and its draft once it has been sent again", async () => {
    const { page, complaints, loads, answered } = await opened("/", how);
    const text = `dying note ${String(how.alone)}`;
    await page.fill("#text", text);
    await submitInVain(page);
    await expect.poll(() => page.inputValue("#text")).toBe(text);
    await page.click("#save");
    await expect.poll(answered).toBe(1);
    await expect.poll(() => page.inputValue("#text")).toBe("");
    // What the user writes then is another submission, and nothing of the first comes back.
    await page.fill("#text", "and another");
    await page.click("#save");
    await expect.poll(() => page.textContent("#stored")).toBe("1");
    await page.reload();
    await connected(page);
    expect(await page.inputValue("#text")).toBe("");
    expect(await storedAs(text)).toHaveLength(1);
    expect([loads(), withoutNetwork(complaints).filter((each) => !/Unexpected response code: 50[23]/.test(each))]).toEqual([2, []]);
    await page.context().close();
    expect((await deployed.cluster.stored()).filter((one) => one.text === "and another")).toHaveLength(how.alone ? 2 : 1);
  });

  it("a letter with two files is stored once, and its form is empty", async () => {
    const { page, complaints, loads, answered } = await opened("/letters", how);
    const text = `dying letter ${String(how.alone)}`;
    const files = [fileOf("one.bin", 200_000), fileOf("two.bin", 70_000)];
    await page.fill("#text", text);
    await page.setInputFiles("input[type=file]", files);
    await expect.poll(() => chosen(page)).toBe(2);
    await submitInVain(page);
    if (how.alone) {
      // The npm clients forget the files, and send no form again: its user does both.
      await expect.poll(() => page.inputValue("#text")).toBe(text);
      expect(await chosen(page)).toBe(0);
      await page.click("#save");
    }
    await expect.poll(answered).toBe(1);
    await expect.poll(() => Promise.all([page.inputValue("#text"), chosen(page)])).toEqual(["", 0]);
    await reconnect(page);
    expect([await page.inputValue("#text"), await chosen(page)]).toEqual(["", 0]);
    expect(await storedAs(text)).toEqual([{ files: sums(files), again: false }]);
    expect([loads(), withoutNetwork(complaints).filter((each) => !/Unexpected response code: 50[23]|Failed to push file progress/.test(each))]).toEqual([1, []]);
    await page.context().close();
  });
});

it.each([["early", ": begun"], ["late", ""]])("a letter whose page is lost while its handler runs is stored once, with its files: %s", async (when, mark) => {
  const { page, answered } = await opened("/letters", { alone: false });
  const text = `letter lost ${when}`;
  const files = [fileOf("one.bin", 200_000), fileOf("two.bin", 70_000)];
  await page.fill("#text", text);
  await page.setInputFiles("input[type=file]", files);
  await expect.poll(() => chosen(page)).toBe(2);
  await page.click("#save");
  await expect.poll(() => storedAs(text + mark)).toHaveLength(1);
  await loseConnection(page);
  await expect.poll(answered).toBe(1);
  await expect.poll(() => Promise.all([page.inputValue("#text"), chosen(page)])).toEqual(["", 0]);
  expect(await storedAs(text)).toEqual([{ files: sums(files), again: false }]);
  await page.context().close();
});

it("a letter whose files were chosen anew, and are others, is not taken for the answered one", async () => {
  const { page } = await opened("/letters", { alone: true });
  const text = "dying letter of other files";
  const [first, second] = [[fileOf("one.bin", 2_000)], [fileOf("one.bin", 3_000)]];
  await page.fill("#text", text);
  await page.setInputFiles("input[type=file]", first);
  await expect.poll(() => chosen(page)).toBe(1);
  await submitInVain(page);
  await page.setInputFiles("input[type=file]", second);
  await expect.poll(() => chosen(page)).toBe(1);
  await submitInVain(page);
  expect(await storedAs(text)).toEqual([{ files: sums(first), again: false }, { files: sums(second), again: true }]);
  await page.context().close();
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeldBack, reconnect, stallUploads } from "./support/browser.js";
import { PATIENT, useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();

/** A picture of one pixel. */
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const picture = (name: string, bytes = PIXEL.length): { name: string; mimeType: string; buffer: Buffer } =>
  ({ name, mimeType: "image/png", buffer: Buffer.concat([PIXEL, Buffer.alloc(bytes - PIXEL.length)]) });

/** Drops files on an element, as a browser reports it. */
async function drop(tab: Tab, selector: string, names: readonly string[]): Promise<void> {
  const data = await tab.page.evaluateHandle(([bytes, files]) => {
    const transfer = new DataTransfer();
    const buffer = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
    for (const name of files) transfer.items.add(new File([buffer], name, { type: "image/png" }));
    return transfer;
  }, [PIXEL.toString("base64"), names] as const);
  await tab.page.dispatchEvent(selector, "dragenter", { dataTransfer: data });
  await expect.poll(() => tab.page.locator(`${selector}.phx-drop-target-active`).count(), PATIENT).toBe(1);
  await tab.page.dispatchEvent(selector, "drop", { dataTransfer: data });
}

const texts = (tab: Tab, selector: string): Promise<string[]> => tab.page.locator(selector).allTextContents();

describe("pictures", () => {
  const open = (): Promise<Tab> => gallery.open("/uploads/pictures");
  const input = "#pictures input[type=file]";

  it("are shown before they are sent, sent when the form is saved, and consumed", async () => {
    const tab = await open();
    await tab.page.setInputFiles(input, [picture("a.png"), picture("b.png", 200_000)]);
    await tab.list("#chosen b", ["a.png", "b.png"]);
    await expect.poll(() => tab.page.locator("#chosen img").evaluateAll((images) =>
      images.map((image) => [(image as HTMLImageElement).src.slice(0, 5), (image as HTMLImageElement).naturalWidth])), PATIENT)
      .toEqual([["blob:", 1], ["blob:", 1]]);
    await tab.click("#save");
    await tab.list("#saved li", [`a.png: ${PIXEL.length} bytes`, "b.png: 200000 bytes"]);
    await tab.list("#chosen b", []);
    // And once more with the same input.
    await tab.page.setInputFiles(input, [picture("c.png")]);
    await tab.list("#chosen b", ["c.png"]);
    await tab.click("#save");
    await expect.poll(() => texts(tab, "#saved li"), PATIENT).toHaveLength(3);
    expect(tab.loads).toBe(1);
  });

  it("are shown, too, if more are chosen before the first ones are listed", async () => {
    const tab = await gallery.tab();
    const held = await HeldBack.of(tab.page);
    await tab.open("/uploads/pictures");
    held.hold();
    await tab.page.setInputFiles(input, [picture("a.png"), picture("b.png")]);
    await tab.page.waitForSelector(`${input}[data-phx-ref-lock]`);
    await tab.page.setInputFiles(input, [picture("c.png")]);
    held.release();
    await tab.list("#chosen b", ["a.png", "b.png", "c.png"]);
    expect(await tab.page.locator("#chosen img").evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src.slice(0, 5)))).toEqual(["blob:", "blob:", "blob:"]);
    await tab.click("#save");
    await tab.list("#saved li", ["a.png", "b.png", "c.png"].map((name) => `${name}: ${PIXEL.length} bytes`));
  });

  it("of which too many are chosen at once are not added, which the page says; fewer are", async () => {
    const tab = await open();
    await tab.page.setInputFiles(input, [picture("kept.png")]);
    await tab.list("#chosen b", ["kept.png"]);
    await tab.page.evaluate(([selector]) => {
      const files = new DataTransfer();
      for (let n = 0; n < 10_000; n++) files.items.add(new File(["x"], `${n}.png`, { type: "image/png" }));
      const chooser = document.querySelector<HTMLInputElement>(selector!)!;
      chooser.files = files.files;
      chooser.dispatchEvent(new Event("input", { bubbles: true }));
    }, [input]);
    await tab.shows("holdfast-notice", "10000 files are too many at once, and none of them was added. Choose fewer.");
    await tab.list("#chosen b", ["kept.png"]);
    await tab.page.setInputFiles(input, [picture("one.png")]);
    await tab.list("#chosen b", ["kept.png", "one.png"]);
    await tab.gone("holdfast-notice");
    await tab.click("#save");
    await tab.list("#saved li", [`kept.png: ${PIXEL.length} bytes`, `one.png: ${PIXEL.length} bytes`]);
  });

  it("are dropped onto the page, and one is removed before the form is saved", async () => {
    const tab = await open();
    await drop(tab, "#drop", ["one.png", "two.png"]);
    await tab.list("#chosen b", ["one.png", "two.png"]);
    await tab.click("[aria-label='Remove one.png']");
    await tab.list("#chosen b", ["two.png"]);
    await tab.click("#save");
    await tab.list("#saved li", [`two.png: ${PIXEL.length} bytes`]);
  });

  it("are refused by name if there are too many, too large or not pictures, and the rest is saved once those are removed", async () => {
    const tab = await open();
    await tab.page.setInputFiles(input, [
      picture("1.png"), picture("huge.png", 2_000_001), { name: "page.html", mimeType: "text/html", buffer: Buffer.from("<p>") }, picture("4.png"),
    ]);
    await tab.list("#pictures .error", ["Three pictures at most", "is larger than 2 MB", "is no picture"]);
    await tab.click("#save");
    expect(await texts(tab, "#saved li")).toEqual([]);
    await tab.click("[aria-label='Remove huge.png']", "[aria-label='Remove page.html']");
    await tab.list("#pictures .error", []);
    await tab.click("#save");
    await tab.list("#saved li", [`1.png: ${PIXEL.length} bytes`, `4.png: ${PIXEL.length} bytes`]);
  });

  it("are refused if their bytes are not a picture's: the file says so, and the others continue", async () => {
    const tab = await open();
    await tab.page.setInputFiles(input, [picture("good.png"), { name: "bad.png", mimeType: "image/png", buffer: Buffer.from("MZ and so on") }]);
    await tab.list("#chosen b", ["good.png", "bad.png"]);
    await tab.click("#save");
    await tab.list("#pictures .error", ["is no picture"]);
    await tab.click("[aria-label='Remove bad.png']");
    // What waited for it goes on by itself.
    await tab.list("#saved li", [`good.png: ${PIXEL.length} bytes`]);
  });

  it("that lose the connection midway are chosen and sent again by themselves", async () => {
    const tab = await open();
    // The client says so where it cannot say it to the server.
    gallery.expects(/Failed to push file progress .*no connection/);
    await stallUploads(tab.page);
    await tab.page.setInputFiles(input, [picture("big.png", 2_000_000), picture("small.png")]);
    await tab.list("#chosen b", ["big.png", "small.png"]);
    await tab.page.click("#save");
    await expect.poll(() => tab.page.locator("#chosen progress").first().getAttribute("value"), PATIENT).not.toBe("0");
    await reconnect(tab.page);
    await tab.list("#saved li", ["big.png: 2000000 bytes", `small.png: ${PIXEL.length} bytes`]);
    await tab.list("#chosen b", []);
    // And nothing is kept of them: another connection brings none back.
    await reconnect(tab.page);
    await tab.page.setInputFiles(input, [picture("again.png")]);
    await tab.list("#chosen b", ["again.png"]);
    await tab.click("#save");
    await tab.list("#saved li", [`again.png: ${PIXEL.length} bytes`]);
    expect(tab.loads).toBe(1);
  });

  it("that lose the connection before they are sent are chosen again, without the removed one, and wait for their user", async () => {
    const tab = await open();
    await tab.page.setInputFiles(input, [picture("a.png"), picture("gone.png")]);
    await drop(tab, "#drop", ["dropped.png"]);
    await tab.list("#chosen b", ["a.png", "gone.png", "dropped.png"]);
    await tab.click("[aria-label='Remove gone.png']");
    await tab.list("#chosen b", ["a.png", "dropped.png"]);
    await reconnect(tab.page);
    await tab.list("#chosen b", ["a.png", "dropped.png"]);
    expect(await texts(tab, "#saved li")).toEqual([]);
    await tab.click("#save");
    await tab.list("#saved li", [`a.png: ${PIXEL.length} bytes`, `dropped.png: ${PIXEL.length} bytes`]);
  });

  it("that were refused stay refused over a lost connection", async () => {
    const tab = await open();
    await tab.page.setInputFiles(input, [picture("huge.png", 2_000_001)]);
    await tab.list("#pictures .error", ["is larger than 2 MB"]);
    await tab.click("#save");
    await reconnect(tab.page);
    await tab.list("#pictures .error", ["is larger than 2 MB"]);
    expect(await texts(tab, "#saved li")).toEqual([]);
  });
});

describe("files of several inputs in one form", () => {
  const text = (name: string, content: string): { name: string; mimeType: string; buffer: Buffer } =>
    ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });

  it("are all sent before the form is, each input's under its own rules", async () => {
    const tab = await gallery.open("/uploads/several");
    await tab.page.fill("#title", "Birds");
    await tab.page.setInputFiles("#chapters input", [text("1.txt", "one"), text("2.txt", "second")]);
    await tab.list("#chapters b", ["1.txt", "2.txt"]);
    await tab.page.setInputFiles("#cover input", picture("front.png"));
    await tab.list("#cover b", ["front.png"]);
    await tab.click("#publish");
    await tab.list("#books li", ["Birds: front.png, chapters of 3 and 6 letters"]);
    await tab.list("#book b", []);
    expect(await tab.page.inputValue("#title")).toBe("");
  });

  it("are not sent while one of them is refused; what the other has, and the text, stay", async () => {
    const tab = await gallery.open("/uploads/several");
    await tab.page.fill("#title", "Birds");
    await tab.page.setInputFiles("#cover input", picture("front.png"));
    await tab.list("#cover b", ["front.png"]);
    await tab.page.setInputFiles("#chapters input", [text("1.txt", "one"), text("2.md", "# two")]);
    await tab.list("#chapters .error", ["is of another type"]);
    await tab.click("#publish");
    expect(await texts(tab, "#books li")).toEqual([]);
    await tab.list("#cover b", ["front.png"]);
    expect(await tab.page.inputValue("#title")).toBe("Birds");
    await tab.click("[aria-label='Remove 2.md']");
    await tab.list("#book .error", []);
    await tab.click("#publish");
    await tab.list("#books li", ["Birds: front.png, chapters of 3 letters"]);
  });
});

describe("files that are sent elsewhere", () => {
  it("go there in chunks, and resume from the lost one", async () => {
    const tab = await gallery.open("/uploads/elsewhere");
    gallery.expects(/Failed to push file progress/);
    const patches: number[] = [];
    await tab.page.route("**/uploads/elsewhere/*", async (route) => {
      if (route.request().method() !== "PATCH") return route.continue();
      patches.push(Number(await route.request().headerValue("upload-offset")));
      // The third never gets through, and meanwhile the view has lost its connection, too.
      if (patches.length !== 3) return route.continue();
      await reconnect(tab.page);
      return route.abort().catch(() => {});
    });
    await tab.page.setInputFiles("#elsewhere input[type=file]", { name: "a.bin", mimeType: "", buffer: Buffer.alloc(2_300_000) });
    await tab.list("#chosen b", ["a.bin"]);
    await tab.click("#save");
    await tab.list("#saved li", ["a.bin: 2300000 bytes elsewhere"]);
    expect(patches).toEqual([0, 500_000, 1_000_000, 1_000_000, 1_500_000, 2_000_000]);
  });

  it("are refused here, before they go anywhere", async () => {
    const tab = await gallery.open("/uploads/elsewhere");
    await tab.page.setInputFiles("#elsewhere input[type=file]", { name: "a.bin", mimeType: "", buffer: Buffer.alloc(5_000_001) });
    await tab.list("#elsewhere .error", ["too_large"]);
    await tab.click("#save");
    await tab.click("[aria-label='Remove a.bin']");
    await tab.list("#chosen b", []);
    expect(await texts(tab, "#saved li")).toEqual([]);
  });
});

describe("files that are sent at once", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gallery-folder-"));
    await mkdir(join(folder, "inner"));
    await writeFile(join(folder, "a.bin"), Buffer.alloc(150_000));
    await writeFile(join(folder, "inner", "b.bin"), "b");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("come with a whole folder, under their paths in it", async () => {
    const tab = await gallery.open("/uploads/auto");
    await tab.page.setInputFiles("#folder input[type=file]", folder);
    const name = folder.split("/").at(-1)!;
    await expect.poll(async () => (await texts(tab, "#kept li")).sort(), PATIENT).toEqual([`${name}/a.bin`, `${name}/inner/b.bin`]);
    expect(await texts(tab, "#folder p")).toEqual([]);
  });

  it("belong to a component, and a wrong one is replaced by a right one", async () => {
    const tab = await gallery.open("/uploads/auto");
    const input = "#notes input[type=file]";
    await tab.page.setInputFiles(input, { name: "a.exe", mimeType: "", buffer: Buffer.from("MZ") });
    await tab.list("#notes .error", ["not_accepted"]);
    await tab.page.setInputFiles(input, { name: "table.csv", mimeType: "application/vnd.ms-excel", buffer: Buffer.from("a;b") });
    await tab.list("#notes output", ["table.csv"]);
    await tab.list("#notes .error", []);
  });
});

import type { Endpoint, Limits } from "holdfast";
import { serve } from "holdfast/node";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { newSecret } from "./app.js";
import { clickAnswered, connected, rejoins, watch, type Watched } from "./browser.js";
import { launch } from "./chromium.js";

/** What the browser writes to the console about a refused page. */
export const STATUS = (status: number): RegExp => new RegExp(`^error: Failed to load resource: .*status of ${status} `);

/** How long `expect.poll` waits on a busy machine for something that usually happens soon. */
export const PATIENT = { timeout: 60_000, interval: 20 };

interface Line {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The gallery, served to the tests of a file, with its browsers. */
export class Gallery {
  readonly logged: Line[] = [];
  readonly #limits: Partial<Limits>;
  readonly #tabs: Tab[] = [];
  readonly #contexts: BrowserContext[] = [];
  readonly #expected: RegExp[] = [];
  #browser: Browser | undefined;
  #endpoint: Endpoint | undefined;
  url = "";

  constructor(limits: Partial<Limits>) {
    this.#limits = limits;
  }

  get endpoint(): Endpoint {
    return this.#endpoint!;
  }

  async start(): Promise<void> {
    // Imported late: the pages read the environment, which is set by now.
    const { createGallery } = await import("../../../examples/gallery/dist/app.js");
    this.#endpoint = createGallery({
      secret: newSecret(), limits: this.#limits, log: (message, details) => void this.logged.push({ message, details }),
    });
    const [{ url }, browser] = await Promise.all([serve(this.#endpoint, { port: 0 }), launch()]);
    this.url = url;
    this.#browser = browser;
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#endpoint?.close();
  }

  /** An empty tab of a new browser, with its own cookies. */
  async tab(): Promise<Tab> {
    const context = await this.#browser!.newContext();
    this.#contexts.push(context);
    return this.#add(await watch(context));
  }

  /** A page of the gallery, connected, in a new browser. */
  async open(path: string): Promise<Tab> {
    return (await this.tab()).open(path);
  }

  /** A second window of a tab's browser. */
  async another(tab: Tab, path: string): Promise<Tab> {
    return this.#add(await watch(tab.page.context())).open(path);
  }

  #add(watched: Watched): Tab {
    const tab = new Tab(this, watched);
    this.#tabs.push(tab);
    return tab;
  }

  /** Expects at least one such line on the console in this test. */
  expects(...complaints: RegExp[]): void {
    this.#expected.push(...complaints);
  }

  /** The messages of all logged crashes. */
  crashes(): string[] {
    return this.logged.filter(({ message }) => /crashed/.test(message)).map(({ details }) =>
      details["error"] instanceof Error ? details["error"].message : String(details["error"]));
  }

  /** Resolves when the log has a refusal of this event for this reason. */
  async refused(event: string, reason: string): Promise<void> {
    await expect.poll(() => this.logged.map(({ details }) => [details["event"], details["reason"]]), PATIENT).toContainEqual([event, reason]);
  }

  /** Closes the test's windows; all their complaints must have been expected. */
  async endOfTest(): Promise<void> {
    const tabs = this.#tabs.splice(0);
    const contexts = this.#contexts.splice(0);
    const expected = this.#expected.splice(0);
    const complaints = (): readonly string[] => tabs.flatMap((tab) => tab.complaints);
    try {
      // A console's line may arrive after what the page shows, but not after its window has been closed.
      await expect.poll(() => expected.filter((pattern) => !complaints().some((complaint) => pattern.test(complaint))), PATIENT).toEqual([]);
    } finally {
      this.logged.length = 0;
      for (const context of contexts) await context.close();
    }
    expect(complaints().filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))).toEqual([]);
  }
}

/** A window that shows the gallery. */
export class Tab {
  readonly page: Page;
  readonly watched: Watched;
  readonly #gallery: Gallery;

  constructor(gallery: Gallery, watched: Watched) {
    this.#gallery = gallery;
    this.watched = watched;
    this.page = watched.page;
  }

  get complaints(): readonly string[] {
    return this.watched.complaints;
  }

  /** How many documents were loaded. */
  get loads(): number {
    return this.watched.loads();
  }

  /** The URL's path, query and fragment. */
  get path(): string {
    const { pathname, search, hash } = new URL(this.page.url());
    return pathname + search + hash;
  }

  async open(path: string): Promise<this> {
    await this.page.goto(this.#gallery.url + path);
    await this.connected();
    return this;
  }

  async connected(): Promise<void> {
    await connected(this.page);
  }

  async click(...selectors: string[]): Promise<void> {
    for (const selector of selectors) await clickAnswered(this.page, selector);
  }

  async text(selector: string): Promise<string> {
    return (await this.page.textContent(selector))!.replaceAll(/\s+/g, " ").trim();
  }

  /** Resolves when the element shows this text, ignoring white space; rejects after `timeout` milliseconds. */
  async shows(selector: string, text: string | RegExp, timeout = PATIENT.timeout): Promise<void> {
    const { page } = this;
    const poll = expect.poll(async () => (await page.locator(selector).first().textContent({ timeout: 500 }).catch(() => null))
      ?.replaceAll(/\s+/g, " ").trim(), { timeout, interval: 20 });
    await (typeof text === "string" ? poll.toBe(text) : poll.toMatch(text));
  }

  /** Resolves when the matching elements show these texts. */
  async list(selector: string, texts: readonly string[]): Promise<void> {
    const { page } = this;
    await expect.poll(async () => (await page.locator(selector).allTextContents()).map((text) => text.replaceAll(/\s+/g, " ").trim()),
      PATIENT).toEqual(texts);
  }

  /** Resolves when there is no such element. */
  async gone(selector: string): Promise<void> {
    await this.page.locator(selector).first().waitFor({ state: "detached" });
  }

  /** Resolves when the server has forgotten at least so many components that the page no longer shows. Until then one comes back as it was. */
  async forgot(components: number): Promise<void> {
    await expect.poll(() => this.watched.frames.flatMap(([, , , event, payload]) =>
      event === "phx_reply" ? (payload as { response: { cids?: readonly number[] } }).response.cids ?? [] : []).length, PATIENT).toBeGreaterThanOrEqual(components);
  }

  /** Resolves when the window is at this path. */
  async at(path: string): Promise<void> {
    await this.page.waitForURL(this.#gallery.url + path);
  }

  async back(): Promise<void> {
    await this.page.evaluate(() => history.back());
  }

  async forward(): Promise<void> {
    await this.page.evaluate(() => history.forward());
  }

  historyLength(): Promise<number> {
    return this.page.evaluate(() => history.length);
  }

  /** Does something that ends the view, and waits until another has joined in its place. */
  async rejoins(act: () => Promise<unknown>): Promise<void> {
    await rejoins(this.watched, act);
    await this.connected();
  }
}

/**
 * Serves the gallery to the file's tests. After each test the consoles may only contain what it expected.
 *
 * @param limits limits that differ from the defaults
 */
export function useGallery(limits: Partial<Limits> = {}): Gallery {
  const gallery = new Gallery(limits);
  beforeAll(() => gallery.start());
  afterAll(() => gallery.stop());
  afterEach(() => gallery.endOfTest());
  return gallery;
}

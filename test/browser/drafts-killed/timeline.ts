import type { Page } from "playwright-core";

/** What happened when: ms since the epoch, the clock of the test and of the page alike. */
type Entry = readonly [at: number, what: string];

/** Everything that happens in a round, so that a failure can be read. Made from what the test notes and what the page notes. */
export class Timeline {
  readonly #entries: Entry[] = [];

  note(what: string): void {
    this.#entries.push([Date.now(), what]);
  }

  /** The whole of it, in order, with the page's part. */
  async read(page: Page): Promise<string> {
    const inPage = await page.evaluate(() => (window as unknown as { timeline: Entry[] }).timeline).catch(() => []);
    const all = [...this.#entries, ...inPage.map(([at, what]): Entry => [at, `    ${what}`])].sort(([a], [b]) => a - b);
    const start = all[0]?.[0] ?? 0;
    return all.map(([at, what]) => `${(at - start).toFixed(1).padStart(9)} ${what}`).join("\n");
  }
}

/** Lets the page note its frames, where the focus is, and each change of a field: who made it, and what it holds then. */
export async function notesInPage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    // A reload ends the page's memory, except for the tab's name.
    const timeline = JSON.parse(window.name || "[]") as [number, string][];
    Object.assign(window, { timeline });
    const note = (what: string): void => void timeline.push([performance.timeOrigin + performance.now(), what]);
    note(`document ${location.pathname}`);
    addEventListener("pagehide", () => (window.name = JSON.stringify(timeline)));

    const held = new Map<string, string>();
    const holds = (element: Element): string => {
      if (element instanceof HTMLInputElement && /^(?:checkbox|radio)$/.test(element.type)) return String(element.checked);
      if (element instanceof HTMLSelectElement) return [...element.selectedOptions].map(({ value }) => value).join();
      return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.value : (element.textContent ?? "");
    };
    const look = (by: string): void => {
      const gone = new Set(held.keys());
      for (const element of document.querySelectorAll("input[id], textarea[id], select[id], [contenteditable]")) {
        const now = holds(element);
        const before = held.get(element.id) ?? "";
        gone.delete(element.id);
        held.set(element.id, now);
        if (now !== before) note(`#${element.id} ${JSON.stringify(before)} → ${JSON.stringify(now)} by ${by}`);
      }
      for (const id of gone) {
        held.delete(id);
        note(`#${id} gone by ${by}`);
      }
    };
    for (const type of ["input", "change"]) {
      addEventListener(type, (event) => look(event.isTrusted ? `the user's ${type}` : `a script's ${type}`), true);
    }
    for (const type of ["focusin", "focusout"]) {
      addEventListener(type, ({ target }) => note(`${type} ${target instanceof Element ? `#${target.id}` : ""}`), true);
    }
    const short = (data: unknown): string => (typeof data === "string" ? data.slice(0, 400) : "(binary)");
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        note("socket opening");
        this.addEventListener("open", () => note("socket open"));
        this.addEventListener("close", ({ code }) => note(`socket closed ${code}`));
        this.addEventListener("message", ({ data }) => {
          note(`← ${short(data)}`);
          setTimeout(() => look("what came before"));
        });
      }
      override send(data: Parameters<WebSocket["send"]>[0]): void {
        note(`→ ${short(data)}`);
        super.send(data);
      }
    };
  });
}

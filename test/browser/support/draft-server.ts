import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launch } from "./chromium.js";
import { KillableServer, type Ready } from "./killable-server.js";

/** A report of the application. */
interface Said extends Ready {
  /** A newly mounted view handles its first change. */
  readonly recovering?: true;
  /** What a component has received. */
  readonly told?: string;
  /** A submit has arrived. */
  readonly saving?: true;
  readonly saved?: Readonly<Record<string, unknown>>;
  readonly done?: true;
}

/**
 * Settings of the application: how long a change takes (ms; 0 ends those under way), the text of new forms, how many components
 * precede the one with a form, whose sessions end.
 */
interface Told {
  readonly slow?: number;
  readonly render?: string;
  readonly before?: number;
  readonly end?: string;
}

/** The forms of `draft-server.mjs`. */
class DraftServer extends KillableServer<Told, Said> {
  readonly saved: Readonly<Record<string, unknown>>[] = [];

  constructor() {
    super(new URL("draft-server.mjs", import.meta.url));
    this.listen(({ saved }) => void (saved !== undefined && this.saved.push(saved)));
  }

  override async start(): Promise<void> {
    await super.start();
    void this.prepare(1);
  }

  /** Changes settings, and waits until they apply. */
  async tell(told: Told): Promise<void> {
    const done = this.hear((said) => said.done === true);
    this.send(told);
    await done;
  }
}

/** A server and a browser for all tests of a file. */
export function useDraftServer(): { readonly server: DraftServer; newContext(): Promise<BrowserContext> } {
  const server = new DraftServer();
  let browser: Browser | undefined;
  beforeAll(async () => {
    await server.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server.stop();
  });
  return { server, newContext: () => browser!.newContext() };
}

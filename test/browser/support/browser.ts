import type { BrowserContext, Page, WebSocket } from "playwright-core";
import { expect } from "vitest";

/** A page with everything that it complained of, and every frame that it received. */
export interface Watched {
  readonly page: Page;
  /** Console warnings and errors, uncaught exceptions, dialogs, violations of the Content-Security-Policy. */
  readonly complaints: string[];
  /** The text frames that came in, parsed, in order. */
  readonly frames: unknown[][];
  /** The close codes and URLs of sockets come from here. */
  readonly sockets: WebSocket[];
  /** How many documents were asked for, redirects not counted. */
  loads(): number;
}

/** Opens a tab and listens to it from its first byte on. */
export async function watch(context: BrowserContext): Promise<Watched> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  const frames: unknown[][] = [];
  const sockets: WebSocket[] = [];
  let loads = 0;
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  // Counted when it is asked for: what comes of it may be looked at before its document is complete.
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame() && request.redirectedFrom() === null) loads++;
  });
  page.on("websocket", (socket) => {
    sockets.push(socket);
    socket.on("framereceived", ({ payload }) => {
      // A development server's own messages are objects.
      const frame: unknown = typeof payload === "string" ? JSON.parse(payload) : undefined;
      if (Array.isArray(frame)) frames.push(frame);
    });
  });
  await page.exposeFunction("complain", (text: string) => void complaints.push(text));
  await page.addInitScript(() => {
    // The client puts nothing on the window, so a test finds its LiveSocket where it keeps its views: on their elements.
    Object.defineProperty(window, "liveSocket", {
      configurable: true,
      get() {
        const element = document.querySelector("[data-phx-session]") as { phxPrivate?: { view?: { liveSocket: object } } } | null;
        return element?.phxPrivate?.view?.liveSocket;
      },
    });
    document.addEventListener("securitypolicyviolation", (event) => {
      (window as unknown as { complain(text: string): void }).complain(`csp: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, complaints, frames, sockets, loads: () => loads };
}

/** Resolves when the page's live view has joined. */
export async function connected(page: Page): Promise<void> {
  await page.waitForSelector("[data-phx-main].phx-connected");
}

/**
 * Loses the page's connection, as a network does it. The client's own `disconnect` stops listening before a slow socket has
 * closed. Resolves once the client has connected again; its views may not have joined by then.
 */
export async function loseConnection(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { liveSocket } = window as unknown as {
      liveSocket: { getSocket(): { conn: globalThis.WebSocket; isConnected(): boolean; onOpen(job: () => void): string; off(refs: string[]): void } };
    };
    const socket = liveSocket.getSocket();
    const opened = (): Promise<void> => new Promise((resolve) => {
      const ref = socket.onOpen(() => {
        socket.off([ref]);
        resolve();
      });
    });
    // A connection that is still being made cannot be lost.
    if (!socket.isConnected()) await opened();
    const again = opened();
    socket.conn.close();
    await again;
  });
}

/** Loses the page's connection, and waits until the client is back. */
export async function reconnect(page: Page): Promise<void> {
  await loseConnection(page);
  await connected(page);
}

/**
 * From the second large chunk of a file on, this connection carries no more of them, as when a network dies before it is said to
 * be lost. The client's latency simulator would not do: it also delays answers past the end of their connection, and then they
 * are patched into a page that has mounted anew.
 */
export async function stallUploads(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { conn } = (window as unknown as { liveSocket: { getSocket(): { conn: globalThis.WebSocket } } }).liveSocket.getSocket();
    const send = conn.send.bind(conn);
    let large = 0;
    conn.send = (data) => {
      if (data instanceof ArrayBuffer && data.byteLength > 10_000 && ++large > 1) return;
      send(data);
    };
  });
}

/**
 * Does something that ends a view, and waits until one has joined in its place: the client marks a view that is away, but a
 * quick one may have come and gone between two looks, so the joins are counted.
 *
 * @param topic how the view's topic begins
 */
export async function rejoins({ frames }: Watched, act: () => Promise<unknown>, topic = "lv:"): Promise<void> {
  const joins = (): number => frames.filter(([joinRef, ref, of, event]) =>
    joinRef === ref && event === "phx_reply" && String(of).startsWith(topic)).length;
  const before = joins();
  await act();
  await expect.poll(joins).toBeGreaterThan(before);
}

/** Holds back what the server sends to a page, so that a test can look at what is shown until it comes. */
export class HeldBack {
  #waiting: (() => void)[] = [];
  /** How many more messages go through. */
  #free = Infinity;

  /** To be called before the page is opened. */
  static async of(page: Page): Promise<HeldBack> {
    const held = new HeldBack();
    await page.routeWebSocket(/\/live\/websocket/, (route) => {
      route.connectToServer().onMessage((message) => {
        // The answers to heartbeats belong to no view.
        if (/^\[[^[{]*,"phoenix",/.test(String(message))) return route.send(message);
        held.#pass(() => route.send(message));
      });
    });
    return held;
  }

  /** From now on only the next `free` messages go through. */
  hold(free = 0): void {
    this.#free = free;
  }

  /** Lets the next message through, which has waited or is still to come. */
  next(): void {
    const send = this.#waiting.shift();
    if (send !== undefined) return send();
    this.#free++;
  }

  /** Lets through what has waited, and what comes. */
  release(): void {
    this.#free = Infinity;
    for (const send of this.#waiting.splice(0)) send();
  }

  #pass(send: () => void): void {
    if (this.#free === 0) return void this.#waiting.push(send);
    this.#free--;
    send();
  }
}

/** Clicks an element once its last click has been answered: until then the client ignores another one. */
export async function clickAnswered(page: Page, selector: string): Promise<void> {
  await page.locator(selector).and(page.locator(":not([data-phx-ref-src])")).first().click();
}

/**
 * What is left without the messages about a server that could not be reached. No page can prevent them: the browser prints some,
 * and the npm client says half a minute later which pushes went down with a connection.
 */
export function withoutNetwork(complaints: readonly string[]): string[] {
  return complaints.filter((text) => !/net::ERR_(?:CONNECTION_(?:REFUSED|RESET)|SOCKET_NOT_CONNECTED)|Connection closed before receiving a handshake response|\{error: push timeout, /.test(text));
}

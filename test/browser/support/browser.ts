import type { BrowserContext, Page, WebSocket } from "playwright-core";

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
      if (typeof payload === "string") frames.push(JSON.parse(payload) as unknown[]);
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
 * Loses the page's connection, as a network does it, and waits until the client is back. The client's own `disconnect` stops
 * listening before a slow socket has closed.
 */
export async function reconnect(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { liveSocket } = window as unknown as {
      liveSocket: { getSocket(): { conn: globalThis.WebSocket; onOpen(job: () => void): string; off(refs: string[]): void } };
    };
    const socket = liveSocket.getSocket();
    await new Promise<void>((resolve) => {
      const ref = socket.onOpen(() => {
        socket.off([ref]);
        resolve();
      });
      socket.conn.close();
    });
  });
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

/** Clicks an element once its last click has been answered: until then the client ignores another one. */
export async function clickAnswered(page: Page, selector: string): Promise<void> {
  await page.locator(selector).and(page.locator(":not([data-phx-ref-src])")).first().click();
}

/**
 * What is left when the messages are taken out that the browser itself prints while it cannot reach a server. They are
 * about the network, and no page can prevent them.
 */
export function withoutNetwork(complaints: readonly string[]): string[] {
  return complaints.filter((text) => !/net::ERR_(?:CONNECTION_(?:REFUSED|RESET)|SOCKET_NOT_CONNECTED)|Connection closed before receiving a handshake response/.test(text));
}

import { LiveSocket } from "phoenix_live_view";
import { reconnectDelay } from "./backoff.js";

/** What the npm client's view tells of itself. */
interface JoinedView {
  isConnected(): boolean;
  /** Each attempt to join has its own. */
  readonly channel: { joinRef(): string };
}

/** Statuses with which a proxy answers for a server that it cannot reach (RFC 9110, 15.6.3 to 15.6.5). */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * The npm client's LiveSocket, but it reloads the page only once the server answers.
 *
 * The npm client reloads after a push that has had no reply for 30 seconds, a refused join, and a socket closed with 1000
 * (`live_socket.ts`, `reloadWithJitter`). While the server is away, that would replace the page with the browser's error page,
 * which never comes back by itself. A push that was lost with its connection needs no reload at all: the socket reconnects, and
 * the view joins again.
 */
export class PatientLiveSocket extends LiveSocket {
  #answering: Promise<void> | undefined;

  override reloadWithJitter(view: JoinedView, log?: () => void): void {
    const joinRef = view.channel.joinRef();
    // Only the reload for a push without a reply brings its own log entry. For the others the npm client stops reconnecting.
    const unanswered = log !== undefined;
    if (!unanswered) this.disconnect();
    this.#answering ??= serverAnswers().finally(() => (this.#answering = undefined));
    void this.#answering.then(() => {
      // It has joined again, or is about to.
      if (unanswered && (view.channel.joinRef() !== joinRef || !view.isConnected())) return;
      super.reloadWithJitter(view, log);
    });
  }
}

/**
 * Resolves once the page's server answers, or if the page's policy does not let us ask it. Asked without cookies, because a page's
 * GET takes its flash from the session.
 */
async function serverAnswers(): Promise<void> {
  const asking = new AbortController();
  let mayAsk = true;
  const forbidden = policyForbids(asking.signal).then(() => void (mayAsk = false));
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        const { status } = await fetch(location.href, { method: "HEAD", cache: "no-store", credentials: "omit", redirect: "manual" });
        if (!AWAY.has(status)) return;
      } catch {
        // Unreachable, or forbidden.
      }
      const delayMs = 1000 + reconnectDelay(attempt);
      await Promise.race([forbidden, new Promise((resolve) => setTimeout(resolve, delayMs))]);
      if (!mayAsk) return;
    }
  } finally {
    asking.abort();
  }
}

/** Resolves if the Content-Security-Policy has blocked a request to the page's own origin: `connect-src` without `'self'`. */
function policyForbids(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    document.addEventListener("securitypolicyviolation", ({ disposition, effectiveDirective, blockedURI }) => {
      if (disposition === "enforce" && effectiveDirective === "connect-src" && blockedURI.startsWith(`${location.origin}/`)) resolve();
    }, { signal });
  });
}

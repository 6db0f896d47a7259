import { describeValue, HoldfastError, nearest } from "../errors/index.js";
import { WAIT } from "../errors/options.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * The caps on everything that a client can make large or many. `Infinity` removes a cap; then a single client can use up
 * whatever it protected.
 */
export interface Limits {
  // ---- sessions and tokens ----

  /**
   * The longest `Set-Cookie` of the session, bytes; a longer one throws `session_too_large`, because browsers drop it
   * silently. Default 4096.
   */
  readonly cookieBytes: number;
  /**
   * How long a session lives from log-in, whatever its user does, ms. After that a new anonymous one begins. Default 14 days.
   * The end of a user's sessions is remembered for twice as long: if you lower this, older sessions that would outlive it end.
   */
  readonly sessionMaxAgeMs: number;
  /**
   * How long a session lives without activity, ms, before it ends as if it were too old. A request with its cookie is activity, and so
   * is what a user does on an open page: after a quarter of this time the server asks the page to have its cookie renewed, by an event
   * `holdfast:keep_session` of the topic `phoenix`. `holdfast/client` does; any other client must request `<socket's path>/session`.
   * So a session may end a quarter earlier. A page that nobody uses closes. 0 is off. Default 0.
   */
  readonly sessionIdleMs: number;
  /** How often an open socket's session is checked for revocation, ms. A revoked one closes its socket. Default 60 s. */
  readonly sessionCheckMs: number;
  /**
   * How long after its rendering a page may be joined, ms; never longer than its session. A later join makes the client
   * reload the page. Default 24 h.
   */
  readonly pageTokenMs: number;
  /** How long a flash waits for its page, ms, before it is dropped. Default 60 s. */
  readonly flashMs: number;
  /** How long an allowed upload may wait for its start, ms. A later start is refused. Default 10 min. */
  readonly uploadTokenMs: number;
  /**
   * The longest `file.meta()` of a chosen file, bytes of JSON. The server keeps it as long as the file; a longer one is dropped
   * and logged. Default 16 KiB.
   */
  readonly uploadMetaBytes: number;

  // ---- requests ----

  /** The longest body of a request that is not an upload, bytes; a longer one is answered 413. Default 1 MiB. */
  readonly bodyBytes: number;
  /** Parts of a multipart body; more are answered 413. Default 100. */
  readonly bodyParts: number;
  /** How long a request's header may take, ms, before its connection is closed. Default 10 s. */
  readonly headerMs: number;
  /**
   * How long a whole request that is not an upload may take to arrive, ms, before its connection is closed; and how long its client may
   * read nothing of the answer. Default 30 s.
   */
  readonly requestMs: number;
  /**
   * How long a connection may wait for its next request, ms. Longer than proxies and load balancers keep theirs, most of them for 60 s:
   * none then sends a request over one that is being closed. On Node, with `serve`. Default 65 s.
   */
  readonly keepAliveMs: number;
  /**
   * Open connections of a server, websockets among them; a further one is dropped, and the log says so. It keeps file descriptors and
   * memory for what the application itself opens; what one address may hold is for a proxy or firewall in front. On Node, with `serve`.
   * Default 100,000.
   */
  readonly connections: number;
  /**
   * Answers that their clients have not read yet, all together, bytes; a single one may be longer. If one is too many, the address that
   * holds most loses the connection of its oldest. On Node. Default 256 MiB.
   */
  readonly unreadAnswerBytes: number;
  /**
   * The longest URL at which a page may be joined or patched, characters; a longer one is refused, and the client loads the
   * page by HTTP. Default 16 KiB, the longest request header that Node accepts.
   */
  readonly urlLength: number;

  // ---- sockets ----

  /** The longest text message on a socket whose session is logged in, bytes; a longer one closes it (1009). Default 1 MiB. */
  readonly textFrameBytes: number;
  /**
   * The longest text message on any other socket, bytes; a longer one closes it (1009). Never more than `textFrameBytes`.
   * Default 64 KiB.
   */
  readonly anonymousTextFrameBytes: number;
  /** The longest binary message, bytes; a longer one closes the socket (1009). Default 128 KiB. */
  readonly binaryFrameBytes: number;
  /** The most frames in one message; more close the socket. Default 64. */
  readonly fragments: number;
  /**
   * Bytes of all sockets' messages that have arrived and are queued. Beyond it a socket with a queued message is not read any
   * further until its own are processed, or half of this is free again. Default 64 MiB.
   */
  readonly inflightBytes: number;
  /**
   * Bytes of messages queued on one socket. Beyond it that socket is not read any further until some are processed. Default 2
   * MiB.
   */
  readonly waitingFrameBytes: number;
  /** How long a socket may be open before its first join, ms, before it is closed. Default 10 s. */
  readonly firstJoinMs: number;
  /** How long a socket may be silent, ms, before it is closed; the client sends a heartbeat every 30 s. Default 60 s. */
  readonly idleMs: number;
  /** How long a client may take to answer a close, ms, before the connection is cut. Default 2 s. */
  readonly closeGraceMs: number;
  /** Topics joined on one socket at a time; a further join is refused. Default 64. */
  readonly topicsPerSocket: number;
  /** Open sockets of one session (tabs). Default 20. */
  readonly socketsPerSession: number;
  /**
   * Open sockets of one client: an IPv4 address, or an IPv6 /64 network; a further handshake gets 429. Behind a proxy, name
   * the proxy (`trustProxy`), or all clients count as one. Default 200.
   */
  readonly socketsPerIp: number;
  /** Sustained messages per second of one socket; beyond it the socket is read more slowly. Default 50. */
  readonly eventsPerSecond: number;
  /** Messages of one socket in a burst, after a quiet time. Default 100. */
  readonly eventBurst: number;
  /** Messages from the server (broadcasts, timers, results) queued for one view; one more ends the view. Default 1,000. */
  readonly waitingMessages: number;

  // ---- admission ----

  /**
   * Sustained page renders, handshakes and joins per second of one session (its first join comes with its handshake); others
   * wait. Default 20.
   */
  readonly admissionsPerSession: number;
  /** The same for one session in a burst, after a quiet time. Default 100. */
  readonly admissionBurstPerSession: number;
  /** The same for one client (see `socketsPerIp`); others wait. Default 200. */
  readonly admissionsPerIp: number;
  /** The same for one client in a burst, after a quiet time. Default 400. */
  readonly admissionBurstPerIp: number;
  /**
   * Handshakes of one client with a valid CSRF token, and its further joins, per second. They all arrive together after a
   * lost connection, so they have a separate lane. Default 1,000: 5,000 pages of one address are back in 3 s.
   */
  readonly rejoinsPerIp: number;
  /** The same of one client in a burst, after a quiet time. Default 2,000. */
  readonly rejoinBurstPerIp: number;
  /**
   * How long a request beyond these rates may wait, ms, before a handshake gets 429 and a page 503. Less than the 10 s after
   * which the client gives up a join. Default 8 s.
   */
  readonly admissionWaitMs: number;

  // ---- payloads ----

  /** How deep the objects and arrays of a payload may nest; a deeper event is refused. Default 32. */
  readonly jsonDepth: number;
  /** Object keys in a payload, all objects together; an event with more is refused. Default 1,000. */
  readonly jsonKeys: number;
  /** Array items in a payload, all arrays together; an event with more is refused. Default 10,000. */
  readonly jsonItems: number;
  /** Fields of a form; an event with more is refused. Default 1,000. */
  readonly formFields: number;
  /** Brackets in the name of a form's field, `a[b][c]` has two; an event with more is refused. Default 10. */
  readonly formDepth: number;

  // ---- outgoing ----

  /** Unsent bytes of a socket above which renders wait and are merged. Default 1 MiB. */
  readonly outgoingSoftBytes: number;
  /** Unsent bytes of a socket at which it is closed. Default 8 MiB. */
  readonly outgoingHardBytes: number;
  /**
   * Unsent bytes of all sockets that have more than `outgoingSoftBytes`, together. If they are too many, the address that holds most loses
   * the socket that has not read for longest. Default 256 MiB.
   */
  readonly unsentBytes: number;
  /** How long a socket may have more unsent bytes than `outgoingSoftBytes` before it is closed, ms. Default 15 s. */
  readonly stalledMs: number;

  // ---- views ----

  /** Live components of one page; one more throws `component_limit`. Default 10,000. */
  readonly components: number;
  /**
   * Values of pages that were just rendered over HTTP, or have just lost their socket, all pages together. For 30 s what such a
   * page showed counts at its next join, because its browser shows it until then; beyond this many the older half is forgotten.
   * Each node remembers its own: behind a reconnect to another node, what only the old page showed does not count. Text that is only
   * shown is not kept, nor is the data behind it. Default 100,000, about 10 MB.
   */
  readonly rememberedValues: number;
  /**
   * Crashes of one session's page within `crashWindowMs`, after which it is an error page. A join that is refused right after the page
   * was loaded counts too, since the client loads the page again. Default 5.
   */
  readonly crashBudget: number;
  /** The time in which `crashBudget` counts, ms. Default 60 s. */
  readonly crashWindowMs: number;
  /** How often a view may patch itself in a row; one more throws `patch_loop`. Default 20. */
  readonly patchesInARow: number;

  // ---- several nodes ----

  /**
   * How long a node that has lost contact with the others keeps its sockets, ms, while their handlers wait. Then it closes
   * them (1012), so that clients look for another node. Default 10 s.
   */
  readonly outageMs: number;

  // ---- stopping ----

  /**
   * How long a node that drains still accepts sockets, ms: readiness ends at once, and this is the time in which a load balancer
   * that polls readiness notices it. 0 is none. Default 0.
   */
  readonly drainGraceMs: number;
  /** The part of the sockets that one step of a drain closes, 0 to 1. Default 0.1. */
  readonly drainStepFraction: number;
  /** The time between two steps of a drain, ms. Default 2 s. */
  readonly drainStepMs: number;
  /** How long a drain may take, ms; then the remaining sockets are closed at once, whatever they are doing. Default 30 s. */
  readonly drainMaxMs: number;
}

/**
 * The limits of an endpoint by default.
 *
 * @example
 * createEndpoint({ secret, live, limits: { socketsPerIp: 2 * defaultLimits.socketsPerIp } });
 */
export const defaultLimits: Readonly<Limits> = Object.freeze({
  cookieBytes: 4096,
  sessionMaxAgeMs: 14 * DAY,
  sessionIdleMs: 0,
  sessionCheckMs: MINUTE,
  pageTokenMs: DAY,
  flashMs: MINUTE,
  uploadTokenMs: 10 * MINUTE,
  uploadMetaBytes: 16 * KIB,
  bodyBytes: MIB,
  bodyParts: 100,
  headerMs: 10 * SECOND,
  requestMs: 30 * SECOND,
  keepAliveMs: 65 * SECOND,
  connections: 100_000,
  unreadAnswerBytes: 256 * MIB,
  urlLength: 16 * KIB,
  textFrameBytes: MIB,
  anonymousTextFrameBytes: 64 * KIB,
  binaryFrameBytes: 128 * KIB,
  fragments: 64,
  inflightBytes: 64 * MIB,
  waitingFrameBytes: 2 * MIB,
  firstJoinMs: 10 * SECOND,
  idleMs: MINUTE,
  closeGraceMs: 2 * SECOND,
  topicsPerSocket: 64,
  socketsPerSession: 20,
  socketsPerIp: 200,
  eventsPerSecond: 50,
  eventBurst: 100,
  waitingMessages: 1000,
  admissionsPerSession: 20,
  admissionBurstPerSession: 100,
  admissionsPerIp: 200,
  admissionBurstPerIp: 400,
  rejoinsPerIp: 1000,
  rejoinBurstPerIp: 2000,
  admissionWaitMs: 8 * SECOND,
  jsonDepth: 32,
  jsonKeys: 1000,
  jsonItems: 10_000,
  formFields: 1000,
  formDepth: 10,
  outgoingSoftBytes: MIB,
  outgoingHardBytes: 8 * MIB,
  unsentBytes: 256 * MIB,
  stalledMs: 15 * SECOND,
  components: 10_000,
  rememberedValues: 100_000,
  crashBudget: 5,
  crashWindowMs: MINUTE,
  patchesInARow: 20,
  outageMs: 10 * SECOND,
  drainGraceMs: 0,
  drainStepFraction: 0.1,
  drainStepMs: 2 * SECOND,
  drainMaxMs: 30 * SECOND,
});

/** Limits that may be 0, which turns them off. */
const MAY_BE_0: ReadonlySet<string> = new Set<keyof Limits>(["sessionIdleMs", "drainGraceMs"]);

/** Limits that the server waits out itself: a timer for longer would fire at once. */
const WAITS: ReadonlySet<string> = new Set<keyof Limits>(["closeGraceMs", "drainGraceMs", "drainStepMs"]);

/**
 * The limits of an endpoint: the defaults, with the application's own in their place.
 *
 * @param overrides positive numbers or `Infinity`; `sessionIdleMs` and `drainGraceMs` may be 0; `closeGraceMs`,
 * `drainGraceMs` and `drainStepMs` are 24 days at most; `undefined` means the default
 * @throws {HoldfastError} `endpoint_config_invalid` for an unknown name or a number that cannot be a limit
 * @example
 * resolveLimits({ textFrameBytes: 256 * 1024 }).textFrameBytes // 262144
 */
export function resolveLimits(
  overrides: { readonly [Name in keyof Limits]?: number | undefined } = {},
): Limits {
  const limits: { -readonly [Name in keyof Limits]: number } = { ...defaultLimits };
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(defaultLimits, name)) {
      const known = Object.keys(defaultLimits);
      const meant = nearest(name, known);
      const fix = `${meant === undefined ? "" : `write ${meant}, or `}leave "${name}" out`;
      throw invalid(`There is no limit ${JSON.stringify(name)}.`, known.join(", "), name, fix);
    }
    if (value === undefined) continue;
    const usable = typeof value === "number" && (value > 0 || (value === 0 && MAY_BE_0.has(name)));
    if (!usable) {
      const got = typeof value === "number" ? String(value) : describeValue(value);
      const fix = `limits: { ${name}: ${defaultLimits[name as keyof Limits]} }`;
      throw invalid(`The limit ${name} is invalid.`, "a positive number or Infinity", got, fix);
    }
    if (WAITS.has(name) && !WAIT.fits(value)) {
      const fix = `limits: { ${name}: ${defaultLimits[name as keyof Limits]} }`;
      throw invalid(`The limit ${name} is too long.`, WAIT.called, String(value), fix);
    }
    limits[name as keyof Limits] = value;
  }
  // Lowering only textFrameBytes applies to all sockets.
  if (overrides.anonymousTextFrameBytes === undefined) {
    limits.anonymousTextFrameBytes = Math.min(limits.anonymousTextFrameBytes, limits.textFrameBytes);
  }
  if (limits.anonymousTextFrameBytes > limits.textFrameBytes) {
    throw invalid(
      "The limit anonymousTextFrameBytes is above textFrameBytes.",
      `at most ${limits.textFrameBytes}`,
      String(limits.anonymousTextFrameBytes),
    );
  }
  if (limits.drainStepFraction > 1) {
    const got = String(limits.drainStepFraction);
    throw invalid("The limit drainStepFraction is not a fraction.", "0 to 1", got);
  }
  if (limits.outgoingHardBytes < limits.outgoingSoftBytes) {
    throw invalid(
      "The limit outgoingHardBytes is below outgoingSoftBytes.",
      `at least ${limits.outgoingSoftBytes}`,
      String(limits.outgoingHardBytes),
    );
  }
  return Object.freeze(limits);
}

function invalid(what: string, expected: string, got: string, fix?: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", { what, expected, got, ...(fix !== undefined && { fix }) });
}

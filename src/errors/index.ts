/**
 * Every error that Holdfast itself raises, with a stable code.
 *
 * Codes are never reused and never renamed: programs switch on them, people search for them.
 *
 * @module
 */

export { describeValue } from "./describe-value.js";
export { describeIssues, issuePath } from "./issues.js";
export type { Inferred, Mistake, Parsed } from "./mistake.js";
export { environmentName, isDevelopment, variable } from "./mode.js";
export { editDistance, nearest } from "./nearest.js";

/**
 * One line per code: what went wrong, in general. The instance says what was expected and got.
 *
 * @example
 * if (error instanceof HoldfastError) report(error.code, ERROR_CODES[error.code]);
 */
export const ERROR_CODES = {
  // templates
  template_not_tagged: "html was called as a function, not as a template tag",
  template_hole_forbidden: "a template has a hole where no value would be safe",
  template_malformed: "a template is not well-formed HTML",
  template_value_refused: "a value cannot be rendered where the template puts it",
  bound_value_invalid: "an event is bound to a value that cannot be encoded",
  template_keys_not_unique: "two items of a keyed list have the same key",
  // definitions
  view_without_policy: "a view does not say who may see it",
  view_definition_invalid: "a view's definition is invalid",
  component_definition_invalid: "a live component's definition is invalid",
  live_session_invalid: "a live session's definition is invalid",
  live_session_duplicate: "two live sessions have the same name",
  route_duplicate: "two live routes have the same path",
  route_invalid: "a route's path or view is invalid, or a path is made without a parameter",
  // life of a view
  socket_misuse: "a socket was used in a way that cannot work",
  call_failed: "a call between views has no reply",
  view_ended: "a view's code wanted to go on after the view had ended",
  redirect_refused: "a redirect leads out of the application",
  patch_loop: "a view patches itself without end",
  component_outside_view: "a live component or a nested view is rendered outside a live view",
  component_id_invalid: "a live component or a nested view has no id, or a duplicate one",
  component_root: "a live component's template is not exactly one element",
  component_limit: "a page has more live components than the limit allows",
  render_loop: "a page never finishes rendering: each render changes what it renders",
  stream_misuse: "a stream was used in a way that cannot work",
  upload_misuse: "an upload was declared or used in a way that cannot work",
  // security
  secret_weak: "the endpoint's secret is missing, too short or repeats itself",
  session_too_large: "the session does not fit into a cookie",
  token_too_large: "a token is longer than the limit",
  session_misuse: "the session was used outside a request of the endpoint, or without values",
  cookie_invalid: "a cookie's name or options are invalid",
  origin_invalid: "an entry of `origins` is not an origin",
  revocations_unusable: "the file of ended sessions cannot be used",
  // endpoint
  endpoint_config_invalid: "an endpoint option is invalid",
  env_invalid: "environment variables are missing or wrong",
  channel_definition_invalid: "a channel's definition is invalid",
  channel_pattern_invalid: "a channel's topic pattern is invalid",
  binary_frame_unwritable: "bytes are sent under a name that is too long for a binary frame",
  client_misuse: "the browser's client was called in a way that cannot work",
  package_missing: "an optional package that is used is not installed",
  // pubsub
  payload_not_data: "what is published is not data, so it cannot travel to other nodes",
  pubsub_misuse: "a PubSub was used in a way that cannot work",
  presence_misuse: "a presence was used in a way that cannot work",
  // testing kit
  kit_not_found: "the page has no such element",
  kit_expectation: "the page did not do what the test expects",
  kit_refused: "the server refused an event that a page of the test sent",
  kit_dependency_missing: "a package that the testing kit needs is not installed",
} as const;

/** A stable error code of Holdfast. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The parts of an error text: what happened, what was expected, what came instead, where, and how to fix it. */
export interface ErrorParts {
  what: string;
  expected?: string;
  got?: string;
  /** File, line and column in the application. */
  at?: string;
  fix?: string;
}

/**
 * An error raised by Holdfast itself.
 *
 * @example
 * try { createEndpoint({ secret }) } catch (error) {
 *   if (error instanceof HoldfastError && error.code === "secret_weak") process.exit(78);
 * }
 */
export class HoldfastError extends Error {
  override readonly name: string = "HoldfastError";
  readonly code: ErrorCode;
  readonly #parts: ErrorParts;

  constructor(code: ErrorCode, parts: ErrorParts, options?: { cause?: unknown }) {
    super(compose(code, parts), options);
    this.code = code;
    this.#parts = parts;
  }

  /** The message in its parts, for callers that lay it out themselves. */
  get parts(): Readonly<ErrorParts> {
    return this.#parts;
  }
}

function compose(code: ErrorCode, { what, expected, got, at, fix }: ErrorParts): string {
  let text = `${what} [${code}]`;
  if (expected !== undefined) text += `\n  expected: ${expected}`;
  if (got !== undefined) text += `\n  got:      ${got}`;
  if (at !== undefined) text += `\n  at:       ${at}`;
  if (fix !== undefined) text += `\n  fix:      ${fix}`;
  return text;
}

/**
 * An error that is also an answer: it has an HTTP status. Thrown from a context function it becomes that status page over
 * HTTP, and over the socket the client reloads and sees the same page. Its message stays on the server.
 *
 * @example
 * class Locked extends StatusError { constructor() { super(423, "the post is being edited"); } }
 */
export class StatusError extends Error {
  override readonly name: string = "StatusError";
  readonly status: number;

  constructor(status: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.status = status;
  }
}

/** Whether what was thrown is an answer to the user, and no fault of the server's. A 503 asks them to come back later. */
export function isRefusal(error: unknown): error is StatusError {
  return error instanceof StatusError && (error.status < 500 || error.status === 503);
}

/**
 * 404: it does not exist, or this user may not know that it does.
 *
 * @example
 * throw new NotFound("post 7");
 */
export class NotFound extends StatusError {
  override readonly name = "NotFound";
  constructor(message = "not found", options?: { cause?: unknown }) {
    super(404, message, options);
  }
}

/**
 * 403: this user may not do that.
 *
 * @example
 * if (user.role !== "editor") throw new Forbidden("only editors change posts");
 */
export class Forbidden extends StatusError {
  override readonly name = "Forbidden";
  constructor(message = "forbidden", options?: { cause?: unknown }) {
    super(403, message, options);
  }
}

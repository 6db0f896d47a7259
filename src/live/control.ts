/** Going elsewhere, as a value that a hook, a mount or a handler returns. */
export class Redirect {
  /** `redirect`: a full page load. `navigate`: another view of the live session. `patch`: the same view. */
  readonly kind: "redirect" | "navigate" | "patch";
  readonly to: string;
  readonly external: boolean;
  readonly replace: boolean;

  constructor(kind: "redirect" | "navigate" | "patch", to: string, external: boolean, replace: boolean) {
    this.kind = kind;
    this.to = to;
    this.external = external;
    this.replace = replace;
  }
}

/**
 * Sends the user to a page by a full load: 302 over HTTP, a redirect over the socket.
 *
 * @param to a path of this application; with `external`, a URL whose origin the endpoint allows
 * @example
 * if (!currentUser) return redirect("/login");
 */
export function redirect(to: string, options: { external?: boolean } = {}): Redirect {
  return new Redirect("redirect", to, options.external ?? false, false);
}

/**
 * Sends the user to another view of the same live session, without a page load.
 *
 * @example
 * return navigate("/posts");
 */
export function navigate(to: string, options: { replace?: boolean } = {}): Redirect {
  return new Redirect("navigate", to, false, options.replace ?? false);
}

/** What an event's handler answers to a client hook that waits for it. */
export class Reply {
  readonly payload: Readonly<Record<string, unknown>>;
  constructor(payload: Readonly<Record<string, unknown>>) {
    this.payload = payload;
  }
}

/**
 * Answers an event with a value, for the client hook that pushed it.
 *
 * @example
 * handle: () => reply({ saved: true })
 */
export function reply(payload: Readonly<Record<string, unknown>>): Reply {
  return new Reply(payload);
}

interface Cookie {
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
  /** Epoch milliseconds; undefined until the browser closes. */
  readonly expiresAt: number | undefined;
}

/** The cookies of one browser and one origin. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();
  readonly #secure: boolean;

  constructor(origin: URL) {
    // As browsers do, `localhost` counts as a secure context.
    this.#secure = origin.protocol === "https:" || origin.hostname === "localhost";
  }

  /** Stores a response's `Set-Cookie` headers. */
  store(headers: Headers): void {
    for (const line of headers.getSetCookie()) this.#storeOne(line);
  }

  #storeOne(line: string): void {
    const [pair = "", ...rest] = line.split(";");
    const equals = pair.indexOf("=");
    if (equals < 1) return;
    const attributes = new Map(rest.map((part) => {
      const [name = "", ...value] = part.split("=");
      return [name.trim().toLowerCase(), value.join("=").trim()] as const;
    }));
    const maxAge = attributes.get("max-age");
    const expires = attributes.get("expires");
    let expiresAt: number | undefined;
    if (maxAge !== undefined && maxAge !== "") expiresAt = Date.now() + Number(maxAge) * 1000;
    else if (expires !== undefined) expiresAt = Date.parse(expires);
    const secure = attributes.has("secure");
    if (secure && !this.#secure) return;
    this.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim(), {
      path: attributes.get("path") || "/", secure, expiresAt,
    });
  }

  /** Sets a cookie; one that has already expired is removed. */
  set(name: string, value: string, { path = "/", secure = false, expiresAt }: Partial<Omit<Cookie, "value">> = {}): void {
    if (expiresAt !== undefined && !(expiresAt > Date.now())) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path, secure, expiresAt });
  }

  get(name: string): string | undefined {
    const cookie = this.#cookies.get(name);
    return cookie !== undefined && (cookie.expiresAt === undefined || cookie.expiresAt > Date.now()) ? cookie.value : undefined;
  }

  delete(name: string): void {
    this.#cookies.delete(name);
  }

  /** All cookies by name: for copying a jar. */
  entries(): [string, string][] {
    return [...this.#cookies.keys()].flatMap((name) => {
      const value = this.get(name);
      return value === undefined ? [] : [[name, value] as [string, string]];
    });
  }

  /** The `Cookie` header for a path; undefined if there is nothing to send. */
  header(path: string): string | undefined {
    const parts = this.entries()
      .filter(([name]) => {
        const scope = this.#cookies.get(name)!.path;
        return path === scope || path.startsWith(scope.endsWith("/") ? scope : `${scope}/`);
      })
      .map(([name, value]) => `${name}=${value}`);
    return parts.length === 0 ? undefined : parts.join("; ");
  }
}

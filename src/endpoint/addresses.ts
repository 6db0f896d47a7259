import { checkValue, TEXT } from "../errors/options.js";
import { HoldfastError } from "../errors/index.js";
import { localPath } from "../security/index.js";

/** The addresses of an application's pages, as browsers see them. */
export class Addresses {
  readonly #configured: URL | undefined;
  #served: string | undefined;

  /** @param configured the endpoint's `url`; undefined: use the address where it is served */
  constructor(configured: URL | undefined) {
    this.#configured = configured;
  }

  /** The endpoint is served here, and no `url` says otherwise. The first address counts. */
  servedAt(origin: string): void {
    this.#served ??= origin;
  }

  /**
   * A path of the application as browsers write it, normalized.
   *
   * @throws HoldfastError `redirect_refused` for a path that leads out of the application
   */
  path(path: string): string {
    checkValue("redirect_refused", { of: "endpoint.path", fix: 'endpoint.path("/posts/1")' }, "the path", path, TEXT);
    const local = localPath(path);
    if (local !== undefined) return local;
    throw new HoldfastError("redirect_refused", {
      what: "This is not a path of the application.", expected: "a path like /posts/1", got: JSON.stringify(path.slice(0, 80)),
    });
  }

  /**
   * @throws HoldfastError `endpoint_config_invalid` if the address is not known yet; `redirect_refused` for a path out of the
   * application
   */
  url(path: string): string {
    const origin = this.#configured?.origin ?? this.#served;
    if (origin !== undefined) return origin + this.path(path);
    throw new HoldfastError("endpoint_config_invalid", {
      what: "The endpoint does not know its own address.", expected: "createEndpoint({ url }), or a call after serve()",
      fix: 'createEndpoint({ url: "https://example.com" })',
    });
  }
}

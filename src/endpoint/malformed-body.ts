import type { Context, HonoRequest } from "hono";
import { StatusError } from "../errors/index.js";

/**
 * Answers a body that is not what its content type says, or that its client cut off, with 400, wherever a route or a middleware
 * reads it with a method of `c.req`. It is its sender's fault and no crash. A route that would rather answer itself catches the error.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.1
 */
export function refuseMalformedBodies({ req }: Context): void {
  for (const [name, what] of READERS) {
    const read = req[name];
    const parsed = async (...options: unknown[]): Promise<unknown> => {
      // Somebody has read the raw request before: that is the application's mistake, and its error says so.
      const spent = req.raw.bodyUsed && Object.keys(req.bodyCache).length === 0;
      try {
        return await Reflect.apply<HonoRequest, unknown[], unknown>(read, req, options);
      } catch (error) {
        if (spent || error instanceof StatusError) throw error;
        throw new StatusError(400, `the body ${what}`, { cause: error });
      }
    };
    Object.defineProperty(req, name, { value: parsed, configurable: true, writable: true });
  }
}

/** What is wrong with a body that a method cannot read. Bytes and texts fail only if they do not arrive. */
const READERS = [
  ["parseBody", "is not a form"], ["formData", "is not a form"], ["json", "is not JSON"],
  ["text", "was cut off"], ["arrayBuffer", "was cut off"], ["blob", "was cut off"],
] as const;

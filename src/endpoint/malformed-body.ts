import type { Context, HonoRequest } from "hono";
import { StatusError } from "../errors/index.js";

/**
 * Answers a body that is not what its content type says with 400, wherever a route or a middleware reads it: with
 * `c.req.parseBody`, `c.req.formData` or `c.req.json`. It is its sender's fault and no crash. A route that would rather answer
 * itself catches the error.
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
        throw new StatusError(400, `the body is not ${what}`, { cause: error });
      }
    };
    Object.defineProperty(req, name, { value: parsed, configurable: true, writable: true });
  }
}

const READERS = [["parseBody", "a form"], ["formData", "a form"], ["json", "JSON"]] as const;

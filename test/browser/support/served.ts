import type { Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launch } from "./chromium.js";

/** A served endpoint, and a browser that visits it. */
export interface Served {
  url: string;
  browser: Browser;
}

/** Serves an endpoint to the file's tests, and starts a browser; both end after the last test. */
export function useServed(endpoint: Endpoint): Served {
  const served = {} as Served;
  beforeAll(async () => {
    served.url = (await serve(endpoint, { port: 0 })).url;
    served.browser = await launch();
  });
  afterAll(async () => {
    await served.browser?.close();
    await endpoint.close();
  });
  return served;
}

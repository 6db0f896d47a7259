import type { Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launch } from "./chromium.js";

/** An endpoint that is served, and a browser to visit it with. */
export interface Served {
  url: string;
  browser: Browser;
}

/** Serves an endpoint to the file's tests, with a browser beside it; both end behind the last. */
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

import type { Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { connected, watch, type Watched } from "./browser.js";
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

/**
 * A page of its own for each test, in a context of its own. After the test the browser has complained about nothing.
 *
 * @param take receives each test's page
 * @returns opens a path in the present test's page, and resolves when its view has joined
 */
export function usePage(served: Served, take: (page: Page) => void): (path: string) => Promise<void> {
  let watched: Watched;
  beforeEach(async () => {
    watched = await watch(await served.browser.newContext());
    take(watched.page);
  });
  afterEach(async () => {
    await watched.page.context().close();
    expect(watched.complaints).toEqual([]);
  });
  return async (path) => {
    await watched.page.goto(new URL(path, served.url).href);
    await connected(watched.page);
  };
}

import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { Cluster } from "../../deploy/cluster.js";
import { launch } from "./chromium.js";

/** Two nodes behind a load balancer, and a browser that visits them. */
export interface Deployed {
  cluster: Cluster;
  browser: Browser;
}

/** Starts nodes and a browser for the file's tests; both end after the last test. */
export function useCluster(): Deployed {
  const deployed = {} as Deployed;
  beforeAll(async () => {
    deployed.cluster = await Cluster.start({ drainStepMs: 50 });
    deployed.browser = await launch();
  });
  afterAll(async () => {
    await deployed.browser?.close();
    await deployed.cluster?.stop();
  });
  return deployed;
}

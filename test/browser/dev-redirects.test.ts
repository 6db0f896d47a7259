// A form's redirect to another site, which the browser does not follow: nothing but its console said so.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { watch } from "./support/browser.js";
import { launch } from "./support/chromium.js";
import { DevApp } from "./support/dev.js";

const MAIN = `
  import { createEndpoint, csrfField, html, type Endpoint } from "holdfast";
  import { serve } from "holdfast/node";
  const endpoint: Endpoint = createEndpoint({
    secret: process.env["SECRET"]!,
    routes(app) {
      app.get("/", (c) => endpoint.renderPage(c, html\`<form method="post" action="/pay">\${csrfField(c)}<button>Pay</button></form><form method="post" action="/stay">\${csrfField(c)}<button id="stay">Stay</button></form>\`));
      app.get("/stayed", (c) => endpoint.renderPage(c, html\`<h1>Stayed</h1>\`));
      app.post("/pay", (c) => c.redirect(process.env["PAY"]!));
      app.post("/stay", (c) => c.redirect("/stayed"));
    },
  });
  console.log((await serve(endpoint, { port: Number(process.env["PORT"]) })).url);`;

it("is said on the page and in the terminal, with the directive that admits the site, which then works", async () => {
  const other = createServer((_request, response) => void response.end("the other site")).listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const pay = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const app = await DevApp.start({ "src/main.ts": MAIN }, { PAY: `${pay}/cart` });
  onTestFinished(() => app.stop());
  const browser = await launch();
  onTestFinished(() => browser.close());
  const { page } = await watch(await browser.newContext());
  const url = await app.url();

  await page.goto(url);
  await page.click("#stay");
  await page.waitForSelector("h1:text('Stayed')");
  const told = page.waitForEvent("websocket").then((socket) => socket.waitForEvent("framereceived"));
  await page.goto(url);
  await told;
  await page.click("button");
  const notice = page.locator("holdfast-notice [role=status]");
  await notice.waitFor();
  expect(await notice.textContent()).toContain(`redirect blocked: ${pay}/cart\n`);
  expect(await notice.textContent()).toContain("csp: { formAction: [\"'self'\"");
  expect(page.url()).toBe(`${url}/`);
  expect(app.lines.filter((line) => line.includes("redirect blocked"))).toHaveLength(1);

  await app.save("src/main.ts", 'secret: process.env["SECRET"]!,', `secret: process.env["SECRET"]!, csp: { formAction: ["'self'", "${pay}"] },`, /Starting again/);
  await app.url(3); // the blocked one was the second on the terminal
  await page.goto(url);
  await page.click("button");
  await page.waitForURL(`${pay}/cart`);
  expect(app.lines.filter((line) => line.includes("redirect blocked"))).toHaveLength(1);
});

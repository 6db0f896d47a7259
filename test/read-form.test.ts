import { createEndpoint, form, html, readForm, renderToString, type Endpoint } from "holdfast";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";

const Order = z.object({
  name: z.string(), gift: z.boolean(), tags: z.array(z.string()).default([]),
  items: z.array(z.object({ sku: z.string().min(1), count: z.coerce.number().int() })), picture: z.file().optional(),
});
const order = form(Order, {}, { as: "order", lists: ["items"] });

let endpoint: Endpoint;
let read: unknown[];
let answer: string;
beforeEach(() => {
  read = [];
  endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", log() {}, csrfExempt: (path) => path === "/orders",
    routes(app) {
      app.post("/orders", async (c) => {
        const { data, form: next } = await readForm(c, order);
        expectTypeOf(data).toEqualTypeOf<z.infer<typeof Order> | undefined>();
        expectTypeOf(next).toEqualTypeOf(order);
        read.push(data);
        if (data === undefined) return c.html(renderToString(html`${next.inputsFor("items", (item) => html`<p>${item.field("sku").errors}</p>`)}`), 422);
        return c.text("done");
      });
      app.post("/guarded", async (c) => c.json(await readForm(c, order).then(({ data }) => read.push(data))));
    },
  });
});
afterEach(() => endpoint.close());

async function post(body: BodyInit, headers: Readonly<Record<string, string>> = {}, path = "/orders"): Promise<number> {
  const response = await endpoint.fetch(new Request(`http://127.0.0.1${path}`, { method: "POST", body, headers: { origin: "http://127.0.0.1", ...headers } }));
  answer = await response.text();
  return response.status;
}
const FIELDS: readonly (readonly [string, string])[] = [
  ["order[name]", "Ada & Co"], ["order[tags][]", "a"], ["order[tags][]", "b"], ["order[items_sort][]", "1"], ["order[items_sort][]", "0"],
  ["order[items][0][sku]", "x"], ["order[items][0][count]", "2"], ["order[items][1][sku]", "y"], ["order[items][1][count]", "3"], ["_csrf_token", "none"],
];
const DATA = { name: "Ada & Co", gift: false, tags: ["a", "b"], items: [{ sku: "y", count: 3 }, { sku: "x", count: 2 }] };
const multipart = (fields: readonly (readonly [string, string | File])[]): FormData => {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  return body;
};

test("nested names, lists in their order, and check boxes that are not ticked, as a live form has them", async () => {
  expect(await post(new URLSearchParams(FIELDS.map(([name, value]) => [name, value])))).toBe(200);
  expect(await post(multipart(FIELDS))).toBe(200);
  expect(read).toEqual([DATA, DATA]);
});

test("a file is a File, and one that was not chosen is left out", async () => {
  const picture = new File(["hello"], "a.txt", { type: "text/plain" });
  expect(await post(multipart([...FIELDS, ["order[picture]", picture]]))).toBe(200);
  // As browsers write it: Node's own FormData leaves the empty name out.
  const parts = [...FIELDS, ["order[picture]", "", '; filename=""'] as const].map(([name, value, more = ""]) =>
    `--a-boundary-of-the-test\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`);
  expect(await post(`${parts.join("")}--a-boundary-of-the-test--\r\n`, { "content-type": "multipart/form-data; boundary=a-boundary-of-the-test" })).toBe(200);
  const [chosen, unchosen] = read as [{ picture: File }, object];
  expect(await chosen.picture.text()).toBe("hello");
  expect(unchosen).toEqual(DATA);
});

test("fields that are not valid have their errors in the form, and no data", async () => {
  expect(await post(new URLSearchParams([["order[items][0][sku]", ""]]))).toBe(422);
  expect(read).toEqual([undefined]);
  expect(answer).toMatch(/<p>[^<]+<\/p>/);
});

test("what is no form, and a name with too many brackets, is 400; a token is wanted as anywhere; nothing reaches a prototype", async () => {
  expect(await post("{}", { "content-type": "application/json" })).toBe(400);
  expect(await post(new URLSearchParams([[`order${"[a]".repeat(11)}`, "1"]]))).toBe(400);
  expect(await post(multipart([[`order${"[a]".repeat(11)}`, "1"]]))).toBe(400);
  expect(await post(multipart(FIELDS), {}, "/guarded")).toBe(403);
  expect(read).toEqual([]);
  expect(await post(multipart([...FIELDS, ["order[__proto__][polluted]", "yes"], ["__proto__[polluted]", "yes"]]))).toBe(200);
  expect(read).toEqual([DATA]);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

test("a request outside the endpoint, and a schema where the form belongs, are said", async () => {
  const wrong = readForm as (...given: unknown[]) => Promise<unknown>;
  await expect(wrong({}, order)).rejects.toMatchObject({ code: "session_misuse" });
  await expect(wrong(undefined, order)).rejects.toMatchObject({ code: "session_misuse" });
  endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", log: (_message, { error }) => void read.push(error), csrfExempt: () => true,
    routes: (app) => app.post("/orders", async (c) => c.json(await wrong(c, Order))),
  });
  expect(await post(multipart(FIELDS))).toBe(500);
  expect(String(read[0])).toMatch(/readForm/);
});

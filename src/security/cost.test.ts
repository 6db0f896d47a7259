import { describe, expect, it } from "vitest";
import { isSafeUrl } from "../html/url.js";
import { readPayload } from "../live/gate/payload.js";
import { formParams } from "../components/index.js";
import { ClientAddresses, networkOf } from "./client-address.js";
import { cookieValue } from "./cookies.js";
import { verifyCsrf } from "./csrf.js";
import { parseForm } from "./form.js";
import { sanitizeJson, withinJsonLimits } from "./json-limits.js";
import { defaultLimits } from "./limits.js";
import { externalUrl, localPath } from "./local-url.js";
import { OriginPolicy } from "./origin.js";
import { parsePageUrl } from "./page-url.js";
import { percentDecode } from "./percent.js";
import { Keyring } from "./seal.js";
import { openSession } from "./session.js";
import { cpuTime } from "../../test/support/cpu.js";

// Code that reads what a client sends costs a small multiple of what JSON.parse takes for as many bytes, so no input holds the
// process. The factor is generous, since machines are noisy: what is quadratic, or throws for each field, exceeds it many times.

const BYTES = 64 * 1024;
const FACTOR = 150;

const YARDSTICK = JSON.stringify(Array.from({ length: BYTES / 4 }, () => "a"));

/**
 * Expects one of a few runs to be within the budget, which is measured beside it: what else the machine does only adds to
 * either. So code that is fast enough runs once.
 */
function expectCheap(what: string, run: () => unknown): void {
  let least = Infinity;
  let budget = 0;
  for (let round = 0; round < 10; round++) {
    least = Math.min(least, cpuTime(run) / 1_000);
    // Less than a few times the yardstick on any machine.
    if (least < 2) return;
    budget = Math.max(budget, FACTOR * (cpuTime(() => JSON.parse(YARDSTICK)) / 1_000));
    if (least <= budget) return;
  }
  expect.fail(`${what}: ${least.toFixed(1)} ms, with a budget of ${budget.toFixed(1)} ms`);
}

const ORIGIN = "https://app.example";
const keyring = new Keyring("a secret of more than thirty-two characters");
const token = keyring.seal("page", { a: 1 }, { ttlMs: 60_000 });
const proxies = new ClientAddresses("loopback");
const origins = new OriginPolicy([ORIGIN]);
// Endless, so that nothing is refused for its length or number before it has been read.
const endless = { formFields: Infinity, formDepth: Infinity, jsonDepth: Infinity, jsonKeys: Infinity, jsonItems: Infinity, urlLength: Infinity };

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  "parseForm, default limits": (text) => parseForm(text, defaultLimits),
  "parseForm, no limits": (text) => parseForm(text, endless),
  "a form's changed field": (text) => readPayload("form", "", { _target: text }, { ...defaultLimits, ...endless }),
  percentDecode,
  "parsePageUrl, default limits": (text) => parsePageUrl(text, ORIGIN, defaultLimits),
  "parsePageUrl, no limits": (text) => parsePageUrl(text, ORIGIN, endless),
  "parsePageUrl, behind our origin": (text) => parsePageUrl(`${ORIGIN}/${text}`, ORIGIN, endless),
  externalUrl: (text) => externalUrl(text, [ORIGIN]),
  "externalUrl, with a scheme": (text) => externalUrl(`https://${text}`, [ORIGIN]),
  localPath: (text) => localPath(text),
  "localPath, behind a slash": (text) => localPath(`/${text}`),
  isSafeUrl,
  origin: (text) => origins.allows(text, ORIGIN),
  cookieValue: (text) => cookieValue(text, "s"),
  session: (text) => openSession(keyring, text),
  token: (text) => keyring.open("page", text),
  "token behind a good one": (text) => keyring.open("page", token + text),
  csrf: (text) => verifyCsrf(text, "session"),
  "client address": (text) => proxies.of("127.0.0.1", () => text),
  peer: (text) => proxies.of(text, () => undefined),
  networkOf,
};

const units = [
  "a", "%", "%=%&", "%ff", "%C3%BC", "=", "&", "+", "+%", "a&", "a=1&", "a[]=1&", "a[b]=1&", "[", "]", "[]", "][", "a[", "[b]", "&[", "_target=a[b]&",
  "ü", "ß", "😀", "\ud800", "\0", " ", "\t", "\n", "/", "//", "\\", "../", "/..", "./", "%2e%2e/", "@", "a@", ":", "a:", ".", "a.", "xn--", "ü.", "1.", "0x",
  "::", "[::", "?", "#", ";", "s=1;", "s;", "s ", " s=", ",", "127.0.0.1,", " ,", "[", "[]:1,", "-", "_", "A", "\u00ad", "https://", `${ORIGIN}/`,
];

describe("the cost of what a client sends", () => {
  const repeated = units.map((unit) => unit.repeat(Math.floor(BYTES / Buffer.byteLength(unit))));
  // A host of as many different letters as there are: Punycode is quadratic in them.
  const letters = String.fromCharCode(...Array.from({ length: BYTES / 3 }, (_, n) => 0x4e00 + ((n * 7) % 20_000)));
  repeated.push(letters, `https://${letters}/`, `//${letters}`);
  // And mixtures, from a seed.
  let state = 3;
  const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  for (let mixture = 0; mixture < 20; mixture++) {
    const chosen = Array.from({ length: 2 + random(5) }, () => units[random(units.length)]!);
    let text = "";
    while (text.length < BYTES) text += chosen[random(chosen.length)]!;
    repeated.push(text);
  }
  it.each(Object.entries(parsers))("%s", (_name, parse) => {
    for (const text of repeated) {
      for (const hostile of [text, `a${text}`, `${text}=`]) {
        expectCheap(`${JSON.stringify(hostile.slice(0, 20))}…`, () => parse(hostile));
      }
    }
  });

  const shapes: Readonly<Record<string, string>> = {
    "one long string": JSON.stringify("\ud800".repeat(BYTES / 6)), "deep arrays": "[".repeat(BYTES / 2) + "]".repeat(BYTES / 2),
    "deep objects": '{"a":'.repeat(BYTES / 6) + "1" + "}".repeat(BYTES / 6), "many items": `[${"0,".repeat(BYTES / 2 - 1)}0]`,
    "many keys": `{${Array.from({ length: BYTES / 10 }, (_, n) => `"${n}":0`).join()}}`,
    "wrong keys": `{${Array.from({ length: BYTES / 16 }, (_, n) => `"\\ud800${n}":0`).join()}}`,
    "keys that become prototypes": `[${Array.from({ length: BYTES / 16 }, () => '{"__proto__":0}').join()}]`,
    "empty containers": `[${Array.from({ length: BYTES / 3 }, () => "{}").join()}]`,
  };
  it("a form's list in which every item is sorted, dropped and moved", () => {
    // An event that is no form's may bring them as JSON.
    const names = Array.from({ length: BYTES / 16 }, (_, n) => String(n));
    const absent = names.map((name) => `${name}x`);
    for (const [up, down] of [[names, names], [absent, absent], [names.toReversed(), absent]]) {
      expectCheap("items", () => formParams({ items_sort: names, items_drop: absent, items_up: up, items_down: down }, { lists: ["items"] }));
    }
  });

  it.each(Object.entries(shapes))("JSON of %s", (_name, json) => {
    expectCheap(json.slice(0, 20), () => {
      const value: unknown = JSON.parse(json);
      withinJsonLimits(value, endless);
      sanitizeJson(value);
    });
  });
});

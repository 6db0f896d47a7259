import { createRequire } from "node:module";
import type { CheerioAPI } from "cheerio";
import { missingPackage } from "../errors/missing-package.js";
import type { DomElement } from "./dom.js";

/** What a selector found. */
export type Found = ReturnType<CheerioAPI>;

let loaded: typeof import("cheerio") | undefined;

/**
 * cheerio is an optional peer, because production needs no parser. It is required when the first page is parsed instead of
 * imported, so that its absence is an error with a fix and not `ERR_MODULE_NOT_FOUND`.
 */
function cheerio(): typeof import("cheerio") {
  if (loaded !== undefined) return loaded;
  try {
    loaded = createRequire(import.meta.url)("cheerio") as typeof import("cheerio");
    return loaded;
  } catch (cause) {
    throw missingPackage({
      what: "holdfast/testing parses pages with cheerio, which cannot be loaded", expected: "cheerio 1.2",
      fix: "npm install --save-dev cheerio",
    }, cause, "kit_dependency_missing");
  }
}

/**
 * Parses a whole document.
 *
 * @throws HoldfastError `kit_dependency_missing`
 */
export function parse(html: string): CheerioAPI {
  return cheerio().load(html);
}

/** Parses HTML as the content of an element, without the `<html>` and `<body>` around it. */
export function parseFragment(html: string): CheerioAPI {
  return cheerio().load(html, null, false);
}

/** An element as cheerio finds it. */
export function foundOf($: CheerioAPI, element: DomElement): Found {
  return $(element as never);
}

/** Selectors over nodes that are already parsed. */
export function over(root: object): CheerioAPI {
  return cheerio().load(root as never);
}

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ExternalEntry, PresignedMeta, ResumableMeta } from "./external-entry.js";
import { presigned, resumable } from "./uploaders.js";

/** The requests that were sent. */
let sent: string[];
beforeEach(() => {
  sent = [];
  vi.stubGlobal("XMLHttpRequest", class {
    readonly upload = {};
    onload: () => void = () => {};
    readonly status = 200;
    open(method: string, url: string): void {
      sent.push(`${method} ${url}`);
    }
    setRequestHeader(): void {}
    getResponseHeader(): string {
      return "4";
    }
    abort(): void {}
    send(): void {
      queueMicrotask(() => this.onload());
    }
  });
});
afterEach(() => vi.unstubAllGlobals());

interface Sent extends ExternalEntry<PresignedMeta & ResumableMeta> {
  readonly progress: ReturnType<typeof vi.fn<(percent: number) => void>>;
}

/** A file, and what its user does to give it up. */
function chosen(): { readonly entry: Sent; readonly cancel: () => void } {
  let cancel = (): void => {};
  const entry: Sent = {
    file: new File(["text"], "a.txt"), meta: { url: "/bucket/a" }, ref: "0", fileEl: {} as HTMLInputElement,
    view: { pushFileProgress: () => {} }, progress: vi.fn(), error: () => {}, onCancel: (given) => void (cancel = given),
  };
  return { entry, cancel: () => cancel() };
}

it.each([["presigned", presigned, "PUT /bucket/a"], ["resumable", resumable, "HEAD /bucket/a"]] as const)(
  "%s: a file that is given up before the code that sends it is loaded is not sent", async (_name, upload, request) => {
    const given = chosen();
    upload([given.entry], () => {});
    given.cancel();
    const other = chosen();
    upload([other.entry], () => {});
    await vi.waitFor(() => expect(other.entry.progress).toHaveBeenCalledWith(100));
    expect(sent).toEqual([request]);
    expect(given.entry.progress).not.toHaveBeenCalled();
  },
);

it("a file whose view is gone before the code is loaded is not sent either", async () => {
  const given = chosen();
  let gone = (): void => {};
  presigned([given.entry], (lost) => void (gone = lost));
  gone();
  const other = chosen();
  presigned([other.entry], () => {});
  await vi.waitFor(() => expect(other.entry.progress).toHaveBeenCalledWith(100));
  expect(sent).toEqual(["PUT /bucket/a"]);
});

import { frames, type FrameResult, type Owner } from "../../socket/index.js";
import { PageUploads } from "./uploads.js";
import type { Transfer } from "./transfer.js";
import type { UploadInput } from "./upload-input.js";

/** What the token of one file contains. It is also bound to its topic. */
interface UploadToken {
  readonly view: string;
  readonly upload: string;
  /** The file's own id, never reused. */
  readonly id: string;
}

/** The topic of one file's transfer. */
const topicOf = (ref: string): string => `lvu:${ref}`;

function inputNamed(root: Owner, ref: unknown): UploadInput | undefined {
  const input = root.peek(PageUploads)?.find(ref);
  return input?.rendered === true ? input : undefined;
}

/** The client expects an error or entries: an empty reply would make it throw. */
function disallowed(ref: unknown): object {
  return { ref, error: [[ref, "disallowed"]] };
}

/** The client's frames about uploads, and what its change events say of chosen files. */
export const uploadFrames = frames({
  frames: {
    /** Before it sends files: which of them may come, and with what. */
    allow_upload: {
      refuses: (root, { ref, entries }) =>
        inputNamed(root, ref) === undefined ? "not_rendered" : Array.isArray(entries) ? undefined : "bad_payload",
      async handle(root, { ref, entries }): Promise<FrameResult> {
        const input = inputNamed(root, ref);
        if (input === undefined || !Array.isArray(entries)) return { response: disallowed(ref), refused: "not_rendered" };
        const { keyring, limits } = root.view.context;
        return {
          response: await input.preflight(entries, (entry, id) => keyring.seal(
            "upload", { view: root.view.id, upload: input.ref, id } satisfies UploadToken,
            { ttlMs: limits.uploadTokenMs, bind: topicOf(entry) },
          )),
        };
      },
    },
    /** How far a file has come. */
    progress: {
      refuses: (root, { ref }) => (inputNamed(root, ref) === undefined ? "not_rendered" : undefined),
      async handle(root, { ref, entry_ref: entryRef, progress }): Promise<FrameResult> {
        const input = inputNamed(root, ref);
        const entry = input?.progress(entryRef, progress);
        if (input === undefined || entry === undefined) return { refused: input === undefined ? "not_rendered" : "bad_payload" };
        const { owner, name } = input;
        return { result: owner.ended ? undefined : await owner.callback("progress", name)?.(entry) };
      },
    },
  },
  refusals: { allow_upload: ({ ref }) => disallowed(ref) },
  inEvents: {
    /** The files that are chosen now, by upload. */
    uploads(root, value): void {
      if (typeof value !== "object" || value === null) return;
      for (const [ref, files] of Object.entries(value)) if (Array.isArray(files)) inputNamed(root, ref)?.choose(files);
    },
  },
});

/**
 * The transfer that a token opens on a topic. Undefined if the token was tampered with, has expired or is for another file,
 * or if the file no longer exists.
 *
 * @param root finds a view of the same socket by its id
 */
export function transferFor(
  token: unknown,
  topic: string,
  context: Owner["view"]["context"],
  root: (id: string) => Owner | undefined,
): Transfer | undefined {
  const opened = context.keyring.open("upload", token, { bind: topic })?.value as UploadToken | undefined;
  if (opened === undefined) return undefined;
  const view = root(opened.view);
  const input = view === undefined || !view.view.mayRun() ? undefined : inputNamed(view, opened.upload);
  return input?.transfer(topic.slice(topicOf("").length), opened.id);
}

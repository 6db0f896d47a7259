import { draftOffer } from "./drafts/offer.js";
import { Drafts } from "./drafts/drafts.js";
import { Vault } from "./drafts/vault.js";
import { dropCopies } from "./locked-targets.js";
import { Notices } from "./notices.js";
import type { ConnectOptions } from "./options.js";
import { Oversize } from "./oversize.js";
import { Submits } from "./submits.js";
import type { Texts } from "./texts.js";
import { unpackFolders } from "./uploads/dropped-folders.js";
import { KeptFiles } from "./uploads/kept-files.js";

/** What works beside the npm client, so that nothing a user enters is lost. */
export interface PageParts {
  /** The prefix of bindings, `phx-`. */
  readonly prefix: string;
  readonly notices: Notices;
  readonly submits: Submits;
  readonly oversize: Oversize;
  /** Undefined if the application keeps no drafts. */
  readonly drafts: Drafts | undefined;
  /** Undefined if the application keeps no files. */
  readonly files: KeptFiles | undefined;
}

/** What the parts need: the application's options, its page and its connection. */
interface PageSurroundings extends Pick<PageParts, "prefix">, Required<Pick<ConnectOptions, "drafts" | "keepFiles">> {
  readonly texts: Texts;
  readonly storage: Storage;
  readonly draftKeys: readonly string[];
  readonly isConnected: () => boolean;
  /** Warns the developer. */
  readonly warn: (message: string) => void;
}

export function createParts(
  { prefix, drafts: keep, keepFiles, texts, storage, draftKeys, isConnected, warn }: PageSurroundings,
): PageParts {
  const notices = new Notices();
  const submits = new Submits(isConnected);
  const files = keepFiles ? new KeptFiles(submits, prefix) : undefined;
  const drafts = keep === false ? undefined : new Drafts({
    prefix, warn, submits, storage, offer: draftOffer(notices, texts),
    vault: new Vault(storage, draftKeys, { maxBytes: 2 ** 21, maxAgeMs: 86_400_000, ...(keep !== true && keep) }),
  });
  const oversize = new Oversize(notices, texts, warn, (form) => drafts?.notSent(form), (gone) => files?.forget(gone));
  return { prefix, notices, submits, oversize, drafts, files };
}

/** A view joins. */
export function partsJoining({ drafts, files }: PageParts, topic: string): void {
  dropCopies(topic.slice("lv:".length));
  drafts?.joining(topic);
  files?.joining(topic);
}

/** Starts listening. */
export function startParts({ prefix, oversize, submits, drafts, files }: PageParts): void {
  unpackFolders(prefix);
  oversize.start();
  submits.start();
  drafts?.start();
  files?.start();
}

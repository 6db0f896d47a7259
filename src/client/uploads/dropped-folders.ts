import { dropInput } from "./files.js";

/**
 * Puts the files of dropped folders in their place, with their paths as in an input with `webkitdirectory`. The npm client takes a folder
 * for a file, which no browser can read: it would stay at 0 %, and its form would wait for it. An input for a single file takes no folder,
 * nor what is dropped together with one.
 *
 * @param prefix of the client's bindings, `phx-`
 */
export function unpackFolders(prefix: string): void {
  // Before the npm client, and before what keeps the files: both read `dataTransfer.files`.
  addEventListener(
    "drop",
    ({ target, dataTransfer }) => {
      const input = dropInput(target, prefix);
      if (input === undefined || dataTransfer === null) return;
      // They can be asked for during the event only, and be read later.
      const entries = Array.from(dataTransfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
      if (entries.every((entry) => entry.isFile)) return;
      Object.defineProperty(dataTransfer, "files", { value: [] });
      if (!input.multiple) return;
      void import("./folder-files.js")
        .then(({ filesOf }) => filesOf(entries))
        .then((files) => input.dispatchEvent(new CustomEvent("track-uploads", { bubbles: true, detail: { files } })));
    },
    true,
  );
}

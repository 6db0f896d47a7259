import { editDistance, HoldfastError, nearest } from "../errors/index.js";

/**
 * Names of keys, without those of televisions, phones and input methods.
 *
 * @see https://www.w3.org/TR/uievents-key/#named-key-attribute-values
 */
const NAMED = [
  "Alt", "AltGraph", "CapsLock", "Control", "Fn", "FnLock", "Meta", "NumLock", "ScrollLock", "Shift", "Symbol",
  "SymbolLock", "Enter", "Tab", "ArrowDown", "ArrowLeft", "ArrowRight", "ArrowUp", "End", "Home", "PageDown", "PageUp",
  "Backspace", "Clear", "Copy", "CrSel", "Cut", "Delete", "EraseEof", "ExSel", "Insert", "Paste", "Redo", "Undo",
  "Accept", "Again", "Attn", "Cancel", "ContextMenu", "Escape", "Execute", "Find", "Help", "Pause", "Play", "Props",
  "Select", "ZoomIn", "ZoomOut", "PrintScreen", "Compose", "Dead", "Process", "Unidentified", "Open", "Close", "New",
  "Print", "Save",
  ...Array.from({ length: 24 }, (_, index) => `F${index + 1}`),
];

/** What these keys are called elsewhere: on the key itself, in Playwright, in old browsers. */
const ALSO_CALLED: ReadonlyMap<string, string> = new Map([
  ["return", "Enter"], ["space", " "], ["spacebar", " "], ["esc", "Escape"], ["del", "Delete"], ["ins", "Insert"], ["up", "ArrowUp"],
  ["down", "ArrowDown"], ["left", "ArrowLeft"], ["right", "ArrowRight"], ["ctrl", "Control"], ["cmd", "Meta"], ["command", "Meta"],
  ["option", "Alt"], ["pgup", "PageUp"], ["pgdn", "PageDown"],
]);

/** How many letters of a name may be wrong for it to be taken as misspelt. */
const SLIPS = 2;

/**
 * Refuses what no key is called. The client compares `phx-key` without regard to case, but a handler is sent the name as the browser has
 * it: with another one, a test passes by a key that nobody can press.
 *
 * @see https://www.w3.org/TR/uievents-key/
 * @throws HoldfastError `kit_expectation`
 */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key === "string" && ([...key].length === 1 || NAMED.includes(key))) return;
  const meant = typeof key === "string" ? meantBy(key) : undefined;
  // Of the names that are not listed we know only how they are written.
  if (meant === undefined && typeof key === "string" && /^[A-Z][A-Za-z0-9]+$/.test(key)) return;
  throw new HoldfastError("kit_expectation", {
    what: "No key has this name.", expected: 'what KeyboardEvent.key says: "a", " ", "Enter", "ArrowUp"',
    got: typeof key === "string" ? JSON.stringify(key) : typeof key,
    fix: typeof key === "string" && key.length > 1 && key.includes("+")
      ? "name one key: the client sends no modifiers"
      : `write ${JSON.stringify(meant ?? "Enter")}`,
  });
}

function meantBy(key: string): string | undefined {
  const bare = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const also = ALSO_CALLED.get(bare) ?? NAMED.find((name) => name.toLowerCase() === bare);
  if (also !== undefined) return also;
  const near = nearest(key, NAMED);
  return near !== undefined && near.length > 2 * SLIPS && editDistance(key, near) <= SLIPS ? near : undefined;
}
